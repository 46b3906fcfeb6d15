import {dateTime, fullName, relativeTime} from '../format';
import {useNow} from '../hooks';
import {has, t as text, useTexts} from '../i18n';
import {Icon, type IconName} from '../parts/icons';
import {statusName} from '../parts/Status';
import {STATUSES, type Happening, type Status, type Thread} from '../types';

const ICONS: Record<string, IconName> = {
	message: 'envelope', reply: 'reply', note: 'lock', forwarded: 'right', assigned: 'user', contact: 'inbox', deleted: 'trash', restored: 'restore',
	spam: 'shield', merged: 'threads', status: 'open', undelivered: 'warn',
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
					<li key={each.event}>
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

function statusOf({data}: Happening): Status | null {
	const status = data?.status ?? data?.to;
	return STATUSES.includes(status as Status) ? status as Status : null;
}

function iconOf(happening: Happening): IconName {
	const status = happening.kind === 'status' ? statusOf(happening) : null;
	return status ?? ICONS[happening.kind] ?? 'clock';
}

function describe(happening: Happening): string {
	const status = statusOf(happening);
	if (happening.kind === 'status' && status) return text('timeline.status', {status: statusName(status)});
	const key = `timeline.${happening.kind}`;
	if (happening.kind === 'status' || !has(key)) return happening.kind;
	return text(key, {id: String(happening.data?.into ?? happening.data?.from ?? '')});
}
