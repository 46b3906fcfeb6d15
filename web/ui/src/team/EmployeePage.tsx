// One employee: account and rights, a link for a new password, second factor, sessions.
import {useCallback, useEffect, useState} from 'preact/hooks';
import * as api from '../api';
import {dateTime, fullName, ownName} from '../format';
import {fail} from '../hooks';
import {LANGUAGES, useTexts, t as text} from '../i18n';
import {go} from '../router';
import {Choices, Radios, SelectField, Switch, TextField} from '../settings/fields';
import {Conflict, SaveBar, Section, SettingsPage} from '../settings/Page';
import {Secret} from '../settings/Secret';
import {Sessions} from '../settings/Sessions';
import {useForm, type FormState} from '../settings/useForm';
import {session, toast, useValue} from '../store';
import type {Employee, Session} from '../types';

export const ROLES: Session['role'][] = ['admin', 'agent', 'viewer'];

interface Values {
	firstname: string;
	lastname: string;
	email: string;
	role: string;
	language: string;
	mail_login: string;
	active: boolean;
	all_contacts: boolean;
	contacts: number[];
	password: string;
}

function valuesOf(person: Employee | null): Values {
	return {
		firstname: person?.firstname ?? '', lastname: person?.lastname ?? '', email: person?.email ?? '', role: person?.role ?? 'agent',
		language: person?.language ?? session.get()?.language ?? 'en', mail_login: person?.mail_login ?? '', active: person?.active ?? true,
		all_contacts: person?.all_contacts ?? true, contacts: person?.contacts ?? [], password: '',
	};
}

// As the API takes it; an empty password is none.
function bodyOf({password, ...values}: Values): object {
	const {firstname, lastname, email, mail_login} = values;
	return {...values, firstname: firstname.trim(), lastname: lastname.trim(), email: email.trim(), mail_login: mail_login.trim(), ...(password && {password})};
}

export function nameLabels(): Record<string, string> {
	return {firstname: text('field.firstname'), lastname: text('field.lastname')};
}

function AccountForm({form, cancel, onReload}: {form: FormState<Values>; cancel: string; onReload: () => void}) {
	const t = useTexts();
	const contacts = useValue(session)?.contacts ?? [];
	const {values, set, errors} = form;
	return (
		<Section title={t('team.account')}>
			<form onSubmit={(event) => void form.submit(event)} noValidate>
				<Conflict shown={form.conflict} onReload={onReload} />
				<div class="field-row">
					<TextField label={t('field.firstname')} name="firstname" required value={values.firstname} error={errors.firstname} onChange={(typed) => set('firstname', typed)} />
					<TextField label={t('field.lastname')} name="lastname" required value={values.lastname} error={errors.lastname} onChange={(typed) => set('lastname', typed)} />
				</div>
				<TextField label={t('column.email')} name="email" type="email" required value={values.email} error={errors.email} onChange={(typed) => set('email', typed)} />
				<div class="field-row">
					<SelectField label={t('field.role')} help={t('team.roleHelp')} name="role" value={values.role} error={errors.role}
						options={ROLES.map((role) => [role, t(`role.${role}`)] as const)} onChange={(role) => set('role', role)} />
					<SelectField label={t('menu.language')} name="language" value={values.language} error={errors.language}
						options={LANGUAGES.map((code) => [code, ownName(code)] as const)} onChange={(code) => set('language', code)} />
				</div>
				{values.role !== 'viewer' && (
					<TextField label={t('profile.login')} help={t('team.loginHelp')} name="mail_login" autocomplete="off" value={values.mail_login} error={errors.mail_login}
						onChange={(typed) => set('mail_login', typed)} />
				)}
				<Radios label={t('team.sees')} name="all_contacts" value={values.all_contacts ? 'all' : 'some'}
					options={[['all', t('team.seesAll')], ['some', t('team.seesSome')]]} onChange={(which) => set('all_contacts', which === 'all')} />
				{!values.all_contacts && (
					<Choices label={t('field.contacts')} options={contacts.map(({id, name}) => [id, name] as const)} chosen={values.contacts} error={errors.contacts}
						onChange={(chosen) => set('contacts', chosen)} />
				)}
				<TextField label={t('password.new')} help={t('team.passwordHelp')} name="password" type="password" autocomplete="new-password" value={values.password} error={errors.password}
					onChange={(typed) => set('password', typed)} />
				<Switch label={t('field.active')} note={t('team.activeNote')} name="active" checked={values.active} error={errors.active} onChange={(on) => set('active', on)} />
				<SaveBar waiting={form.waiting} cancel={cancel} />
			</form>
		</Section>
	);
}

export function NewEmployee() {
	const t = useTexts();
	const form = useForm(valuesOf(null), async (values) => {
		const person = await api.employees.create(bodyOf(values));
		toast('done', t('done.creation'));
		go(`/team/${person.id}`, true);
	}, nameLabels());
	return (
		<SettingsPage title={t('team.add')} back={{href: '/team', text: t('nav.team')}}>
			<AccountForm form={form} cancel="/team" onReload={() => undefined} />
		</SettingsPage>
	);
}

export function EmployeePage({id}: {id: number}) {
	const t = useTexts();
	const [person, setPerson] = useState<Employee | null>(null);
	const load = useCallback(() => api.employees.get(id).then(setPerson, fail), [id]);
	useEffect(() => void load(), [load]);
	if (!person) return <SettingsPage title={t('nav.team')} back={{href: '/team', text: t('nav.team')}}>{null}</SettingsPage>;
	return <Loaded person={person} onChange={setPerson} onReload={load} />;
}

function Loaded({person, onChange, onReload}: {person: Employee; onChange: (person: Employee) => void; onReload: () => Promise<void>}) {
	const t = useTexts();
	const {id} = person;
	const form = useForm(valuesOf(person), async (values) => {
		const after = await api.employees.change(id, person.version, bodyOf(values));
		onChange(after);
		toast('done', t('done.change'));
		return valuesOf(after);
	}, nameLabels());
	async function reload() {
		const fresh = await api.employees.get(id);
		onChange(fresh);
		form.restart(valuesOf(fresh));
	}
	const list = useCallback(() => api.employees.sessions(id), [id]);
	return (
		<SettingsPage title={fullName(person)} back={{href: '/team', text: t('nav.team')}}>
			<AccountForm form={form} cancel="/team" onReload={() => void reload()} />
			<LinkSection person={person} />
			{person.totp && <FactorSection person={person} onDropped={onReload} />}
			<Sessions key={person.version} title={t('sessions.title')} note={t('team.sessionsNote')} endAllText={t('sessions.endAll')} list={list}
				end={(which) => api.employees.end(id, which)} endAll={() => api.employees.endAll(id)} />
		</SettingsPage>
	);
}

function LinkSection({person}: {person: Employee}) {
	const t = useTexts();
	const [link, setLink] = useState<{url: string; expires: string} | null>(null);
	return (
		<Section title={t('team.link')}>
			<p class="muted">{t('team.linkNote')}</p>
			{!person.has_password && <p>{t('team.noPassword')}</p>}
			{link && (
				<div class="fresh" role="status">
					<p>{t('team.linkUntil', {name: fullName(person), when: dateTime(link.expires)})}</p>
					<Secret label={t('team.link')} text={link.url} />
				</div>
			)}
			<button type="button" class="btn btn-quiet" disabled={!person.active} onClick={() => api.employees.link(person.id).then(setLink, fail)}>{t('team.makeLink')}</button>
		</Section>
	);
}

function FactorSection({person, onDropped}: {person: Employee; onDropped: () => Promise<void>}) {
	const t = useTexts();
	function drop() {
		api.employees.dropTotp(person.id).then(() => {
			toast('done', t('totp.isOff'));
			return onDropped();
		}, fail);
	}
	return (
		<Section title={t('totp.title')}>
			<p class="muted">{t('team.totpNote')}</p>
			<button type="button" class="btn btn-quiet" onClick={drop}>{t('totp.turnOff')}</button>
		</Section>
	);
}
