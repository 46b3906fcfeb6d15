// A message's pictures, one at a time: arrow keys turn, Escape closes.
import {useLayoutEffect} from 'preact/hooks';
import {messages} from '../api';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import type {Attachment} from '../types';

interface Props {
	message: number;
	pictures: Attachment[];
	at: number;
	onTurn: (at: number) => void;
	onClose: () => void;
}

export function Lightbox({message, pictures, at, onTurn, onClose}: Props) {
	const t = useTexts();
	const picture = pictures[at];
	const several = pictures.length > 1;
	const turn = (by: number) => onTurn((at + by + pictures.length) % pictures.length);
	useLayoutEffect(() => {
		const onKey = ({key}: KeyboardEvent) => {
			const by = {ArrowRight: 1, ArrowLeft: -1}[key];
			if (several && by) turn(by);
		};
		document.addEventListener('keydown', onKey);
		return () => document.removeEventListener('keydown', onKey);
	});
	if (!picture) return null;
	const name = picture.name || t('attachment.unnamed');
	return (
		<Dialog wide title={name} onClose={onClose} footer={
			<>
				{several && (
					<span class="lightbox-turn">
						<button type="button" class="btn btn-quiet btn-square" aria-label={t('lightbox.previous')} title={t('lightbox.previous')} onClick={() => turn(-1)}><Icon name="left" /></button>
						<span role="status" aria-live="polite">{t('lightbox.at', {at: at + 1, total: pictures.length})}</span>
						<button type="button" class="btn btn-quiet btn-square" aria-label={t('lightbox.next')} title={t('lightbox.next')} onClick={() => turn(1)}><Icon name="right" /></button>
					</span>
				)}
				<a class="btn btn-quiet" href={messages.attachment(message, picture.id)} download={picture.name || undefined}><Icon name="download" />{t('attachment.download')}</a>
			</>
		}>
			<img key={picture.id} class="preview" src={messages.picture(message, picture.id)} alt={name} />
		</Dialog>
	);
}
