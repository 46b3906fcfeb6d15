// What employees set about themselves.
import {useCallback, useEffect, useState} from 'preact/hooks';
import * as api from '../api';
import {ownName} from '../format';
import {fail} from '../hooks';
import {LANGUAGES, useTexts} from '../i18n';
import {SelectField, TextArea, TextField} from '../settings/fields';
import {NewPassword, passwordProblem} from '../settings/NewPassword';
import {Conflict, SaveBar, Section, SettingsPage} from '../settings/Page';
import {Sessions} from '../settings/Sessions';
import {Tokens} from '../settings/Tokens';
import {useForm} from '../settings/useForm';
import {session, toast} from '../store';
import {nameLabels} from '../team/EmployeePage';
import {THEMES} from '../theme';
import type {Language, Profile, Theme} from '../types';
import {BellSettings} from './BellSettings';
import {Factor} from './Factor';

export function ProfileScreen() {
	const t = useTexts();
	const [profile, setProfile] = useState<Profile | null>(null);
	const load = useCallback(() => api.profile.get().then(setProfile, fail), []);
	useEffect(() => void load(), [load]);
	const [reloads, setReloads] = useState(0);
	const reload = () => void api.profile.get().then((fresh) => {
		setProfile(fresh);
		setReloads((count) => count + 1);
	}, fail);
	const there = profile !== null;
	useEffect(() => { // the address names a section
		if (there && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
	}, [there]);
	return (
		<SettingsPage title={t('nav.profile')}>
			{profile && (
				<>
					<AboutMe key={`about-${reloads}`} profile={profile} onChange={setProfile} onReload={reload} />
					<BellSettings key={`bell-${reloads}`} notify={profile.notify} version={profile.version} onSave={(version) => setProfile({...profile, version})} onReload={reload} />
					<PasswordForm email={profile.email} />
					<Factor profile={profile} onChange={load} />
					<Sessions title={t('sessions.mine')} note={t('sessions.note')} endAllText={t('sessions.endOthers')} list={api.profile.sessions} end={api.profile.end}
						endAll={api.profile.endOthers} />
					<Tokens />
				</>
			)}
		</SettingsPage>
	);
}

interface Values {
	firstname: string;
	lastname: string;
	language: string;
	theme: string;
	signature: string;
	mail_login: string;
}

function valuesOf({firstname, lastname, language, theme, signature, mail_login}: Profile): Values {
	return {firstname, lastname, language, theme, signature, mail_login};
}

function AboutMe({profile, onChange, onReload}: {profile: Profile; onChange: (profile: Profile) => void; onReload: () => void}) {
	const t = useTexts();
	const form = useForm(valuesOf(profile), async (values) => {
		const after = await api.session.change({...values, firstname: values.firstname.trim(), lastname: values.lastname.trim(), mail_login: values.mail_login.trim(), language: values.language as Language, theme: values.theme as Theme},
			profile.version);
		session.set(after);
		const now = {...profile, ...after, mail_login: values.mail_login.trim()};
		onChange(now);
		toast('done', t('done.settings'));
		return valuesOf(now);
	}, nameLabels());
	const {values, set, errors} = form;
	return (
		<Section title={t('profile.about')}>
			<form onSubmit={(event) => void form.submit(event)} noValidate>
				<Conflict shown={form.conflict} onReload={onReload} />
				<p class="muted">{profile.email} · {t(`role.${profile.role}`)}</p>
				<div class="field-row">
					<TextField label={t('field.firstname')} name="firstname" autocomplete="given-name" required value={values.firstname} error={errors.firstname} onChange={(text) => set('firstname', text)} />
					<TextField label={t('field.lastname')} name="lastname" autocomplete="family-name" required value={values.lastname} error={errors.lastname} onChange={(text) => set('lastname', text)} />
				</div>
				<div class="field-row">
					<SelectField label={t('menu.language')} name="language" value={values.language} options={LANGUAGES.map((code) => [code, ownName(code)] as const)} onChange={(code) => set('language', code)} />
					<SelectField label={t('menu.theme')} name="theme" value={values.theme} options={THEMES.map((each) => [each, t(`theme.${each}`)] as const)} onChange={(each) => set('theme', each)} />
				</div>
				<TextArea label={t('field.signature')} help={t('profile.signatureHelp')} name="signature" rows={4} value={values.signature} error={errors.signature} onChange={(text) => set('signature', text)} />
				{profile.role !== 'viewer' && <TextField label={t('profile.login')} help={t('profile.loginHelp')} name="mail_login" autocomplete="off" value={values.mail_login} error={errors.mail_login} onChange={(text) => set('mail_login', text)} />}
				<SaveBar waiting={form.waiting} />
			</form>
		</Section>
	);
}

const EMPTY = {old: '', password: '', again: ''};

function PasswordForm({email}: {email: string}) {
	const t = useTexts();
	const [wrong, setWrong] = useState<Record<string, string>>({});
	const form = useForm(EMPTY, async ({old, password}) => {
		await api.profile.password(old, password);
		toast('done', t('password.changed'));
		return EMPTY;
	});
	const errors = {...form.errors, ...wrong};
	function submit(event: Event) {
		event.preventDefault();
		const problem = passwordProblem(form.values);
		setWrong(problem);
		if (!Object.keys(problem).length) void form.submit();
	}
	return (
		<Section title={t('password.title')}>
			<form onSubmit={submit} noValidate>
				<input type="email" name="email" autocomplete="username" value={email} hidden readOnly />
				<TextField label={t('password.old')} name="old" type="password" autocomplete="current-password" required value={form.values.old} error={errors.old} onChange={(text) => form.set('old', text)} />
				<NewPassword typed={form.values} errors={errors} onChange={(typed) => { form.set('password', typed.password); form.set('again', typed.again); }} />
				<SaveBar waiting={form.waiting} save={t('password.change')} />
			</form>
		</Section>
	);
}
