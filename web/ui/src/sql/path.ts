// A new query in the SQL Manager: empty, or that of a list, whose address it carries.
export function sqlPath(list?: string): string {
	return `/sql/new${list === undefined ? '' : `?${new URLSearchParams({list}).toString()}`}`;
}

// The list that a new query is of; null: of none. Only filters and a sort of a list get through.
export function listOf(search: string): string | null {
	const list = new URLSearchParams(search).get('list');
	return list === null ? null : list && `?${new URLSearchParams(list).toString()}`;
}
