// Of which events an employee wants to know, and how: in the bell, by sound, on the desktop; and when to be left alone.
import type {Kind, Notice, Notify, Quiet, Way} from './types';

function minutes(time: string): number {
	const [hours = 0, rest = 0] = time.split(':').map(Number);
	return hours * 60 + rest;
}

// From 22:00 to 07:00 goes over midnight; from and to the same is all day.
export function isQuiet(quiet: Quiet | null, now = new Date()): boolean {
	if (!quiet) return false;
	const from = minutes(quiet.from);
	const to = minutes(quiet.to);
	const at = now.getHours() * 60 + now.getMinutes();
	return from < to ? at >= from && at < to : at >= from || at < to;
}

// Those that are to be heard, or shown on the desktop, now.
export function wanted<N extends Pick<Notice, 'kind'>>(entries: N[], notify: Notify, way: Way, now?: Date): N[] {
	if (isQuiet(notify.quiet, now)) return [];
	return entries.filter(({kind}) => notify[way].includes(kind as Kind));
}
