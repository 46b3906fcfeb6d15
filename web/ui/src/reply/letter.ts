// What the editor holds, or what is pasted into it, as a letter's HTML: paragraphs, bold, italics, lists, quotes, links; whatever
// else falls away, its text stays. The server cleans it once more.

// A node, as far as it is needed here.
export interface Branch {
	nodeType: number; // 1: element, 3: text
	nodeName: string;
	nodeValue: string | null;
	childNodes: ArrayLike<Branch>;
	getAttribute?(name: string): string | null;
}

const PARAGRAPHS = /^(P|DIV|H[1-6]|TR|PRE|SECTION|ARTICLE|HEADER|FOOTER|ADDRESS|FIGURE|DT|DD)$/;
const CONTAINERS: Record<string, string> = {UL: 'ul', OL: 'ol', LI: 'li', BLOCKQUOTE: 'blockquote'};
const MARKS: Record<string, string> = {B: 'strong', STRONG: 'strong', I: 'em', EM: 'em'};
const SILENT = /^(SCRIPT|STYLE|TITLE|HEAD|TEMPLATE|NOSCRIPT|IFRAME|OBJECT|SVG|TEXTAREA|SELECT)$/;
const DEPTH_MAX = 200;

export function escapeHtml(text: string): string {
	return text.replace(/[&<>"]/g, (sign) => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[sign]!);
}

// Where a link may lead; what has no scheme is meant for the web. null: nowhere.
export function linkTarget(typed: string): string | null {
	const text = typed.trim();
	if (/^(https?:\/\/|mailto:)[^\s]+$/i.test(text)) return text;
	if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(text)) return `mailto:${text}`;
	if (/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+([/?#][^\s]*)?$/u.test(text)) return `https://${text}`;
	return null;
}

class Writer {
	html = '';
	private marks: {start: string; end: string}[] = [];
	private inParagraph = false;
	private containers: string[] = [];

	// Within an item of a list there are no paragraphs.
	private get bare(): boolean {
		return this.containers[this.containers.length - 1] === 'li';
	}

	private begin(): void {
		if (this.inParagraph) return;
		if (this.bare && !this.html.endsWith('<li>') && !/<\/(ul|ol)>$/.test(this.html)) this.html += '<br>';
		this.html += (this.bare ? '' : '<p>') + this.marks.map(({start}) => start).join('');
		this.inParagraph = true;
	}

	end(): void {
		if (!this.inParagraph) return;
		this.html += [...this.marks].reverse().map(({end}) => end).join('') + (this.bare ? '' : '</p>');
		this.inParagraph = false;
	}

	text(words: string, kept: boolean): void {
		const said = kept ? words : words.replace(/[ \t\r\n\f]+/g, ' ');
		const atStart = !kept && (!this.inParagraph || /(<br>|<p>)$/.test(this.html));
		const shown = atStart ? said.replace(/^ /, '') : said;
		if (!shown) return;
		this.begin();
		this.html += escapeHtml(shown).replace(/\n/g, '<br>');
	}

	breakLine(): void {
		this.begin();
		this.html += '<br>';
	}

	open(name: string): void {
		this.end();
		this.containers.push(name);
		this.html += `<${name}>`;
	}

	close(): void {
		this.end();
		this.html += `</${this.containers.pop()!}>`;
	}

	mark(start: string, end: string): void {
		if (this.inParagraph) this.html += start;
		this.marks.push({start, end});
	}

	unmark(): void {
		const {end} = this.marks.pop()!;
		if (this.inParagraph) this.html += end;
	}
}

function walk(node: Branch, to: Writer, depth: number, kept: boolean): void {
	for (const child of Array.from(node.childNodes)) {
		const name = child.nodeName.toUpperCase();
		if (child.nodeType === 3) to.text(child.nodeValue ?? '', kept);
		else if (child.nodeType !== 1 || SILENT.test(name) || depth > DEPTH_MAX) continue;
		else if (name === 'BR') to.breakLine();
		else if (CONTAINERS[name]) inContainer(CONTAINERS[name], child, to, depth, kept);
		else if (PARAGRAPHS.test(name)) inParagraph(child, to, depth, kept || name === 'PRE');
		else inLine(name, child, to, depth, kept);
	}
}

// An item outside any list is a paragraph.
function inContainer(name: string, node: Branch, to: Writer, depth: number, kept: boolean): void {
	to.open(name);
	walk(node, to, depth + 1, kept);
	to.close();
}

function inParagraph(node: Branch, to: Writer, depth: number, kept: boolean): void {
	to.end();
	walk(node, to, depth + 1, kept);
	to.end();
}

function inLine(name: string, node: Branch, to: Writer, depth: number, kept: boolean): void {
	const href = name === 'A' ? linkTarget(node.getAttribute?.('href') ?? '') : null;
	const mark = MARKS[name];
	if (href) to.mark(`<a href="${escapeHtml(href)}">`, '</a>');
	else if (mark) to.mark(`<${mark}>`, `</${mark}>`);
	walk(node, to, depth + 1, kept);
	if (href || mark) to.unmark();
}

// Without what says nothing: empty marks, items, paragraphs; breaks at a paragraph's end.
function tidy(html: string): string {
	const once = html.replace(/<(strong|em)><\/\1>|<a href="[^"]*"><\/a>/g, '').replace(/(\s|<br>)+(<\/(?:p|li)>)/g, '$2').replace(/<(p|li|ul|ol|blockquote)><\/\1>/g, '');
	return once === html ? html : tidy(once);
}

export function cleanLetter(root: Branch): string {
	const to = new Writer();
	walk(root, to, 0, false);
	to.end();
	return tidy(to.html);
}

const ENTITIES: Record<string, string> = {'&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"'};

// What it says without any form. HTML is a cleaned letter's.
export function letterText(html: string): string {
	return html.replace(/<li>/g, '\n- ').replace(/<br>/g, '\n').replace(/<\/p>|<\/[uo]l>|<\/blockquote>/g, '\n\n').replace(/<[^>]*>/g, '')
		.replace(/&(amp|lt|gt|quot);/g, (sign) => ENTITIES[sign]!).replace(/\u00a0/g, ' ').replace(/\n{3,}/g, '\n\n').trim();
}

// No more than paragraphs: the text says it all.
export function isPlain(html: string): boolean {
	return !/<(?!\/?p>|br>)/.test(html);
}

// TEXT as paragraphs between empty lines.
export function textLetter(text: string): string {
	return text.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n+/).filter((part) => part.trim())
		.map((part) => `<p>${escapeHtml(part.replace(/^\n+|\n+$/g, '')).replace(/\n/g, '<br>')}</p>`).join('');
}
