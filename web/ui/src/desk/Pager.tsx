import {formatNumber, language, useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {LIMITS, type Query} from '../query';
import type {ThreadPage} from '../types';

interface Props {
	query: Query;
	page: ThreadPage;
	onQuery: (next: Query) => void;
}

// Starts when there are more than 20 rows.
export function Pager({query, page, onQuery}: Props) {
	const t = useTexts();
	if (page.total <= LIMITS[0] && query.page === 1) return null;
	const number = (amount: number) => formatNumber(language.get(), amount);
	const pages = Math.max(1, Math.ceil(page.total / query.limit));
	const first = (query.page - 1) * query.limit + 1;
	const more = page.total_more && page.threads.length === query.limit;
	const total = number(page.total) + (page.total_more ? '+' : '');
	const turn = (to: number) => onQuery({...query, page: to});
	return (
		<nav class="pager" aria-label={t('pager')}>
			<label class="pager-size">{t('pager.size')}
				<select class="form-select" value={query.limit} onChange={(event) => onQuery({...query, page: 1, limit: Number(event.currentTarget.value)})}>
					{LIMITS.map((limit) => <option key={limit} value={limit}>{limit}</option>)}
				</select>
			</label>
			<span class="pager-range">{t('pager.range', {first: number(page.threads.length ? first : 0), last: number(page.threads.length ? first + page.threads.length - 1 : 0), total})}</span>
			<span class="pager-turn">
				<button type="button" class="btn btn-quiet btn-square" aria-label={t('pager.previous')} title={t('pager.previous')} disabled={query.page <= 1} onClick={() => turn(query.page - 1)}><Icon name="left" /></button>
				<span class="pager-at">{t('pager.at', {page: number(query.page), pages: number(pages) + (page.total_more ? '+' : '')})}</span>
				<button type="button" class="btn btn-quiet btn-square" aria-label={t('pager.next')} title={t('pager.next')} disabled={query.page >= pages && !more} onClick={() => turn(query.page + 1)}><Icon name="right" /></button>
			</span>
		</nav>
	);
}
