import {useState} from 'preact/hooks';
import {messages} from '../api';
import {fileSize} from '../format';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import type {Attachment, Message} from '../types';

// Images that a browser shows without running anything.
function isPicture({type, size}: Attachment): boolean {
	return /^image\/(png|jpeg|gif|webp)$/.test(type) && size < 15_000_000;
}

export function Attachments({message}: {message: Message}) {
	const t = useTexts();
	const [open, setOpen] = useState<Attachment | null>(null);
	const {attachments} = message;
	if (!attachments.length) return null;
	return (
		<div class="attachments">
			<p class="attachments-count"><Icon name="clip" />{t('attachments', {n: attachments.length})}</p>
			<ul>
				{attachments.map((file) => {
					const url = messages.attachment(message.id, file.id);
					const name = file.name || t('attachment.unnamed');
					return (
						<li key={file.id}>
							{isPicture(file) && (
								<button type="button" class="thumb" aria-label={t('attachment.preview', {name})} onClick={() => setOpen(file)}>
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
			{open && (
				<Dialog wide title={open.name || t('attachment.unnamed')} onClose={() => setOpen(null)} footer={
					<a class="btn btn-quiet" href={messages.attachment(message.id, open.id)} download={open.name || undefined}><Icon name="download" />{t('attachment.download')}</a>
				}>
					<img class="preview" src={messages.picture(message.id, open.id)} alt={open.name} />
				</Dialog>
			)}
		</div>
	);
}
