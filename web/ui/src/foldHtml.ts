// Folds what an HTML mail's sender did not write now: quoted history, and the signature above it. Nothing is cut: it moves, in its
// order, into a <details>, which needs no script. Nodes are of the frame's realm: no instanceof here.

// Elements that hold a quote; by the program that makes them.
const QUOTES = [
	'blockquote.gmail_quote', // Gmail; the <div> of this class holds answers between the quotes, too
	'blockquote.protonmail_quote', // Proton, likewise
	'.yahoo_quoted', '[class*="yahoo_quoted"]', // Yahoo, with a prefix of its own for each mail
	'blockquote[type="cite" i]', // Apple Mail, Thunderbird, Roundcube
	'.zmail_extra', // Zoho
	'.moz-forward-container', // Thunderbird
	'blockquote.iosymail', // Yahoo on phones
	'[id$="mail-editor-reference-message-container"]', // Outlook on phones
	'[id$="isReplyContent"]', '[id$="OLK_SRC_BODY_SECTION"]', // Outlook for Mac
	'[data-marker="__QUOTED_TEXT__"]', // Zimbra
	'blockquote.tutanota_quote', // Tuta
];

// Elements behind which, to the end, all is history.
const BEGINNINGS = [
	'.moz-cite-prefix', // Thunderbird
	'[id$="reply-intro"]', // Roundcube
	'[id$="appendonsend"]', '[id$="divRplyFwdMsg"]', '[id$="stopSpelling"]', // Outlook on the web
	'[id$="zwchr"]', '[data-marker="__DIVIDER__"]', // Zimbra
	'.yahoo-quoted-begin', // Yahoo on phones
	'.zmail_extra_hr', // Zoho
	'.gmail_attr', // Gmail
];

// Outlook's line above its block of headers: a border on top and no other.
const OUTLOOK_LINE = /border:\s*none;\s*border-top:\s*solid\s+#(e1e1e1|b5c4df|ccc)/i;
const ELEMENT = 1;
const TEXT = 3;
const PARTS_OF_TABLES = /^(table|tbody|thead|tfoot|tr|ul|ol|dl)$/i; // nothing else may be put among their children

const isQuote = (element: Element): boolean => element.matches(QUOTES.join(','));
const isMark = (element: Element): boolean => isQuote(element) || element.matches(BEGINNINGS.join(',')) || OUTLOOK_LINE.test(element.getAttribute('style') ?? '');

// The letters and digits of TEXT: what two ways of writing the same have in common.
function letters(text: string): string {
	return text.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '');
}

// Those of the mail's TEXT, without what a reader of HTML adds: where links go, the marks of quotes and lists.
function lettersOfText(text: string): string {
	return letters(text.replace(/<(?:https?|mailto|tel):[^<>\n]*>/gi, '').replace(/^[>\s]*(?:\d{1,3}\.\s)?/gm, ''));
}

function isHidden(element: Element): boolean {
	return /^(style|script|title|template|head)$/i.test(element.nodeName) || /display:\s*none/i.test(element.getAttribute('style') ?? '');
}

const SURE = 12; // as many letters behind the reply must be the same, too

// The first text behind the letters of WRITTEN, when those of FOLLOWING begin there; null when BODY says something else.
function textBehind(body: HTMLElement, written: string, following: string): Node | null {
	const walker = body.ownerDocument.createTreeWalker(body, 5 /* elements and texts */, (node) => (node.nodeType === ELEMENT && isHidden(node as Element) ? 2 : 1));
	let at = 0;
	let found: Node | null = null;
	let behind = '';
	while (walker.nextNode() && behind.length < following.length) {
		const node = walker.currentNode;
		const said = node.nodeType === TEXT ? letters(node.nodeValue ?? '') : '';
		if (at < written.length && !written.startsWith(said, at)) return null;
		if (at === written.length && node.nodeValue?.trim()) found ??= node;
		if (at === written.length) behind += said;
		else at += said.length;
	}
	return behind.startsWith(following) ? found : null;
}

// Where what was not written begins, by the mail's TEXT and the REPLY that was read from it.
function beginOfRest(body: HTMLElement, text: string, reply: string): Node | null {
	const all = lettersOfText(text);
	const written = lettersOfText(reply);
	const following = all.slice(written.length, written.length + SURE);
	return written && following && all.startsWith(written) ? textBehind(body, written, following) : null;
}

// The marks that are in no other, in their order.
function outerMarks(body: HTMLElement): Element[] {
	const outer: Element[] = [];
	body.querySelectorAll('*').forEach((each) => {
		if (!outer[outer.length - 1]?.contains(each) && isMark(each)) outer.push(each);
	});
	return outer;
}

// The first mark of a quote with nothing written behind its history.
function markBehind(body: HTMLElement, marks: Element[]): Element | null {
	let begin: Element | null = null;
	for (let at = marks.length - 1; at >= 0 && !isWrittenBehind(body, marks[at]!, marks[at + 1] ?? null); at--) begin = marks[at]!;
	return begin;
}

// The one quote that stands above all that was written.
function quoteAbove(body: HTMLElement, marks: Element[]): Element | null {
	const quotes = marks.filter(isQuote);
	const first = quotes[0];
	const introduced = marks.find((mark) => !isQuote(mark)) ?? first; // by the line above it, or by nothing
	return first && quotes.length === 1 && introduced && !isSomethingBefore(body, introduced) && isWrittenBehind(body, first, null) ? first : null;
}

// Is there text between MARK and NEXT, or the end, that no mark explains?
function isWrittenBehind(body: HTMLElement, mark: Element, next: Element | null): boolean {
	if (!isQuote(mark)) return false;
	const range = body.ownerDocument.createRange();
	range.setStartAfter(mark);
	if (next) range.setEndBefore(next);
	else range.setEnd(body, body.childNodes.length);
	return range.toString().trim() !== '';
}

function isSomethingBefore(body: HTMLElement, node: Node): boolean {
	const range = body.ownerDocument.createRange();
	range.setStart(body, 0);
	range.setEndBefore(node);
	return range.toString().trim() !== '' || range.cloneContents().querySelector('img') !== null;
}

// The outermost element that begins with NODE and holds nothing of what stands before it.
function outermost(body: HTMLElement, node: Node): Node {
	let at = node;
	while (at.parentNode && at.parentNode !== body && !isSomethingBeside(at)) at = at.parentNode;
	return at;
}

// Something to be seen among the siblings before NODE.
function isSomethingBeside(node: Node): boolean {
	for (let before = node.previousSibling; before; before = before.previousSibling) {
		const isPicture = before.nodeType === ELEMENT && ((before as Element).matches('img') || (before as Element).querySelector('img'));
		if (before.textContent?.trim() || isPicture) return true;
	}
	return false;
}

// All from BEGIN to the end of BODY, in order.
function restFrom(body: HTMLElement, begin: Node): Node[] {
	const rest: Node[] = [];
	for (let level: Node | null = begin; level && level !== body; level = level.parentNode) {
		for (let node: Node | null = level === begin ? level : level.nextSibling; node; node = node.nextSibling) rest.push(node);
	}
	return rest;
}

// Moves NODES into one <details> in the place of the first.
function fold(body: HTMLElement, nodes: Node[]): void {
	const parent = nodes[0]?.parentNode;
	if (!parent || PARTS_OF_TABLES.test(parent.nodeName)) return;
	const details = body.ownerDocument.createElement('details');
	details.className = 'belfry-quote';
	details.append(body.ownerDocument.createElement('summary'));
	parent.insertBefore(details, nodes[0]!);
	details.append(...nodes);
}

// The line that a program draws above the history goes with it.
function withLine(begin: Node): Node {
	for (let node = begin.previousSibling; node && !node.textContent?.trim() && !/^img$/i.test(node.nodeName); node = node.previousSibling) if (/^hr$/i.test(node.nodeName)) return node;
	return begin;
}

// TEXT: the mail's; REPLY: what of it was written now. Where the HTML says the same words, the rest is folded; else the marks of the
// programs tell, and what is written between quotes stays open.
export function foldHtml(body: HTMLElement, text: string, reply: string): void {
	const behind = beginOfRest(body, text, reply);
	const marks = behind ? [] : outerMarks(body);
	const above = quoteAbove(body, marks);
	const node = behind ?? markBehind(body, marks);
	const begin = node && withLine(outermost(body, node));
	if (begin && isSomethingBefore(body, begin)) fold(body, restFrom(body, begin));
	if (above) fold(body, [above]);
}
