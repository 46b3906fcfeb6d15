// Bin and retention: how long deleted threads and spam are kept, and when a closed thread opens again.
import {useTexts} from '../i18n';
import {Switch, TextField} from '../settings/fields';
import {Conflict, SaveBar, Section, SettingsPage} from '../settings/Page';
import {useSettings} from '../settings/useSettings';

interface Retention {
	version: number;
	bin_days: number | string; // a string while it is being typed
	spam_days: number | string;
	reopen_days: number | string;
	new_sender_new_thread: boolean;
}

const FIRST: Retention = {version: 0, bin_days: 30, spam_days: 30, reopen_days: 30, new_sender_new_thread: false};
const days = (text: string) => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : text);

export function RetentionScreen() {
	const t = useTexts();
	const {form: {values, set, errors, waiting, conflict, submit}, loaded, load} = useSettings<Retention>('retention', FIRST);
	const field = (name: 'bin_days' | 'spam_days' | 'reopen_days', help: string) => (
		<TextField name={name} label={t(`retention.${name}`)} help={help} type="number" min={name === 'reopen_days' ? 0 : 1} max={3650} suffix={t('retention.days')} value={String(values[name])} error={errors[name]}
			onChange={(text) => set(name, days(text))} />
	);
	return (
		<SettingsPage title={t('nav.retention')}>
			{loaded && (
				<form onSubmit={(event) => void submit(event)} noValidate>
					<Section title={t('retention.bin')}>
						<Conflict shown={conflict} onReload={load} />
						{field('bin_days', t('retention.binHelp'))}
						{field('spam_days', t('retention.spamHelp'))}
						{field('reopen_days', t('retention.reopenHelp'))}
						<Switch name="new_sender_new_thread" label={t('retention.apart')} note={t('retention.apartNote')} checked={values.new_sender_new_thread} error={errors.new_sender_new_thread}
							onChange={(on) => set('new_sender_new_thread', on)} />
						<SaveBar waiting={waiting} />
					</Section>
				</form>
			)}
		</SettingsPage>
	);
}
