// Keyboard shortcuts: plain keys, and only while no field has the focus and no dialog is open; Ctrl+K everywhere.
import {recall, remember, value} from './store';

export const ACTIONS = ['next', 'previous', 'open', 'back', 'select', 'selectRange', 'search', 'status', 'close', 'closeNext', 'spam', 'reply', 'note', 'forward', 'charge', 'delete', 'undo',
	'copy', 'bell', 'mine', 'unassigned', 'allOpen', 'palette', 'help'] as const;
export type Action = typeof ACTIONS[number];

const KEYS: Record<string, Action> = {
	j: 'next', k: 'previous', o: 'open', Enter: 'open', u: 'back', x: 'select', '/': 'search', s: 'status', e: 'close',
	'#': 'delete', z: 'undo', '!': 'spam', b: 'bell', r: 'reply', n: 'note', f: 'forward', a: 'charge', '?': 'help', 'g m': 'mine', 'g u': 'unassigned', 'g i': 'allOpen', Escape: 'back', E: 'closeNext', X: 'selectRange',
	'.': 'copy', 'Ctrl+K': 'palette',
};
const NAMES: Record<string, string> = {E: 'Shift+e', X: 'Shift+x', Escape: 'Esc'};

export const shortcutsOn = value(recall('shortcuts') !== 'off');
shortcutsOn.subscribe((on) => remember('shortcuts', on ? 'on' : 'off'));

type Handler = () => void;
const handlers = new Map<Action, Handler[]>();

// CALL answers ACTION until the returned function is called; the last one to ask wins.
export function onAction(action: Action, call: Handler): () => void {
	const list = handlers.get(action) ?? [];
	handlers.set(action, [...list, call]);
	return () => handlers.set(action, (handlers.get(action) ?? []).filter((each) => each !== call));
}

export function onActions(calls: Partial<Record<Action, Handler>>): () => void {
	const stops = (Object.entries(calls) as [Action, Handler][]).map(([action, call]) => onAction(action, call));
	return () => stops.forEach((stop) => stop());
}

// As if its key were pressed.
export function act(action: Action): void {
	handlers.get(action)?.slice(-1)[0]?.();
}

export function keysOf(action: Action): string[] {
	return Object.keys(KEYS).filter((key) => KEYS[key] === action).map((key) => NAMES[key] ?? key);
}

function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
		&& !(target instanceof HTMLInputElement && /^(checkbox|radio|button|submit)$/.test(target.type)));
}

let prefix = '';
let prefixTimer: ReturnType<typeof setTimeout> | undefined;

// The action that a key means after what was pressed before it.
function actionOf(key: string): Action | undefined {
	const whole = prefix ? `${prefix} ${key}` : key;
	prefix = '';
	clearTimeout(prefixTimer);
	if (whole === 'g') {
		prefix = 'g';
		prefixTimer = setTimeout(() => { prefix = ''; }, 1200);
	}
	return KEYS[whole];
}

function answer(event: KeyboardEvent, action: Action | undefined): void {
	if (!action || !handlers.get(action)?.length) return;
	event.preventDefault();
	act(action);
}

function onKey(event: KeyboardEvent): void {
	const palette = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k';
	if (palette && shortcutsOn.get() && !event.defaultPrevented) answer(event, 'palette'); // while typing too
	if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
	if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
	const help = event.key === '?';
	if (!shortcutsOn.get() && !help) return;
	if (event.key === 'Enter' && (event.target as Element).closest('a, button, summary, input')) return;
	answer(event, actionOf(event.key));
}

export function startShortcuts(): void {
	document.addEventListener('keydown', onKey);
}

export interface Place {
	at: number; // where the focus was among its elements; -1: nowhere yet
}

// Moves the focus among ELEMENTS, one step. When the one that had it is gone, goes on from its PLACE.
export function step(elements: HTMLElement[], by: 1 | -1, place: Place): void {
	const at = elements.findIndex((each) => each.contains(document.activeElement));
	const from = at >= 0 ? at : by > 0 ? place.at - 1 : place.at;
	place.at = Math.min(elements.length - 1, Math.max(0, from + by));
	const target = elements[place.at];
	target?.focus({preventScroll: true});
	target?.scrollIntoView({block: 'nearest'});
}
