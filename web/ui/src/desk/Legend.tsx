import {useTexts} from '../i18n';
import {StatusBadge} from '../parts/Status';
import {STATUSES} from '../types';

export function Legend() {
	const t = useTexts();
	return (
		<section class="legend card-quiet" aria-labelledby="legend-title">
			<h2 id="legend-title">{t('legend')}</h2>
			<ul>{STATUSES.map((status) => <li key={status}><StatusBadge status={status} /></li>)}</ul>
		</section>
	);
}
