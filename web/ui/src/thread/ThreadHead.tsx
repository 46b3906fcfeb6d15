import {useEffect, useState} from 'preact/hooks';
import * as api from '../api';
import {dateTime, fullName, languageName} from '../format';
import {mayAct} from '../hooks';
import {t as text, useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {StatusBadge} from '../parts/Status';
import {deskPath} from '../query';
import {session, useValue, viewers} from '../store';
import {isDisguised} from './Who';
import type {Blocked, Named, Person, Thread, ThreadChange} from '../types';

interface Props {
	thread: Thread;
	onChange: (change: ThreadChange) => void;
}

export function ThreadHead({thread, onChange}: Props) {
	const t = useTexts();
	return (
		<div class="thread-head">
			<h1><span class="thread-number" aria-label={t('thread.number', {id: String(thread.id)})}>#{thread.id}</span> {thread.subject || t('subject.none')}</h1>
			<div class="thread-facts">
				<StatusBadge status={thread.status} />
				<Contact thread={thread} onChange={onChange} />
				<InCharge thread={thread} onChange={onChange} />
				<OrderChoice thread={thread} onChange={onChange} />
				<span><span class="muted">{t('label', {name: t('column.language')})}</span> {languageName(thread.language)}</span>
				<CustomerLink thread={thread} />
				<Viewers thread={thread.id} first={thread.viewers} />
			</div>
			{thread.folder === 'bin' && <p class="banner"><Icon name="trash" />{t('thread.inBin')}</p>}
			{thread.folder === 'spam' && <p class="banner"><Icon name="shield" />{t('thread.isSpam')} {whySpam(thread)}</p>}
			{thread.blocked && <BlockedBanner blocked={thread.blocked} />}
		</div>
	);
}

// Of its newest message that was filed there by a rule.
function whySpam({messages}: Thread): string {
	const why = messages.filter(({spam_reason}) => spam_reason).at(-1)?.spam_reason;
	if (!why) return '';
	return why.blocked ? text('spam.becauseBlocked', {sender: why.blocked}) : text('spam.because', {header: why.header ?? '', value: why.value ?? ''});
}

function BlockedBanner({blocked}: {blocked: Blocked}) {
	const t = useTexts();
	const {sender, reason, employee, created} = blocked;
	const who = t('blocked.who', {sender, name: employee ? fullName(employee) : '--', when: dateTime(created)});
	return <p class="banner"><Icon name="shield" /><span>{who}{reason && <> {t('blocked.why', {reason})}</>}</span></p>;
}

interface ChoiceProps {
	label: string;
	now: Named | null;
	options: Named[];
	none: boolean; // whether nothing may be chosen
	onChoose: (id: number | null) => void;
	name?: string;
}

// A fact of the thread that can be changed where it stands; who may not sees it.
function Choice({label, now, options, none, onChoose, name}: ChoiceProps) {
	const t = useTexts();
	const all = now && !options.some(({id}) => id === now.id) ? [now, ...options] : options;
	if (!mayAct()) return <span><span class="muted">{t('label', {name: label})}</span> {now?.name ?? '--'}</span>;
	return (
		<label class="fact" data-fact={name}>
			<span class="muted">{t('label', {name: label})}</span>
			<select class="form-select" value={now?.id ?? ''} onChange={(event) => onChoose(Number(event.currentTarget.value) || null)}>
				{(none || !now) && <option value="" disabled={!none}>--</option>}
				{all.map(({id, name}) => <option key={id} value={id}>{name}</option>)}
			</select>
		</label>
	);
}

function Contact({thread, onChange}: Props) {
	const t = useTexts();
	const contacts = useValue(session)?.contacts ?? [];
	return <Choice label={t('column.contact')} now={thread.contact} options={contacts} none={false} onChoose={(contact) => onChange({contact})} />;
}

function InCharge({thread, onChange}: Props) {
	const t = useTexts();
	const [staff, setStaff] = useState<Person[]>([]);
	const contact = thread.contact?.id;
	useEffect(() => {
		if (mayAct()) api.threads.staff(thread.id).then(setStaff, () => setStaff([]));
	}, [thread.id, contact]);
	const named = (person: Person) => ({id: person.id, name: fullName(person)});
	return (
		<Choice name="employee" label={t('column.employee')} now={thread.employee && named(thread.employee)} options={staff.map(named)} none
			onChoose={(employee) => onChange({employee})} />
	);
}

// Among the customer's own.
function OrderChoice({thread, onChange}: Props) {
	const t = useTexts();
	const orders = thread.customer_card?.order_list ?? [];
	if (!orders.length && !thread.order) return null;
	const open = thread.order && t('order.open', {reference: thread.order.reference});
	return (
		<span class="fact">
			<Choice label={t('thread.order')} now={thread.order && {id: thread.order.id, name: thread.order.reference}} options={orders.map(({id, reference}) => ({id, name: reference}))}
				none onChoose={(order) => onChange({order})} />
			{thread.order && <a class="btn btn-icon" href={`/orders/${thread.order.id}`} aria-label={open!} title={open!}><Icon name="right" /></a>}
		</span>
	);
}

// A customer leads to their page, a visitor, as they call themselves, to all threads of the address.
function CustomerLink({thread}: {thread: Thread}) {
	const t = useTexts();
	const disguised = thread.messages.some((message) => message.from?.address === thread.email && isDisguised(message));
	const name = thread.customer ? fullName(thread.customer) : disguised ? '' : thread.name;
	const all = deskPath({filters: {email: thread.email}});
	return (
		<span class="thread-customer">
			<Icon name="user" />
			<a href={thread.customer ? `/customers/${thread.customer.id}` : all} title={thread.customer ? undefined : t('thread.allOf', {email: thread.email})}>
				{name ? <><strong><bdi>{name}</bdi></strong> ({thread.email})</> : <strong>{thread.email}</strong>}
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
