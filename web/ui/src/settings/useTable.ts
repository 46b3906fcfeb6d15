// One page of a settings list: its rows, what of them is chosen, and deleting.
import {useCallback, useEffect, useMemo, useRef, useState} from 'preact/hooks';
import type {Crud, Listing, Removed} from '../api';
import {useSelection, type Selection} from '../desk/useSelection';
import {fail} from '../hooks';
import {t} from '../i18n';
import {go} from '../router';
import {toast} from '../store';
import {formatTable, parseTable, type TableQuery, type TableShape} from './tableQuery';

export interface Table<Row extends {id: number}> {
	query: TableQuery;
	change: (query: TableQuery) => void;
	page: Listing<Row> | null; // null: not loaded yet
	selection: Selection;
	reload: () => Promise<void>;
	remove: (ids: number[]) => Promise<NonNullable<Removed['refused']>>; // those that could not be
}

// PATH: of the page, "/contacts".
export function useTable<Row extends {id: number}>(crud: Pick<Crud<Row, unknown>, 'list' | 'remove' | 'removeAll'>, path: string, search: string, shape: TableShape): Table<Row> {
	const query = useMemo(() => parseTable(search, shape), [search, shape]);
	const [page, setPage] = useState<Listing<Row> | null>(null);
	const asked = formatTable(query, shape, true);
	const turn = useRef(0);
	const change = useCallback((next: TableQuery) => go(path + formatTable(next, shape)), [path, shape]);
	const load = useCallback(async () => {
		const mine = ++turn.current;
		try {
			const answer = await crud.list(asked);
			if (mine === turn.current) setPage(answer);
		} catch (error) {
			if (mine === turn.current) fail(error);
		}
	}, [crud, asked]);
	useEffect(() => void load(), [load]);

	// The last page may have gone with its rows.
	useEffect(() => {
		const pages = page && Math.max(1, Math.ceil(page.total / query.limit));
		if (pages && !page.rows.length && query.page > pages) change({...query, page: pages});
	}, [page, query, change]);

	const rows = useMemo(() => page?.rows ?? [], [page]);
	const selection = useSelection(rows);
	const remove = useCallback(async (ids: number[]) => {
		let refused: NonNullable<Removed['refused']> = [];
		try {
			if (ids.length === 1) await crud.remove(ids[0]!);
			else ({refused = []} = await crud.removeAll(ids));
			if (refused.length < ids.length) toast('done', t(ids.length - refused.length === 1 ? 'done.deletion' : 'done.deletions'));
		} catch (error) {
			fail(error);
		}
		await load();
		return refused;
	}, [crud, load]);
	return {query, change, page, selection, reload: load, remove};
}
