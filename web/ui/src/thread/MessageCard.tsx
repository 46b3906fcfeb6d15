import {useState} from 'preact/hooks';
import {messages as urls} from '../api';
import {dateTime, fullName, longDateTime, relativeTime} from '../format';
import {useNow} from '../hooks';
import {useTexts, type Key} from '../i18n';
import {memo} from '../memo';
import {Icon, type IconName} from '../parts/icons';
import {Delivery} from '../reply/Delivery';
import type {Message, Thread} from '../types';
import {Attachments} from './Attachments';
import {EventCard} from './EventCard';
import {MessageBody, type Tab} from './MessageBody';
import {MessageDetails} from './MessageDetails';
import {Author, Warnings} from './Who';
import {WrongLetters, mayReread} from './WrongLetters';

export function authorName(message: Message, thread: Pick<Thread, 'customer' | 'email'>): string {
	const {author, from} = message;
	if (typeof author === 'string' && author) return author;
	if (author && typeof author === 'object') {
		const name = author.name || fullName({firstname: author.firstname ?? '', lastname: author.lastname ?? ''});
		if (name) return name;
	}
	if (message.kind === 'customer' && thread.customer && from?.address.toLowerCase() === thread.email.toLowerCase()) return fullName(thread.customer);
	return from?.name || from?.address || thread.email;
}

function tabsOf(message: Message): Tab[] {
	if (message.kind === 'note' || !message.message_id && !message.envelope) return message.has_html ? ['html', 'text'] : [];
	return message.has_html ? ['html', 'text', 'source', 'headers'] : ['text', 'source', 'headers'];
}

export const MessageCard = memo(function MessageCard({message, thread}: {message: Message; thread: Thread}) {
	const t = useTexts();
	const tabs = tabsOf(message);
	const [tab, setTab] = useState<Tab>(message.has_html && message.state !== 'unreadable' ? 'html' : 'text');
	const [details, setDetails] = useState(false);
	const name = authorName(message, thread);
	const panel = `body-${message.id}`;
	return (
		<article id={`message-${message.id}`} class={`message message-${message.kind} ${message.unread ? 'message-unread' : ''}`} tabIndex={-1}
			aria-label={t('message.label', {name, when: dateTime(message.received)})} data-message={message.id}>
			<header class="message-head">
				<div class="message-who">
					<Author message={message} name={name} />
					{message.kind !== 'customer' && <span class="tag">{t(message.kind === 'note' ? 'message.note' : 'message.reply')}</span>}
					<Marks message={message} />
				</div>
				<When iso={message.received} />
			</header>
			{tabs.length > 0 && (
				<div class="message-tools">
					<div class="tabs" role="tablist" aria-label={t('message.views')}>
						{tabs.map((each) => (
							<button key={each} type="button" role="tab" aria-selected={tab === each} aria-controls={panel} tabIndex={tab === each ? 0 : -1}
								onClick={() => setTab(each)} onKeyDown={(event) => turnTab(event, tabs, tab, setTab)}>{t(`tab.${each}`)}</button>
						))}
					</div>
					<button type="button" class="btn btn-plain" aria-expanded={details} onClick={() => setDetails(!details)}>{t('message.details')}<Icon name={details ? 'up' : 'down'} /></button>
					<a class="btn btn-plain" href={urls.url(message.id, 'source')} download={`message-${message.id}.eml`}><Icon name="download" />{t('message.eml')}</a>
					{mayReread(message) && <WrongLetters message={message} />}
				</div>
			)}
			{details && <MessageDetails message={message} />}
			<Warnings message={message} />
			<Bounce message={message} />
			<Complaint message={message} />
			{message.protection?.endsWith('-encrypted') && <p class="banner"><Icon name="lock" />{t('message.encrypted')}</p>}
			{message.attachments.map(({id, event}) => event && <EventCard key={id} event={event} />)}
			<div id={panel} role={tabs.length ? 'tabpanel' : undefined} class="message-body"><MessageBody message={message} tab={tab} /></div>
			<Attachments message={message} />
			<Delivery message={message} thread={thread.id} />
		</article>
	);
});

function turnTab(event: KeyboardEvent, tabs: Tab[], tab: Tab, setTab: (tab: Tab) => void): void {
	const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
	if (!by) return;
	const to = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]!;
	setTab(to);
	const buttons = (event.currentTarget as HTMLElement).parentElement?.querySelectorAll('button');
	buttons?.[tabs.indexOf(to)]?.focus();
}

function When({iso}: {iso: string}) {
	const now = useNow();
	return <time class="message-when" dateTime={iso} title={longDateTime(iso)}>{dateTime(iso)} <span class="muted">· {relativeTime(iso, now)}</span></time>;
}

// That DMARC passed is good news, shown as such.
function Marks({message}: {message: Message}) {
	const t = useTexts();
	const marks: [boolean, IconName, string][] = [
		[message.auto, 'robot', t('mark.automatic')],
		[message.new_sender, 'warn', t('mark.newSender')],
		[message.auth?.dmarc === 'fail', 'warn', t('mark.dmarc')],
		[Boolean(message.protection), 'lock', message.protection ? t(`mark.${message.protection}`) : ''],
		[message.spam, 'shield', t('mark.spam')],
		[message.state === 'partial', 'warn', t('mark.partial')],
		[message.charset !== null, 'restore', t('charset.chosen', {name: message.charset ?? ''})],
	];
	const confirmed = message.auth?.dmarc === 'pass' && <span class="tag tag-good"><Icon name="check" />{t('mark.confirmed')}</span>;
	return <>{confirmed}{marks.filter(([on]) => on).map(([, icon, label]) => <span key={label} class="tag tag-mark"><Icon name={icon} />{label}</span>)}</>;
}

function Complaint({message: {feedback}}: {message: Message}) {
	const t = useTexts();
	if (!feedback) return null;
	return <p class="banner banner-warn"><Icon name="warn" />{t('message.complaint', {type: feedback.type, recipients: feedback.recipients.join(', ')})}</p>;
}

function Bounce({message: {bounce}}: {message: Message}) {
	const t = useTexts();
	if (!bounce) return null;
	const why = bounce.reason ? [t(`bounce.${bounce.reason}` as Key)] : [];
	const status = [bounce.status || bounce.action, ...why].join(', ');
	return <p class="banner banner-warn"><Icon name="warn" />{t('message.bounce', {status, recipients: bounce.recipients.join(', ')})}</p>;
}
