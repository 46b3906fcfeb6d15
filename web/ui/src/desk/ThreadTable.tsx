import {useState} from 'preact/hooks';
import {mayAct} from '../hooks';
import {language, useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {sortBy, type Query} from '../query';
import {useValue} from '../store';
import type {ThreadRow} from '../types';
import {COLUMNS, type Column} from './columns';
import {FilterRow} from './FilterRow';
import {SortSelect} from './SortSelect';
import {Row} from './Row';
import type {ListActions} from './useListActions';
import type {Selection} from './useSelection';

const WHOLE = 50; // rows that are drawn whole at once

interface Props {
	query: Query;
	onQuery: (next: Query) => void;
	rows: ThreadRow[];
	loaded: boolean;
	several: boolean;
	selection: Selection;
	actions: ListActions;
}

export function ThreadTable({query, onQuery, rows, loaded, several, selection, actions}: Props) {
	const t = useTexts();
	const [filters, setFilters] = useState(false); // on a phone they are folded away
	const columns = COLUMNS.filter(({name}) => name !== 'shop' || several);
	const code = useValue(language);
	const may = mayAct();
	return (
		<div class={`table-box ${filters ? 'filters-open' : ''}`}>
			<div class="phone-tools">
				<SortSelect query={query} onQuery={onQuery} />
				<button type="button" class="btn btn-quiet" aria-expanded={filters} onClick={() => setFilters(!filters)}><Icon name="filter" />{t('filters')}</button>
			</div>
			<table class={`threads ${several ? 'threads-shops' : ''} ${rows.length > WHOLE ? 'threads-long' : ''}`} role="table" aria-labelledby="list-title">
				<thead role="rowgroup">
					<tr role="row" class="heads">
						<th role="columnheader" class="col-select">
							<label title={t('select.all')}>
								<input type="checkbox" aria-label={t('select.all')} checked={selection.all}
									ref={(box) => { if (box) box.indeterminate = !selection.all && selection.ids.length > 0; }} onChange={selection.toggleAll} />
								<span class="phone-only">{t('select.all')}</span>
							</label>
						</th>
						{columns.map((column) => <Head key={column.name} column={column} query={query} onQuery={onQuery} />)}
					</tr>
					<FilterRow query={query} onQuery={onQuery} several={several} />
				</thead>
				<tbody role="rowgroup">
					{rows.map((row, at) => (
						<Row key={row.id} code={code} row={row} q={query.q} several={several} chosen={selection.has(row.id)} waits={at >= WHOLE} onToggle={selection.toggle}
							actions={actions} may={may} />
					))}
				</tbody>
			</table>
			{loaded && rows.length === 0 && <p class="no-records" role="status">{t('list.none')}</p>}
		</div>
	);
}

function Head({column, query, onQuery}: {column: Column; query: Query; onQuery: (next: Query) => void}) {
	const t = useTexts();
	const {name, sort} = column;
	const active = sort !== null && query.sort === sort;
	const order = query.descending ? 'descending' : 'ascending';
	return (
		<th role="columnheader" scope="col" class={`col-${name}`} aria-sort={active ? order : undefined}>
			{sort === null ? t(column.text) : (
				<button type="button" class={`sort ${active ? 'sort-on' : ''}`} onClick={() => onQuery(sortBy(query, sort))}>
					<span>{t(column.text)}</span>{active && <Icon name={query.descending ? 'down' : 'up'} />}
				</button>
			)}
		</th>
	);
}
