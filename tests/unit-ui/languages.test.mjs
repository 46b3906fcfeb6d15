// What a translator would check: nothing left in English, the terms that users know, each language's own typing.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'node:test';
import {load} from './build.mjs';

globalThis.navigator ??= {languages: []};
const {LANGUAGES, catalogOf} = await load('i18n.ts');
const catalogs = Object.fromEntries(await Promise.all(LANGUAGES.map(async (code) => [code, await catalogOf(code)])));
const {en, ...others} = catalogs;
const forms = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
const root = new URL('../../web/ui/src/', import.meta.url);
const sources = readdirSync(root, {recursive: true}).map(String).filter((file) => /\.tsx?$/.test(file) && !file.startsWith('catalogs'))
	.map((file) => ({file, text: readFileSync(new URL(file, root), 'utf8')}));

// Words that are the same there, looked at one by one.
const SAME = {
	fr: ['Invitation', 'Notifications', 'Messages', 'Code', 'Type', 'Actions', 'Contacts', 'Contact', 'Pages', 'ID', 'Source', 'HTML', '.eml', 'Date', 'Message {id}', 'Position', 'Description', 'Message-ID', 'Cc', 'Question',
		'Action', 'SQL', 'Total', 'Sessions', 'Signature', '30 {n}', 'CSV', 'Options', 'Service', 'Message', 'Conversation', 'Image', 'Menu', 'Agent', 'Unicode'],
	nl: ['Code', 'Open', 'Status', 'Type', 'ID', 'Spam', 'HTML', '.eml', 'Filters', 'Details', 'Cc', 'Message-ID', 'Contact', 'Token', 'Tokens', 'SQL', 'CSV', 'Agent', 'Filter', 'Contacten', 'Privé', 'Headers', 'Status: {status}', 'Menu', 'Database', 'SQL Manager', 'Team', 'Account', 'Unicode'],
	pl: ['Status', 'Status: {status}', 'ID', 'Spam', 'HTML', '.eml', 'Token', 'SQL', 'CSV', 'Message-ID', 'Agent', 'Menu', 'Administrator', 'Unicode'],
};

const ENGLISH = /(?<!\p{L})(the|and|with|this|that|your|you|please|when|which|these|there|cannot|does|have|has|been|from|thread|threads|customer|employee|password|settings)(?!\p{L})/iu;

for (const [code, catalog] of Object.entries(others)) {
	test(`${code}: nothing is left in English`, () => {
		const left = Object.entries(catalog).filter(([key, entry]) => {
			const words = forms(en[key]);
			return forms(entry).some((text) => words.includes(text) && /\p{L}{2}/u.test(text.replace(/{\w+}/g, '')) && !SAME[code].includes(text));
		});
		assert.deepEqual(left, []);
		const english = Object.entries(catalog).flatMap(([key, entry]) => forms(entry).filter((text) => ENGLISH.test(text.replace(/{\w+}/g, ''))).map((text) => `${key}: ${text}`));
		assert.deepEqual(english, []);
	});
}

// The shop program's own words (fr, nl, pl), so that its users find their way.
const TERMS = {
	'desk.title': ['Service client', 'Klantenservice', 'Obsługa klienta'],
	'contact.none': ['Pas de nouveau message', 'Geen nieuwe berichten', 'Brak nowych wiadomości'],
	'legend': ["Signification de l'état", 'Betekenis van de status', 'Znaczenie statusu'],
	'statistics': ['Statistiques', 'Statistieken', 'Statystyki'],
	'status.open': ['Ouvert', 'Open', 'Otwarty'],
	'status.closed': ['Terminé', 'Gesloten', 'Zamknięty'],
	'status.pending1': ['En attente 1', 'In afwachting 1', 'Oczekująca 1'],
	'status.pending2': ['En attente 2', 'In afwachting 2', 'Oczekująca 2'],
	'kpi.pending_threads': ['Conversations en attente', 'In afwachting van discussie', 'Oczekujące wątki dyskusji'],
	'kpi.average_response_hours': ['Temps de réponse moyen', 'Gemiddelde antwoordtijd', 'Średni czas odpowiedzi'],
	'kpi.messages_per_thread': ['Messages par fil de discussion', 'Berichten per discussie', 'Wiadomości na wątek'],
	'kpi.hours': ['{amount} heures', '{amount} uur', '{amount} godzin'],
	'kpi.days': ['30 jours', '30 dagen', '30 dni'],
	'statistics.total_threads': ['Nombre total de sujets', 'Totaal aantal discussies', 'Wszystkich dyskusji'],
	'statistics.pending_threads': ['Sujets en attente', 'Openstaande discussies', 'Dyskusje oczekujące'],
	'statistics.customer_messages': ['Total de messages de clients', 'Totaal aantal klantenberichten', 'Wszystkie wiadomości klientów'],
	'statistics.employee_messages': ["Total de messages d'employés", 'Totaal aantal medewerkerberichten', 'Wszystkie wiadomości pracowników'],
	'statistics.unread_threads': ['Sujets non lus', 'Ongelezen discussies', 'Nieprzeczytane wątki'],
	'statistics.closed_threads': ['Sujets clos', 'Afgesloten discussies', 'Zamknięte wątki'],
	'column.contact': ['Type', 'Type', 'Typ'],
	'column.language': ['Langue', 'Taal', 'Język'],
	'column.status': ['État', 'Status', 'Status'],
	'column.employee': ['Employé', 'Medewerker', 'Pracownik'],
	'column.message': ['Messages', 'Berichten', 'Wiadomości'],
	'column.private': ['Privé', 'Privé', 'Prywatna'],
	'column.last_message': ['Dernier message', 'Laatste bericht', 'Ostatnia wiadomość'],
	'thread.handled': ['Marquer comme "traité"', 'Markeer als "verwerkt"', 'Oznacz jako "przetworzona"'],
	'thread.reopen': ['Réouvrir', 'Heropenen', 'Ponownie otwarta'],
	'thread.pending1': ['Marquer comme "en attente 1" (sera traité plus tard)', 'Markeer als "in afwachting 1" (wordt later beantwoord)', 'Zaznacz jako "oczekujący 1" (odpowiedź będzie później)'],
	'thread.unpend': ['Désactiver l\'état "en attente"', 'Schakel de in afwachting status uit', 'Wyłącz status oczekiwania'],
	'thread.next': ["Répondre au prochain message de cette conversation qui n'a pas encore de réponse", 'Beantwoord het volgende onbeantwoorde bericht', 'Odpowiedz na następną wiadomość bez odpowiedzi w tym wątku'],
	'thread.to': ['À :', 'Aan:', 'Do:'],
	'orders.none': ['Aucune commande validée pour le moment', 'Momenteel geen bestellingen gevalideerd', 'Brak potwierdzonych zamówień w tej chwili'],
	'customer.since': ['Client depuis : {date}', 'Klant sinds: {date}', 'Klient od: {date}'],
	'timeline': ['Historique des commandes et des messages', 'Bestellingen- en berichtentijdlijn', 'Historia zamówień i wiadomości'],
	'list.none': ['Aucun enregistrement trouvé'],
	'bulk': ['Actions groupées'],
	'search': ['Rechercher'],
	'reset': ['Réinitialiser'],
	'close': ['Fermer'],
	'done.update': ['Mise à jour réussie'],
	'done.status': ["L'état a bien été mis à jour."],
	'done.deletions': ['Sélection supprimée avec succès'],
	'bell.empty': ["Pas de nouveau message pour l'instant."],
	'contact.saving': ['Enregistrer les messages ?', 'Berichten opslaan?', 'Zapisać wiadomość?'],
};

test('the terms are those that the shop program uses', () => {
	const codes = ['fr', 'nl', 'pl'];
	const wrong = Object.entries(TERMS).flatMap(([key, texts]) => texts.map((text, at) => [codes[at], key, catalogs[codes[at]][key], text])
		.filter(([, , is, text]) => is.replaceAll('\u00a0', ' ') !== text));
	assert.deepEqual(wrong, []);
});

test('each language is typed as it is written', () => {
	const wrong = Object.entries(catalogs).flatMap(([code, catalog]) => Object.entries(catalog).flatMap(([key, entry]) => forms(entry).filter((text) => {
		if (text !== text.trim() || /[ \u00a0]{2}/.test(text)) return true;
		if (code === 'fr') return /[^\s\u00a0\u202f:/?!][?!;:](?=\s|$)/.test(text.replace(/\d\d:\d\d/g, '')) || /[“”’]/.test(text);
		return /\s[?!;:](?=\s|$)/.test(text) || code === 'en' && /[“”’‘]/.test(text);
	}).map((text) => `${code} ${key}: ${text}`)));
	assert.deepEqual(wrong, []);
});

test('a text that is asked for is there', () => {
	for (const {file, text} of sources) {
		for (const [, key] of text.matchAll(/\b(?:t|text|translate)\((?:[a-z.()]+, )?'([a-z][\w]*(?:\.[\w.]+)?)'/gi)) assert.ok(key in en, `${file}: ${key}`);
		for (const [, prefix] of text.matchAll(/\bt\(`([a-z]+\.)\$\{/g)) assert.ok(Object.keys(en).some((key) => key.startsWith(prefix)), `${file}: ${prefix}`);
	}
});

test('no text stands in the sources', () => {
	const NAMES = /^(Belfry|Ctrl\+(.|(Shift\+)?Enter))$/;
	const found = sources.filter(({file}) => file.endsWith('.tsx')).flatMap(({file, text}) => [
		...text.matchAll(/>\s*([A-Za-z][^<>{}=;()|&]*[a-z]{2}[^<>{}=;()|&]*)<\//g), ...text.matchAll(/\s(?:title|aria-label|placeholder|alt|label)="([^"]+)"/g),
	].map(([, words]) => words.trim()).filter((words) => !NAMES.test(words)).map((words) => `${file}: ${words}`));
	assert.deepEqual(found, []);
});
