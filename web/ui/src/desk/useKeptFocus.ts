// When the row with the focus goes, or the dialog that asked about it, the row now in its place takes the focus.
import type {RefObject} from 'preact';
import {useEffect, useRef} from 'preact/hooks';

export function useKeptFocus(box: RefObject<HTMLElement>, ...when: unknown[]): void {
	const at = useRef(-1);
	const rows = () => [...box.current?.querySelectorAll<HTMLElement>('tr[data-thread]') ?? []];
	useEffect(() => {
		const note = ({target}: FocusEvent) => {
			if (!(target as Element).closest('dialog')) at.current = rows().findIndex((row) => row.contains(target as Node));
		};
		document.addEventListener('focusin', note);
		return () => document.removeEventListener('focusin', note);
	}, []);
	useEffect(() => {
		if (at.current < 0) return undefined;
		const timer = setTimeout(() => {
			const left = rows();
			if (document.activeElement === document.body) (left[Math.min(at.current, left.length - 1)] ?? document.getElementById('main'))?.focus({preventScroll: true});
		});
		return () => clearTimeout(timer);
	}, when);
}
