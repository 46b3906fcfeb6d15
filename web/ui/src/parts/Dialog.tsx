// Modal dialogs on the browser's own <dialog>: focus stays inside, Escape and the cross close.
import type {ComponentChildren} from 'preact';
import {useEffect, useId, useRef} from 'preact/hooks';
import {useTexts} from '../i18n';
import {Icon} from './icons';

interface Props {
	title: string;
	onClose: () => void;
	children: ComponentChildren;
	footer?: ComponentChildren;
	wide?: boolean;
}

export function Dialog({title, onClose, children, footer, wide = false}: Props) {
	const t = useTexts();
	const box = useRef<HTMLDialogElement>(null);
	const id = useId();
	useEffect(() => {
		const dialog = box.current;
		dialog?.showModal();
		return () => dialog?.close();
	}, []);
	return (
		<dialog ref={box} class={`dialog ${wide ? 'dialog-wide' : ''}`} aria-labelledby={id}
			onCancel={(event) => { event.preventDefault(); onClose(); }}
			onClick={(event) => event.target === box.current && onClose()}>
			<div class="dialog-body">
				<div class="dialog-head">
					<h2 id={id}>{title}</h2>
					<button type="button" class="btn btn-icon" aria-label={t('close')} title={t('close')} onClick={onClose}><Icon name="close" /></button>
				</div>
				{children}
				{footer && <div class="dialog-foot">{footer}</div>}
			</div>
		</dialog>
	);
}

// "Are you sure you want to delete the selected item(s)?"
export function ConfirmDelete({count, what = 'thread', onClose, onDelete}: {count: number; what?: 'thread' | 'item'; onClose: () => void; onDelete: () => void}) {
	const t = useTexts();
	return (
		<Dialog title={t(what === 'thread' ? 'delete.title' : 'delete.items', {n: count})} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose} autofocus>{t('cancel')}</button>
				<button type="button" class="btn btn-danger" onClick={onDelete}>{t('delete')}</button>
			</>
		}>
			<p>{t('delete.sure')}</p>
		</Dialog>
	);
}
