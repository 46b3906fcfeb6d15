// Marks the words of a search where they stand: their beginnings are enough, case and accents are ignored.
import {route} from './router';
import {useValue} from './store';

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const NODES_MAX = 20000; // texts of one HTML mail that are looked at

const PLAIN: Record<string, string> = {ß: 'ss', æ: 'ae', ø: 'o', đ: 'd', ı: 'i', ł: 'l', œ: 'oe', ς: 'σ'};

// As the server folds it.
function plain(word: string): string {
	return word.normalize('NFKD').toLowerCase().normalize('NFKD').replace(/\p{M}+/gu, '').replace(/[ßæøđıłœς]/g, (letter) => PLAIN[letter]!);
}

export function wordsOf(q: string): string[] {
	return [...q.matchAll(WORD)].map(([word]) => plain(word)).slice(0, 20);
}

// TEXT in parts, every second of which is a word that Q names. One part: none is there.
export function markParts(text: string, q: string): string[] {
	const wanted = wordsOf(q);
	const parts: string[] = [];
	let from = 0;
	for (const match of wanted.length ? text.matchAll(WORD) : []) {
		const word = plain(match[0]);
		if (!wanted.some((each) => word.startsWith(each))) continue;
		parts.push(text.slice(from, match.index), match[0]);
		from = match.index + match[0].length;
	}
	return [...parts, text.slice(from)];
}

export function hasMarks(text: string, q: string): boolean {
	return markParts(text, q).length > 1;
}

// What was searched for when this thread was found.
export function useSearched(): string {
	const now = useValue(route);
	return now.screen === 'thread' ? now.q : '';
}

function markText(text: Text, q: string): void {
	const parts = markParts(text.data, q);
	if (parts.length === 1) return;
	text.replaceWith(...parts.map((part, at) => {
		if (at % 2 === 0) return part;
		const mark = text.ownerDocument.createElement('mark');
		mark.textContent = part;
		return mark;
	}));
}

// The same within a document that is there; what was folded around a mark is opened.
export function markWithin(root: HTMLElement, q: string): void {
	if (!wordsOf(q).length) return;
	const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	const texts: Text[] = [];
	while (texts.length < NODES_MAX && walker.nextNode()) texts.push(walker.currentNode as Text);
	texts.forEach((text) => markText(text, q));
	root.querySelectorAll('mark').forEach((mark) => mark.closest('details')?.setAttribute('open', ''));
}
