// A row of the list as bare text: what of a long list lies outside the window is drawn so first, a tenth of the work.
import {fullName, initialName, languageName, shortDateTime} from '../format';
import {statusName} from '../parts/Status';
import type {ThreadRow} from '../types';
import {COLUMNS} from './columns';

const LENGTH = 40;

export function shorten(text: string): string {
	const letters = [...text];
	return letters.length > LENGTH ? `${letters.slice(0, LENGTH).join('').trimEnd()}…` : text;
}

const TEXTS: Record<typeof COLUMNS[number]['name'], (row: ThreadRow) => string> = {
	id: (row) => String(row.id),
	customer: (row) => (row.customer ? fullName(row.customer) : '--'),
	email: (row) => row.email,
	contact: (row) => row.contact?.name ?? '--',
	language: (row) => languageName(row.language),
	status: (row) => statusName(row.status),
	employee: (row) => (row.employee ? initialName(row.employee) : '--'),
	message: (row) => shorten(row.message),
	private: () => '',
	last_message: (row) => (row.last_message ? shortDateTime(row.last_message) : ''),
	shop: (row) => row.shop.name,
	actions: () => '',
};

let model: DocumentFragment | null = null;

function cells(): DocumentFragment {
	if (!model) {
		model = document.createDocumentFragment();
		for (const name of ['select', ...COLUMNS.map((column) => column.name)]) {
			const cell = document.createElement('td');
			cell.setAttribute('role', 'cell');
			cell.className = `col-${name}`;
			cell.append(' ');
			model.append(cell);
		}
	}
	return model.cloneNode(true) as DocumentFragment;
}

export function fillPlainly(element: HTMLTableRowElement, row: ThreadRow, several: boolean): void {
	const all = cells();
	let cell = all.firstChild!.nextSibling;
	for (const {name} of COLUMNS) {
		const next = cell!.nextSibling;
		if (name === 'shop' && !several) cell!.parentNode!.removeChild(cell!);
		else cell!.firstChild!.nodeValue = TEXTS[name](row);
		cell = next;
	}
	element.replaceChildren(all);
}
