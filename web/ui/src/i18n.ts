// The catalogs: every text of the UI, in the employee's language.
import {en} from './catalogs/en';
import {recall, remember, useValue, value} from './store';
import type {Language} from './types';

declare const CATALOG_FR_URL: string, CATALOG_NL_URL: string, CATALOG_PL_URL: string;

// A text that counts: one form for each of the language's plural rules that it needs.
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & {other: string};
export type Key = keyof typeof en;
export type Catalog = Record<Key, string | Plural>;
type Values = Record<string, string | number>;

// English comes with the app; each of the others is a file of its own, asked for when it is wanted first.
const files: Record<Exclude<Language, 'en'>, () => Promise<Catalog>> = {
	fr: () => (import(CATALOG_FR_URL) as Promise<typeof import('./catalogs/fr')>).then(({fr}) => fr),
	nl: () => (import(CATALOG_NL_URL) as Promise<typeof import('./catalogs/nl')>).then(({nl}) => nl),
	pl: () => (import(CATALOG_PL_URL) as Promise<typeof import('./catalogs/pl')>).then(({pl}) => pl),
};
const catalogs: Partial<Record<Language, Catalog>> = {en};
export const LANGUAGES: readonly Language[] = ['en', 'fr', 'nl', 'pl'];

export async function catalogOf(code: Language): Promise<Catalog> {
	return catalogs[code] ??= await files[code as keyof typeof files]();
}

export function isLanguage(code: string): code is Language {
	return LANGUAGES.some((known) => known === code);
}

function firstLanguage(): Language {
	const wanted = [recall('language') ?? '', ...navigator.languages.map((code) => code.slice(0, 2))];
	return wanted.find(isLanguage) ?? 'en';
}

export const language = value<Language>('en');
let wanted: Language = 'en';

// Changes to CODE as soon as its texts are there, unless another language was wanted meanwhile. Fails when they cannot be had.
export async function speak(code: Language): Promise<void> {
	wanted = code;
	await catalogOf(code);
	if (wanted === code) language.set(code);
}

export async function startLanguage(): Promise<void> {
	language.subscribe((code) => {
		document.documentElement.lang = code;
		remember('language', code);
	});
	document.documentElement.lang = language.get();
	await speak(firstLanguage()).catch(() => {}); // English, then
}

const rules = new Map<Language, Intl.PluralRules>();

function pluralOf(code: Language, count: number): Intl.LDMLPluralRule {
	let rule = rules.get(code);
	if (!rule) rules.set(code, rule = new Intl.PluralRules(code));
	return rule.select(count);
}

// The text of KEY with {name} replaced; a text that counts goes by {n}.
export function translate(code: Language, key: Key, values: Values = {}): string {
	const entry: string | Plural = (catalogs[code] ?? en)[key];
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
