// A settings list's filters, sort and page ↔ the address, which is also what its GET takes.

export const SIZES = [10, 20, 50, 100] as const;

export interface TableShape {
	filters: readonly string[];
	sorts: readonly string[];
	sort: string; // at first; "-" in front: descending
	limit?: typeof SIZES[number];
}

export interface TableQuery {
	filters: Record<string, string>;
	sort: string;
	descending: boolean;
	page: number;
	limit: number;
}

export function parseTable(search: string, shape: TableShape): TableQuery {
	const given = new URLSearchParams(search);
	const asked = given.get('sort') ?? shape.sort;
	const sort = shape.sorts.includes(asked.replace(/^-/, '')) ? asked : shape.sort;
	const limit = Number(given.get('limit'));
	return {
		filters: cleanTable(Object.fromEntries(shape.filters.map((name) => [name, given.get(name) ?? '']))),
		sort: sort.replace(/^-/, ''),
		descending: sort.startsWith('-'),
		page: Math.max(1, Math.floor(Number(given.get('page'))) || 1),
		limit: SIZES.find((size) => size === limit) ?? shape.limit ?? 50,
	};
}

// Without what is empty; an id may be written "#12".
export function cleanTable(typed: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(typed).map(([name, text]) => [name, name === 'id' ? text.trim().replace(/^#\s*/, '') : text.trim()])
		.filter(([name, text]) => text && (name !== 'id' || /^\d{1,15}$/.test(text!))));
}

// WHOLE: with the limit even where it is the one at first, as the API does not know that.
export function formatTable(query: TableQuery, shape: TableShape, whole = false): string {
	const search = new URLSearchParams(query.filters);
	const sort = (query.descending ? '-' : '') + query.sort;
	if (whole || sort !== shape.sort) search.set('sort', sort);
	if (query.page > 1) search.set('page', String(query.page));
	if (whole || query.limit !== (shape.limit ?? 50)) search.set('limit', String(query.limit));
	const text = search.toString();
	return text && `?${text}`;
}
