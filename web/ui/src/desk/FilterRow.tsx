import {useLayoutEffect, useState} from 'preact/hooks';
import {languageName} from '../format';
import {useTexts} from '../i18n';
import {statusName} from '../parts/Status';
import {cleanFilters, FIELDS, isFiltered, sameFilters, type Field, type Filters, type Query} from '../query';
import {session, useValue} from '../store';
import {STATUSES} from '../types';

interface Props {
	query: Query;
	onQuery: (next: Query) => void;
	several: boolean;
}

// Under the heads: one filter a column. What is typed stays here until Search.
export function FilterRow({query, onQuery, several}: Props) {
	const t = useTexts();
	const who = useValue(session);
	const [typed, setTyped] = useState<Filters>(query.filters);
	const applied = FIELDS.map((field) => query.filters[field] ?? '').join('\n');
	useLayoutEffect(() => setTyped(query.filters), [applied]); // at once: later it would take away what was typed meanwhile

	const filtered = isFiltered(query.filters);
	const filled = FIELDS.some((field) => typed[field]?.trim());
	const searchable = (filled || filtered) && !sameFilters(typed, query.filters);
	const set = (field: Field, text: string) => setTyped((now) => ({...now, [field]: text}));

	function search() {
		if (searchable) onQuery({...query, filters: cleanFilters(typed), page: 1});
	}
	function reset() {
		setTyped({});
		onQuery({...query, filters: {}, page: 1});
	}
	function onKey(event: KeyboardEvent) {
		if (event.key === 'Enter' && (event.target as Element).tagName !== 'BUTTON') search();
	}
	const input = (field: Field, label: string, type = 'text') => (
		<input class="form-control" type={type} aria-label={label} placeholder={type === 'text' ? label : undefined} value={typed[field] ?? ''}
			inputMode={field === 'id' ? 'numeric' : undefined} onInput={(event) => set(field, event.currentTarget.value)} data-filter={field} />
	);
	const choice = (field: Field, label: string, options: [string, string][]) => (
		<select class="form-select" aria-label={label} value={typed[field] ?? ''} onChange={(event) => set(field, event.currentTarget.value)} data-filter={field}>
			<option value="">–</option>
			{options.map(([code, text]) => <option key={code} value={code}>{text}</option>)}
		</select>
	);
	return (
		<tr role="row" class="filters" onKeyDown={onKey}>
			<td role="cell" class="col-select" />
			<td role="cell" class="col-id" data-label={t('column.id')}>{input('id', t('filter.id'))}</td>
			<td role="cell" class="col-customer" data-label={t('column.customer')}>{input('customer', t('filter.customer'))}</td>
			<td role="cell" class="col-email" data-label={t('column.email')}>{input('email', t('filter.email'))}</td>
			<td role="cell" class="col-contact" data-label={t('column.contact')}>{choice('contact', t('filter.contact'), (who?.contacts ?? []).map(({id, name}) => [String(id), name]))}</td>
			<td role="cell" class="col-language" data-label={t('column.language')}>{choice('language', t('filter.language'), (who?.languages ?? []).map((code) => [code, languageName(code)]))}</td>
			<td role="cell" class="col-status" data-label={t('column.status')}>{choice('status', t('filter.status'), STATUSES.map((status) => [status, statusName(status)]))}</td>
			<td role="cell" class="col-employee" data-label={t('column.employee')}>{input('employee', t('filter.employee'))}</td>
			<td role="cell" class="col-message" data-label={t('column.message')}>{input('message', t('filter.message'))}</td>
			<td role="cell" class="col-private" data-label={t('column.private')}>{choice('private', t('filter.private'), [['yes', t('yes')], ['no', t('no')]])}</td>
			<td role="cell" class="col-last_message" data-label={t('column.last_message')}>
				<div class="dates">{input('from', t('filter.from'), 'date')}{input('to', t('filter.to'), 'date')}</div>
			</td>
			{several && <td role="cell" class="col-shop" />}
			<td role="cell" class="col-actions">
				<div class="filter-buttons">
					<button type="button" class="btn btn-primary btn-sm" disabled={!searchable} onClick={search}>{t('search')}</button>
					{filtered && <button type="button" class="btn btn-quiet btn-sm" onClick={reset}>{t('reset')}</button>}
				</div>
			</td>
		</tr>
	);
}
