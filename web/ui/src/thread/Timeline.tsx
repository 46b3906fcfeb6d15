import {dateTime, fullName, relativeTime} from '../format';
import {useNow} from '../hooks';
import {has, t as text, useTexts} from '../i18n';
import {Icon, type IconName} from '../parts/icons';
import {statusName} from '../parts/Status';
import {STATUSES, type Happening, type Status, type Thread} from '../types';

const ICONS: Record<string, IconName> = {
	message: 'envelope', reply: 'reply', note: 'lock', forwarded: 'right', assigned: 'user', contact: 'inbox', deleted: 'trash', restored: 'restore',
	spam: 'shield', order: 'envelope', order_state: 'clock', undone: 'restore', delivery: 'send', merged: 'threads', status: 'open', undelivered: 'warn', reread: 'restore',
};

// "Orders and messages timeline", newest first.
export function Timeline({thread}: {thread: Thread}) {
	const t = useTexts();
	const now = useNow();
	return (
		<section class="card-quiet timeline" aria-labelledby="timeline-title">
			<h2 id="timeline-title">{t('timeline')}</h2>
			<ol>
				{thread.timeline.map((each) => (
					<li key={each.event ?? `${each.when} ${describe(each)}`} data-kind={each.kind}>
						<Icon name={iconOf(each)} />
						<span>
							{describe(each)}
							<span class="muted timeline-when">{each.employee && `${fullName(each.employee)} · `}<time dateTime={each.when} title={dateTime(each.when)}>{relativeTime(each.when, now)}</time></span>
						</span>
					</li>
				))}
			</ol>
		</section>
	);
}

function statusAt(happening: Happening, name: 'from' | 'to'): Status | null {
	const status = happening.data?.[name];
	return STATUSES.includes(status as Status) ? status as Status : null;
}

function iconOf(happening: Happening): IconName {
	const status = happening.kind === 'status' ? statusAt(happening, 'to') : null;
	const bad = happening.kind === 'delivery' && /^(failed|doubtful|delayed)$/.test(String(happening.data?.state));
	return status ?? (bad ? 'warn' : ICONS[happening.kind] ?? 'clock');
}

// What happened, as a sentence; who did it stands below.
const SENTENCES: Record<string, (happening: Happening) => string> = {
	message: ({data}) => text(data?.spam ? 'timeline.spam' : data?.automatic ? 'timeline.automatic' : 'timeline.message'),
	status(happening) {
		const from = statusAt(happening, 'from');
		const to = statusAt(happening, 'to');
		return text('timeline.status', {from: from ? statusName(from) : '--', to: to ? statusName(to) : '--'});
	},
	contact: ({from, to}) => text('timeline.contact', {from: from?.name ?? '--', to: to?.name ?? '--'}),
	assigned: ({target}) => (target ? text('timeline.assigned', {name: fullName(target)}) : text('timeline.unassigned')),
	order: ({data, reference}) => (data?.to ? text('timeline.order', {reference: reference ?? '--'}) : text('timeline.orderNone')),
	order_state: ({data}) => text('timeline.order_state', {reference: String(data?.reference), state: String(data?.state)}),
	spam: ({data}) => text(data?.spam === false ? 'timeline.notSpam' : 'timeline.spam'),
	forwarded: ({data}) => (data?.to ? text('timeline.forwardedTo', {name: String(data.to)}) : text('timeline.forwarded')),
	delivery({data}) {
		const key = `timeline.delivery_${String(data?.state)}`;
		return has(key) ? text(key) : text('timeline.delivery');
	},
	reread({data}) {
		if (data?.failed) return text('timeline.rereadFailed');
		if (Array.isArray(data?.changes) && !data.changes.length) return text('timeline.rereadSame');
		return data?.charset ? text('timeline.rereadAs', {charset: String(data.charset)}) : text('timeline.reread');
	},
	merged: ({thread, data}) => (thread ? text('timeline.joined', {id: String(thread)}) : text('timeline.merged', {id: String(data?.into)})),
};

function describe(happening: Happening): string {
	const sentence = SENTENCES[happening.kind];
	const key = `timeline.${happening.kind}`;
	return sentence ? sentence(happening) : has(key) ? text(key) : happening.kind;
}
