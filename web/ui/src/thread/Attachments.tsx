import {useState} from 'preact/hooks';
import {messages} from '../api';
import {fileSize} from '../format';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import type {Attachment, Message} from '../types';
import {Lightbox} from './Lightbox';

// Images that a browser shows without running anything.
function isPicture({type, size}: Attachment): boolean {
	return /^image\/(png|jpeg|gif|webp)$/.test(type) && size < 15_000_000;
}

export function Attachments({message}: {message: Message}) {
	const t = useTexts();
	const [open, setOpen] = useState(-1);
	const {attachments} = message;
	if (!attachments.length) return null;
	const pictures = attachments.filter(isPicture);
	return (
		<div class="attachments">
			<p class="attachments-count">
				<Icon name="clip" />{t('attachments', {n: attachments.length})}
				{attachments.length > 1 && <a class="btn btn-plain" href={messages.archive(message.id)} download={`message-${message.id}.zip`}><Icon name="download" />{t('attachment.all')}</a>}
			</p>
			<ul>
				{attachments.map((file) => {
					const url = messages.attachment(message.id, file.id);
					const name = file.name || t('attachment.unnamed');
					return (
						<li key={file.id}>
							{isPicture(file) && (
								<button type="button" class="thumb" aria-label={t('attachment.preview', {name})} onClick={() => setOpen(pictures.indexOf(file))}>
									<img src={messages.picture(message.id, file.id)} alt="" loading="lazy" onError={(event) => { event.currentTarget.parentElement!.hidden = true; }} />
								</button>
							)}
							<a class="file" href={url} download={file.name || undefined} title={`${name} · ${file.type}`}>
								<Icon name="download" /><span class="file-name">{name}</span><span class="muted file-size">{fileSize(file.size)}</span>
							</a>
						</li>
					);
				})}
			</ul>
			{open >= 0 && <Lightbox message={message.id} pictures={pictures} at={open} onTurn={setOpen} onClose={() => setOpen(-1)} />}
		</div>
	);
}
