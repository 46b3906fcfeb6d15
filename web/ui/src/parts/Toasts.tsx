import {useTexts} from '../i18n';
import {toasts, untoast, useValue} from '../store';
import {Icon} from './icons';

// What was done, or could not be; read out by screen readers.
export function Toasts() {
	const t = useTexts();
	const all = useValue(toasts);
	return (
		<div class="toasts" role="status" aria-live="polite">
			{all.map(({id, kind, text}) => (
				<div key={id} class={`toast-line toast-${kind}`} role={kind === 'failed' ? 'alert' : undefined}>
					<Icon name={kind === 'failed' ? 'warn' : 'check'} />
					<span>{text}</span>
					<button type="button" class="btn btn-icon" aria-label={t('close')} onClick={() => untoast(id)}><Icon name="close" /></button>
				</div>
			))}
		</div>
	);
}
