// What is being written, as values; what the server keeps of it; and which of both counts.
import type {Draft, LetterBody, ReplyStart, Status} from '../types';
import {isPlain, letterText, textLetter} from './letter';
import {keptRecipients, type Recipients} from './recipients';

export interface Letter extends Recipients {
	html: string;
	private: boolean;
	status: Status;
	employee: number | null | undefined; // undefined: as it comes: who writes, when nobody is in charge
	seen: number; // the newest message when it was begun
}

export function freshLetter(start: ReplyStart): Letter {
	return {html: start.html, private: false, to: start.to.map(({address}) => address), cc: start.cc.map(({address}) => address), status: 'closed', employee: undefined, seen: start.seen};
}

// The kept draft, else what a reply begins with.
export function firstLetter(start: ReplyStart): Letter {
	const fresh = freshLetter(start);
	const {draft} = start;
	if (!draft) return fresh;
	return {
		...keptRecipients(draft, fresh, start.people),
		html: draft.html || textLetter(draft.text),
		private: draft.private,
		status: draft.status ?? 'closed',
		employee: draft.employee,
		seen: draft.seen || start.seen,
	};
}

export function letterBody({html, employee, ...rest}: Letter): LetterBody {
	return {...rest, text: letterText(html), html: isPlain(html) ? '' : html, ...(employee === undefined ? {} : {employee})};
}

// Whether it says no more than it did at first: nothing worth keeping.
export function isUntouched(letter: Letter, start: ReplyStart): boolean {
	const fresh = freshLetter(start);
	const html = letter.html === '' || letter.html === fresh.html;
	return html && letter.private === fresh.private && letter.status === fresh.status && letter.employee === undefined && String([letter.to, letter.cc]) === String([fresh.to, fresh.cc]);
}

// What another tab or machine has kept replaces what is here unless something here waits to be kept itself, or is newer.
export function takesOver(kept: Draft | null, here: {waiting: boolean; updated: string | null}): boolean {
	if (here.waiting) return false;
	if (!kept) return here.updated !== null;
	return here.updated === null || kept.updated > here.updated;
}
