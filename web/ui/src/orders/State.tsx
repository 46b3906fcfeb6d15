import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import type {OrderState} from '../types';

// A state's name, marked where the order counts as validated in it.
export function State({state}: {state: OrderState | null}) {
	const t = useTexts();
	if (!state) return <>--</>;
	return <>{state.name}{state.valid && <span class="order-valid" role="img" aria-label={t('order.valid')} title={t('order.valid')}><Icon name="check" /></span>}</>;
}
