import type {Message} from '../types';

// NEWER over OLDER, ascending, each message once.
export function mergeMessages(older: Message[], newer: Message[]): Message[] {
	const fresh = new Set(newer.map((each) => each.id));
	const first = newer[0];
	const at = first ? older.findIndex((each) => each.id === first.id) : -1;
	const before = (at >= 0 ? older.slice(0, at) : older).filter((each) => !fresh.has(each.id));
	return [...before, ...newer];
}
