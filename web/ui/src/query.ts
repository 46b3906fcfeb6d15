// The list's filters, sort and page ↔ the address, which is also what GET /threads takes.

export const FIELDS = ['id', 'customer', 'email', 'contact', 'language', 'status', 'employee', 'message', 'private', 'from', 'to'] as const;
export type Field = typeof FIELDS[number];
export type Filters = Partial<Record<Field, string>>;

export const SORTS = ['id', 'customer', 'email', 'contact', 'language', 'status', 'employee', 'message', 'private', 'last_message'] as const;
export type Sort = typeof SORTS[number];

export const FOLDERS = ['mine', 'unassigned', 'open', 'pending', 'closed', 'automatic', 'spam', 'bin'] as const;
export type Folder = typeof FOLDERS[number] | '';

export const LIMITS = [20, 50, 300, 1000] as const;
const NEWEST_FIRST = '-last_message';

export interface Query {
	folder: Folder;
	q: string;
	filters: Filters;
	sort: Sort;
	descending: boolean;
	page: number;
	limit: number;
}

const VALID: Partial<Record<Field, RegExp>> = {
	id: /^\d{1,15}$/,
	contact: /^\d{1,15}$/,
	language: /^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/,
	status: /^(open|closed|pending1|pending2)$/,
	private: /^(yes|no)$/,
	from: /^\d{4}-\d\d-\d\d$/,
	to: /^\d{4}-\d\d-\d\d$/,
};

function oneOf<T>(list: readonly T[], wanted: T, otherwise: T): T {
	return list.includes(wanted) ? wanted : otherwise;
}

// Drops what is empty or cannot be meant; an id may be written "#12".
export function cleanFilters(typed: Filters): Filters {
	const clean: Filters = {};
	for (const field of FIELDS) {
		const typedText = (typed[field] ?? '').trim();
		const text = field === 'id' ? typedText.replace(/^#\s*/, '') : typedText;
		if (text && (VALID[field]?.test(text) ?? true)) clean[field] = text;
	}
	return clean;
}

export function sameFilters(one: Filters, other: Filters): boolean {
	return FIELDS.every((field) => (one[field] ?? '') === (other[field] ?? ''));
}

export function isFiltered(filters: Filters): boolean {
	return FIELDS.some((field) => filters[field]);
}

export function parseQuery(search: string): Query {
	const given = new URLSearchParams(search);
	const sort = given.get('sort') ?? NEWEST_FIRST;
	const column = sort.replace(/^-/, '') as Sort;
	const known = SORTS.includes(column);
	return {
		folder: oneOf<Folder>(FOLDERS, (given.get('folder') ?? '') as Folder, ''),
		q: given.get('q')?.trim() ?? '',
		filters: cleanFilters(Object.fromEntries(FIELDS.map((field) => [field, given.get(field) ?? '']))),
		sort: known ? column : 'last_message',
		descending: known ? sort.startsWith('-') : true,
		page: Math.max(1, Math.floor(Number(given.get('page'))) || 1),
		limit: oneOf<number>(LIMITS, Number(given.get('limit')), 20),
	};
}

// "" for the list as one first meets it; defaults are left out.
export function formatQuery(query: Query): string {
	const search = new URLSearchParams();
	if (query.folder) search.set('folder', query.folder);
	if (query.q) search.set('q', query.q);
	for (const field of FIELDS) {
		const text = query.filters[field];
		if (text) search.set(field, text);
	}
	const sort = (query.descending ? '-' : '') + query.sort;
	if (sort !== NEWEST_FIRST) search.set('sort', sort);
	if (query.page > 1) search.set('page', String(query.page));
	if (query.limit !== 20) search.set('limit', String(query.limit));
	const text = search.toString();
	return text && `?${text}`;
}

// A click on a column's head: that column, ascending first; the date newest first.
export function sortBy(query: Query, column: Sort): Query {
	const again = query.sort === column;
	return {...query, page: 1, sort: column, descending: again ? !query.descending : column === 'last_message'};
}

export function deskPath(change: Partial<Query>): string {
	return `/${formatQuery({...parseQuery(''), ...change})}`;
}
