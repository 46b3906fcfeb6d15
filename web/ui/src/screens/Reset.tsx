import {useEffect, useState} from 'preact/hooks';
import * as api from '../api';
import {explain, useTitle} from '../hooks';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {go} from '../router';
import {NewPassword, passwordProblem} from '../settings/NewPassword';
import {refusals} from '../settings/useForm';
import {session, toast} from '../store';

// Where an admin's link leads: a new password, once.
export function ResetScreen({token}: {token: string}) {
	const t = useTexts();
	useTitle(t('reset.title'));
	const [who, setWho] = useState<{email: string} | null>(null);
	const [dead, setDead] = useState('');
	useEffect(() => {
		api.reset.look(token).then(setWho, (error) => setDead(error instanceof api.ApiError && error.status === 404 ? t('reset.dead') : explain(error)));
	}, [token]);
	return (
		<main id="main" class="login">
			<div class="login-card">
				<div class="login-brand"><Icon name="bell" /><span>Belfry</span></div>
				<h1>{t('reset.title')}</h1>
				{dead && <div class="alert-line" role="alert"><Icon name="warn" />{dead}</div>}
				{dead && <p><a href="/login">{t('reset.login')}</a></p>}
				{who && <ResetForm token={token} email={who.email} />}
			</div>
		</main>
	);
}

function ResetForm({token, email}: {token: string; email: string}) {
	const t = useTexts();
	const [typed, setTyped] = useState({password: '', again: ''});
	const [errors, setErrors] = useState<Record<string, string>>({});
	const [waiting, setWaiting] = useState(false);

	async function submit(event: Event) {
		event.preventDefault();
		const problem = passwordProblem(typed);
		setErrors(problem);
		if (Object.keys(problem).length) return;
		setWaiting(true);
		try {
			await api.reset.use(token, typed.password);
			toast('done', t('reset.done'));
			session.set(null); // whoever was logged in here is not any more
			go('/login', true);
		} catch (error) {
			setErrors(error instanceof api.ApiError && error.errors.length ? refusals(error) : {'': explain(error)});
		}
		setWaiting(false);
	}
	return (
		<form onSubmit={(event) => void submit(event)} noValidate>
			<p>{t('reset.for', {email})}</p>
			<input type="email" name="email" autocomplete="username" value={email} hidden readOnly />
			{errors[''] && <div class="alert-line" role="alert"><Icon name="warn" />{errors['']}</div>}
			<NewPassword typed={typed} onChange={setTyped} errors={errors} />
			<button type="submit" class="btn btn-primary" disabled={waiting}>{t('reset.submit')}</button>
		</form>
	);
}
