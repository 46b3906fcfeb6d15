// A settings list: sort, a row of filters, chosen rows and what can be done with them, pages.
import type {ComponentChildren} from 'preact';
import {useLayoutEffect, useState} from 'preact/hooks';
import {formatNumber, language, useTexts} from '../i18n';
import {ConfirmDelete, Dialog} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import {go} from '../router';
import {refusal} from './useForm';
import {cleanTable, SIZES, type TableQuery} from './tableQuery';
import type {Table} from './useTable';

export interface Column<Row> {
	name: string;
	text: string;
	sort?: boolean;
	filter?: 'text' | 'number' | 'dates' | readonly (readonly [string, string])[]; // dates: `from` and `to`; a list: value and text of a drop-down
	cell: (row: Row) => ComponentChildren;
	narrow?: boolean;
}

interface Props<Row extends {id: number}> {
	title: string;
	table: Table<Row>;
	columns: Column<Row>[];
	href?: (row: Row) => string; // a click on the row goes there
	nameOf: (row: Row) => string; // for people who hear what a row's buttons are about
	actions?: (row: Row) => ComponentChildren; // besides Edit and Delete
	mayEdit?: boolean;
	mayDelete?: boolean;
	onDelete?: (ids: number[]) => void; // instead of the usual question
	whole?: boolean; // all rows are there: no pages
	alone?: boolean; // the page's heading is the list's
	rowClass?: (row: Row) => string;
	children?: ComponentChildren; // beside the heading
}

export function CrudTable<Row extends {id: number}>({title, table, columns, href, nameOf, actions, mayEdit = true, mayDelete = true, onDelete, whole = false, alone = false, rowClass, children}: Props<Row>) {
	const t = useTexts();
	const {page, query, change, selection} = table;
	const [asked, setAsked] = useState<number[] | null>(null);
	const [refused, setRefused] = useState<{name: string; why: string}[]>([]);
	const rows = page?.rows ?? [];
	const ask = onDelete ?? setAsked;
	async function remove(ids: number[]) {
		setAsked(null);
		const names = new Map(rows.map((row) => [row.id, nameOf(row)]));
		const left = await table.remove(ids);
		setRefused(left.map(({id, code, detail}) => ({name: names.get(id) ?? String(id), why: refusal({field: 'id', code, detail})})));
	}
	const filterable = columns.some(({filter}) => filter);
	const withActions = Boolean(actions || (mayEdit && href) || mayDelete || filterable);
	return (
		<section class="crud" aria-label={title} aria-busy={!page}>
			<div class="crud-head">
				<h2 class={alone ? 'visually-hidden' : ''}>{title}</h2>
				{page && <span class={alone ? 'visually-hidden' : 'list-count'} data-total={page.total}>{formatNumber(language.get(), page.total)}</span>}
				<div class="crud-tools">
					{mayDelete && selection.ids.length > 0 && (
						<button type="button" class="btn btn-quiet" onClick={() => ask(selection.ids)}><Icon name="trash" />{t('bulk.delete')}<span class="bulk-count">{selection.ids.length}</span></button>
					)}
					{children}
				</div>
			</div>
			<div class="table-box">
				<table class="crud-table" role="table" aria-label={title}>
					<thead role="rowgroup">
						<tr role="row">
							{mayDelete && (
								<th role="columnheader" class="crud-select">
									<input type="checkbox" aria-label={t('select.all')} checked={selection.all} onChange={selection.toggleAll}
										ref={(box) => { if (box) box.indeterminate = !selection.all && selection.ids.length > 0; }} />
								</th>
							)}
							{columns.map((column) => <Head key={column.name} column={column} query={query} onQuery={change} />)}
							{withActions && <th role="columnheader" class="crud-actions">{t('column.actions')}</th>}
						</tr>
						{filterable && <Filters columns={columns} query={query} onQuery={change} select={mayDelete} />}
					</thead>
					<tbody role="rowgroup">
						{rows.map((row) => (
							<tr role="row" key={row.id} data-id={row.id} class={`${href ? 'crud-link' : ''} ${selection.has(row.id) ? 'chosen' : ''} ${rowClass?.(row) ?? ''}`} onClick={(event) => href && onRow(event, href(row))}>
								{mayDelete && <td role="cell" class="crud-select"><input type="checkbox" aria-label={t('crud.select', {name: nameOf(row)})} checked={selection.has(row.id)} onChange={() => selection.toggle(row.id)} /></td>}
								{columns.map(({name, cell, text, narrow}) => <td role="cell" key={name} data-label={text} class={`crud-${name} ${narrow ? 'crud-narrow' : ''}`}>{cell(row)}</td>)}
								{withActions && (
									<td role="cell" class="crud-actions">
										<div class="crud-buttons">
											{actions?.(row)}
											{mayEdit && href && <a class="btn btn-quiet btn-sm" href={href(row)} aria-label={t('crud.edit', {name: nameOf(row)})}>{t('edit')}</a>}
											{mayDelete && <button type="button" class="btn btn-icon" aria-label={t('crud.delete', {name: nameOf(row)})} title={t('delete')} onClick={() => ask([row.id])}><Icon name="trash" /></button>}
										</div>
									</td>
								)}
							</tr>
						))}
					</tbody>
				</table>
				{page && rows.length === 0 && <p class="no-records" role="status">{t('list.none')}</p>}
			</div>
			{page && !whole && <Pages total={page.total} query={query} onQuery={change} />}
			{asked && <ConfirmDelete what="item" count={asked.length} onClose={() => setAsked(null)} onDelete={() => void remove(asked)} />}
			{refused.length > 0 && <Refused rows={refused} onClose={() => setRefused([])} />}
		</section>
	);
}

// Of some that were to be deleted: which are still there, and why.
function Refused({rows, onClose}: {rows: {name: string; why: string}[]; onClose: () => void}) {
	const t = useTexts();
	return (
		<Dialog title={t('bulk.refused', {n: rows.length})} onClose={onClose} footer={<button type="button" class="btn btn-primary" onClick={onClose} autofocus>{t('close')}</button>}>
			<ul>{rows.map(({name, why}, at) => <li key={at}><strong>{name}</strong><br />{why}</li>)}</ul>
		</Dialog>
	);
}

function onRow(event: MouseEvent, address: string) {
	if ((event.target as Element).closest('a, button, input, select, label') || getSelection()?.toString()) return;
	go(address);
}

function Head<Row>({column, query, onQuery}: {column: Column<Row>; query: TableQuery; onQuery: (next: TableQuery) => void}) {
	const {name, text, sort, narrow} = column;
	const active = sort && query.sort === name;
	return (
		<th role="columnheader" scope="col" class={`crud-${name} ${narrow ? 'crud-narrow' : ''}`} aria-sort={active ? (query.descending ? 'descending' : 'ascending') : undefined}>
			{!sort ? text : (
				<button type="button" class={`sort ${active ? 'sort-on' : ''}`} onClick={() => onQuery({...query, page: 1, sort: name, descending: Boolean(active) && !query.descending})}>
					<span>{text}</span>{active && <Icon name={query.descending ? 'down' : 'up'} />}
				</button>
			)}
		</th>
	);
}

// What is typed stays here until Search.
function Filters<Row>({columns, query, onQuery, select}: {columns: Column<Row>[]; query: TableQuery; onQuery: (next: TableQuery) => void; select: boolean}) {
	const t = useTexts();
	const [typed, setTyped] = useState(query.filters);
	const applied = JSON.stringify(query.filters);
	useLayoutEffect(() => setTyped(query.filters), [applied]); // at once: later it would take away what was typed meanwhile
	const filtered = applied !== '{}';
	const searchable = JSON.stringify(sorted(cleanTable(typed))) !== JSON.stringify(sorted(query.filters));
	const search = () => searchable && onQuery({...query, filters: cleanTable(typed), page: 1});
	function reset() {
		setTyped({});
		onQuery({...query, filters: {}, page: 1});
	}
	return (
		<tr role="row" class="crud-filters" onKeyDown={(event) => event.key === 'Enter' && (event.target as Element).tagName !== 'BUTTON' && search()}>
			{select && <td role="cell" class="crud-select" />}
			{columns.map(({name, text, filter, narrow}) => (
				<td role="cell" key={name} class={narrow ? 'crud-narrow' : ''}>
					{filter && typeof filter !== 'string' && (
						<select class="form-select" aria-label={t('crud.filter', {name: text})} value={typed[name] ?? ''} onChange={(event) => setTyped({...typed, [name]: event.currentTarget.value})}>
							<option value="">–</option>
							{filter.map(([code, label]) => <option key={code} value={code}>{label}</option>)}
						</select>
					)}
					{filter === 'dates' && (
						<div class="dates">
							{DAYS.map(([day, label]) => <input key={day} type="date" class="form-control" aria-label={t(label)} title={t(label)} value={typed[day] ?? ''}
								onInput={(event) => setTyped({...typed, [day]: event.currentTarget.value})} />)}
						</div>
					)}
					{(filter === 'text' || filter === 'number') && (
						<input class="form-control" aria-label={t('crud.search', {name: text})} placeholder={t('crud.search', {name: text})} value={typed[name] ?? ''} autocomplete="off"
							inputMode={filter === 'number' ? 'numeric' : undefined} onInput={(event) => setTyped({...typed, [name]: event.currentTarget.value})} />
					)}
				</td>
			))}
			<td role="cell" class="crud-actions">
				<div class="crud-buttons">
					<button type="button" class="btn btn-primary btn-sm" disabled={!searchable} onClick={search}>{t('search')}</button>
					{filtered && <button type="button" class="btn btn-quiet btn-sm" onClick={reset}>{t('reset')}</button>}
				</div>
			</td>
		</tr>
	);
}

const DAYS = [['from', 'filter.from'], ['to', 'filter.to']] as const;

function sorted(filters: Record<string, string>): [string, string][] {
	return Object.entries(filters).sort(([one], [other]) => (one < other ? -1 : 1));
}

interface PagesProps {
	total: number;
	query: TableQuery;
	onQuery: (next: TableQuery) => void;
	label?: string; // where a page has several
	fixed?: boolean; // as many rows as there are
}

export function Pages({total, query, onQuery, label, fixed = false}: PagesProps) {
	const t = useTexts();
	if (total <= (fixed ? query.limit : SIZES[0]) && query.page === 1) return null;
	const number = (amount: number) => formatNumber(language.get(), amount);
	const pages = Math.max(1, Math.ceil(total / query.limit));
	const first = Math.min(total, (query.page - 1) * query.limit + 1);
	const turn = (page: number) => onQuery({...query, page});
	return (
		<nav class="pager" aria-label={label ?? t('pager')}>
			{!fixed && (
				<label class="pager-size">{t('pager.size')}
					<select class="form-select" value={query.limit} onChange={(event) => onQuery({...query, page: 1, limit: Number(event.currentTarget.value)})}>
						{SIZES.map((size) => <option key={size} value={size}>{size}</option>)}
					</select>
				</label>
			)}
			<span class="pager-range">{t('pager.range', {first: number(first), last: number(Math.min(total, query.page * query.limit)), total: number(total)})}</span>
			<span class="pager-turn">
				<button type="button" class="btn btn-quiet btn-square" aria-label={t('pager.previous')} title={t('pager.previous')} disabled={query.page <= 1} onClick={() => turn(query.page - 1)}><Icon name="left" /></button>
				<span class="pager-at">{t('pager.at', {page: number(query.page), pages: number(pages)})}</span>
				<button type="button" class="btn btn-quiet btn-square" aria-label={t('pager.next')} title={t('pager.next')} disabled={query.page >= pages} onClick={() => turn(query.page + 1)}><Icon name="right" /></button>
			</span>
		</nav>
	);
}
