// What a query gave. Every value is text to the browser, whatever stands in it.
import {useEffect, useState} from 'preact/hooks';
import type {Cell, QueryResult} from '../api';
import {formatNumber, language, useTexts} from '../i18n';

const STEP = 200; // rows drawn at a time

export function ResultTable({result, running}: {result: QueryResult | null; running: boolean}) {
	const t = useTexts();
	const [shown, setShown] = useState(STEP);
	useEffect(() => setShown(STEP), [result]);
	const rest = result ? result.rows.length - shown : 0;
	return (
		<section class="card-quiet section sql-result" aria-label={t('sql.result')} aria-busy={running}>
			<h2>{t('sql.result')}</h2>
			<p role="status" class="muted">
				{running && t('sql.running')}
				{result && `${t('sql.rows', {n: result.rows.length})} · ${formatNumber(language.get(), result.ms / 1000, 2)} s`}
				{result?.cut && <strong class="sql-cut">{t('sql.cut')}</strong>}
				{!result && !running && t('sql.notYet')}
			</p>
			{result && result.rows.length === 0 && <p>{t('sql.none')}</p>}
			{result && result.rows.length > 0 && (
				<div class="table-box sql-table" tabIndex={0} role="group" aria-label={t('sql.result')}>
					<table>
						<thead><tr>{result.columns.map((name, i) => <th key={i} scope="col" class={typeof result.rows[0]![i] === 'number' ? 'sql-number' : undefined}>{name}</th>)}</tr></thead>
						<tbody>{result.rows.slice(0, shown).map((row, i) => <tr key={i}>{row.map((cell, j) => <Value key={j} cell={cell} />)}</tr>)}</tbody>
					</table>
				</div>
			)}
			{rest > 0 && <button type="button" class="btn btn-quiet" onClick={() => setShown(shown + 5 * STEP)}>{t('sql.more', {n: Math.min(rest, 5 * STEP)})}</button>}
		</section>
	);
}

function Value({cell}: {cell: Cell}) {
	if (cell === null) return <td class="sql-null">NULL</td>;
	return <td class={typeof cell === 'number' ? 'sql-number' : undefined}>{typeof cell === 'string' && cell.length > 2000 ? `${cell.slice(0, 2000)}…` : cell}</td>;
}
