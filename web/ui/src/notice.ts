import {fullName} from './format';
import {t} from './i18n';
import type {Notice} from './types';

// "First Last" of a registered customer, else the e-mail address.
export function noticeName(entry: Pick<Notice, 'customer' | 'email'>): string {
	return (entry.customer && fullName(entry.customer)) || entry.email;
}

// What a click on an entry clears: everything up to the newest one shown.
export function newestShown(entries: Pick<Notice, 'event'>[]): number {
	return Math.max(0, ...entries.map((entry) => entry.event));
}

// Why it came: "New message in Customer service", "Assigned to you by Anna Admin".
export function noticeReason({kind, contact, by, why}: Pick<Notice, 'kind' | 'contact' | 'by' | 'why'>): string {
	if (kind === 'assigned') return by ? t('reason.assignedBy', {name: fullName(by)}) : t('reason.assigned');
	if (kind === 'undelivered') return why ? t('reason.undeliveredWhy', {why}) : t('reason.undelivered');
	return contact ? t('reason.messageIn', {contact: contact.name}) : t('reason.message');
}
