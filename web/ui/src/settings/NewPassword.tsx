// A new password, typed twice.
import {useTexts, t as text} from '../i18n';
import {TextField} from './fields';

export const PASSWORD_MIN = 12;

export interface Typed {
	password: string;
	again: string;
}

export function passwordProblem({password, again}: Typed): Record<string, string> {
	if ([...password].length < PASSWORD_MIN) return {password: text('invalid.password_short', {limit: PASSWORD_MIN})};
	return password === again ? {} : {again: text('password.differ')};
}

export function NewPassword<T extends Typed>({typed, onChange, errors}: {typed: T; onChange: (typed: T) => void; errors: Record<string, string>}) {
	const t = useTexts();
	return (
		<>
			<TextField label={t('password.new')} help={t('password.help', {n: PASSWORD_MIN})} name="password" type="password" autocomplete="new-password" required
				value={typed.password} error={errors.password} onChange={(password) => onChange({...typed, password})} />
			<TextField label={t('password.again')} name="again" type="password" autocomplete="new-password" required
				value={typed.again} error={errors.again} onChange={(again) => onChange({...typed, again})} />
		</>
	);
}
