// Below the text: what becomes of the thread, who is in charge after that, and Send.
import {fullName, relativeTime} from '../format';
import {useNow} from '../hooks';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {statusName} from '../parts/Status';
import {STATUSES, type Person, type Status, type Thread} from '../types';
import type {Reply} from './useReply';

interface Props {
	thread: Thread;
	reply: Reply;
	employees: Person[];
	me: number;
	limits: string;
}

export function SendBar({thread, reply, employees, me, limits}: Props) {
	const t = useTexts();
	const {fields, sending, errors} = reply;
	const known = thread.employee && !employees.some(({id}) => id === thread.employee!.id) ? [thread.employee, ...employees] : employees;
	const chosen = fields.employee === undefined ? thread.employee?.id ?? me : fields.employee;
	return (
		<>
			<p class="reply-state">
				<Kept reply={reply} />
				<span class="muted reply-limits">{limits}</span>
			</p>
			{errors[''] && <p class="field-error" role="alert"><Icon name="warn" />{errors['']}</p>}
			{(errors.status || errors.employee || errors.uploads) && <p class="field-error" role="alert"><Icon name="warn" />{errors.status ?? errors.employee ?? errors.uploads}</p>}
			<div class="send-bar">
				{!fields.private && (
					<>
						<label class="fact"><span class="muted">{t('label', {name: t('reply.status')})}</span>
							<select class="form-select" value={fields.status} onChange={(event) => reply.change({status: event.currentTarget.value as Status})}>
								{STATUSES.map((each) => <option key={each} value={each}>{statusName(each)}</option>)}
							</select>
						</label>
						<label class="fact"><span class="muted">{t('label', {name: t('reply.charge')})}</span>
							<select class="form-select" value={chosen ?? ''} onChange={(event) => reply.change({employee: Number(event.currentTarget.value) || null})}>
								<option value="">--</option>
								{known.map((each) => <option key={each.id} value={each.id}>{fullName(each)}</option>)}
							</select>
						</label>
					</>
				)}
				<span class="send-buttons">
					{!fields.private && <button type="button" class="btn btn-quiet" title="Ctrl+Shift+Enter" aria-disabled={sending} onClick={() => void reply.send(true)}>{t('reply.sendNext')}</button>}
					<button type="button" class="btn btn-primary send" title="Ctrl+Enter" aria-disabled={sending} onClick={() => void reply.send(false)}>
						<Icon name={fields.private ? 'lock' : 'send'} />{t(sending ? 'reply.sending' : fields.private ? 'reply.addNote' : 'reply.send')}
					</button>
				</span>
			</div>
		</>
	);
}

function Kept({reply: {keeping: {state, when}, begun, discard}}: {reply: Reply}) {
	const t = useTexts();
	const now = useNow();
	return (
		<>
			<span class={state === 'failed' ? 'kept-failed' : 'muted'} role="status" data-kept={state}>
				{state === 'failed' ? t('draft.failed') : state === 'kept' && when ? t('draft.saved', {when: relativeTime(when, now)}) : state === 'waiting' ? t('draft.waiting') : ''}
			</span>
			{begun && <button type="button" class="btn btn-plain" onClick={discard}>{t('draft.discard')}</button>}
		</>
	);
}
