import {reply} from '../api';
import {fileSize, formatPercent} from '../format';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import type {ChosenFile, Uploads} from './useUploads';

// What will be attached, and what could not.
export function Files({thread, uploads}: {thread: number; uploads: Uploads}) {
	const t = useTexts();
	if (!uploads.files.length) return null;
	return (
		<ul class="chosen-files" aria-label={t('files')}>
			{uploads.files.map((file) => (
				<li key={file.key} class={file.error ? 'file-refused' : ''} data-state={file.error ? 'failed' : file.id === null ? 'sending' : 'there'}>
					<Icon name={file.error ? 'warn' : 'clip'} />
					{file.id === null ? <span class="file-name" title={file.name}>{file.name}</span>
						: <a class="file-name" href={reply.uploaded(thread, file.id)} download={file.name} title={file.name}>{file.name}</a>}
					<span class="muted file-size">{fileSize(file.size)}</span>
					<State file={file} />
					{file.error && file.file && <button type="button" class="btn btn-plain" onClick={() => uploads.retry(file)}>{t('files.retry')}</button>}
					<button type="button" class="btn btn-icon" aria-label={t('files.remove', {name: file.name})} title={t('files.remove', {name: file.name})} onClick={() => uploads.remove(file)}><Icon name="close" /></button>
				</li>
			))}
		</ul>
	);
}

function State({file: {name, id, part, error}}: {file: ChosenFile}) {
	const t = useTexts();
	if (error) return <span class="file-error" role="alert">{error}</span>;
	if (id !== null) return null;
	return <progress max={1} value={part} aria-label={t('files.sending', {name})}>{formatPercent(part)}</progress>;
}
