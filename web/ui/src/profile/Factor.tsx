// Two-step log-in: set up with an app, recovery codes, off.
import {useState} from 'preact/hooks';
import * as api from '../api';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {TextField} from '../settings/fields';
import {SaveBar, Section} from '../settings/Page';
import {Secret} from '../settings/Secret';
import {useForm} from '../settings/useForm';
import {toast} from '../store';
import type {Profile} from '../types';
import {Qr} from './Qr';

interface Setup {
	secret: string;
	uri: string;
	ticket: string;
}

export function Factor({profile, onChange}: {profile: Profile; onChange: () => Promise<void>}) {
	const t = useTexts();
	const [setup, setSetup] = useState<Setup | null>(null);
	const [codes, setCodes] = useState<string[] | null>(null);
	async function done(recovery: string[]) {
		setCodes(recovery);
		setSetup(null);
		await onChange();
	}
	return (
		<Section title={t('totp.title')} id="totp">
			<p class="muted">{t('totp.note')}</p>
			{codes && <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
			{!profile.totp && !setup && <AskPassword action={t('totp.setUp')} onPassword={async (password) => setSetup(await api.profile.beginTotp(password))} />}
			{!profile.totp && setup && <Confirm setup={setup} onDone={done} onCancel={() => setSetup(null)} />}
			{profile.totp && <IsOn left={profile.recovery_left} onCodes={done} onOff={async () => { setCodes(null); toast('done', t('totp.isOff')); await onChange(); }} />}
		</Section>
	);
}

function AskPassword({action, onPassword}: {action: string; onPassword: (password: string) => Promise<void>}) {
	const t = useTexts();
	const form = useForm({password: ''}, async ({password}) => {
		await onPassword(password);
		return {password: ''};
	});
	return (
		<form onSubmit={(event) => void form.submit(event)} aria-label={action} noValidate>
			<TextField label={t('password.old')} name="confirm" type="password" autocomplete="current-password" required value={form.values.password} error={form.errors.password}
				onChange={(text) => form.set('password', text)} />
			<SaveBar waiting={form.waiting} save={action} />
		</form>
	);
}

function Confirm({setup, onDone, onCancel}: {setup: Setup; onDone: (recovery: string[]) => Promise<void>; onCancel: () => void}) {
	const t = useTexts();
	const form = useForm({code: ''}, async ({code}) => {
		const {recovery} = await api.profile.confirmTotp(setup.ticket, code.trim());
		toast('done', t('totp.isOn'));
		await onDone(recovery);
	});
	return (
		<form onSubmit={(event) => void form.submit(event)} noValidate>
			<div class="totp-setup">
				<Qr text={setup.uri} label={t('totp.qr')} />
				<div>
					<ol class="steps">
						<li>{t('totp.step1')}</li>
						<li>{t('totp.step2')} <code class="totp-secret">{setup.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></li>
						<li>{t('totp.step3')}</li>
					</ol>
					<TextField label={t('login.code')} name="code" autocomplete="one-time-code" required value={form.values.code} error={form.errors.code ?? form.errors.ticket}
						onChange={(text) => form.set('code', text)} />
				</div>
			</div>
			<div class="save-bar">
				<button type="button" class="btn btn-quiet" onClick={onCancel}>{t('cancel')}</button>
				<button type="submit" class="btn btn-primary" disabled={form.waiting}>{t('totp.turnOn')}</button>
			</div>
		</form>
	);
}

function RecoveryCodes({codes, onDone}: {codes: string[]; onDone: () => void}) {
	const t = useTexts();
	return (
		<div class="fresh" role="status">
			<h3>{t('recovery.title')}</h3>
			<p>{t('recovery.note')}</p>
			<ul class="recovery" aria-label={t('recovery.title')}>{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
			<Secret label={t('recovery.title')} text={codes.join(' ')} />
			<button type="button" class="btn btn-quiet" onClick={onDone}>{t('recovery.kept')}</button>
		</div>
	);
}

function IsOn({left, onCodes, onOff}: {left: number; onCodes: (recovery: string[]) => Promise<void>; onOff: () => Promise<void>}) {
	const t = useTexts();
	const [asked, setAsked] = useState<'renew' | 'off' | null>(null);
	async function act(password: string) {
		if (asked === 'renew') await onCodes((await api.profile.renewRecovery(password)).recovery);
		else await api.profile.endTotp(password).then(onOff);
		setAsked(null);
	}
	return (
		<>
			<p><span class="tag tag-good"><Icon name="check" />{t('totp.on')}</span> {t('recovery.left', {n: left})}</p>
			<div class="page-actions">
				<button type="button" class="btn btn-quiet" aria-expanded={asked === 'renew'} onClick={() => setAsked('renew')}>{t('recovery.renew')}</button>
				<button type="button" class="btn btn-quiet" aria-expanded={asked === 'off'} onClick={() => setAsked('off')}>{t('totp.turnOff')}</button>
			</div>
			{asked && <AskPassword key={asked} action={t(asked === 'renew' ? 'recovery.renew' : 'totp.turnOff')} onPassword={act} />}
		</>
	);
}
