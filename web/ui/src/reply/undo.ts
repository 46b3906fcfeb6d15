// Taking back what was just sent, from wherever one has gone since.
import * as api from '../api';
import {fail} from '../hooks';
import {t} from '../i18n';
import {go, threadPath} from '../router';
import {toast, value} from '../store';
import type {Message} from '../types';
import {tabs} from './draftKeeper';

// The thread whose answer came back last, and when, for the form that is open on it.
export const restored = value<{thread: number; at: number}>({thread: 0, at: 0});

export async function undoSend(message: number, thread: number): Promise<void> {
	try {
		await api.reply.undo(message);
		toast('done', t('reply.undone'));
	} catch (error) {
		if (error instanceof api.ApiError && error.status === 409) toast('failed', t('reply.left'));
		else fail(error);
		return;
	}
	tabs?.postMessage(thread);
	go(threadPath(thread));
	restored.set({thread, at: Date.now()});
}

// "The message was successfully sent to the customer.", and how long that can be undone.
export function sayIsSent(message: Message, thread: number): void {
	const until = message.delivery?.undo_until;
	const text = t(message.kind === 'note' ? 'reply.noted' : 'reply.sent');
	toast('done', text, until ? () => void undoSend(message.id, thread) : undefined, until ? Date.parse(until) : undefined);
}
