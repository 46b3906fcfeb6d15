// Who is in charge of several threads: one choice for all of them.
import {useEffect, useId, useState} from 'preact/hooks';
import * as api from '../api';
import {fullName} from '../format';
import {fail} from '../hooks';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import type {Person} from '../types';

interface Props {
	ids: number[];
	onClose: () => void;
	onAssign: (employee: number | null) => void;
}

const NOBODY = 'nobody';

export function AssignDialog({ids, onClose, onAssign}: Props) {
	const t = useTexts();
	const [staff, setStaff] = useState<Person[]>([]);
	const [chosen, setChosen] = useState('');
	const id = useId();
	useEffect(() => { api.threads.staff(ids[0]!).then(setStaff, fail); }, [ids]);
	function submit(event: Event) {
		event.preventDefault();
		if (chosen) onAssign(chosen === NOBODY ? null : Number(chosen));
	}
	return (
		<Dialog title={t('assign.title', {n: ids.length})} onClose={onClose} footer={
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
