import {useCallback, useEffect, useMemo, useState} from 'preact/hooks';

export interface Selection {
	ids: number[];
	has: (id: number) => boolean;
	toggle: (id: number) => void;
	add: (ids: number[]) => void;
	all: boolean;
	toggleAll: () => void;
	clear: () => void;
}

// Chosen rows by their numbers, so that rows which change or move stay chosen; only what is on the page can be.
export function useSelection(rows: {id: number}[]): Selection {
	const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
	useEffect(() => setChosen((now) => {
		const left = rows.filter((row) => now.has(row.id)).map((row) => row.id);
		return left.length === now.size ? now : new Set(left);
	}), [rows]);
	const toggle = useCallback((id: number) => setChosen((now) => {
		const next = new Set(now);
		if (!next.delete(id)) next.add(id);
		return next;
	}), []);
	const add = useCallback((ids: number[]) => setChosen((now) => new Set([...now, ...ids])), []);
	const clear = useCallback(() => setChosen(new Set<number>()), []);
	return useMemo(() => {
		const all = rows.length > 0 && rows.every((row) => chosen.has(row.id));
		return {
			ids: rows.filter((row) => chosen.has(row.id)).map((row) => row.id),
			has: (id) => chosen.has(id),
			toggle,
			add,
			all,
			toggleAll: () => setChosen(new Set(all ? [] : rows.map((row) => row.id))),
			clear,
		};
	}, [rows, chosen, toggle, add, clear]);
}
