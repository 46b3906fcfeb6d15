import type {Key} from '../i18n';
import type {Sort} from '../query';

export interface Column {
	name: Sort | 'shop' | 'actions';
	text: Key;
	sort: Sort | null;
}

// The list's columns in their order; Shop only where there are several.
export const COLUMNS: Column[] = [
	{name: 'id', text: 'column.id', sort: 'id'},
	{name: 'customer', text: 'column.customer', sort: 'customer'},
	{name: 'email', text: 'column.email', sort: 'email'},
	{name: 'contact', text: 'column.contact', sort: 'contact'},
	{name: 'language', text: 'column.language', sort: 'language'},
	{name: 'status', text: 'column.status', sort: 'status'},
	{name: 'employee', text: 'column.employee', sort: 'employee'},
	{name: 'message', text: 'column.message', sort: 'message'},
	{name: 'private', text: 'column.private', sort: 'private'},
	{name: 'last_message', text: 'column.last_message', sort: 'last_message'},
	{name: 'shop', text: 'column.shop', sort: null},
	{name: 'actions', text: 'column.actions', sort: null},
];
