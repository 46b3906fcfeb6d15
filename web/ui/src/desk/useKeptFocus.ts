// When the row with the focus goes, or the dialog that asked about it, the row now in its place takes the focus; when
// a control of the list goes, or is switched off by its own click, the list itself.
import type {RefObject} from 'preact';
import {useEffect, useLayoutEffect, useRef} from 'preact/hooks';

const ELSEWHERE = -2;
const NO_ROW = -1;

function isLost(): boolean {
	const active = document.activeElement;
	return !active || active === document.body || active.matches(':disabled');
}

export function useKeptFocus(box: RefObject<HTMLElement>, ...when: unknown[]): void {
	const at = useRef(ELSEWHERE);
	const rows = () => [...box.current?.querySelectorAll<HTMLElement>('tr[data-thread]') ?? []];
	useLayoutEffect(() => {
		const note = ({target}: FocusEvent) => {
			if ((target as Element).closest('dialog')) return;
			at.current = box.current?.contains(target as Node) ? rows().findIndex((row) => row.contains(target as Node)) : ELSEWHERE;
		};
		document.addEventListener('focusin', note);
		return () => document.removeEventListener('focusin', note);
	}, []);
	useEffect(() => {
		if (at.current === ELSEWHERE) return undefined;
		const timer = setTimeout(() => {
			if (!isLost()) return;
			const left = rows();
			const row = at.current === NO_ROW ? undefined : left[Math.min(at.current, left.length - 1)];
			(row ?? box.current)?.focus({preventScroll: true});
		});
		return () => clearTimeout(timer);
	}, when);
}
