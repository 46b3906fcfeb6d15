import {useState} from 'preact/hooks';
import {messages} from '../api';
import {fileSize} from '../format';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import type {Attachment, Message} from '../types';
import {InnerMail} from './InnerMail';
import {Lightbox} from './Lightbox';

// Images that a browser shows without running anything.
function isPicture({type, size}: Attachment): boolean {
	return /^image\/(png|jpeg|gif|webp)$/.test(type) && size < 15_000_000;
}

// Signatures, and what only programs read, are none to their sender.
export function isFile({role}: Attachment): boolean {
	return role !== 'signature' && role !== 'control';
}

export function Attachments({message}: {message: Message}) {
	const t = useTexts();
	const [open, setOpen] = useState(-1);
	const [read, setRead] = useState(0);
	const files = message.attachments.filter(isFile);
	if (!files.length) return null;
	const pictures = files.filter(isPicture);
	const panel = `mail-${message.id}-${read}`;
	return (
		<div class="attachments">
			<p class="attachments-count">
				<Icon name="clip" />{t('attachments', {n: files.length})}
				{files.length > 1 && <a class="btn btn-plain" href={messages.archive(message.id)} download={`message-${message.id}.zip`}><Icon name="download" />{t('attachment.all')}</a>}
			</p>
			<ul>
				{files.map((file) => (
					<li key={file.id}>
						{isPicture(file) && <Thumb message={message} file={file} onOpen={() => setOpen(pictures.indexOf(file))} />}
						<FileLink message={message} file={file} />
						{file.role === 'mail' && (
							<button type="button" class="btn btn-plain" aria-expanded={read === file.id} aria-controls={read === file.id ? panel : undefined}
								aria-label={t('attachment.readName', {name: file.name})} onClick={() => setRead(read === file.id ? 0 : file.id)}>
								<Icon name="eye" />{t('attachment.read')}
							</button>
						)}
					</li>
				))}
			</ul>
			{read > 0 && <InnerMail key={read} id={panel} message={message.id} file={read} />}
			{open >= 0 && <Lightbox message={message.id} pictures={pictures} at={open} onTurn={setOpen} onClose={() => setOpen(-1)} />}
		</div>
	);
}

function Thumb({message, file, onOpen}: {message: Message; file: Attachment; onOpen: () => void}) {
	const t = useTexts();
	return (
		<button type="button" class="thumb" aria-label={t('attachment.preview', {name: file.name || t('attachment.unnamed')})} onClick={onOpen}>
			<img src={messages.picture(message.id, file.id)} alt="" loading="lazy" onError={(event) => { event.currentTarget.parentElement!.hidden = true; }} />
		</button>
	);
}

function FileLink({message, file}: {message: Message; file: Attachment}) {
	const t = useTexts();
	const name = file.name || t('attachment.unnamed');
	return (
		<a class="file" href={messages.attachment(message.id, file.id)} download={file.name || undefined} title={`${name} · ${file.type}`}>
			<Icon name="download" /><span class="file-name">{name}</span><span class="muted file-size">{fileSize(file.size)}</span>
		</a>
	);
}
