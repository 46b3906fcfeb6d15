// A list's rows put in another order by dragging their handles, with mouse, pen or finger; Escape leaves them as they were.
import {useEffect, useRef, useState} from 'preact/hooks';

const EDGE = 60; // px from the window's edge where the page scrolls along
const STEP = 8; // px, each time

interface Drag {
	id: number;
	gap: number; // rows above the place it would go to
}

// The rows are tr[data-id] of one tbody. ON_MOVE gets all ids in their new order.
export function useRowDrag(onMove: (ids: number[]) => void) {
	const [drag, setDrag] = useState<Drag | null>(null);
	const cancel = useRef<() => void>(() => undefined);
	const moved = useRef(onMove);
	moved.current = onMove;
	useEffect(() => () => cancel.current(), []);

	function start(event: PointerEvent, id: number) {
		const body = (event.currentTarget as Element).closest('tbody');
		if (!body || event.button !== 0 || !event.isPrimary) return;
		event.preventDefault(); // no text is selected meanwhile
		cancel.current();
		const idsNow = () => [...body.rows].map((row) => Number(row.dataset.id));
		let gap = idsNow().indexOf(id);
		setDrag({id, gap});

		let at = event.clientY;
		function look() {
			gap = [...body!.rows].map((row) => row.getBoundingClientRect()).filter(({top, height}) => top + height / 2 < at).length;
			setDrag((now) => (now?.gap === gap ? now : {id, gap}));
		}
		function move({clientY}: PointerEvent) {
			at = clientY;
			look();
		}
		function scroll() {
			if (at >= EDGE && at <= innerHeight - EDGE) return;
			scrollBy({top: at < EDGE ? -STEP : STEP, behavior: 'instant'});
			look();
		}
		const scrolling = setInterval(scroll, 16);
		function drop() {
			const before = idsNow();
			end();
			swallowClick();
			const from = before.indexOf(id);
			if (from < 0 || isSame(from, gap)) return;
			const after = before.filter((each) => each !== id);
			after.splice(gap > from ? gap - 1 : gap, 0, id);
			moved.current(after);
		}
		function key(pressed: KeyboardEvent) {
			if (pressed.key !== 'Escape') return;
			pressed.preventDefault();
			pressed.stopPropagation();
			end();
		}
		function end() {
			clearInterval(scrolling);
			removeEventListener('pointermove', move);
			removeEventListener('pointerup', drop);
			removeEventListener('pointercancel', end);
			removeEventListener('keydown', key, true);
			cancel.current = () => undefined;
			setDrag(null);
		}
		addEventListener('pointermove', move);
		addEventListener('pointerup', drop);
		addEventListener('pointercancel', end);
		addEventListener('keydown', key, true);
		cancel.current = end;
	}

	// What of the list's look shows where the row would go.
	function rowClass(id: number, ids: number[]): string {
		if (!drag) return '';
		const at = ids.indexOf(drag.id);
		if (drag.id === id) return 'row-dragged';
		if (isSame(at, drag.gap)) return '';
		if (ids[drag.gap] === id) return 'drop-before';
		return drag.gap >= ids.length && ids[ids.length - 1] === id ? 'drop-after' : '';
	}
	return {start, rowClass};
}

// The gaps above and below a row are where it is already.
function isSame(at: number, gap: number): boolean {
	return gap === at || gap === at + 1;
}

// A drag that ends on the row where it began is no click on the row.
function swallowClick() {
	const swallow = (event: Event) => {
		event.preventDefault();
		event.stopPropagation();
	};
	addEventListener('click', swallow, {capture: true, once: true});
	setTimeout(() => removeEventListener('click', swallow, {capture: true}));
}
