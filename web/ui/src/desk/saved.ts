// The employee's saved filters, shared by the sidebar, the palette and the dialogs.
import * as api from '../api';
import {formatQuery, parseQuery, type Query} from '../query';
import {value} from '../store';
import type {SavedFilter} from '../types';

export const saved = value<SavedFilter[]>([]);

export async function loadSaved(): Promise<void> {
	const answer = await api.filters.list().catch(() => null);
	if (answer) saved.set(answer.filters);
}

// What is kept of a list: everything but where one is in it.
export function savedQuery(query: Query): string {
	return formatQuery({...query, page: 1, limit: 20}).replace(/^\?/, '');
}

export function isWorthSaving(query: Query): boolean {
	return savedQuery({...query, sort: 'last_message', descending: true}) !== '';
}

export function savedPath(filter: SavedFilter): string {
	return `/${formatQuery(parseQuery(filter.query))}`;
}
