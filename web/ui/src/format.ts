// Names, dates and sizes as the employee's language writes them.
import {language, t} from './i18n';
import type {Person} from './types';

const formats = new Map<string, unknown>();

// The employee's language, in the region's way where the browser is set to the same language.
function locale(): string {
	const code = language.get();
	let region = regions.get(code);
	if (!region) regions.set(code, region = navigator.languages.find((each) => each === code || each.startsWith(`${code}-`)) ?? code);
	return region;
}

const regions = new Map<string, string>();

function kept<T>(kind: string, make: (code: string) => T): T {
	const code = locale();
	const name = `${code} ${kind}`;
	if (!formats.has(name)) formats.set(name, make(code));
	return formats.get(name) as T;
}

export function dateTime(iso: string): string {
	const format = kept('dateTime', (code) => new Intl.DateTimeFormat(code, {dateStyle: 'medium', timeStyle: 'short'}));
	const when = new Date(iso);
	return Number.isNaN(when.getTime()) ? '' : format.format(when);
}

// Narrow enough for a column: digits only.
export function shortDateTime(iso: string): string {
	const format = kept('short', (code) => new Intl.DateTimeFormat(code, {
		year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
	}));
	const when = new Date(iso);
	return Number.isNaN(when.getTime()) ? '' : format.format(when);
}

export function longDateTime(iso: string): string {
	const format = kept('long', (code) => new Intl.DateTimeFormat(code, {dateStyle: 'full', timeStyle: 'long'}));
	const when = new Date(iso);
	return Number.isNaN(when.getTime()) ? '' : format.format(when);
}

export function dateOnly(iso: string): string {
	const format = kept('date', (code) => new Intl.DateTimeFormat(code, {dateStyle: 'medium'}));
	const when = new Date(iso);
	return Number.isNaN(when.getTime()) ? '' : format.format(when);
}

// "14 May 2024, 09:00 – 10:30", in UTC or in the browser's zone.
export function dateSpan(from: Date, to: Date, {days, local}: {days: boolean; local: boolean}): string {
	const format = kept(`span ${days} ${local}`, (code) => new Intl.DateTimeFormat(code, {
		dateStyle: 'full', timeStyle: days ? undefined : 'short', timeZone: local ? undefined : 'UTC',
	}));
	return to > from ? format.formatRange(from, to) : format.format(from);
}

// The browser's time zone.
export function zoneName(): string {
	return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function dayMonth(iso: string): string {
	const format = kept('dayMonth', (code) => new Intl.DateTimeFormat(code, {day: 'numeric', month: 'short'}));
	return format.format(new Date(iso));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
	['year', 31557600], ['month', 2629800], ['week', 604800], ['day', 86400], ['hour', 3600], ['minute', 60],
];

// "5 minutes ago"; what lies in the future by a clock that is off counts as now.
export function relativeTime(iso: string, now = Date.now()): string {
	const seconds = Math.min(0, (new Date(iso).getTime() - now) / 1000);
	if (Number.isNaN(seconds)) return '';
	const step = STEPS.find(([, length]) => -seconds >= length);
	if (!step) return t('time.now');
	const format = kept('relative', (code) => new Intl.RelativeTimeFormat(code, {numeric: 'auto'}));
	return format.format(Math.trunc(seconds / step[1]), step[0]);
}

export function languageName(code: string): string {
	try {
		const names = kept('languages', (lang) => new Intl.DisplayNames([lang], {type: 'language'}));
		const name = names.of(code) ?? code;
		return name.charAt(0).toLocaleUpperCase(language.get()) + name.slice(1);
	} catch {
		return code;
	}
}

// A language's name in itself, for the menu that chooses it.
export function ownName(code: string): string {
	const name = new Intl.DisplayNames([code], {type: 'language'}).of(code) ?? code;
	return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

export function fullName(person: Pick<Person, 'firstname' | 'lastname'>): string {
	return `${person.firstname} ${person.lastname}`.trim();
}

// "A. Lastname", as the list names who is in charge.
export function initialName(person: Person): string {
	const initial = [...person.firstname][0];
	return initial ? `${initial}. ${person.lastname}` : person.lastname;
}

// AMOUNT as the API has it, "12.34".
export function money(amount: string, currency: string): string {
	try {
		return kept(`money ${currency}`, (code) => new Intl.NumberFormat(code, {style: 'currency', currency})).format(Number(amount));
	} catch {
		return `${amount} ${currency}`;
	}
}

// "8 o", "1,2 Mo", never broken before the unit.
export function fileSize(bytes: number): string {
	const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
	const step = Math.min(3, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
	const format = kept(`size ${step}`, (code) => new Intl.NumberFormat(code, {
		style: 'unit', unit: units[step]!, unitDisplay: step ? 'short' : 'narrow', maximumFractionDigits: step > 1 ? 1 : 0,
	}));
	const parts = format.formatToParts(bytes / 1000 ** step).filter(({type}) => type !== 'literal');
	return parts.map(({type, value}) => (type === 'unit' ? `\u00a0${value}` : value)).join('');
}

export function formatPercent(part: number): string {
	return kept('percent', (code) => new Intl.NumberFormat(code, {style: 'percent'})).format(part);
}
