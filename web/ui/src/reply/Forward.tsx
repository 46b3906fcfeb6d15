// "Forward this discussion": to an employee, who is in charge then, or to an address elsewhere.
import {useEffect, useId, useState} from 'preact/hooks';
import * as api from '../api';
import {initialName} from '../format';
import {explain, fail} from '../hooks';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import {refusals} from '../settings/useForm';
import {toast} from '../store';
import type {Message, Person} from '../types';

const ELSE = 'else';

export function ForwardDialog({thread, onClose, onDone}: {thread: number; onClose: () => void; onDone: (note: Message) => void}) {
	const t = useTexts();
	const [staff, setStaff] = useState<Person[]>([]);
	const [to, setTo] = useState('');
	const [email, setEmail] = useState('');
	const [comment, setComment] = useState('');
	const [errors, setErrors] = useState<Record<string, string>>({});
	const [waiting, setWaiting] = useState(false);
	const id = useId();
	useEffect(() => { api.threads.staff(thread).then(setStaff, fail); }, [thread]);
	const ready = to === ELSE ? email.trim() !== '' : to !== '';

	async function submit(event: Event) {
		event.preventDefault();
		if (!ready || waiting) return;
		setWaiting(true);
		setErrors({});
		try {
			const note = await api.reply.forward(thread, to === ELSE ? {email: email.trim()} : {employee: Number(to)}, comment);
			toast('done', note.text.split('\n', 1)[0]!);
			onDone(note);
		} catch (error) {
			if (error instanceof api.ApiError && error.errors.length) {
				setErrors(refusals(error));
				setTimeout(() => document.querySelector<HTMLElement>('dialog [aria-invalid=true]')?.focus());
			} else {
				setErrors({'': explain(error)});
			}
		}
		setWaiting(false);
	}
	return (
		<Dialog title={t('forward.title')} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose}>{t('close')}</button>
				<button type="submit" class="btn btn-primary" form={id} disabled={!ready || waiting}>{t('forward.submit')}</button>
			</>
		}>
			<form id={id} onSubmit={(event) => void submit(event)} noValidate>
				{errors[''] && <p class="field-error" role="alert"><Icon name="warn" />{errors['']}</p>}
				<div class={`field ${errors.employee ? 'field-refused' : ''}`}>
					<label class="form-label" for={`${id}-to`}>{t('forward.to')}</label>
					<select id={`${id}-to`} class="form-select" autofocus value={to} aria-invalid={errors.employee ? true : undefined} aria-describedby={errors.employee ? `${id}-to-error` : undefined} onChange={(event) => { setTo(event.currentTarget.value); setErrors({}); }}>
						<option value="">{t('forward.choose')}</option>
						{staff.map((each) => <option key={each.id} value={each.id}>{initialName(each)}</option>)}
						<option value={ELSE}>{t('forward.else')}</option>
					</select>
					{errors.employee && <p id={`${id}-to-error`} class="field-error" role="alert"><Icon name="warn" />{errors.employee}</p>}
				</div>
				{to === ELSE && (
					<div class={`field ${errors.email ? 'field-refused' : ''}`}>
						<label class="form-label" for={`${id}-email`}>{t('forward.email')}</label>
						<input id={`${id}-email`} type="email" class="form-control" autocomplete="off" ref={(input) => { if (input && !input.dataset.met) { input.dataset.met = '1'; input.focus(); } }} value={email} aria-invalid={errors.email ? true : undefined} aria-describedby={errors.email ? `${id}-email-error` : undefined}
							onInput={(event) => { setEmail(event.currentTarget.value); setErrors({}); }} />
						{errors.email && <p id={`${id}-email-error`} class="field-error" role="alert"><Icon name="warn" />{errors.email}</p>}
					</div>
				)}
				<div class={`field ${errors.comment ? 'field-refused' : ''}`}>
					<label class="form-label" for={`${id}-comment`}>{t('forward.comment')}</label>
					<textarea id={`${id}-comment`} class="form-control" rows={4} placeholder={t('forward.hint')} value={comment} aria-invalid={errors.comment ? true : undefined} onInput={(event) => setComment(event.currentTarget.value)} />
					{errors.comment && <p class="field-error" role="alert"><Icon name="warn" />{errors.comment}</p>}
				</div>
			</form>
		</Dialog>
	);
}
