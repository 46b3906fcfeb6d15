import {fullName, languageName} from '../format';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {StatusBadge} from '../parts/Status';
import {deskPath} from '../query';
import {session, useValue, viewers} from '../store';
import type {Person, Thread} from '../types';

export function ThreadHead({thread}: {thread: Thread}) {
	const t = useTexts();
	return (
		<div class="thread-head">
			<h1><span class="thread-number" aria-label={t('thread.number', {id: String(thread.id)})}>#{thread.id}</span> {thread.subject || t('subject.none')}</h1>
			<div class="thread-facts">
				<StatusBadge status={thread.status} />
				<span><span class="muted">{t('thread.to')}</span> {thread.contact?.name ?? '--'}</span>
				<span><span class="muted">{t('column.employee')}:</span> {thread.employee ? fullName(thread.employee) : '--'}</span>
				<span><span class="muted">{t('column.language')}:</span> {languageName(thread.language)}</span>
				<CustomerLink thread={thread} />
				<Viewers thread={thread.id} first={thread.viewers} />
			</div>
			{thread.folder === 'bin' && <p class="banner"><Icon name="trash" />{t('thread.inBin')}</p>}
			{thread.folder === 'spam' && <p class="banner"><Icon name="shield" />{t('thread.isSpam')}</p>}
		</div>
	);
}

// A customer by name, a visitor as they call themselves; both lead to all their threads.
function CustomerLink({thread}: {thread: Thread}) {
	const t = useTexts();
	const name = thread.customer ? fullName(thread.customer) : thread.name;
	return (
		<span class="thread-customer">
			<Icon name="user" />
			<a href={deskPath({filters: {email: thread.email}})} title={t('thread.allOf', {email: thread.email})}>
				{name ? <><strong>{name}</strong> ({thread.email})</> : <strong>{thread.email}</strong>}
			</a>
			{!thread.customer && <span class="tag">{t('visitor')}</span>}
		</span>
	);
}

function Viewers({thread, first}: {thread: number; first: Person[]}) {
	const t = useTexts();
	const live = useValue(viewers);
	const me = useValue(session)?.id;
	const people = (live.thread === thread && live.people) || first;
	const others = people.filter((person) => person.id !== me);
	return (
		<span class="viewers" role="status" aria-live="polite">
			{others.length > 0 && <><Icon name="eye" />{t('thread.viewers', {n: others.length, names: others.map(fullName).join(', ')})}</>}
		</span>
	);
}
