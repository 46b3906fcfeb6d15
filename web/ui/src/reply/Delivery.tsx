// What became of a mail of ours: its state as it is now, why, and what can be done about it.
import {useId, useState} from 'preact/hooks';
import * as api from '../api';
import {dateTime} from '../format';
import {explain, fail, mayAct} from '../hooks';
import {useTexts} from '../i18n';
import {Countdown} from '../parts/Countdown';
import {Icon, type IconName} from '../parts/icons';
import {session, toast, useValue} from '../store';
import type {Delivery as State, DeliveryState, Message} from '../types';
import {reasonText} from './reasons';
import {undoSend} from './undo';

const ICONS: Record<DeliveryState, IconName> = {queued: 'clock', sent: 'check', delivered: 'closed', delayed: 'clock', failed: 'warn', doubtful: 'warn'};
const LOOKS: Record<DeliveryState, string> = {queued: '', sent: 'tag-sent', delivered: 'tag-good', delayed: 'tag-mark', failed: 'tag-bad', doubtful: 'tag-mark'};

export function Delivery({message, thread}: {message: Message; thread: number}) {
	const t = useTexts();
	const [open, setOpen] = useState(false);
	const id = useId();
	const me = useValue(session)?.id;
	const {delivery, author} = message;
	if (!delivery) return null;
	const {state, recipients} = delivery;
	const name = t(`delivery.${state}`);
	const mine = author !== null && typeof author === 'object' && author.id === me;
	return (
		<div class="delivery" data-delivery={state}>
			<p class="delivery-line">
				<button type="button" class={`tag delivery-state ${LOOKS[state]}`} aria-expanded={open} aria-controls={open ? id : undefined} aria-label={t('delivery.label', {state: name})} onClick={() => setOpen(!open)}>
					<Icon name={ICONS[state]} />{name}<Icon name={open ? 'up' : 'down'} />
				</button>
				{!open && <Why delivery={delivery} />}
				{mine && delivery.undo_until && <Undo message={message} thread={thread} until={Date.parse(delivery.undo_until)} />}
			</p>
			{state === 'doubtful' && <p class="delivery-why">{t('delivery.doubtfulWhy')}</p>}
			{open && <Details id={id} delivery={delivery} />}
			{recipients.length > 1 && !open && state !== 'queued' && <Recipients recipients={recipients} />}
			{mayAct() && <Remedies message={message} delivery={delivery} />}
		</div>
	);
}

function Undo({message, thread, until}: {message: Message; thread: number; until: number}) {
	const t = useTexts();
	if (until <= Date.now()) return null;
	return <button type="button" class="btn btn-plain" onClick={() => void undoSend(message.id, thread)}>{t('undo')}<Countdown until={until} /></button>;
}

// The reason, in one line, where there is one to tell.
function Why({delivery: {state, detail, next_try: next}}: {delivery: State}) {
	const t = useTexts();
	if (state !== 'delayed' && state !== 'failed') return null;
	const when = state === 'delayed' && next ? t('delivery.next', {when: dateTime(next)}) : '';
	return <span class="delivery-why">{[reasonText(detail, t), when].filter(Boolean).join(' · ')}</span>;
}

function Details({id, delivery: {detail, queue_id: queueId, tries, next_try: next, sent, recipients}}: {id: string; delivery: State}) {
	const t = useTexts();
	const rows: [string, string][] = [
		[t('delivery.answer'), reasonText(detail, t)],
		[t('delivery.queueId'), queueId],
		[t('detail.date'), sent ? dateTime(sent) : ''],
		[t('delivery.attempts'), tries > 0 || next ? [tries > 0 && t('delivery.tries', {n: tries}), next && t('delivery.next', {when: dateTime(next)})].filter(Boolean).join(' · ') : ''],
	];
	return (
		<div id={id} class="delivery-details">
			<dl class="message-details">{rows.filter(([, said]) => said).map(([label, said]) => <div key={label}><dt>{label}</dt><dd>{said}</dd></div>)}</dl>
			{(recipients.length > 1 || recipients.some(({answer}) => answer && answer !== detail)) && <Recipients recipients={recipients} />}
		</div>
	);
}

function Recipients({recipients}: {recipients: State['recipients']}) {
	const t = useTexts();
	return (
		<ul class="delivery-recipients">
			{recipients.map(({address, state, answer}) => (
				<li key={address}>
					<bdi>{address}</bdi> {state in LOOKS && <span class={`tag ${LOOKS[state as DeliveryState]}`}>{t(`delivery.${state as DeliveryState}`)}</span>} {answer && <span class="muted">{reasonText(answer, t)}</span>}
				</li>
			))}
		</ul>
	);
}

// What can be done where it did not arrive, or may not have.
function Remedies({message, delivery: {state, recipients}}: {message: Message; delivery: State}) {
	const t = useTexts();
	const wrong = recipients.find((each) => each.state === 'failed')?.address ?? recipients[0]?.address ?? '';
	const [address, setAddress] = useState(wrong);
	const [error, setError] = useState('');
	const [busy, setBusy] = useState(false);
	const id = useId();
	async function attempt(deed: () => Promise<unknown>, said: string) {
		if (busy) return;
		setBusy(true);
		setError('');
		try {
			await deed();
			toast('done', said);
		} catch (problem) {
			if (problem instanceof api.ApiError && problem.errors.length) setError(explain(problem));
			else fail(problem);
		}
		setBusy(false);
	}
	function resend(event: Event) {
		event.preventDefault();
		const changed = address.trim() !== wrong ? address.trim() : undefined;
		void attempt(() => api.reply.resend(message.id, changed), t('delivery.resent'));
	}
	if (state === 'doubtful') {
		return (
			<p class="delivery-remedies">
				<button type="button" class="btn btn-quiet btn-sm" onClick={() => void attempt(() => api.reply.settle(message.id, true), t('delivery.settled'))}>{t('delivery.arrived')}</button>
				<button type="button" class="btn btn-quiet btn-sm" onClick={() => void attempt(() => api.reply.settle(message.id, false), t('delivery.resent'))}>{t('delivery.again')}</button>
			</p>
		);
	}
	if (state !== 'failed') return null;
	return (
		<form class="delivery-remedies" noValidate onSubmit={resend}>
			<label for={id}>{t('label', {name: t('delivery.corrected')})}</label>
			<input id={id} type="email" class="form-control" value={address} aria-invalid={error ? true : undefined} aria-describedby={error ? `${id}-error` : undefined} onInput={(event) => setAddress(event.currentTarget.value)} />
			<button type="submit" class="btn btn-quiet btn-sm" aria-disabled={busy}>{t('delivery.resend')}</button>
			{error && <span id={`${id}-error`} class="field-error" role="alert"><Icon name="warn" />{error}</span>}
		</form>
	);
}
