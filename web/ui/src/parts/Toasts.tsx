import {useEffect} from 'preact/hooks';
import {useTexts} from '../i18n';
import {onAction} from '../shortcuts';
import {toasts, untoast, useValue, type Toast} from '../store';
import {Countdown} from './Countdown';
import {Icon} from './icons';

// What was done, or could not be; read out by screen readers.
export function Toasts() {
	const t = useTexts();
	const all = useValue(toasts);
	useEffect(() => onAction('undo', () => {
		const newest = toasts.get().filter(({undo}) => undo).pop();
		if (newest) takeBack(newest);
	}), []);
	return (
		<div class="toasts" role="status" aria-live="polite">
			{all.map((line) => (
				<div key={line.id} class={`toast-line toast-${line.kind}`} role={line.kind === 'failed' ? 'alert' : undefined}>
					<Icon name={line.kind === 'failed' ? 'warn' : 'check'} />
					<span>{line.text}</span>
					{line.undo && <button type="button" class="btn btn-plain toast-undo" onClick={() => takeBack(line)}>{t('undo')}{line.until && <Countdown until={line.until} />}</button>}
					<button type="button" class="btn btn-icon" aria-label={t('close')} onClick={() => untoast(line.id)}><Icon name="close" /></button>
				</div>
			))}
		</div>
	);
}

function takeBack({id, undo}: Toast): void {
	untoast(id);
	undo?.();
}
