// Pages of a list that shares its page with others: which of them is shown stands in the address under the list's name.
import {useEffect} from 'preact/hooks';
import {go} from '../router';
import {Pages} from './CrudTable';

const ROWS = 20;

// What the API is asked for the pages of LISTS that the address names.
export function pagesAsked(search: string, lists: readonly string[]): string {
	return `?limit=${ROWS}${lists.map((name) => `&${name}=${pageOf(search, name)}`).join('')}`;
}

function pageOf(search: string, name: string): number {
	const page = Number(new URLSearchParams(search).get(name));
	return Number.isSafeInteger(page) && page > 0 && page <= 1_000_000 ? page : 1;
}

interface Props {
	path: string;
	search: string;
	name: string;
	label: string;
	total: number;
}

export function ListPages({path, search, name, label, total}: Props) {
	const page = pageOf(search, name);
	const last = Math.max(1, Math.ceil(total / ROWS));
	function turn(to: number, replace = false) {
		const next = new URLSearchParams(search);
		if (to > 1) next.set(name, String(to));
		else next.delete(name);
		const text = next.toString();
		go(path + (text && `?${text}`), replace);
	}
	useEffect(() => { // the last page may have gone with its rows
		if (page > last) turn(last, true);
	}, [page, last]);
	return <Pages fixed label={label} total={total} query={{filters: {}, sort: '', descending: false, page, limit: ROWS}} onQuery={(query) => turn(query.page)} />;
}
