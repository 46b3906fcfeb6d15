// How answers leave, and what becomes of what customers answer.
import {useTexts} from '../i18n';
import {Switch, TextField} from '../settings/fields';
import {Conflict, SaveBar, Section, SettingsPage} from '../settings/Page';
import {useSettings} from '../settings/useSettings';

interface Answering {
	version: number;
	reopen_days: number | string; // a string while it is being typed
	plus_address: boolean;
	subject_marker: boolean;
	quote: boolean;
	new_sender_new_thread: boolean;
	employee_clients: boolean;
}

const FIRST: Answering = {version: 0, reopen_days: 30, plus_address: true, subject_marker: false, quote: true, new_sender_new_thread: false, employee_clients: false};

export function AnsweringScreen() {
	const t = useTexts();
	const {form: {values, set, errors, waiting, conflict, submit}, loaded, load} = useSettings<Answering>('answering', FIRST);
	const choice = (name: 'plus_address' | 'subject_marker' | 'quote' | 'new_sender_new_thread' | 'employee_clients', label: string, note: string) => (
		<Switch name={name} label={label} note={note} checked={values[name]} error={errors[name]} onChange={(on) => set(name, on)} />
	);
	return (
		<SettingsPage title={t('nav.answering')}>
			{loaded && (
				<form onSubmit={(event) => void submit(event)} noValidate>
					<Conflict shown={conflict} onReload={load} />
					<Section title={t('answering.mails')}>
						{choice('quote', t('answering.quote'), t('answering.quoteNote'))}
						{choice('plus_address', t('answering.plus'), t('answering.plusNote'))}
						{choice('subject_marker', t('answering.marker'), t('answering.markerNote'))}
					</Section>
					<Section title={t('answering.back')}>
						<TextField name="reopen_days" label={t('retention.reopen_days')} help={t('retention.reopenHelp')} type="number" min={0} max={3650} suffix={t('retention.days')} value={String(values.reopen_days)} error={errors.reopen_days}
							onChange={(text) => set('reopen_days', /^\d{1,6}$/.test(text.trim()) ? Number(text) : text)} />
						{choice('new_sender_new_thread', t('retention.apart'), t('retention.apartNote'))}
						{choice('employee_clients', t('answering.clients'), t('answering.clientsNote'))}
						<SaveBar waiting={waiting} />
					</Section>
				</form>
			)}
		</SettingsPage>
	);
}
