// Form fields: a label, help where one looks for it, the control, and below it what was refused.
import type {ComponentChildren} from 'preact';
import {useId, useState} from 'preact/hooks';
import {languageName} from '../format';
import {language, useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {session, useValue} from '../store';

interface FieldProps {
	label: string;
	help?: string | undefined;
	error?: string | undefined;
	required?: boolean;
}

interface Ids {
	id: string;
	'aria-describedby': string | undefined;
	'aria-invalid': boolean;
	'aria-required': boolean | undefined;
}

// The tooltip of a field: shown on hover and focus, read out with the field.
export function Help({text, id, label}: {text: string; id: string; label: string}) {
	const t = useTexts();
	return (
		<span class="help">
			<button type="button" class="help-mark" aria-describedby={id} aria-label={t('help.of', {label})}>?</button>
			<span role="tooltip" id={id} class="help-text">{text}</span>
		</span>
	);
}

function Refused({id, error}: {id: string; error: string | undefined}) {
	return error ? <p class="field-error" id={id}><Icon name="warn" /><span>{error}</span></p> : null;
}

export function Field({label, help, error, required = false, aside, children}: FieldProps & {aside?: ComponentChildren; children: (ids: Ids) => ComponentChildren}) {
	const id = useId();
	const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
	return (
		<div class={`field ${error ? 'field-refused' : ''}`}>
			<div class="field-head">
				<label class="form-label" for={id}>{label}{required && <span class="required" aria-hidden="true"> *</span>}</label>
				{help && <Help text={help} id={`${id}-help`} label={label} />}
				{aside}
			</div>
			{children({id, 'aria-describedby': described, 'aria-invalid': Boolean(error), 'aria-required': required || undefined})}
			<Refused id={`${id}-error`} error={error} />
		</div>
	);
}

interface TextProps extends FieldProps {
	name?: string;
	value: string;
	onChange: (text: string) => void;
	type?: 'text' | 'email' | 'password' | 'number' | 'search' | 'date' | 'datetime-local' | 'time';
	autocomplete?: string;
	suffix?: string; // a unit behind a number
	disabled?: boolean;
	min?: number;
	max?: number;
}

export function TextField({value, onChange, name, type = 'text', autocomplete = 'off', suffix, disabled, min, max, ...field}: TextProps) {
	return (
		<Field {...field}>
			{(ids) => (
				<span class={`control ${suffix ? 'control-unit' : ''}`}>
					<input class="form-control" {...ids} name={name} type={type} value={value} autocomplete={autocomplete} disabled={disabled} min={min} max={max}
						onInput={(event) => onChange(event.currentTarget.value)} />
					{suffix && <span class="unit">{suffix}</span>}
				</span>
			)}
		</Field>
	);
}

export function TextArea({value, onChange, name, rows = 5, ...field}: FieldProps & {name?: string; value: string; onChange: (text: string) => void; rows?: number}) {
	return (
		<Field {...field}>
			{(ids) => <textarea class="form-control" {...ids} name={name} rows={rows} value={value} onInput={(event) => onChange(event.currentTarget.value)} />}
		</Field>
	);
}

interface SelectProps extends FieldProps {
	name?: string;
	value: string;
	options: readonly (readonly [string, string])[];
	onChange: (value: string) => void;
	disabled?: boolean;
}

export function SelectField({value, options, onChange, name, disabled, ...field}: SelectProps) {
	return (
		<Field {...field}>
			{(ids) => (
				<select class="form-select" {...ids} name={name} value={value} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value)}>
					{options.map(([code, text]) => <option key={code} value={code}>{text}</option>)}
				</select>
			)}
		</Field>
	);
}

interface SwitchProps {
	label: string;
	help?: string | undefined;
	note?: string | undefined; // always visible, below
	error?: string | undefined;
	name?: string;
	checked: boolean;
	onChange: (on: boolean) => void;
	disabled?: boolean;
}

export function Switch({label, help, note, error, name, checked, onChange, disabled}: SwitchProps) {
	const id = useId();
	const described = [help && `${id}-help`, note && `${id}-note`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
	return (
		<div class={`field field-switch ${error ? 'field-refused' : ''}`}>
			<div class="field-head">
				<input id={id} type="checkbox" role="switch" name={name} checked={checked} disabled={disabled} aria-describedby={described} aria-invalid={Boolean(error)}
					onChange={(event) => onChange(event.currentTarget.checked)} />
				<label for={id}>{label}</label>
				{help && <Help text={help} id={`${id}-help`} label={label} />}
			</div>
			{note && <p class="field-note" id={`${id}-note`}>{note}</p>}
			<Refused id={`${id}-error`} error={error} />
		</div>
	);
}

interface ChoicesProps<T extends string | number> {
	label: string;
	error?: string | undefined;
	options: readonly (readonly [T, string])[];
	chosen: readonly T[];
	onChange: (chosen: T[]) => void;
}

// Several of several.
export function Choices<T extends string | number>({label, error, options, chosen, onChange}: ChoicesProps<T>) {
	const id = useId();
	return (
		<fieldset class="field choices" aria-invalid={Boolean(error)} aria-describedby={error ? `${id}-error` : undefined}>
			<legend class="form-label">{label}</legend>
			{options.map(([value, text]) => (
				<label class="check" key={value}>
					<input type="checkbox" checked={chosen.includes(value)}
						onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, value] : chosen.filter((each) => each !== value))} />
					<span>{text}</span>
				</label>
			))}
			<Refused id={`${id}-error`} error={error} />
		</fieldset>
	);
}

// One of several, each in words.
export function Radios<T extends string>({label, name, options, value, onChange}: {
	label: string; name: string; options: readonly (readonly [T, string])[]; value: T; onChange: (value: T) => void;
}) {
	return (
		<fieldset class="field choices">
			<legend class="form-label">{label}</legend>
			{options.map(([code, text]) => (
				<label class="check" key={code}>
					<input type="radio" name={name} value={code} checked={code === value} onChange={() => onChange(code)} />
					<span>{text}</span>
				</label>
			))}
		</fieldset>
	);
}

export type Texts = Record<string, string>; // by language

interface LanguageProps extends Omit<FieldProps, 'error'> {
	name: string;
	value: Texts;
	onChange: (texts: Texts) => void;
	errors: Record<string, string>; // of the form: "name.fr", or "name"
	languages?: readonly string[];
	rows?: number; // more than one: a text area
}

// One text in every language, one shown at a time; a refused one is shown by itself.
export function LanguageField({name, value, onChange, errors, languages, rows = 1, label, ...field}: LanguageProps) {
	const t = useTexts();
	const own = useValue(language);
	const enabled = useValue(session)?.languages ?? [];
	const codes = languages ?? enabled;
	const [picked, setPicked] = useState<string | null>(null);
	const refused = codes.find((code) => errors[`${name}.${code}`]);
	const wanted = picked ?? refused ?? own;
	const shown = codes.includes(wanted) ? wanted : codes[0] ?? own;
	const [seen, setSeen] = useState(refused);
	if (seen !== refused) { // a new refusal wins over what was picked before
		setSeen(refused);
		if (refused) setPicked(refused);
	}
	const error = (refused && errors[`${name}.${refused}`]) || errors[name];
	const set = (text: string) => onChange({...value, [shown]: text});
	const choose = (
		<select class="form-select language-select" aria-label={t('language.of', {label})} value={shown} onChange={(event) => setPicked(event.currentTarget.value)}>
			{codes.map((code) => <option key={code} value={code}>{languageName(code)}</option>)}
		</select>
	);
	return (
		<Field {...field} label={label} error={error} aside={choose}>
			{(ids) => rows > 1
				? <textarea class="form-control" {...ids} name={name} lang={shown} rows={rows} value={value[shown] ?? ''} onInput={(event) => set(event.currentTarget.value)} />
				: <input class="form-control" {...ids} name={name} lang={shown} value={value[shown] ?? ''} autocomplete="off" onInput={(event) => set(event.currentTarget.value)} />}
		</Field>
	);
}
