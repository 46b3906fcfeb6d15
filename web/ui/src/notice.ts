import {fullName} from './format';
import type {Notice} from './types';

// "First Last" of a registered customer, else the e-mail address.
export function noticeName(entry: Pick<Notice, 'customer' | 'email'>): string {
	return (entry.customer && fullName(entry.customer)) || entry.email;
}

// What a click on an entry clears: everything up to the newest one shown.
export function newestShown(entries: Pick<Notice, 'event'>[]): number {
	return Math.max(0, ...entries.map((entry) => entry.event));
}
