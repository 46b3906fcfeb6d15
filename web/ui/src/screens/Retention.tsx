// Bin and retention: how long deleted threads and spam are kept.
import {useTexts} from '../i18n';
import {TextField} from '../settings/fields';
import {Conflict, SaveBar, Section, SettingsPage} from '../settings/Page';
import {useSettings} from '../settings/useSettings';

interface Retention {
	version: number;
	bin_days: number | string; // a string while it is being typed
	spam_days: number | string;
}

const FIRST: Retention = {version: 0, bin_days: 30, spam_days: 30};
const days = (text: string) => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : text);

export function RetentionScreen() {
	const t = useTexts();
	const {form: {values, set, errors, waiting, conflict, submit}, loaded, load} = useSettings<Retention>('retention', FIRST);
	const field = (name: 'bin_days' | 'spam_days', help: string) => (
		<TextField name={name} label={t(`retention.${name}`)} help={help} type="number" min={1} max={3650} suffix={t('retention.days')} value={String(values[name])} error={errors[name]}
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
						<SaveBar waiting={waiting} />
					</Section>
				</form>
			)}
		</SettingsPage>
	);
}
