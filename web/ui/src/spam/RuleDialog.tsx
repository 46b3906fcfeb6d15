// One row of the spam table.
import {spamRules} from '../api';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {SelectField, TextField} from '../settings/fields';
import {Conflict} from '../settings/Page';
import {useForm} from '../settings/useForm';
import {toast} from '../store';
import type {SpamRule} from '../types';

export const MATCHES: readonly SpamRule['match'][] = ['is', 'starts', 'contains'];
export const PLACES: readonly SpamRule['where'][] = ['anywhere', 'above'];
const EMPTY: SpamRule = {id: 0, header: '', match: 'is', value: '', where: 'anywhere', version: 0};

interface Props {
	rule: SpamRule | null; // null: a new one
	onClose: () => void;
	onDone: () => void;
}

export function RuleDialog({rule, onClose, onDone}: Props) {
	const t = useTexts();
	const form = useForm<SpamRule>(rule ?? EMPTY, async ({id, version, header, match, value, where}) => {
		const said = {header, match, value, where};
		await (id ? spamRules.change(id, version, said) : spamRules.create(said));
		toast('done', t(id ? 'done.change' : 'done.creation'));
		onDone();
	}, {header: t('spam.header'), value: t('spam.value')});
	const {values, set, errors} = form;
	return (
		<Dialog title={t(rule ? 'spam.edit' : 'spam.add')} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose}>{t('cancel')}</button>
				<button type="submit" class="btn btn-primary" form="spam-rule" disabled={form.waiting}>{t('save')}</button>
			</>
		}>
			<form id="spam-rule" onSubmit={(event) => void form.submit(event)} noValidate>
				<Conflict shown={form.conflict} onReload={() => void (rule && spamRules.get(rule.id).then(form.restart))} />
				<TextField name="header" label={t('spam.header')} required value={values.header} error={errors.header} onChange={(header) => set('header', header)} />
				<SelectField name="match" label={t('spam.match')} value={values.match} options={MATCHES.map((match) => [match, t(`match.${match}`)])}
					onChange={(match) => set('match', match as SpamRule['match'])} />
				<TextField name="value" label={t('spam.value')} required value={values.value} error={errors.value} onChange={(value) => set('value', value)} />
				<SelectField name="where" label={t('spam.where')} help={t('spam.whereHelp')} value={values.where} options={PLACES.map((place) => [place, t(`where.${place}`)])}
					onChange={(where) => set('where', where as SpamRule['where'])} />
			</form>
		</Dialog>
	);
}
