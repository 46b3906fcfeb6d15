// The catalogs: every text of the UI, in the employee's language.
import {en} from './catalogs/en';
import {fr} from './catalogs/fr';
import {nl} from './catalogs/nl';
import {pl} from './catalogs/pl';
import {recall, remember, useValue, value} from './store';
import type {Language} from './types';

// A text that counts: one form for each of the language's plural rules that it needs.
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & {other: string};
export type Key = keyof typeof en;
export type Catalog = Record<Key, string | Plural>;
type Values = Record<string, string | number>;

export const catalogs: Record<Language, Catalog> = {en, fr, nl, pl};
export const LANGUAGES = Object.keys(catalogs) as Language[];

export function isLanguage(code: string): code is Language {
	return code in catalogs;
}

function firstLanguage(): Language {
	const wanted = [recall('language') ?? '', ...navigator.languages.map((code) => code.slice(0, 2))];
	return wanted.find(isLanguage) ?? 'en';
}

export const language = value<Language>('en');

export function startLanguage(): void {
	language.subscribe((code) => {
		document.documentElement.lang = code;
		remember('language', code);
	});
	language.set(firstLanguage());
	document.documentElement.lang = language.get();
}

const rules = new Map<Language, Intl.PluralRules>();

function pluralOf(code: Language, count: number): Intl.LDMLPluralRule {
	let rule = rules.get(code);
	if (!rule) rules.set(code, rule = new Intl.PluralRules(code));
	return rule.select(count);
}

// The text of KEY with {name} replaced; a text that counts goes by {n}.
export function translate(code: Language, key: Key, values: Values = {}): string {
	const entry: string | Plural = catalogs[code][key];
	const text = typeof entry === 'string' ? entry : entry[pluralOf(code, Number(values.n))] ?? entry.other;
	return text.replace(/{(\w+)}/g, (whole, name: string) => {
		const given = values[name];
		if (given === undefined) return whole;
		return typeof given === 'number' ? formatNumber(code, given) : given;
	});
}

export function t(key: Key, values?: Values): string {
	return translate(language.get(), key, values);
}

// For components: reads texts and draws again when the language changes.
export function useTexts(): typeof t {
	useValue(language);
	return t;
}

export function has(key: string): key is Key {
	return key in en;
}

export function formatNumber(code: Language, amount: number, digits?: number): string {
	return new Intl.NumberFormat(code, digits === undefined ? {} : {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(amount);
}
