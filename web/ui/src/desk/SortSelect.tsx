import {useTexts} from '../i18n';
import {SORTS, type Query, type Sort} from '../query';

// Where the list is cards there are no heads to click on.
export function SortSelect({query, onQuery}: {query: Query; onQuery: (next: Query) => void}) {
	const t = useTexts();
	function choose(text: string) {
		onQuery({...query, page: 1, descending: text.startsWith('-'), sort: text.replace('-', '') as Sort});
	}
	return (
		<select class="form-select" aria-label={t('sort')} value={(query.descending ? '-' : '') + query.sort} onChange={(event) => choose(event.currentTarget.value)}>
			{SORTS.flatMap((sort) => [
				<option key={sort} value={sort}>{t(`column.${sort}`)} ↑</option>,
				<option key={`-${sort}`} value={`-${sort}`}>{t(`column.${sort}`)} ↓</option>,
			])}
		</select>
	);
}
