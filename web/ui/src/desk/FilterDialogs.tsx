// Dialogs that give a filter its name, rename it and delete it.
import {useState} from 'preact/hooks';
import * as api from '../api';
import {explain, fail} from '../hooks';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import type {Query} from '../query';
import {refusals} from '../settings/useForm';
import {toast, useValue} from '../store';
import type {SavedFilter} from '../types';
import {loadSaved, saved, savedQuery} from './saved';

const LONGEST = 60;

function reason(error: unknown, label: string): string {
	const refused = error instanceof api.ApiError ? refusals(error, {name: label}) : {};
	return refused.name ?? explain(error);
}

export function SaveFilter({query, onClose}: {query: Query; onClose: () => void}) {
	const t = useTexts();
	const [error, setError] = useState('');
	async function submit(event: Event) {
		event.preventDefault();
		const name = String(new FormData(event.currentTarget as HTMLFormElement).get('name')).trim();
		try {
			await api.filters.add(name, savedQuery(query));
		} catch (problem) {
			setError(reason(problem, t('filters.name')));
			return;
		}
		toast('done', t('filters.done'));
		onClose();
		await loadSaved();
		requestAnimationFrame(() => { // the button that opened this is gone
			if (document.activeElement === document.body) document.querySelector<HTMLElement>('[data-saved][aria-current]')?.focus();
		});
	}
	return (
		<Dialog title={t('filters.save')} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose}>{t('cancel')}</button>
				<button type="submit" class="btn btn-primary" form="save-filter">{t('save')}</button>
			</>
		}>
			<form id="save-filter" onSubmit={(event) => void submit(event)}>
				<label class="form-label" for="filter-name">{t('filters.name')}</label>
				<input id="filter-name" name="name" class="form-control" maxLength={LONGEST} autocomplete="off" autofocus aria-invalid={error ? true : undefined}
					aria-describedby={error ? 'filter-error' : undefined} />
				{error && <p id="filter-error" class="field-error" role="alert">{error}</p>}
			</form>
		</Dialog>
	);
}

export function ManageFilters({onClose}: {onClose: () => void}) {
	const t = useTexts();
	const filters = useValue(saved);
	return (
		<Dialog title={t('filters.saved')} onClose={onClose} footer={<button type="button" class="btn btn-quiet" onClick={onClose}>{t('close')}</button>}>
			{filters.length === 0 && <p class="muted">{t('filters.none')}</p>}
			<ul class="filter-names">{filters.map((filter) => <li key={filter.id}><FilterName filter={filter} /></li>)}</ul>
		</Dialog>
	);
}

function FilterName({filter}: {filter: SavedFilter}) {
	const t = useTexts();
	const [name, setName] = useState(filter.name);
	const [error, setError] = useState('');
	const errorId = `filter-error-${filter.id}`;
	async function rename(event: Event) {
		event.preventDefault();
		try {
			await api.filters.change(filter.id, filter.version, {name});
			setError('');
			toast('done', t('done.update'));
		} catch (problem) {
			setError(reason(problem, t('filters.name')));
		}
		await loadSaved();
	}
	async function remove() {
		await api.filters.remove(filter.id).then(() => toast('done', t('done.deletion')), fail);
		await loadSaved();
	}
	return (
		<form class="filter-name" onSubmit={(event) => void rename(event)}>
			<input class="form-control" value={name} maxLength={LONGEST} aria-label={t('filters.nameOf', {name: filter.name})} aria-invalid={error ? true : undefined}
				aria-describedby={error ? errorId : undefined} onInput={(event) => setName(event.currentTarget.value)} />
			<button type="submit" class="btn btn-quiet" disabled={name.trim() === filter.name}>{t('filters.rename')}</button>
			<button type="button" class="btn btn-icon" aria-label={t('filters.delete', {name: filter.name})} title={t('delete')} onClick={() => void remove()}><Icon name="trash" /></button>
			{error && <p id={errorId} class="field-error" role="alert">{error}</p>}
		</form>
	);
}
