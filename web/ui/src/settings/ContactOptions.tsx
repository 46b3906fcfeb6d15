// "Contact options" below the list of the Customer Service page, with its own Save. Admins only.
import {useTexts, LANGUAGES} from '../i18n';
import {session, useValue} from '../store';
import {LanguageField, Switch, type Texts} from './fields';
import {Conflict, SaveBar, Section} from './Page';
import {useSettings} from './useSettings';

interface Options {
	version: number;
	file_upload: boolean;
	default_message: Texts;
}

const FIRST: Options = {version: 0, file_upload: true, default_message: {}};

export function ContactOptions() {
	return useValue(session)?.role === 'admin' ? <Form /> : null;
}

function Form() {
	const t = useTexts();
	const {form: {values, set, errors, waiting, conflict, submit}, loaded, load} = useSettings<Options>('contact', FIRST);
	if (!loaded) return null;
	return (
		<form onSubmit={(event) => void submit(event)} noValidate class="options">
			<Section title={t('options.contact')} id="contact-options">
				<Conflict shown={conflict} onReload={load} />
				<Switch name="file_upload" label={t('options.upload')} help={t('options.uploadHelp')} checked={values.file_upload} error={errors.file_upload} onChange={(on) => set('file_upload', on)} />
				<LanguageField name="default_message" label={t('options.message')} help={t('options.messageHelp')} rows={5} languages={LANGUAGES}
					value={values.default_message} errors={errors} onChange={(texts) => set('default_message', texts)} />
				<SaveBar waiting={waiting} />
			</Section>
		</form>
	);
}
