// One page of the list: loaded when the query changes, again when events tell of changes. The page before stays on
// the screen until the next is there.
import {useCallback, useEffect, useRef, useState} from 'preact/hooks';
import * as api from '../api';
import {onEvents} from '../bell';
import {fail} from '../hooks';
import {formatQuery, type Query} from '../query';
import type {ThreadPage, ThreadRow} from '../types';

let kept: {search: string; page: ThreadPage} | null = null;

// Rows in which nothing has changed stay the same objects: they are not drawn again.
function sameRows(before: ThreadRow[], after: ThreadRow[]): ThreadRow[] {
	const known = new Map(before.map((row) => [row.id, row]));
	return after.map((row) => {
		const old = known.get(row.id);
		return old && JSON.stringify(old) === JSON.stringify(row) ? old : row;
	});
}

export function useThreads(query: Query) {
	const search = formatQuery(query);
	const [page, setPage] = useState<ThreadPage | null>(kept?.search === search ? kept.page : null);
	const [waiting, setWaiting] = useState(false);
	const running = useRef<AbortController | null>(null);

	const load = useCallback(async (asked: boolean) => {
		running.current?.abort();
		const mine = new AbortController();
		running.current = mine;
		if (asked) setWaiting(true);
		try {
			const answer = await api.threads.list(search || '?limit=20', mine.signal);
			setPage((now) => {
				const page = now ? {...answer, threads: sameRows(now.threads, answer.threads)} : answer;
				kept = {search, page};
				return page;
			});
		} catch (error) {
			if (!mine.signal.aborted && asked) fail(error);
		}
		if (running.current === mine) setWaiting(false);
	}, [search]);

	useEffect(() => {
		void load(true);
		return () => running.current?.abort();
	}, [load]);
	useEffect(() => onEvents(() => void load(false), 100), [load]);

	// Puts a changed row where it was, before the list is asked again.
	const patch = useCallback((ids: number[], change: Partial<ThreadRow>) => {
		setPage((now) => now && {...now, threads: now.threads.map((row) => (ids.includes(row.id) ? {...row, ...change} : row))});
	}, []);
	return {page, waiting, reload: () => load(true), patch};
}
