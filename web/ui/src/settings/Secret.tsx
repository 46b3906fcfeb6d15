// Something that is shown this once: a link, a token. To be copied.
import {useRef, useState} from 'preact/hooks';
import {useTexts} from '../i18n';

export function Secret({label, text}: {label: string; text: string}) {
	const t = useTexts();
	const field = useRef<HTMLInputElement>(null);
	const [copied, setCopied] = useState(false);

	// Without HTTPS browsers have no clipboard for pages: then it is at least marked.
	async function copy() {
		field.current?.select();
		try {
			await navigator.clipboard.writeText(text);
			setCopied(true);
		} catch {
			setCopied(document.execCommand('copy'));
		}
	}
	return (
		<div class="secret">
			<input ref={field} class="form-control" aria-label={label} readOnly value={text} onFocus={(event) => event.currentTarget.select()} />
			<button type="button" class="btn btn-quiet" onClick={() => void copy()}>{t(copied ? 'copied' : 'copy')}</button>
		</div>
	);
}
