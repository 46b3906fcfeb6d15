import {useMemo} from 'preact/hooks';
import * as api from '../api';
import {fail} from '../hooks';
import {t, type Key} from '../i18n';
import {go, lastDesk, threadPath} from '../router';
import {toast} from '../store';
import type {Blocked, Status, Thread, ThreadChange} from '../types';

type Change = (change: (now: Thread | null) => Thread | null) => void;

export function useThreadActions(id: number, setThread: Change, reload: () => Promise<void>) {
	return useMemo(() => {
		async function restore() {
			try {
				await api.threads.restore(id);
				toast('done', t('done.restored', {n: 1}));
			} catch (error) {
				fail(error);
			}
			await reload();
		}
		return {
			async setStatus(status: Status) {
				try {
					const row = await api.threads.status(id, status);
					setThread((now) => now && {...now, status: row.status});
					toast('done', t('done.status'));
				} catch (error) {
					fail(error);
				}
				await reload();
			},
			async change(change: ThreadChange, said: Key = 'done.update') {
				try {
					await api.threads.change(id, change);
					toast('done', t(said));
				} catch (error) {
					fail(error);
				}
				await reload();
			},
			async unblock({id: blocked, sender}: Blocked) {
				try {
					await api.blockedSenders.remove(blocked);
					toast('done', t('done.unblocked', {sender}));
				} catch (error) {
					fail(error);
				}
				await reload();
			},
			// Handled; on to the thread of the same contact that waits longest.
			async closeAndNext() {
				try {
					const {contact} = await api.threads.status(id, 'closed');
					const waiting = await api.overview.contacts();
					const next = waiting.find((block) => block.id === contact?.id);
					toast('done', t('done.status'));
					go(next?.thread ? threadPath(next.thread, next.message) : lastDesk());
				} catch (error) {
					fail(error);
				}
			},
			// On to what waits for an answer longest: here, else in the same contact; else back to the list.
			async next() {
				try {
					const {next_unanswered: next} = await api.threads.get(id);
					go(next && next.thread !== id ? threadPath(next.thread, next.message) : lastDesk());
				} catch (error) {
					fail(error);
				}
			},
			async remove() {
				try {
					await api.threads.remove(id);
				} catch (error) {
					fail(error);
					return;
				}
				toast('done', t('done.deletion'), () => void restore());
				go(lastDesk());
			},
			restore,
		};
	}, [id, setThread, reload]);
}
