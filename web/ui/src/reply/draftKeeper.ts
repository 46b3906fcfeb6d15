// Keeps what is being written on the server: soon after each pause, before the page goes, and not while it is being sent.
import * as api from '../api';
import type {LetterBody} from '../types';

export interface Keeping {
	state: 'none' | 'waiting' | 'kept' | 'failed';
	when: string | null; // when the server last kept it
}

const PAUSE = 700;
const LONGEST = 5000; // without a pause
const AGAIN = 5000;
const LEAVING_MAX = 60_000; // characters: browsers finish no more than 64 KB behind a page that goes

// Other tabs of this browser hear of it.
export const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('belfry-drafts');

export function draftKeeper(thread: number, read: () => LetterBody, told: (now: Keeping) => void) {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let running: Promise<void> = Promise.resolve();
	let waiting = false;
	let doomed = false; // what the server has is to go
	let since = 0;
	let when: string | null = null;

	function say(state: Keeping['state']) {
		told({state, when});
	}
	async function keep() {
		clearTimeout(timer);
		if (!waiting) return;
		waiting = false;
		since = 0;
		try {
			if (doomed) await api.reply.drop(thread);
			doomed = false;
			when = (await api.reply.keep(thread, read())).updated;
			if (!waiting) say('kept');
			tabs?.postMessage(thread);
		} catch (error) {
			if (error instanceof api.ApiError && (error.status === 401 || error.status === 404)) return;
			waiting = true;
			say('failed');
			timer = setTimeout(run, AGAIN);
		}
	}
	function run(): Promise<void> {
		running = running.then(keep);
		return running;
	}
	return {
		changed() {
			const now = Date.now();
			waiting = true;
			since ||= now;
			say('waiting');
			clearTimeout(timer);
			timer = setTimeout(run, Math.max(0, Math.min(PAUSE, since + LONGEST - now)));
		},
		now: () => (waiting ? run() : running),
		// Nothing more is kept; resolves when nothing is on its way.
		settle() {
			clearTimeout(timer);
			waiting = false;
			return running;
		},
		leave() {
			if (!waiting) return doomed && api.reply.dropLeaving(thread);
			const letter = read();
			clearTimeout(timer);
			if (letter.html.length + letter.text.length < LEAVING_MAX) api.reply.keepLeaving(thread, letter);
			else void run();
			waiting = false;
		},
		// What is there is what the server has.
		restart(updated: string | null) {
			when = updated;
			doomed = false;
			say(updated ? 'kept' : 'none');
		},
		// It goes when nobody can take that back any more.
		doom() {
			clearTimeout(timer);
			waiting = false;
			doomed = true;
			when = null;
			say('none');
		},
		async drop() {
			if (!doomed) return;
			doomed = false;
			await api.reply.drop(thread).catch(() => undefined);
			tabs?.postMessage(thread);
		},
		isWaiting: () => waiting,
		isDoomed: () => doomed,
		updated: () => when,
	};
}

export type DraftKeeper = ReturnType<typeof draftKeeper>;
