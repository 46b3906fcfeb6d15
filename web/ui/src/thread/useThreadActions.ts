import {useMemo} from 'preact/hooks';
import * as api from '../api';
import {fail} from '../hooks';
import {t, type Key} from '../i18n';
import {go, lastDesk, threadPath} from '../router';
import {toast} from '../store';
import type {Status, Thread, ThreadChange} from '../types';

type Change = (change: (now: Thread | null) => Thread | null) => void;

export function useThreadActions(id: number, setThread: Change, reload: () => Promise<void>) {
	return useMemo(() => ({
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
		// Handled; on to the thread of the same contact that waits longest.
		async closeAndNext() {
			try {
				await api.threads.status(id, 'closed');
				const {next_unanswered: next} = await api.threads.get(id);
				toast('done', t('done.status'));
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
			toast('done', t('done.deletion'));
			go(lastDesk());
		},
		async restore() {
			try {
				await api.threads.restore(id);
				toast('done', t('done.restored'));
			} catch (error) {
				fail(error);
			}
			await reload();
		},
	}), [id, setThread, reload]);
}
