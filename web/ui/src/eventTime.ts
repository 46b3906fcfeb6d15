// When an event is, as the employee's language writes it. Times in UTC become those of the browser; others stay as they are, with the zone
// that the mail names.
import {dateSpan, zoneName} from './format';
import type {CalendarEvent} from './types';

const DAY = 86_400_000;

export function eventTime({start, end, zone}: CalendarEvent): string {
	if (!start) return '';
	const utc = start.endsWith('Z');
	const from = new Date(utc ? start : asUtc(start));
	let to = end ? new Date(end.endsWith('Z') ? end : asUtc(end)) : from;
	const days = !start.includes('T');
	if (days && to > from) to = new Date(to.getTime() - DAY); // the day after the last
	if (Number.isNaN(from.getTime())) return '';
	const span = dateSpan(from, Number.isNaN(to.getTime()) || to < from ? from : to, {days, local: utc});
	const named = utc ? zoneName() : zone;
	return named && !days ? `${span} (${named})` : span;
}

// As if it were UTC, so that the browser's own zone changes nothing.
function asUtc(time: string): string {
	return time.includes('T') ? `${time}Z` : `${time}T00:00:00Z`;
}
