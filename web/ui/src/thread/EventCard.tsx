// What a calendar part of a mail is about: what is asked, when, where and by whom.
import {eventTime} from '../eventTime';
import {has, useTexts, type Key} from '../i18n';
import {Icon} from '../parts/icons';
import type {CalendarEvent} from '../types';

function titleKey({method, answer}: CalendarEvent): Key {
	const key = `event.${(method === 'REPLY' ? answer ?? 'reply' : method ?? '').toLowerCase()}`;
	return has(key) ? key : 'event.event';
}

export function EventCard({event}: {event: CalendarEvent}) {
	const t = useTexts();
	const more = Number(event.events ?? 1) - 1;
	const often = `event.${(event.repeats ?? '').toLowerCase()}`;
	const rows: [Key, string | undefined][] = [
		['event.when', eventTime(event)],
		['event.repeats', event.repeats && has(often) ? t(often) : undefined],
		['event.where', event.location],
		['event.organizer', event.organizer],
		['event.attendees', event.attendees],
	];
	return (
		<section class="event-card" aria-label={t(titleKey(event))}>
			<p class="event-kind"><Icon name="calendar" />{t(titleKey(event))}</p>
			{event.summary && <p class={event.method === 'CANCEL' || event.status === 'CANCELLED' ? 'event-name event-off' : 'event-name'}>{event.summary}</p>}
			<dl>{rows.filter(([, said]) => said).map(([key, said]) => <div key={key}><dt>{t(key)}</dt><dd>{said}</dd></div>)}</dl>
			{more > 0 && <p class="muted">{t('event.more', {n: more})}</p>}
		</section>
	);
}
