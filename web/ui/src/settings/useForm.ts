// A form's state: what was typed, what was refused and where, whether somebody else was first. What was typed is kept.
import {useCallback, useRef, useState} from 'preact/hooks';
import {ApiError, type FieldError} from '../api';
import {languageName} from '../format';
import {explain} from '../hooks';
import {has, t} from '../i18n';
import {session, toast} from '../store';

export interface FormState<T> {
	values: T;
	set: <K extends keyof T>(name: K, value: T[K]) => void;
	errors: Record<string, string>; // by field; '' is about the form as a whole
	waiting: boolean;
	conflict: boolean; // somebody else saved in between
	changed: boolean;
	submit: (event?: Event) => Promise<void>;
	restart: (values: T) => void;
}

const NAMED = ['required_default']; // these name the language themselves

// A refusal in the employee's language; of one language's text it ends with that language.
export function refusal({field, code, detail, limit}: FieldError, labels: Record<string, string> = {}): string {
	const key = `invalid.${code}`;
	const [name = '', language] = field.split('.');
	const words = detail.replace(/^[^:]*: /, '').replace(/\.? - Language: \w+$/, ''); // the database's own, which are English
	const text = has(key) ? t(key, {limit: limit ?? 0, field: labels[name] ?? name, language: languageName(language ?? ''), words}) : detail;
	return language && has(key) && !NAMED.includes(code ?? '') ? t('invalid.language', {text, language: languageName(language)}) : text;
}

export function refusals(error: ApiError, labels?: Record<string, string>): Record<string, string> {
	const found: Record<string, string> = {};
	for (const each of error.errors) found[each.field] ??= refusal(each, labels);
	return found;
}

// The first field that was refused gets the focus.
function focusFirst(): void {
	setTimeout(() => document.querySelector<HTMLElement>('main [aria-invalid=true]')?.focus());
}

// LABELS: of fields, for refusals that name them. SAVE may give back what is there now.
export function useForm<T extends object>(first: T, save: (values: T) => Promise<T | void>, labels?: Record<string, string>): FormState<T> {
	const [values, setValues] = useState(first);
	const [errors, setErrors] = useState<Record<string, string>>({});
	const [waiting, setWaiting] = useState(false);
	const [conflict, setConflict] = useState(false);
	const [saved, setSaved] = useState(first);
	const busy = useRef(false);

	const set = useCallback(<K extends keyof T>(name: K, value: T[K]) => setValues((now) => ({...now, [name]: value})), []);
	const restart = useCallback((next: T) => {
		setValues(next);
		setSaved(next);
		setErrors({});
		setConflict(false);
	}, []);

	function refused(error: unknown) {
		if (error instanceof ApiError && error.status === 401 && !session.get()) return;
		if (error instanceof ApiError && (error.status === 412 || error.status === 428)) {
			setConflict(true);
		} else if (error instanceof ApiError && error.errors.length) {
			setErrors(refusals(error, labels));
			focusFirst();
		} else {
			toast('failed', explain(error));
		}
	}

	async function submit(event?: Event) {
		event?.preventDefault();
		if (busy.current) return;
		busy.current = true;
		setWaiting(true);
		setErrors({});
		try {
			const after = await save(values);
			if (after) restart(after);
			else setSaved(values);
		} catch (error) {
			refused(error);
		}
		busy.current = false;
		setWaiting(false);
	}
	return {values, set, errors, waiting, conflict, changed: JSON.stringify(values) !== JSON.stringify(saved), submit, restart};
}
