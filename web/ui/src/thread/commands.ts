// What the palette offers for the thread that is open.
import type {Command} from '../commands';
import {t} from '../i18n';
import {go, threadPath} from '../router';
import {act} from '../shortcuts';
import type {Blocked, Status, Thread} from '../types';
import {buttons} from './Actions';

interface Actions {
	setStatus: (status: Status) => void;
	restore: () => void;
	unblock: (blocked: Blocked) => void;
}

export function threadCommands(thread: Thread, actions: Actions, ask: {delete: () => void; forward: () => void; block: () => void}): Command[] {
	const group = t('thread.number', {id: String(thread.id)});
	const next = thread.next_unanswered;
	const found: Command[] = buttons(thread.status).map(({text, to}, at) => ({id: `status-${at}`, group, text: t(text), run: () => actions.setStatus(to)}));
	if (thread.folder === 'normal') {
		for (const action of ['reply', 'note', 'charge'] as const) found.push({id: action, group, text: t(`key.${action}`), run: () => act(action)});
	}
	found.push({id: 'forward', group, text: t('thread.forward'), run: ask.forward});
	if (next) {
		const text = next.thread === thread.id ? t('thread.next') : t('thread.nextThread', {id: String(next.thread)});
		found.push({id: 'next', group, text, run: () => go(threadPath(next.thread, next.message))});
	}
	if (thread.folder === 'bin') found.push({id: 'restore', group, text: t('restore'), run: actions.restore});
	else found.push({id: 'delete', group, text: t('delete'), run: ask.delete});
	const {blocked} = thread;
	if (blocked) found.push({id: 'unblock', group, text: t('thread.unblock'), run: () => actions.unblock(blocked)});
	else if (thread.email) found.push({id: 'block', group, text: t('thread.block'), run: ask.block});
	return found;
}
