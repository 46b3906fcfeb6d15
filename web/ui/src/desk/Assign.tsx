// Who is in charge of several threads: one choice for all of them.
import {useEffect, useId, useState} from 'preact/hooks';
import * as api from '../api';
import {fullName} from '../format';
import {fail} from '../hooks';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import type {Person, ThreadRow} from '../types';

interface Props {
	threads: ThreadRow[];
	onClose: () => void;
	onAssign: (employee: number | null) => void;
}

const NOBODY = 'nobody';

// Those who may see all of them: of threads of one contact and shop one is asked about.
async function staffOf(threads: Props['threads']): Promise<Person[]> {
	const one = new Map(threads.map(({id, contact, shop}) => [`${shop.id} ${contact?.id}`, id]));
	const [first = [], ...others] = await Promise.all([...one.values()].map(api.threads.staff));
	return first.filter(({id}) => others.every((staff) => staff.some((other) => other.id === id)));
}

export function AssignDialog({threads, onClose, onAssign}: Props) {
	const t = useTexts();
	const [staff, setStaff] = useState<Person[]>([]);
	const [chosen, setChosen] = useState('');
	const id = useId();
	useEffect(() => { staffOf(threads).then(setStaff, fail); }, []);
	function submit(event: Event) {
		event.preventDefault();
		if (chosen) onAssign(chosen === NOBODY ? null : Number(chosen));
	}
	return (
		<Dialog title={t('assign.title', {n: threads.length})} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose}>{t('cancel')}</button>
				<button type="submit" form={id} class="btn btn-primary" disabled={!chosen}>{t('assign.submit')}</button>
			</>
		}>
			<form id={id} onSubmit={submit}>
				<label class="form-label" for={`${id}-who`}>{t('reply.charge')}</label>
				<select id={`${id}-who`} class="form-select" autofocus value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
					<option value="">{t('forward.choose')}</option>
					{staff.map((each) => <option key={each.id} value={each.id}>{fullName(each)}</option>)}
					<option value={NOBODY}>{t('assign.nobody')}</option>
				</select>
			</form>
		</Dialog>
	);
}
