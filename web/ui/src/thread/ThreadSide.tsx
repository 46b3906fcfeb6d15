import {dateOnly, fullName, relativeTime} from '../format';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {OrderSums} from '../parts/OrderSums';
import {StatusBadge} from '../parts/Status';
import {threadPath} from '../router';
import type {Thread} from '../types';
import {Timeline} from './Timeline';

// Beside the conversation: who the customer is, what else belongs to it, what happened.
export function ThreadSide({thread}: {thread: Thread}) {
	const t = useTexts();
	const card = thread.customer_card;
	const others = (card?.threads ?? []).filter((each) => each.id !== thread.id);
	return (
		<aside class="thread-side" aria-label={t('side')}>
			<section class="card-quiet">
				<h2>{t(thread.customer ? 'customer' : 'visitor')}</h2>
				{thread.customer && <p><a href={`/customers/${thread.customer.id}`}><strong>{fullName(thread.customer)}</strong></a></p>}
				{card && <OrderSums orders={card.orders} />}
				{card?.registered && <p>{t('customer.since', {date: dateOnly(card.registered)})}</p>}
				{others.length > 0 && <h3>{t('customer.threads')}</h3>}
				<ul class="side-threads">
					{others.map((each) => (
						<li key={each.id}>
							<a href={threadPath(each.id)}>#{each.id} {each.subject || t('subject.none')}</a>
							<span class="side-meta"><StatusBadge status={each.status} />{each.last_message && <span class="muted">{relativeTime(each.last_message)}</span>}</span>
						</li>
					))}
				</ul>
			</section>
			{thread.related.length > 0 && (
				<section class="card-quiet">
					<h2>{t('related')}</h2>
					<ul class="related">{thread.related.map((id) => <li key={id}><a href={threadPath(id)}><Icon name="threads" />{t('related.to', {id: String(id)})}</a></li>)}</ul>
				</section>
			)}
			<Timeline thread={thread} />
		</aside>
	);
}
