// What the bell is for: which kinds, by which ways, and when it stays silent.
import {useState} from 'preact/hooks';
import * as api from '../api';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {Switch, TextField} from '../settings/fields';
import {Conflict, SaveBar, Section} from '../settings/Page';
import {useForm} from '../settings/useForm';
import {session, toast} from '../store';
import {KINDS, WAYS, type Kind, type Notify, type Way} from '../types';
import {BellTest} from './BellTest';

interface Props {
	notify: Notify;
	version: number; // of the profile that it is part of
	onSave: (version: number) => void;
	onReload: () => void;
}

export function BellSettings({notify, version, onSave, onReload}: Props) {
	const t = useTexts();
	const [testing, setTesting] = useState(false);
	const form = useForm(notify, async (values) => {
		const after = await api.session.change({notify: values}, version);
		session.set(after);
		onSave(after.version);
		toast('done', t('done.settings'));
		return after.notify;
	});
	const {values, set} = form;
	const toggle = (way: Way, kind: Kind, on: boolean) => set(way, on ? [...values[way], kind] : values[way].filter((each) => each !== kind));
	return (
		<Section title={t('bell.settings')} id="bell">
			<form onSubmit={(event) => void form.submit(event)} noValidate>
				<Conflict shown={form.conflict} onReload={onReload} />
				<table class="ways">
					<thead>
						<tr><td />{WAYS.map((way) => <th key={way} scope="col">{t(`way.${way}`)}</th>)}</tr>
					</thead>
					<tbody>
						{KINDS.map((kind) => (
							<tr key={kind}>
								<th scope="row">{t(`kind.${kind}`)}</th>
								{WAYS.map((way) => (
									<td key={way}>
										<input type="checkbox" name={`${way}.${kind}`} aria-label={`${t(`kind.${kind}`)}: ${t(`way.${way}`)}`}
											checked={values[way].includes(kind) && values.bell.includes(kind)} disabled={way !== 'bell' && !values.bell.includes(kind)}
											onChange={(event) => toggle(way, kind, event.currentTarget.checked)} />
									</td>
								))}
							</tr>
						))}
					</tbody>
				</table>
				<Switch label={t('quiet.title')} note={t('quiet.note')} name="quiet" checked={values.quiet !== null} onChange={(on) => set('quiet', on ? {from: '20:00', to: '07:00'} : null)} />
				{values.quiet && (
					<div class="field-row quiet-times">
						<TextField label={t('quiet.from')} name="quiet.from" type="time" value={values.quiet.from} error={form.errors.quiet} onChange={(from) => set('quiet', {...values.quiet!, from})} />
						<TextField label={t('quiet.to')} name="quiet.to" type="time" value={values.quiet.to} onChange={(to) => set('quiet', {...values.quiet!, to})} />
					</div>
				)}
				<div class="bell-try"><button type="button" class="btn btn-quiet" onClick={() => setTesting(true)}><Icon name="bell" />{t('test.button')}</button></div>
				<SaveBar waiting={form.waiting} />
			</form>
			{testing && <BellTest onClose={() => setTesting(false)} />}
		</Section>
	);
}
