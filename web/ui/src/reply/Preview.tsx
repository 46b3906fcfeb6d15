// The mail as the customer will see it: in a frame without scripts, as HTML and as plain text.
import {useEffect, useRef, useState} from 'preact/hooks';
import * as api from '../api';
import {explain} from '../hooks';
import {useTexts} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import {letterBody, type Letter} from './draft';

type Tab = 'html' | 'text';

export function Preview({thread, letter, onClose}: {thread: number; letter: () => Letter; onClose: () => void}) {
	const t = useTexts();
	const [mail, setMail] = useState<{subject: string; html: string; text: string} | null>(null);
	const [error, setError] = useState('');
	const [tab, setTab] = useState<Tab>('html');
	useEffect(() => {
		api.reply.preview(thread, letterBody(letter())).then(setMail, (problem) => setError(problem instanceof api.ApiError && problem.errors[0]?.code === 'blank' ? t('invalid.blank') : explain(problem)));
	}, []);
	const tabs: Tab[] = ['html', 'text'];
	return (
		<Dialog title={t('preview.title')} onClose={onClose} wide footer={<button type="button" class="btn btn-primary" onClick={onClose}>{t('close')}</button>}>
			{error && <p class="field-error" role="alert"><Icon name="warn" />{error}</p>}
			{!mail && !error && <p class="muted waiting" aria-busy="true">{t('loading')}</p>}
			{mail && (
				<>
					<p class="preview-subject"><span class="muted">{t('label', {name: t('detail.subject')})}</span> <strong>{mail.subject}</strong></p>
					<div class="tabs" role="tablist" aria-label={t('message.views')}>
						{tabs.map((each) => (
							<button key={each} type="button" role="tab" id={`preview-${each}`} aria-selected={tab === each} aria-controls="preview-panel" tabIndex={tab === each ? 0 : -1}
								onClick={() => setTab(each)} onKeyDown={(event) => { if (/^Arrow(Left|Right)$/.test(event.key)) { const to = tab === 'html' ? 'text' : 'html'; setTab(to); document.getElementById(`preview-${to}`)?.focus(); } }}>{t(`tab.${each}`)}</button>
						))}
					</div>
					<div id="preview-panel" role="tabpanel" aria-labelledby={`preview-${tab}`} class="preview-mail">
						{tab === 'html' ? <Page html={mail.html} title={t('preview.title')} /> : <pre class="source" tabIndex={0} aria-label={t('tab.text')}>{mail.text}</pre>}
					</div>
				</>
			)}
		</Dialog>
	);
}

// Our own letter, cleaned by the server; the frame lets nothing run and nothing in.
function Page({html, title}: {html: string; title: string}) {
	const frame = useRef<HTMLIFrameElement>(null);
	function fill() {
		const inside = frame.current?.contentDocument;
		if (inside?.location.pathname !== '/frame.html') return;
		const Parser = (inside.defaultView as (Window & typeof globalThis) | null)?.DOMParser ?? DOMParser; // the frame's rules allow the mail's own styles, ours do not
		const parsed = new Parser().parseFromString(html, 'text/html');
		inside.documentElement.lang = parsed.documentElement.lang;
		inside.body.replaceChildren(...[...parsed.body.childNodes].map((node) => inside.importNode(node, true)));
		inside.querySelectorAll('a').forEach((link) => { link.target = '_blank'; link.rel = 'noopener noreferrer'; });
	}
	return <iframe ref={frame} class="preview-frame" title={title} src="/frame.html" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" onLoad={fill} />;
}
