import {useLayoutEffect, useState} from 'preact/hooks';
import {mayAct} from '../hooks';
import {useTexts} from '../i18n';
import {Dropdown} from '../parts/Dropdown';
import {Icon} from '../parts/icons';
import type {Query} from '../query';
import {STATUSES} from '../types';
import type {ListActions} from './useListActions';
import {Wheel} from './Wheel';

interface Props {
	query: Query;
	onQuery: (next: Query) => void;
	selected: number[];
	actions: ListActions;
	onReload: () => void;
}

export function ListToolbar({query, onQuery, selected, actions, onReload}: Props) {
	return (
		<div class="list-tools">
			{mayAct() && <BulkActions selected={selected} actions={actions} inBin={query.folder === 'bin'} />}
			<SearchBox query={query} onQuery={onQuery} />
			<Wheel query={query} onReload={onReload} />
		</div>
	);
}

function BulkActions({selected, actions, inBin}: {selected: number[]; actions: ListActions; inBin: boolean}) {
	const t = useTexts();
	const [open, setOpen] = useState(false);
	function choose(call: () => void) {
		setOpen(false);
		call();
	}
	return (
		<Dropdown open={open && selected.length > 0} setOpen={setOpen} label={selected.length ? `${t('bulk')} ${selected.length}` : t('bulk')} disabled={selected.length === 0} buttonClass="btn btn-quiet" start class="bulk" button={
			<>{t('bulk')} {selected.length > 0 && <span class="bulk-count">{selected.length}</span>}<Icon name="down" /></>
		}>
			{STATUSES.map((status) => (
				<button key={status} type="button" class="menu-item" role="menuitem" onClick={() => choose(() => void actions.setStatus(selected, status))}>
					<span class={`status-${status}`}><Icon name={status} /></span>{t(`bulk.${status}`)}
				</button>
			))}
			<button type="button" class="menu-item" role="menuitem" onClick={() => choose(() => actions.askAssign(selected))}><Icon name="user" />{t('bulk.assign')}</button>
			{inBin
				? <button type="button" class="menu-item" role="menuitem" onClick={() => choose(() => void actions.restore(selected))}><Icon name="restore" />{t('bulk.restore')}</button>
				: (
					<button type="button" class="menu-item menu-danger" role="menuitem" onClick={() => choose(() => actions.askDelete({ids: selected, bulk: true}))}>
						<Icon name="trash" />{t('bulk.delete')}
					</button>
				)}
		</Dropdown>
	);
}

// Over all text, besides the columns' filters.
function SearchBox({query, onQuery}: {query: Query; onQuery: (next: Query) => void}) {
	const t = useTexts();
	const [typed, setTyped] = useState(query.q);
	useLayoutEffect(() => setTyped(query.q), [query.q]); // at once: later it would take away what was typed meanwhile
	function submit(event: Event) {
		event.preventDefault();
		if (typed.trim() !== query.q) onQuery({...query, q: typed.trim(), page: 1});
	}
	function clear() {
		setTyped('');
		if (query.q) onQuery({...query, q: '', page: 1});
	}
	return (
		<form class="search-box" role="search" onSubmit={submit}>
			<Icon name="search" />
			<input type="search" class="form-control" aria-label={t('search.all')} placeholder={t('search.all')} value={typed}
				onInput={(event) => setTyped(event.currentTarget.value)} onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()} />
			{typed && <button type="button" class="btn btn-icon" aria-label={t('search.clear')} title={t('search.clear')} onClick={clear}><Icon name="close" /></button>}
		</form>
	);
}
