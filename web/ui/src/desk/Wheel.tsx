// The settings wheel of the list: refresh, the list as CSV, and, for admins, the list as a query.
import {useEffect, useState} from 'preact/hooks';
import * as api from '../api';
import {fail} from '../hooks';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {Dropdown} from '../parts/Dropdown';
import {Icon} from '../parts/icons';
import {formatQuery, type Query} from '../query';
import {go} from '../router';
import {saveFile, wantsMark} from '../sql/file';
import {sqlPath} from '../sql/path';
import {session, useValue} from '../store';

// All of the list: filters and sort, without its pages.
function wholeList(query: Query): string {
	return formatQuery({...query, page: 1, limit: 20});
}

export function Wheel({query, onReload}: {query: Query; onReload: () => void}) {
	const t = useTexts();
	const [open, setOpen] = useState(false);
	const [shown, setShown] = useState(false);
	const isAdmin = useValue(session)?.role === 'admin';
	function choose(call: () => void) {
		setOpen(false);
		call();
	}
	function exportCsv() {
		api.queries.listCsv(wholeList(query), wantsMark()).then((file) => saveFile(file, 'threads.csv'), fail);
	}
	return (
		<>
			<Dropdown open={open} setOpen={setOpen} label={t('settings')} buttonClass="btn btn-quiet btn-square" class="wheel" button={<Icon name="gear" />}>
				<button type="button" class="menu-item" role="menuitem" onClick={() => choose(onReload)}><Icon name="refresh" />{t('list.refresh')}</button>
				<button type="button" class="menu-item" role="menuitem" onClick={() => choose(exportCsv)}><Icon name="download" />{t('csv.export')}</button>
				{isAdmin && <button type="button" class="menu-item" role="menuitem" onClick={() => choose(() => setShown(true))}><Icon name="code" />{t('sql.show')}</button>}
				{isAdmin && <button type="button" class="menu-item" role="menuitem" onClick={() => choose(() => go(sqlPath(wholeList(query))))}><Icon name="right" />{t('sql.toManager')}</button>}
			</Dropdown>
			{shown && <ShowQuery search={wholeList(query)} onClose={() => setShown(false)} />}
		</>
	);
}

function ShowQuery({search, onClose}: {search: string; onClose: () => void}) {
	const t = useTexts();
	const [sql, setSql] = useState('');
	useEffect(() => {
		api.queries.ofList(search).then((answer) => setSql(answer.sql), (error: unknown) => { fail(error); onClose(); });
	}, [search]);
	return (
		<Dialog wide title={t('sql.query')} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose}>{t('close')}</button>
				<button type="button" class="btn btn-primary" disabled={!sql} onClick={() => { onClose(); go(sqlPath(search)); }}>{t('sql.toManager')}</button>
			</>
		}>
			<pre class="sql-text" tabIndex={0} aria-label={t('sql.query')} aria-busy={!sql}>{sql}</pre>
		</Dialog>
	);
}
