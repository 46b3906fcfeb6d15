import {Component, createRef} from 'preact';
import {dateTime, fullName, initialName, languageName, shortDateTime} from '../format';
import {t} from '../i18n';
import {Icon} from '../parts/icons';
import {Present} from '../parts/Present';
import {Marked} from '../parts/Marked';
import {StatusBadge, StatusSelect} from '../parts/Status';
import {go, threadPath} from '../router';
import type {Language, ThreadRow} from '../types';
import {later, never} from './later';
import {fillPlainly, shorten} from './plain';
import type {ListActions} from './useListActions';

interface Props {
	code: Language; // the texts' language: another one draws the row again
	row: ThreadRow;
	q: string; // what was searched for
	several: boolean;
	chosen: boolean;
	may: boolean;
	waits: boolean; // outside the window at first: bare text will do
	onToggle: (id: number) => void;
	actions: ListActions;
}

function pathOf({row, q}: Props): string {
	return threadPath(row.id, row.hit?.message, q);
}

// Opens by a click anywhere but on its controls; not when text was being selected.
function onRowClick(event: MouseEvent, path: string) {
	if ((event.target as Element).closest('a, button, input, select, label') || getSelection()?.toString()) return;
	if (event.ctrlKey || event.metaKey) window.open(path);
	else go(path);
}

// Of a long list's rows those in the window are whole at once, the others when there is time or when they come near.
export class Row extends Component<Props, {whole: boolean}> {
	state = {whole: !this.props.waits};
	element = createRef<HTMLTableRowElement>();
	complete = () => this.setState({whole: true});
	onNear = (event: Event) => !(event as Event & {skipped: boolean}).skipped && this.complete();

	shouldComponentUpdate(next: Props, state: {whole: boolean}): boolean {
		const now = this.props;
		return state.whole !== this.state.whole || next.row !== now.row || next.chosen !== now.chosen || next.code !== now.code
			|| next.several !== now.several || next.may !== now.may || next.q !== now.q;
	}

	componentDidMount() {
		if (this.state.whole) return;
		this.fill();
		later(this.complete);
		this.element.current?.addEventListener('contentvisibilityautostatechange', this.onNear);
	}

	componentDidUpdate() {
		if (!this.state.whole) this.fill();
	}

	componentWillUnmount() {
		never(this.complete);
	}

	fill() {
		if (this.element.current) fillPlainly(this.element.current, this.props.row, this.props.several);
	}

	render(props: Props) {
		const {row, chosen} = props;
		const {whole} = this.state;
		if (whole && this.element.current?.dataset.plain) this.element.current.replaceChildren(); // what fill() put there
		return (
			<tr role="row" ref={this.element} class={`${row.unread ? 'unread' : ''} ${chosen ? 'chosen' : ''}`} tabIndex={-1} data-thread={row.id}
				data-plain={whole ? undefined : '1'} onFocus={whole ? undefined : this.complete}
				onClick={(event) => onRowClick(event, pathOf(props))}>
				{whole && <Cells {...props} />}
			</tr>
		);
	}
}

function Cells(props: Props) {
	const {row, several, chosen, may, onToggle, actions} = props;
	const {id, hit} = row;
	return (
		<>
			<td role="cell" class="col-select">
				<label class="select-target"><input type="checkbox" aria-label={t('select.row', {id: String(id)})} checked={chosen} onChange={() => onToggle(id)} /></label>
			</td>
			<td role="cell" class="col-id">{row.unread && <span class="unread-dot" title={t('unread')}><span class="visually-hidden">{t('unread')}</span></span>}{id}</td>
			<td role="cell" class={`col-customer ${row.customer ? '' : 'is-visitor'}`}>{row.customer ? fullName(row.customer) : '--'}</td>
			<td role="cell" class="col-email" title={row.email}>{row.email}</td>
			<td role="cell" class="col-contact" title={row.contact?.name}>{row.contact?.name ?? '--'}</td>
			<td role="cell" class="col-language">{languageName(row.language)}</td>
			<td role="cell" class="col-status">
				{may
					? <StatusSelect status={row.status} label={t('row.status', {id: String(id)})} onChange={(status) => void actions.setStatus([id], status)} />
					: <StatusBadge status={row.status} />}
			</td>
			<td role="cell" class="col-employee">{row.employee ? initialName(row.employee) : '--'}</td>
			<td role="cell" class="col-message" title={row.subject}>
				{row.automatic && <span class="row-mark" title={t('mark.automatic')}><Icon name="robot" /><span class="visually-hidden">{t('mark.automatic')}</span></span>}
				<Present thread={id} first={row.viewers ?? []} />
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
				<a class="btn btn-quiet btn-sm view" href={pathOf(props)} aria-label={t('row.view', {id: String(id)})}><Icon name="eye" /><span>{t('view')}</span></a>
				{may && <RowAction row={row} actions={actions} />}
			</td>
			{hit && <td role="cell" class="col-hit" aria-label={t('row.hit')}><Marked parts={hit.parts} /></td>}
		</>
	);
}

// Delete; in the bin, bring back.
function RowAction({row: {id, folder}, actions}: {row: ThreadRow; actions: ListActions}) {
	if (folder === 'bin') {
		return (
			<button type="button" class="btn btn-icon" aria-label={t('row.restore', {id: String(id)})} title={t('restore')} onClick={() => void actions.restore([id])}>
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
