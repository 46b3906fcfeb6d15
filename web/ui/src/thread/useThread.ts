// One open thread: its newest messages and those loaded before them, kept up to date by events, marked as read while
// somebody looks.
import {useCallback, useEffect, useRef, useState} from 'preact/hooks';
import * as api from '../api';
import {onEvents, view} from '../bell';
import {fail} from '../hooks';
import {go, threadPath} from '../router';
import {bell} from '../store';
import type {Message, Thread} from '../types';
import {mergeMessages} from './merge';

const MOST = 1000; // messages in one answer

// MESSAGE: the one that is looked for, if any; else the first unread one is.
export function useThread(id: number, message: number | null) {
	const [thread, setThread] = useState<Thread | null>(null);
	const [messages, setMessages] = useState<Message[]>([]);
	const [firstUnread, setFirstUnread] = useState<number | null>(null);
	const [error, setError] = useState<unknown>(null);
	const [loadingOlder, setLoadingOlder] = useState(false);
	const read = useRef(0);
	const asked = useRef(0);
	const met = useRef(false);
	const loading = useRef(false);
	const sought = message ?? firstUnread; // of a thread never opened before everything is unread: its newest messages are enough

	const load = useCallback(async () => {
		const mine = ++asked.current;
		try {
			const answer = await api.threads.get(id);
			if (mine !== asked.current) return;
			if (answer.id !== id) {
				go(threadPath(answer.id), true);
				return;
			}
			if (!met.current) setFirstUnread(answer.opened || answer.messages.some(({id: each}) => each === answer.first_unread) ? answer.first_unread : null);
			met.current = true;
			setThread(answer);
			setMessages((now) => mergeMessages(now, answer.messages));
			setError(null);
		} catch (problem) {
			if (mine !== asked.current) return;
			if (problem instanceof api.ApiError && problem.status === 404) setThread(null); // erased, or no longer theirs to see
			setError(problem);
		}
	}, [id]);

	const older = useCallback(async (limit?: number) => {
		const first = messages[0];
		if (!first || loading.current) return;
		loading.current = true;
		setLoadingOlder(true);
		try {
			const answer = await api.threads.get(id, first.id, limit);
			setMessages((now) => mergeMessages(answer.messages, now));
		} catch (problem) {
			fail(problem);
		}
		loading.current = false;
		setLoadingOlder(false);
	}, [id, messages]);

	// A message that is looked for, and older than what is here, is fetched with all after it.
	const first = messages[0]?.id ?? 0;
	const missing = sought !== null && first > sought && messages.length < (thread?.messages_total ?? 0);
	useEffect(() => {
		if (missing) void older(MOST);
	}, [missing, first]);

	useEffect(() => {
		void load();
		view(id);
		const stop = onEvents((frames) => {
			if (frames.some((frame) => !frame || frame.thread === id)) void load();
		}, 80);
		return () => {
			asked.current++;
			stop();
			view(0);
		};
	}, [id, load]);

	// What is on the screen counts as read; what comes while the tab is hidden does so when it is looked at.
	const newest = messages[messages.length - 1]?.id ?? 0;
	useEffect(() => {
		async function mark() {
			if (!newest || newest <= read.current || document.visibilityState !== 'visible') return;
			const before = read.current;
			read.current = newest;
			try {
				bell.set((await api.threads.read(id, newest)).notifications);
			} catch {
				read.current = before;
			}
		}
		void mark();
		const again = () => void mark();
		document.addEventListener('visibilitychange', again);
		return () => document.removeEventListener('visibilitychange', again);
	}, [id, newest]);

	// One that this page has just made.
	const add = useCallback((message: Message) => setMessages((now) => mergeMessages(now, [message])), []);

	return {add, thread, messages, firstUnread, error, older, loadingOlder, reload: load, setThread};
}
