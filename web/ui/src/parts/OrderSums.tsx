import {money} from '../format';
import {useTexts} from '../i18n';
import type {OrderSums as Sums} from '../types';

// "2 orders validated for a total amount of €40.00", a line for each currency.
export function OrderSums({orders}: {orders: Sums}) {
	const t = useTexts();
	if (!orders.count) return <p class="muted">{t('orders.none')}</p>;
	return <>{orders.totals.map(({currency, amount, count}) => <p key={currency}>{t('orders', {n: count, total: money(amount, currency)})}</p>)}</>;
}
