// Access tokens for programs: made, shown once, revoked.
import {useCallback, useEffect, useState} from 'preact/hooks';
import * as api from '../api';
import {dateTime, fullName, relativeTime} from '../format';
import {fail, useNow} from '../hooks';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {session, toast, useValue} from '../store';
import type {Session, Token} from '../types';
import {SelectField, TextField} from './fields';
import {SaveBar, Section} from './Page';
import {Secret} from './Secret';
import {useForm} from './useForm';

const ROLES: Session['role'][] = ['viewer', 'agent', 'admin'];

// EVERYONE: all employees' tokens, to look after; else one's own, and new ones.
export function Tokens({everyone = false}: {everyone?: boolean}) {
	const t = useTexts();
	const now = useNow();
	const [tokens, setTokens] = useState<Token[] | null>(null);
	const [fresh, setFresh] = useState<Token | null>(null);
	const [asked, setAsked] = useState<Token | null>(null);
	const load = useCallback(() => api.tokens.list(everyone).then((answer) => setTokens(answer.tokens), fail), [everyone]);
	useEffect(() => void load(), [load]);

	async function revoke(token: Token) {
		setAsked(null);
		try {
			await api.tokens.revoke(token.id);
			if (fresh?.id === token.id) setFresh(null);
			toast('done', t('tokens.revoked'));
		} catch (error) {
			fail(error);
		}
		await load();
	}
	return (
		<Section title={t(everyone ? 'tokens.all' : 'tokens.title')} id="tokens">
			<p class="muted">{t('tokens.note')}</p>
			{fresh?.token && (
				<div class="fresh" role="status">
					<p>{t('tokens.once', {name: fresh.name})}</p>
					<Secret label={t('tokens.token')} text={fresh.token} />
				</div>
			)}
			{tokens?.length === 0 && <p>{t('tokens.none')}</p>}
			<ul class="rows">
				{tokens?.map((token) => (
					<li key={token.id} class="row-line">
						<div class="row-what">
							<strong>{token.name}</strong> <span class="tag">{t(`role.${token.role}`)}</span>
							<div class="muted">{everyone && `${fullName(token.employee)} · `}{t('tokens.created', {when: dateTime(token.created)})} · {token.used ? t('sessions.used', {when: relativeTime(token.used, now)}) : t('tokens.unused')}</div>
						</div>
						<button type="button" class="btn btn-quiet btn-sm" aria-label={t('tokens.revokeOne', {name: token.name})} onClick={() => setAsked(token)}>{t('tokens.revoke')}</button>
					</li>
				))}
			</ul>
			{!everyone && <NewToken onMade={(token) => { setFresh(token); void load(); }} />}
			{asked && (
				<Dialog title={t('tokens.revokeOne', {name: asked.name})} onClose={() => setAsked(null)} footer={
					<>
						<button type="button" class="btn btn-quiet" onClick={() => setAsked(null)} autofocus>{t('cancel')}</button>
						<button type="button" class="btn btn-danger" onClick={() => void revoke(asked)}>{t('tokens.revoke')}</button>
					</>
				}>
					<p>{t('tokens.sure')}</p>
				</Dialog>
			)}
		</Section>
	);
}

function NewToken({onMade}: {onMade: (token: Token) => void}) {
	const t = useTexts();
	const role = useValue(session)?.role ?? 'viewer';
	const roles = ROLES.slice(0, ROLES.indexOf(role) + 1);
	const form = useForm({name: '', role: 'viewer'}, async (values) => {
		onMade(await api.tokens.add(values.name.trim(), values.role));
		return {name: '', role: 'viewer'};
	}, {name: t('field.name')});
	return (
		<form class="inline-form" onSubmit={(event) => void form.submit(event)} aria-label={t('tokens.new')} noValidate>
			<h3>{t('tokens.new')}</h3>
			<TextField label={t('field.name')} name="name" required value={form.values.name} error={form.errors.name} onChange={(name) => form.set('name', name)} />
			<SelectField label={t('field.role')} help={t('tokens.roleHelp')} name="role" value={form.values.role} error={form.errors.role}
				options={roles.map((each) => [each, t(`role.${each}`)] as const)} onChange={(each) => form.set('role', each)} />
			<SaveBar waiting={form.waiting} save={t('tokens.create')} />
		</form>
	);
}
