// What the whole app shares, as plain values that components subscribe to.
import {useEffect, useState} from 'preact/hooks';
import type {Frame, Notices, Session, Viewer} from './types';

export interface Value<T> {
	get(): T;
	set(next: T | ((now: T) => T)): void;
	subscribe(call: (now: T) => void): () => void;
}

export function value<T>(first: T): Value<T> {
	let now = first;
	const calls = new Set<(now: T) => void>();
	return {
		get: () => now,
		set(next) {
			const after = typeof next === 'function' ? (next as (now: T) => T)(now) : next;
			if (Object.is(after, now)) return;
			now = after;
			[...calls].forEach((call) => call(now));
		},
		subscribe(call) {
			calls.add(call);
			return () => calls.delete(call);
		},
	};
}

export function useValue<T>(source: Value<T>): T {
	const [now, setNow] = useState(source.get());
	useEffect(() => {
		setNow(() => source.get());
		return source.subscribe((next) => setNow(() => next));
	}, [source]);
	return now;
}

export type Link = 'connecting' | 'up' | 'lost' | 'back';

export interface Toast {
	id: number;
	kind: 'done' | 'failed';
	text: string;
	undo?: (() => void) | undefined; // takes back what was done
	until?: number | undefined; // ms: so long it can be taken back, which is shown
}

export const session = value<Session | null | undefined>(undefined); // undefined: not known yet
export const bell = value<Notices>({count: 0, event: 0, entries: []});
export const link = value<Link>('connecting');
export const toasts = value<Toast[]>([]);
export const viewers = value<{thread: number; people: Viewer[] | null}>({thread: 0, people: null}); // null: not told yet

let lastToast = 0;

// UNTIL: when UNDO is no longer possible (ms).
export function toast(kind: Toast['kind'], text: string, undo?: () => void, until?: number): void {
	const id = ++lastToast;
	toasts.set((now) => [...now.slice(-3), {id, kind, text, undo, until}]);
	setTimeout(() => untoast(id), until ? Math.max(0, until - Date.now()) : kind === 'failed' || undo ? 9000 : 5000);
}

export function untoast(id: number): void {
	toasts.set((now) => now.filter((each) => each.id !== id));
}

// Who looks at which thread of the list, as far as that has been told since the list was asked for.
export const present = value<ReadonlyMap<number, Viewer[]>>(new Map());

// What came from the bell, for whoever shows rows it changes. null: reload everything.
const listeners = new Set<(frame: Frame | null) => void>();

export function tell(frame: Frame | null): void {
	[...listeners].forEach((call) => call(frame));
}

export function listen(call: (frame: Frame | null) => void): () => void {
	listeners.add(call);
	return () => listeners.delete(call);
}

// A small thing this browser remembers; private windows may refuse.
export function recall(name: string): string | null {
	try {
		return localStorage.getItem(`belfry.${name}`);
	} catch {
		return null;
	}
}

export function remember(name: string, text: string): void {
	try {
		localStorage.setItem(`belfry.${name}`, text);
	} catch {
		// not kept, then
	}
}
