import {useMemo, useRef, useState} from 'preact/hooks';
import * as api from '../api';
import {fail} from '../hooks';
import {t} from '../i18n';
import {toast} from '../store';
import type {Status, ThreadRow} from '../types';
import type {Selection} from './useSelection';

export interface Deletion {
	ids: number[];
	bulk: boolean;
}

export interface ListActions {
	setStatus: (ids: number[], status: Status) => Promise<void>;
	askDelete: (deletion: Deletion | null) => void;
	askAssign: (ids: number[] | null) => void;
	assign: (ids: number[], employee: number | null) => Promise<void>;
	remove: (deletion: Deletion) => Promise<void>;
	restore: (ids: number[]) => Promise<void>;
}

interface Context {
	selection: Selection;
	reload: () => Promise<void>;
	patch: (ids: number[], change: Partial<ThreadRow>) => void;
}

// What can be done with rows of the list, one or many; and what waits for its dialog: a deletion, threads to be put in charge. The actions stay
// the same object, so that rows need not be drawn again.
export function useListActions(context: Context): [ListActions, Deletion | null, number[] | null] {
	const [deleting, askDelete] = useState<Deletion | null>(null);
	const [assigning, askAssign] = useState<number[] | null>(null);
	const latest = useRef(context);
	latest.current = context;
	const actions = useMemo(() => {
		async function attempt(deed: () => Promise<unknown>, done: string, undo?: () => void) {
			try {
				await deed();
				toast('done', done, undo);
			} catch (error) {
				fail(error);
			}
			await latest.current.reload();
		}
		const restore = (ids: number[]) => attempt(() => api.threads.restoreAll(ids), t('done.restored', {n: ids.length}));
		return {
			askDelete,
			askAssign,
			assign(ids: number[], employee: number | null) {
				askAssign(null);
				return attempt(() => (ids.length === 1 ? api.threads.change(ids[0]!, {employee}) : api.threads.assignAll(ids, employee)), t('done.update'));
			},
			setStatus: (ids: number[], status: Status) => attempt(async () => {
				await (ids.length === 1 ? api.threads.status(ids[0]!, status) : api.threads.statusOf(ids, status));
				latest.current.patch(ids, {status});
			}, t('done.update')),
			remove({ids, bulk}: Deletion) {
				askDelete(null);
				return attempt(async () => {
					await (bulk ? api.threads.removeAll(ids) : api.threads.remove(ids[0]!));
					if (bulk) latest.current.selection.clear();
				}, t(bulk ? 'done.deletions' : 'done.deletion'), () => void restore(ids));
			},
			restore,
		};
	}, []);
	return [actions, deleting, assigning];
}
