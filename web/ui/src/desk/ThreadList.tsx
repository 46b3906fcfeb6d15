import {useEffect, useLayoutEffect, useRef} from 'preact/hooks';
import {list} from '../bell';
import {offerCommands, type Command} from '../commands';
import {copyThread} from '../copy';
import {mayAct, useSlow} from '../hooks';
import {t as text, useTexts, language, formatNumber} from '../i18n';
import type {Query} from '../query';
import {lastScroll, lastThread} from '../router';
import {onActions, step, type Place} from '../shortcuts';
import {session, useValue} from '../store';
import {STATUSES} from '../types';
import {AssignDialog} from './Assign';
import {ListToolbar} from './ListToolbar';
import {Pager} from './Pager';
import {ThreadTable} from './ThreadTable';
import {useListActions, type ListActions} from './useListActions';
import {useKeptFocus} from './useKeptFocus';
import {useSelection} from './useSelection';
import {useThreads} from './useThreads';
import {ConfirmDelete} from '../parts/Dialog';

export function ThreadList({query, onQuery}: {query: Query; onQuery: (next: Query) => void}) {
	const t = useTexts();
	const {page, waiting, reload, patch} = useThreads(query);
	const slow = useSlow(waiting);
	const rows = page?.threads ?? [];
	const selection = useSelection(rows);
	const [actions, deleting, assigning] = useListActions({selection, reload, patch});
	const several = (useValue(session)?.shops.length ?? 0) > 1;
	const box = useRef<HTMLElement>(null);
	const place = useRef<Place>({at: -1});
	useKeptFocus(box, page, query, deleting);
	const marked = useRef(0); // where a range of selected rows begins
	const may = mayAct();

	// Back from a thread: the list is where it was, and the thread's row has the focus again.
	const loaded = page !== null;
	useLayoutEffect(() => {
		if (!loaded) return;
		const scroll = lastScroll();
		if (scroll !== null) scrollTo(0, scroll);
		const row = box.current?.querySelector<HTMLElement>(`tr[data-thread="${lastThread()}"]`);
		if (!row) return;
		row.focus({preventScroll: true});
		row.scrollIntoView({block: 'nearest'});
	}, [loaded]);

	useEffect(() => {
		list(true);
		return () => list(false);
	}, []);

	// The last page may have gone with its rows.
	const pages = page && Math.max(1, Math.ceil(page.total / query.limit));
	useEffect(() => {
		if (pages && rows.length === 0 && query.page > pages) onQuery({...query, page: pages});
	}, [pages, rows.length, query]);

	useLayoutEffect(() => { // keys work as soon as the rows are there
		const all = () => [...box.current?.querySelectorAll<HTMLElement>('tr[data-thread]') ?? []];
		const current = () => all().find((row) => row.contains(document.activeElement));
		const id = () => Number(current()?.dataset.thread ?? 0);
		return onActions({
			next: () => step(all(), 1, place.current),
			previous: () => step(all(), -1, place.current),
			open: () => current()?.querySelector<HTMLElement>('a.view')?.click(),
			select: () => id() && selection.toggle(marked.current = id()),
			selectRange: () => id() && selection.add(between(all(), marked.current, id())),
			close: () => id() && may && void actions.setStatus([id()], 'closed'),
			closeNext: () => {
				if (!id() || !may) return;
				void actions.setStatus([id()], 'closed');
				step(all(), 1, place.current);
			},
			copy: () => {
				const row = rows.find((each) => each.id === id());
				if (row) void copyThread(row);
			},
			charge: () => may && (selection.ids.length || id()) && actions.askAssign(selection.ids.length ? selection.ids : [id()]),
			delete: () => id() && may && query.folder !== 'bin' && actions.askDelete({ids: [id()], bulk: false}),
			status: () => {
				const select = current()?.querySelector('select');
				if (!select) return;
				select.focus();
				select.showPicker?.();
				giveBack(select, current()!);
			},
			search: () => box.current?.querySelector<HTMLInputElement>('input[type=search]')?.focus(),
		});
	}, [selection, actions, query.folder]);
	useLayoutEffect(() => offerCommands(() => (may && selection.ids.length ? bulkCommands(selection.ids, actions, query.folder === 'bin') : [])), [selection, actions, query.folder]);

	return (
		<section class={`list ${slow ? 'list-slow' : ''} ${selection.ids.length ? 'list-chosen' : ''}`} ref={box} tabIndex={-1} aria-labelledby="list-title" aria-busy={waiting}>
			<div class="list-head">
				<h2 id="list-title">{t(`folder.${query.folder || 'all'}`)}</h2>
				{page && <span class="list-count" data-total={page.total}>{formatNumber(language.get(), page.total)}{page.total_more && '+'}</span>}
				<ListToolbar query={query} onQuery={onQuery} selected={selection.ids} actions={actions} onReload={() => void reload()} />
			</div>
			<ThreadTable query={query} onQuery={onQuery} rows={rows} loaded={page !== null} several={several} selection={selection} actions={actions} />
			{page && <Pager query={query} page={page} onQuery={onQuery} />}
			{assigning && <AssignDialog threads={rows.filter(({id}) => assigning.includes(id))} onClose={() => actions.askAssign(null)} onAssign={(employee) => void actions.assign(assigning, employee)} />}
			{deleting && <ConfirmDelete count={deleting.ids.length} onClose={() => actions.askDelete(null)} onDelete={() => void actions.remove(deleting)} />}
		</section>
	);
}

// A choice made, or given up, in a row's SELECT that a key led to: the keys are the ROW's again.
function giveBack(select: HTMLSelectElement, row: HTMLElement): void {
	const onEnd = (event: Event) => {
		if (event instanceof KeyboardEvent && event.key !== 'Escape') return;
		['change', 'keydown', 'blur'].forEach((kind) => select.removeEventListener(kind, onEnd));
		if (event.type !== 'blur') row.focus({preventScroll: true});
	};
	['change', 'keydown', 'blur'].forEach((kind) => select.addEventListener(kind, onEnd));
}

// The rows from thread FROM to thread TO, both of them, whichever stands first.
function between(rows: HTMLElement[], from: number, to: number): number[] {
	const ids = rows.map((row) => Number(row.dataset.thread));
	const [first, last] = [ids.indexOf(from), ids.indexOf(to)].sort((one, other) => one - other) as [number, number];
	return ids.slice(first < 0 ? last : first, last + 1);
}

function bulkCommands(ids: number[], actions: ListActions, inBin: boolean): Command[] {
	const group = text('palette.selected', {n: ids.length});
	return [
		...STATUSES.map((status): Command => ({id: `bulk-${status}`, group, text: text(`bulk.${status}`), run: () => void actions.setStatus(ids, status)})),
		{id: 'bulk-assign', group, text: text('bulk.assign'), run: () => actions.askAssign(ids)},
		inBin ? {id: 'bulk-restore', group, text: text('bulk.restore'), run: () => void actions.restore(ids)}
			: {id: 'bulk-delete', group, text: text('bulk.delete'), run: () => actions.askDelete({ids, bulk: true})},
	];
}
