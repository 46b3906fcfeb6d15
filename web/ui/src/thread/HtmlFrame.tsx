// The message's HTML in its frame: sanitised, without scripts, remote images only on request.
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {messages, trust} from '../api';
import {foldHtml} from '../foldHtml';
import {fail} from '../hooks';
import {useTexts} from '../i18n';
import {markWithin, useSearched} from '../marks';
import {Icon} from '../parts/icons';
import {cleanMail, type CleanMail} from '../sanitize';
import type {Message} from '../types';
import {adoptStyles} from './frameStyles';

const BASE_STYLE = `html{overflow-x:auto}html,body{height:auto!important;min-height:0!important}body{margin:0;padding:2px;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;color-scheme:light}
img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}
img.belfry-blocked{min-width:3em;min-height:1.5em;outline:1px dashed #9998;outline-offset:-1px}
blockquote{margin:0 0 0 .4em;padding-left:.8em;border-left:2px solid #bbb}
.belfry-quote>summary{cursor:pointer;display:inline-block;list-style:none;font-size:13px;padding:1px 8px;margin:6px 0;border-radius:4px;background:#8882}
.belfry-quote[open]>summary>.belfry-show,.belfry-quote:not([open])>summary>.belfry-hide{display:none}`;
const DARK_STYLE = 'html,body{background:transparent;color:#dcdad6;color-scheme:dark}a{color:#e6ab7e}';

interface Props {
	message: Message;
	html: string;
	dark: boolean;
}

export function HtmlFrame({message, html, dark}: Props) {
	const t = useTexts();
	const [remote, setRemote] = useState(message.trusted_sender);
	const [trusted, setTrusted] = useState(message.trusted_sender);
	const address = message.from?.address ?? '';
	const mayTrust = Boolean(address) && message.auth?.dmarc !== 'fail';
	const [mail, setMail] = useState<CleanMail | null>(null);
	const frame = useRef<HTMLIFrameElement>(null);
	const themed = dark && mail?.plain === true;
	const [showText, hideText] = [t('quote.show'), t('quote.hide')];
	const quoteTexts = useMemo(() => ({show: showText, hide: hideText}), [showText, hideText]);
	const q = useSearched();

	// The frame's document is empty at first and after each change of its address.
	function fill() {
		const inside = frame.current?.contentWindow;
		if (inside?.location.pathname !== '/frame.html') return;
		const cleaned = cleanMail(inside, html, (cid) => inlineUrl(message, cid), remote);
		foldHtml(cleaned.body, message.text, message.reply);
		setMail(cleaned);
	}
	async function remember(on: boolean) {
		try {
			await (on ? trust.add(address) : trust.drop(address));
			setTrusted(on);
			setRemote(on);
		} catch (error) {
			fail(error);
		}
	}
	useEffect(() => {
		const inside = frame.current?.contentDocument;
		if (!mail || !inside) return undefined;
		show(inside, mail, themed, quoteTexts);
		markWithin(inside.body, q);
		return grow(frame.current);
	}, [mail, themed, quoteTexts, q]);

	return (
		<div class={`html-box ${themed ? 'html-themed' : ''}`}>
			{mail?.remote && !remote && (
				<div class="remote-line">
					<Icon name="image" /><span>{t('remote.blocked')}</span>
					<button type="button" class="btn btn-quiet btn-sm" onClick={() => setRemote(true)}>{t('remote.show')}</button>
					{mayTrust && <button type="button" class="btn btn-quiet btn-sm" onClick={() => void remember(true)}>{t('remote.always', {address})}</button>}
				</div>
			)}
			{mail?.remote && remote && trusted && (
				<div class="remote-line">
					<Icon name="image" /><span>{t('remote.trusted', {address})}</span>
					<button type="button" class="btn btn-quiet btn-sm" onClick={() => void remember(false)}>{t('remote.stop')}</button>
				</div>
			)}
			<iframe key={String(remote)} ref={frame} class="html-frame" title={t('message.html', {id: String(message.id)})} src={remote ? '/frame.html?remote=1' : '/frame.html'}
				sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" onLoad={fill} />
		</div>
	);
}

// By its Content-ID; some programs give the file's name instead.
function inlineUrl(message: Message, cid: string): string | null {
	const part = message.attachments.find((each) => each.cid === cid) ?? message.attachments.find((each) => each.name === cid);
	return part ? messages.picture(message.id, part.id) : null;
}

function show(inside: Document, mail: CleanMail, themed: boolean, quoteTexts: {show: string; hide: string}): void {
	const body = inside.importNode(mail.body, true);
	adoptStyles(inside, [BASE_STYLE, ...mail.styles, ...(themed ? [DARK_STYLE] : [])], body);
	body.querySelectorAll('.belfry-quote > summary').forEach((summary) => summary.replaceChildren(...['show', 'hide'].map((what) => {
		const label = inside.createElement('span');
		label.className = `belfry-${what}`;
		label.textContent = `… ${quoteTexts[what as 'show' | 'hide']}`;
		return label;
	})));
	for (const name of ['style', 'bgcolor', 'text', 'dir', 'class']) {
		const given = body.getAttribute(name);
		if (given !== null) inside.body.setAttribute(name, given);
	}
	inside.body.replaceChildren(...body.childNodes);
}

const TALLEST = 30000;
const SAME_STEPS = 3; // a mail as high as its window and more would grow by the same step for ever

// Keeps the frame as high as what is in it; what is too high scrolls.
function grow(frame: HTMLIFrameElement | null): () => void {
	const root = frame?.contentDocument?.documentElement;
	const body = frame?.contentDocument?.body;
	if (!frame || !root || !body) return () => undefined;
	let step = 0;
	let same = 0;
	const fit = () => {
		const wanted = Math.ceil(Math.max(root.getBoundingClientRect().height, body.scrollHeight)) + 2;
		const more = wanted - frame.clientHeight;
		same = more > 0 && more === step ? same + 1 : 0;
		step = more;
		const endless = same >= SAME_STEPS;
		root.style.overflowY = wanted > TALLEST || endless ? 'auto' : 'hidden';
		if (endless) observer.disconnect();
		else frame.style.height = `${Math.min(TALLEST, wanted)}px`;
	};
	const observer = new ResizeObserver(fit);
	observer.observe(root);
	fit();
	return () => observer.disconnect();
}
