// Advanced parameters > Database > SQL Manager: the saved queries, and one of them.
import {useMemo} from 'preact/hooks';
import {queries, type SavedQuery} from '../api';
import {fail} from '../hooks';
import {language, useTexts} from '../i18n';
import type {PageProps} from '../pages';
import {Icon} from '../parts/icons';
import {CrudTable, type Column} from '../settings/CrudTable';
import {SettingsPage} from '../settings/Page';
import type {TableShape} from '../settings/tableQuery';
import {useTable} from '../settings/useTable';
import {useValue} from '../store';
import {QueryEditor} from './QueryEditor';
import {saveFile, wantsMark} from './file';
import {sqlPath} from './path';

const PATH = '/sql';
const SHAPE: TableShape = {filters: ['id', 'name', 'sql'], sorts: ['id', 'name', 'sql'], sort: 'id'};

export function SqlScreen({id, search}: PageProps) {
	return id === null ? <List search={search} /> : <QueryEditor key={`${id}${search}`} id={id} search={search} />;
}

function exportCsv(id: number) {
	queries.csvOf(id, wantsMark()).then((file) => saveFile(file, `request_sql_${id}.csv`), fail);
}

function List({search}: {search: string}) {
	const t = useTexts();
	const code = useValue(language);
	const table = useTable<SavedQuery>(queries, PATH, search, SHAPE);
	const columns = useMemo<Column<SavedQuery>[]>(() => [
		{name: 'id', text: t('column.id'), sort: true, filter: 'number', cell: ({id}) => id},
		{name: 'name', text: t('sql.name'), sort: true, filter: 'text', cell: ({name}) => name},
		{name: 'sql', text: t('sql.query'), sort: true, filter: 'text', cell: ({sql}) => <code class="clamp sql-cell">{sql}</code>},
	], [code]);
	return (
		<SettingsPage wide title={t('nav.sql')} actions={<a class="btn btn-primary" href={sqlPath()}>{t('sql.add')}</a>}>
			<CrudTable alone title={t('nav.sql')} table={table} columns={columns} href={({id}) => `${PATH}/${id}`} nameOf={({name}) => name} actions={({id, name}) => (
				<>
					<a class="btn btn-quiet btn-sm" href={`${PATH}/${id}?run=1`} aria-label={t('sql.runOf', {name})}><Icon name="play" />{t('sql.run')}</a>
					<button type="button" class="btn btn-icon" aria-label={t('sql.csvOf', {name})} title={t('csv.export')} onClick={() => exportCsv(id)}><Icon name="download" /></button>
				</>
			)} />
		</SettingsPage>
	);
}
