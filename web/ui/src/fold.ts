// Which lines of a mail are what its sender wrote now, and which are quoted history or signature. Nothing is
// ever cut: the pieces' texts, put together, are the text.

export interface Piece {
	folded: boolean;
	text: string;
}

const SHORT = 8; // as many quoted lines between answers stay open

// Marks the LINES that REPLY holds, in order; null when they are not all there.
function matchLines(lines: string[], reply: string): boolean[] | null {
	const wanted = reply.split('\n').map((line) => line.trim()).filter(Boolean);
	let next = 0;
	const found = lines.map((line) => {
		const bare = line.trim();
		if (!bare || next >= wanted.length || bare !== wanted[next]) return false;
		next++;
		return true;
	});
	return next && next === wanted.length ? found : null;
}

function isBlank(lines: string[]): boolean {
	return lines.every((line) => !line.trim());
}

// TEXT in pieces that alternate between written and folded.
export function fold(text: string, reply: string): Piece[] {
	const lines = text.match(/[^\n]*\n|[^\n]+/g) ?? [];
	const written = matchLines(lines, reply);
	if (!written) return text ? [{folded: false, text}] : [];
	const first = written.indexOf(true);
	const last = written.lastIndexOf(true);
	const pieces: Piece[] = [];
	for (let at = 0; at < lines.length;) {
		let end = at + 1;
		while (end < lines.length && written[end] === written[at]) end++;
		const run = lines.slice(at, end);
		const outside = at > last || end <= first;
		const folded = !written[at] && !isBlank(run) && (outside || run.length > SHORT);
		append(pieces, {folded, text: run.join('')});
		at = end;
	}
	return pieces;
}

function append(pieces: Piece[], piece: Piece): void {
	const before = pieces[pieces.length - 1];
	if (before && before.folded === piece.folded) before.text += piece.text;
	else pieces.push(piece);
}

// TEXT with no more marks on one letter than any language writes (30, as Unicode's UAX 15 has it): to place a million of them takes a browser minutes.
export function thinMarks(text: string): string {
	return text.replace(/(\p{M}{30})\p{M}+/gu, '$1');
}

export interface Span {
	text: string;
	href: string | null;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"]+|@/gi; // of a mail address only its middle, and the rest from there: what begins like one may be a megabyte long
const DOMAIN = /@[a-z0-9-]+(?:\.[a-z0-9-]+)+/iy;
const CLOSING = '.,;:!?\'"»”)]';

// Where the mail address around the @ at AT begins and ends; it begins behind FROM. Null: there is none.
function mailAround(text: string, at: number, from: number): [number, number] | null {
	let start = at;
	while (start > from && /[\w.+-]/.test(text[start - 1]!)) start--;
	while (start < at && !/\w/.test(text[start]!)) start++;
	DOMAIN.lastIndex = at;
	const domain = start < at ? DOMAIN.exec(text) : null;
	return domain && [start, at + domain[0].length];
}

// Where ADDRESS ends in TEXT, before the punctuation that closes a sentence.
function endBeforeClosing(text: string, end: number): number {
	while (CLOSING.includes(text[end - 1]!)) end--;
	return end;
}

// TEXT with its web and mail addresses told apart; closing punctuation is no part of an address. Linear, whatever the text.
export function linkify(text: string): Span[] {
	const spans: Span[] = [];
	let from = 0;
	for (const {0: found, index} of text.matchAll(ADDRESS)) {
		const place = found === '@' ? mailAround(text, index, from) : [index, endBeforeClosing(text, index + found.length)];
		if (!place) continue;
		const [start, end] = place as [number, number];
		const address = text.slice(start, end);
		if (start > from) spans.push({text: text.slice(from, start), href: null});
		spans.push({text: address, href: found === '@' ? `mailto:${address}` : address});
		from = end;
	}
	if (from < text.length) spans.push({text: text.slice(from), href: null});
	return spans;
}
