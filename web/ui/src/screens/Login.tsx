import {useEffect, useRef, useState} from 'preact/hooks';
import * as api from '../api';
import {explain, useTitle} from '../hooks';
import {useTexts, t as text} from '../i18n';
import {Icon} from '../parts/icons';
import {session} from '../store';

function reason(error: unknown, totp: boolean): string {
	if (!(error instanceof api.ApiError)) return explain(error);
	if (error.status === 401) return text(totp ? 'login.wrongCode' : 'login.wrong');
	if (error.status === 429) return text('login.throttled');
	return explain(error);
}

function asksForCode(error: unknown): boolean {
	return error instanceof api.ApiError && error.status === 401 && /\btotp\b/i.test(error.detail);
}

export function LoginScreen() {
	const t = useTexts();
	useTitle(t('login.title'));
	const [code, setCode] = useState(false);
	const [recovery, setRecovery] = useState(false);
	const [error, setError] = useState('');
	const [waiting, setWaiting] = useState(false);
	const form = useRef<HTMLFormElement>(null);
	useEffect(() => form.current?.querySelector<HTMLInputElement>(code ? '[name=totp]' : '[name=email]')?.focus(), [code]);

	async function submit(event: Event) {
		event.preventDefault();
		const fields = new FormData(form.current!);
		const get = (name: string) => String(fields.get(name) ?? '').trim();
		setWaiting(true);
		setError('');
		try {
			session.set(await api.session.open(get('email'), String(fields.get('password')), get('totp')));
		} catch (problem) {
			if (asksForCode(problem) && !code) setCode(true);
			else setError(reason(problem, code));
		}
		setWaiting(false);
	}

	return (
		<main id="main" class="login">
			<form class="login-card" ref={form} onSubmit={(event) => void submit(event)} aria-labelledby="login-title">
				<div class="login-brand"><Icon name="bell" /><span>Belfry</span></div>
				<h1 id="login-title">{t('login.title')}</h1>
				{error && <div class="alert-line" role="alert"><Icon name="warn" />{error}</div>}
				<label class="form-label" for="email">{t('login.email')}</label>
				<input class="form-control" id="email" name="email" type="email" autocomplete="username" required />
				<label class="form-label" for="password">{t('login.password')}</label>
				<input class="form-control" id="password" name="password" type="password" autocomplete="current-password" required />
				{code && (
					<>
						<label class="form-label" for="totp">{t(recovery ? 'login.recovery' : 'login.code')}</label>
						<input key={String(recovery)} class="form-control" id="totp" name="totp" inputMode={recovery ? 'text' : 'numeric'} autocomplete={recovery ? 'off' : 'one-time-code'}
							pattern={recovery ? undefined : '[0-9 ]{6,8}'} aria-describedby="totp-hint" required />
						<p class="muted" id="totp-hint">{t(recovery ? 'login.recoveryHint' : 'login.codeHint')}</p>
						<button type="button" class="btn btn-plain login-other" onClick={() => setRecovery(!recovery)}>{t(recovery ? 'login.useCode' : 'login.useRecovery')}</button>
					</>
				)}
				<button type="submit" class="btn btn-primary" disabled={waiting}>{t('login.submit')}</button>
			</form>
		</main>
	);
}
