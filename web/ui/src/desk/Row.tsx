import {memo} from '../memo';
import {dateTime, fullName, initialName, languageName, shortDateTime} from '../format';
import {t} from '../i18n';
import {Icon} from '../parts/icons';
import {StatusBadge, StatusSelect} from '../parts/Status';
import {go, threadPath} from '../router';
import type {Language, ThreadRow} from '../types';
import type {ListActions} from './useListActions';

interface Props {
	code: Language; // the texts' language: another one draws the row again
	row: ThreadRow;
	several: boolean;
	chosen: boolean;
	may: boolean;
	onToggle: (id: number) => void;
	actions: ListActions;
}

const LENGTH = 40;

export function shorten(text: string): string {
	const letters = [...text];
	return letters.length > LENGTH ? `${letters.slice(0, LENGTH).join('').trimEnd()}…` : text;
}

// Opens by a click anywhere but on its controls; not when text was being selected.
function onRowClick(event: MouseEvent, id: number) {
	if ((event.target as Element).closest('a, button, input, select, label') || getSelection()?.toString()) return;
	if (event.ctrlKey || event.metaKey) window.open(threadPath(id));
	else go(threadPath(id));
}

export const Row = memo(function Row({row, several, chosen, may, onToggle, actions}: Props) {
	const {id} = row;
	return (
		<tr role="row" class={`${row.unread ? 'unread' : ''} ${chosen ? 'chosen' : ''}`} tabIndex={-1} data-thread={id} onClick={(event) => onRowClick(event, id)}>
			<td role="cell" class="col-select">
				<label class="select-target"><input type="checkbox" aria-label={t('select.row', {id: String(id)})} checked={chosen} onChange={() => onToggle(id)} /></label>
			</td>
			<td role="cell" class="col-id">{row.unread && <span class="unread-dot" title={t('unread')}><span class="visually-hidden">{t('unread')}</span></span>}{id}</td>
			<td role="cell" class="col-customer">{row.customer ? fullName(row.customer) : '--'}</td>
			<td role="cell" class="col-email" title={row.email}>{row.email}</td>
			<td role="cell" class="col-contact">{row.contact?.name ?? '--'}</td>
			<td role="cell" class="col-language">{languageName(row.language)}</td>
			<td role="cell" class="col-status">
				{may
					? <StatusSelect status={row.status} label={t('row.status', {id: String(id)})} onChange={(status) => void actions.setStatus([id], status)} />
					: <StatusBadge status={row.status} />}
			</td>
			<td role="cell" class="col-employee">{row.employee ? initialName(row.employee) : '--'}</td>
			<td role="cell" class="col-message" title={row.subject}>
				{row.automatic && <span class="row-mark" title={t('mark.automatic')}><Icon name="robot" /><span class="visually-hidden">{t('mark.automatic')}</span></span>}
				{shorten(row.message)}
			</td>
			<td role="cell" class="col-private">
				<span class={row.private ? 'is-yes' : 'is-no'} title={t(row.private ? 'yes' : 'no')}>
					<Icon name={row.private ? 'check' : 'close'} /><span class="visually-hidden">{t(row.private ? 'yes' : 'no')}</span>
				</span>
			</td>
			<td role="cell" class="col-last_message">{row.last_message && <time dateTime={row.last_message} title={dateTime(row.last_message)}>{shortDateTime(row.last_message)}</time>}</td>
			{several && <td role="cell" class="col-shop">{row.shop.name}</td>}
			<td role="cell" class="col-actions">
				<a class="btn btn-quiet btn-sm view" href={threadPath(id)} aria-label={t('row.view', {id: String(id)})}><Icon name="eye" /><span>{t('view')}</span></a>
				{may && <RowAction row={row} actions={actions} />}
			</td>
		</tr>
	);
});

// Delete; in the bin, bring back.
function RowAction({row: {id, folder}, actions}: {row: ThreadRow; actions: ListActions}) {
	if (folder === 'bin') {
		return (
			<button type="button" class="btn btn-icon" aria-label={t('row.restore', {id: String(id)})} title={t('restore')} onClick={() => void actions.restore(id)}>
				<Icon name="restore" />
			</button>
		);
	}
	return (
		<button type="button" class="btn btn-icon" aria-label={t('row.delete', {id: String(id)})} title={t('delete')} onClick={() => actions.askDelete({ids: [id], bulk: false})}>
			<Icon name="trash" />
		</button>
	);
}
