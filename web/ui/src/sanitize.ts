// HTML mail made safe to show: DOMPurify here, and a frame without scripts and with its own CSP around the result.
import DOMPurify, {type WindowLike} from 'dompurify';
import {thinMarks} from './fold';

export interface CleanMail {
	styles: string[]; // the mail's own style sheets
	body: HTMLElement;
	remote: boolean; // asks for images from elsewhere
	plain: boolean; // sets no colours of its own
}

const FORBIDDEN = ['script', 'iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'base', 'link', 'meta', 'form', 'input', 'button', 'select', 'option',
	'textarea', 'fieldset', 'dialog', 'video', 'audio', 'source', 'track', 'svg', 'math', 'template', 'slot', 'portal'];
const REMOTE_URL = /(url\(\s*(?:["']\s*)?)(?:https?:)?\/\//i;
const REMOTE = /^\s*(https?:)?\/\//i;
const PICTURE = /^data:image\/(png|jpe?g|gif|webp|bmp)[;,]/i;

// URL-valued attributes other than an image's and a link's have no use in a mail.
function cleanLink(anchor: Element): void {
	const href = anchor.getAttribute('href') ?? '';
	if (!/^(https?:|mailto:|tel:)/i.test(href.trim())) anchor.removeAttribute('href');
	anchor.setAttribute('target', '_blank');
	anchor.setAttribute('rel', 'noopener noreferrer');
}

// cid: images are the message's own attachments; http: ones are asked for by https:.
function cleanImage(image: Element, inline: (cid: string) => string | null, allowed: boolean): boolean {
	const src = (image.getAttribute('src') ?? '').trim();
	image.removeAttribute('srcset');
	image.setAttribute('referrerpolicy', 'no-referrer');
	if (/^cid:/i.test(src)) {
		const own = inline(decode(src.slice(4)));
		if (own) image.setAttribute('src', own);
		else image.removeAttribute('src');
		return false;
	}
	if (REMOTE.test(src)) {
		if (allowed) image.setAttribute('src', https(src));
		else block(image);
		return true;
	}
	if (!PICTURE.test(src)) image.removeAttribute('src');
	return false;
}

// What an old table has behind it. True when that is from elsewhere.
function cleanBackground(element: Element, allowed: boolean): boolean {
	const src = (element.getAttribute('background') ?? '').trim();
	const remote = REMOTE.test(src);
	if (remote && allowed) element.setAttribute('background', https(src));
	else if (remote || !PICTURE.test(src)) element.removeAttribute('background');
	return remote;
}

function https(address: string): string {
	return address.replace(/^(http:)?\/\//i, 'https://');
}

// Style sheets of others never come, their pictures only when ALLOWED; what hides from this is refused by the frame's CSP.
function cleanStyle(css: string, allowed: boolean): string {
	const own = css.replace(/@import\b[^;}]*;?/gi, '');
	return allowed ? own.replace(new RegExp(REMOTE_URL, 'gi'), '$1https://') : own.replace(new RegExp(`${REMOTE_URL.source}[^)]*\\)?`, 'gi'), 'none');
}

// True when one of them asks for something from elsewhere.
function cleanStyles(root: HTMLElement, styles: string[], allowed: boolean): boolean {
	let remote = styles.some((css) => REMOTE_URL.test(css));
	styles.forEach((css, at) => { styles[at] = cleanStyle(css, allowed); });
	[root, ...root.querySelectorAll('[style]')].forEach((each) => {
		const css = each.getAttribute('style') ?? '';
		if (!REMOTE_URL.test(css)) return;
		remote = true;
		each.setAttribute('style', cleanStyle(css, allowed));
	});
	return remote;
}

// Not asked for at all; the frame's CSP would refuse it besides.
function block(image: Element): void {
	image.removeAttribute('src');
	const tiny = ['width', 'height'].some((side) => Number(image.getAttribute(side) ?? 99) < 4);
	if (!tiny) image.classList.add('belfry-blocked');
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

// Elements that swallow what follows when their end is missing, or that show it only where scripts are off, as here.
const SWALLOWING = ['math', 'svg', 'select', 'textarea', 'title', 'xmp', 'noembed', 'noframes'];
const TRANSPARENT = /<\/?(?:plaintext|noscript)(?=[\s/>]|$)[^>]*>?/gi;

function openTag(name: string): RegExp {
	return new RegExp(`<${name}(?=[\\s/>]|$)[^>]*>?`, 'gi');
}

// A mail that forgets an end is read on as if the element had not begun. What comes out is sanitised like any other mail.
function mendEnds(html: string): string {
	return SWALLOWING.reduce((text, name) => {
		let end = 0;
		for (const {index} of text.matchAll(new RegExp(`</${name}(?=[\\s/>]|$)`, 'gi'))) end = index;
		return text.slice(0, end) + text.slice(end).replace(openTag(name), ' ');
	}, html.replace(TRANSPARENT, ' '));
}

// Drawings and formulas go; what they say stays, as text.
function keepText(node: Node): void {
	const name = node.nodeName.toLowerCase();
	if (name !== 'svg' && name !== 'math') return;
	const said: string[] = [];
	const walker = node.ownerDocument!.createTreeWalker(node, 4 /* texts */);
	while (walker.nextNode()) if (!/^(style|script|title|desc|metadata|annotation|annotation-xml)$/i.test(walker.currentNode.parentNode!.nodeName)) said.push(walker.currentNode.nodeValue ?? '');
	node.parentNode?.insertBefore(node.ownerDocument!.createTextNode(said.join('')), node);
}

function thinTexts(root: HTMLElement): void {
	const walker = root.ownerDocument.createTreeWalker(root, 4 /* texts */);
	while (walker.nextNode()) {
		const said = walker.currentNode.nodeValue ?? '', thin = thinMarks(said);
		if (thin !== said) walker.currentNode.nodeValue = thin;
	}
}

// Parsed by FRAME's window, whose CSP allows the mail's own styles as ours does not. INLINE gives the address of the
// part with a Content-ID; ALLOWED: images from elsewhere may be asked for.
export function cleanMail(frame: Window, html: string, inline: (cid: string) => string | null, allowed: boolean): CleanMail {
	const purify = DOMPurify(frame as unknown as WindowLike);
	purify.addHook('uponSanitizeElement', keepText);
	const root = purify.sanitize(mendEnds(html), {
		WHOLE_DOCUMENT: true,
		RETURN_DOM: true,
		USE_PROFILES: {html: true},
		FORBID_TAGS: FORBIDDEN,
		FORBID_ATTR: ['srcset', 'ping', 'action', 'formaction', 'autofocus', 'contenteditable', 'tabindex', 'accesskey', 'popover', 'is'],
		ADD_ATTR: ['bgcolor', 'background', 'target'],
		ALLOW_DATA_ATTR: false,
		ALLOW_ARIA_ATTR: false,
		SANITIZE_NAMED_PROPS: true,
	}) as HTMLElement;
	const body = root.querySelector('body') ?? root;
	const styles = [...root.querySelectorAll('style')].map((style) => style.textContent ?? '');
	root.querySelectorAll('style').forEach((style) => style.remove());
	let remote = cleanStyles(root, styles, allowed);
	thinTexts(body);
	root.querySelectorAll('a, area').forEach(cleanLink);
	root.querySelectorAll('img').forEach((image) => { remote = cleanImage(image, inline, allowed) || remote; });
	root.querySelectorAll('[background]').forEach((each) => { remote = cleanBackground(each, allowed) || remote; });
	return {styles, body, remote, plain: isPlain(styles, root)};
}

function isPlain(styles: string[], root: HTMLElement): boolean {
	return !styles.some((css) => /color|background/i.test(css))
		&& ![root, ...root.querySelectorAll('*')].some((each) => each.hasAttribute('bgcolor') || each.hasAttribute('color') || each.hasAttribute('background')
			|| /color|background/i.test(each.getAttribute('style') ?? ''));
}
