// The bell's WebSocket: keeps it open, names the last event seen when it comes back, and tells the rest of the
// app what happened. What `link` says is true: a silent connection is found out by asking over HTTP.
import * as api from './api';
import {bell, link, listen, present, session, tell, viewers} from './store';
import type {Frame, Notice} from './types';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15000;
const WATCH = 30000;

let socket: WebSocket | null = null;
let epoch: string | number | null = null;
let lastEvent = 0;
let wait = FIRST_WAIT;
let timer: ReturnType<typeof setTimeout> | undefined;
let calm: ReturnType<typeof setTimeout> | undefined; // until "Connected again" goes
let watch: ReturnType<typeof setInterval> | undefined;
let viewed = 0;
let listing = false;
let wasUp = false;
let onRing: (entries: Notice[]) => void = () => undefined;

// CALL gets the new entries of the bell, newest first, when it rings.
export function whenRung(call: (entries: Notice[]) => void): void {
	onRing = call;
}

export function startBell(): void {
	const now = session.get();
	if (!now || socket || timer) return;
	({event: lastEvent, epoch} = now.bell);
	wasUp = false;
	heard = 0;
	link.set('connecting');
	connect();
	watch = setInterval(() => void check(), WATCH);
	addEventListener('online', retry);
	addEventListener('offline', drop);
	document.addEventListener('visibilitychange', onVisible);
	void refreshNotices();
}

export function stopBell(): void {
	clearTimeout(timer);
	clearInterval(watch);
	timer = undefined;
	removeEventListener('online', retry);
	removeEventListener('offline', drop);
	document.removeEventListener('visibilitychange', onVisible);
	forget();
}

function forget(): void {
	const old = socket;
	socket = null;
	if (!old) return;
	old.onopen = old.onclose = old.onmessage = old.onerror = null;
	old.close();
}

function connect(): void {
	clearTimeout(timer);
	timer = undefined;
	forget();
	const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
	const fresh = new WebSocket(`${scheme}://${location.host}/api/v1/bell?since=${lastEvent}`, 'bell');
	socket = fresh;
	fresh.onmessage = ({data}) => take(JSON.parse(String(data)) as Frame);
	fresh.onclose = lose;
}

function lose(): void {
	forget();
	viewers.set({thread: viewed, people: []});
	if (wasUp || wait > FIRST_WAIT) link.set('lost');
	timer = setTimeout(() => void reconnect(), wait * (0.75 + Math.random() / 2));
	wait = Math.min(LONGEST_WAIT, wait * 2);
}

// A session that ended looks like a lost connection: ask before trying again.
async function reconnect(): Promise<void> {
	try {
		await api.notices.get();
	} catch (error) {
		if (error instanceof api.ApiError && error.status === 401) return;
	}
	if (session.get()) connect();
}

function retry(): void {
	wait = FIRST_WAIT;
	connect();
}

function drop(): void {
	if (socket) lose();
}

function onVisible(): void {
	if (document.visibilityState !== 'visible') return;
	if (socket) void check();
	else retry();
}

// Does the open connection still bring what the server knows?
async function check(): Promise<void> {
	const asked = socket;
	if (asked?.readyState !== WebSocket.OPEN || document.visibilityState !== 'visible') return;
	try {
		const answer = await api.notices.get();
		bell.set(answer);
		const newest = Math.max(0, ...answer.entries.map((entry) => entry.event));
		if (newest > lastEvent) setTimeout(() => asked === socket && newest > lastEvent && retry(), 2000);
	} catch (error) {
		if (asked === socket && error instanceof api.ApiError && error.status === 0) drop();
	}
}

function greet(frame: Frame): void {
	const same = (epoch === null || epoch === frame.epoch) && !frame.reload;
	epoch = frame.epoch;
	if (!same) lastEvent = frame.event ?? 0;
	wait = FIRST_WAIT;
	link.set(link.get() === 'lost' ? 'back' : 'up');
	clearTimeout(calm); // an earlier one would cut the word short
	calm = setTimeout(() => link.set((now) => (now === 'back' ? 'up' : now)), 3000);
	if (viewed) say({kind: 'view', thread: viewed});
	if (listing) say({kind: 'list'});
	if (!same || wasUp) void refreshNotices();
	if (wasUp) void refreshSession();
	if (!same) tell(null);
	wasUp = true;
}

// Rights may be the reason that the connection was ended.
async function refreshSession(): Promise<void> {
	const before = session.get();
	const after = await api.session.look().catch(() => null);
	if (!before || !after || !session.get()) return;
	session.set(after);
	if (after.role !== before.role || JSON.stringify(after.contacts) !== JSON.stringify(before.contacts)) tell(null);
}

function take(frame: Frame): void {
	if (frame.kind === 'hello') {
		greet(frame);
		return;
	}
	if (frame.kind === 'presence') {
		if (frame.thread === viewed) viewers.set({thread: viewed, people: frame.viewers ?? []});
		if (listing && frame.thread) present.set((now) => new Map(now).set(frame.thread!, frame.viewers ?? []));
		return;
	}
	lastEvent = Math.max(lastEvent, frame.event ?? 0);
	refreshSoon();
	tell(frame);
}

function say(what: object): void {
	if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

// Others see that this employee looks at THREAD (0: at none).
export function view(thread: number): void {
	if (viewed === thread) return;
	viewed = thread;
	viewers.set({thread, people: null});
	say(thread ? {kind: 'view', thread} : {kind: 'leave'});
}

// Who looks at which threads is to be told from now on, or no more.
export function list(on: boolean): void {
	if (listing === on) return;
	listing = on;
	present.set(new Map());
	if (on) say({kind: 'list'});
	else if (!viewed) say({kind: 'leave'});
}

const WRITES = 3000; // so often is it told
let wrote = 0;

// Others see that this employee writes in THREAD.
export function writing(thread: number): void {
	const now = Date.now();
	if (thread !== viewed || now - wrote < WRITES) return;
	wrote = now;
	say({kind: 'write', thread});
}

let soon: ReturnType<typeof setTimeout> | undefined;
let asking = 0;
let heard = 0; // entries up to this event have rung

function refreshSoon(): void {
	soon ??= setTimeout(() => {
		soon = undefined;
		void refreshNotices();
	}, 60);
}

// Asks for the bell's entries; those that were not there before ring.
export async function refreshNotices(): Promise<void> {
	const mine = ++asking;
	const answer = await api.notices.get().catch(() => null);
	if (!answer || mine !== asking || !session.get()) return;
	bell.set(answer);
	const fresh = heard ? answer.entries.filter((entry) => entry.event > heard) : [];
	heard = Math.max(heard, answer.event, 1);
	if (fresh.length) onRing(fresh);
}

// Calls CALL soon after events came, once for many; null frames: after a reload of everything.
export function onEvents(call: (frames: (Frame | null)[]) => void, delay = 150): () => void {
	let frames: (Frame | null)[] = [];
	let waiting: ReturnType<typeof setTimeout> | undefined;
	const stop = listen((frame) => {
		frames.push(frame);
		waiting ??= setTimeout(() => {
			waiting = undefined;
			const due = frames;
			frames = [];
			call(due);
		}, delay);
	});
	return () => {
		clearTimeout(waiting);
		stop();
	};
}
