// A button that opens a panel below it: a menu of actions or a small region. Escape and a click elsewhere close it.
import type {ComponentChildren} from 'preact';
import {useEffect, useId, useRef} from 'preact/hooks';

interface Props {
	open: boolean;
	setOpen: (open: boolean) => void;
	label: string;
	button: ComponentChildren;
	children: ComponentChildren;
	kind?: 'menu' | 'dialog';
	class?: string;
	buttonClass?: string;
	disabled?: boolean;
	start?: boolean; // the panel's start meets the button's start
}

export function Dropdown({open, setOpen, label, button, children, kind = 'menu', class: extra = '', buttonClass = 'btn', disabled = false, start = false}: Props) {
	const root = useRef<HTMLDivElement>(null);
	const trigger = useRef<HTMLButtonElement>(null);
	const panel = useRef<HTMLDivElement>(null);
	const id = useId();
	useEffect(() => {
		if (!open) return undefined;
		const outside = (event: Event) => {
			if (!root.current?.contains(event.target as Node)) setOpen(false);
		};
		document.addEventListener('pointerdown', outside);
		document.addEventListener('focusin', outside);
		(items(panel.current)[0] ?? panel.current)?.focus();
		return () => {
			document.removeEventListener('pointerdown', outside);
			document.removeEventListener('focusin', outside);
		};
	}, [open, setOpen]);

	function onKey(event: KeyboardEvent) {
		if (!open) return;
		if (event.key === 'Escape') {
			event.stopPropagation();
			setOpen(false);
			trigger.current?.focus();
		} else if (kind === 'menu' && move(panel.current, event.key)) {
			event.preventDefault();
		}
	}

	// A dialog that an item opens gives the focus back to the button, as the item will be gone.
	function onChoose({target}: MouseEvent) {
		if ((target as Element).closest('[role=menuitem]')) trigger.current?.focus();
	}

	return (
		<div class={`dropdown-box ${extra}`} ref={root} onKeyDown={onKey}>
			<button ref={trigger} type="button" class={buttonClass} aria-label={label} title={label} disabled={disabled}
				aria-haspopup={kind} aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
				{button}
			</button>
			{open && (
				<div id={id} ref={panel} class={`panel ${start ? 'panel-start' : ''}`} role={kind} aria-label={label} tabIndex={-1} onClickCapture={onChoose}>
					{children}
				</div>
			)}
		</div>
	);
}

function items(panel: HTMLElement | null): HTMLElement[] {
	return [...panel?.querySelectorAll<HTMLElement>('[role^=menuitem]:not([disabled])') ?? []];
}

// Arrow keys, Home and End walk through a menu.
function move(panel: HTMLElement | null, key: string): boolean {
	const all = items(panel);
	const at = all.indexOf(document.activeElement as HTMLElement);
	const to = {ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1}[key];
	if (to === undefined || !all.length) return false;
	all[(to + all.length) % all.length]?.focus();
	return true;
}
