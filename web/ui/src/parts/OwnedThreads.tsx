import type {ComponentChildren} from 'preact';
import {relativeTime} from '../format';
import {useNow} from '../hooks';
import {useTexts} from '../i18n';
import {threadPath} from '../router';
import {ListPages} from '../settings/ListPages';
import {Section} from '../settings/Page';
import type {OwnedThread} from '../types';
import {StatusBadge} from './Status';

interface Props {
	threads: OwnedThread[];
	total: number;
	path: string;
	search: string;
	children?: ComponentChildren; // below them
}

// The threads of a customer or of an order.
export function OwnedThreads({threads, total, path, search, children}: Props) {
	const t = useTexts();
	const now = useNow();
	return (
		<Section title={t('customers.threads')} count={total}>
			{!total && <p class="muted">{t('customers.noThreads')}</p>}
			<ul class="owned-threads">
				{threads.map((thread) => (
					<li key={thread.id} data-thread={thread.id}>
						<a href={threadPath(thread.id)}>#{thread.id} {thread.subject || t('subject.none')}</a>
						<span class="muted">{thread.contact?.name ?? '--'}</span>
						<StatusBadge status={thread.status} />
						{thread.last_message && <span class="muted">{relativeTime(thread.last_message, now)}</span>}
					</li>
				))}
			</ul>
			<ListPages path={path} search={search} name="threads" label={t('customers.threadPages')} total={total} />
			{children}
		</Section>
	);
}
