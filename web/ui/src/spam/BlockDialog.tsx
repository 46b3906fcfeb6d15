// Blocks a sender, or says anew why.
import {useState} from 'preact/hooks';
import {blockedSenders} from '../api';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {Radios, TextArea, TextField} from '../settings/fields';
import {Conflict} from '../settings/Page';
import {useForm} from '../settings/useForm';
import {toast} from '../store';
import type {Blocked} from '../types';

interface Props {
	blocked?: Blocked; // one there is
	of?: {thread: number; email: string; inSpam: boolean}; // who wrote a thread, which goes to spam with it
	onClose: () => void;
	onDone: () => void;
}

const domainOf = (email: string) => email.slice(email.lastIndexOf('@') + 1);

export function BlockDialog({blocked, of, onClose, onDone}: Props) {
	const t = useTexts();
	const [moves, setMoves] = useState(Boolean(of && !of.inSpam));
	const form = useForm({sender: blocked?.sender ?? of?.email ?? '', reason: blocked?.reason ?? '', version: blocked?.version ?? 0}, async ({sender, reason, version}) => {
		if (blocked) await blockedSenders.change(blocked.id, version, {reason});
		else await blockedSenders.create({sender, reason, ...(of && moves && {spam: of.thread})});
		toast('done', t(blocked ? 'done.change' : 'done.blocked', {sender}));
		onDone();
	});
	const {values, set, errors} = form;
	return (
		<Dialog title={t(blocked ? 'blocked.edit' : 'blocked.add')} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose}>{t('cancel')}</button>
				<button type="submit" class="btn btn-primary" form="block-sender" disabled={form.waiting}>{t(blocked ? 'save' : 'blocked.do')}</button>
			</>
		}>
			<form id="block-sender" onSubmit={(event) => void form.submit(event)} noValidate>
				<Conflict shown={form.conflict} onReload={() => void (blocked && blockedSenders.get(blocked.id).then(form.restart))} />
				{of && (
					<Radios name="sender" label={t('blocked.whom')} value={values.sender} onChange={(sender) => set('sender', sender)}
						options={[[of.email, of.email], [domainOf(of.email), t('blocked.allOf', {domain: domainOf(of.email)})]]} />
				)}
				{of && errors.sender && <p class="field-error" role="alert">{errors.sender}</p>}
				{!of && (
					<TextField name="sender" label={t('blocked.sender')} help={t('blocked.senderHelp')} required disabled={Boolean(blocked)} value={values.sender} error={errors.sender}
						onChange={(sender) => set('sender', sender)} />
				)}
				<TextArea name="reason" label={t('blocked.reason')} rows={2} value={values.reason} error={errors.reason} onChange={(reason) => set('reason', reason)} />
				{of && !of.inSpam && (
					<label class="check"><input type="checkbox" checked={moves} onChange={(event) => setMoves(event.currentTarget.checked)} /><span>{t('blocked.moves')}</span></label>
				)}
				<p class="muted block-note">{t('blocked.note')}</p>
			</form>
		</Dialog>
	);
}
