import {formatNumber, language, useTexts} from '../i18n';
import type {Statistics} from '../types';

const ROWS: (keyof Statistics)[] = ['total_threads', 'pending_threads', 'customer_messages', 'employee_messages', 'unread_threads', 'closed_threads'];

export function StatisticsBox({statistics}: {statistics: Statistics | null}) {
	const t = useTexts();
	return (
		<section class="statistics card-quiet" aria-labelledby="statistics-title">
			<h2 id="statistics-title">{t('statistics')}</h2>
			<dl>
				{ROWS.map((row) => (
					<div key={row}>
						<dt>{t(`statistics.${row}`)}</dt>
						<dd data-statistic={row}>{statistics ? formatNumber(language.get(), statistics[row]) : '–'}</dd>
					</div>
				))}
			</dl>
		</section>
	);
}
