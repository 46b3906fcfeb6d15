// The thread page.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {ApiError} from '../api';
import {offerCommands} from '../commands';
import {copyThread} from '../copy';
import {explain, mayAct, useSlow, useTitle} from '../hooks';
import {useTexts} from '../i18n';
import {ConfirmDelete} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import {go, lastDesk} from '../router';
import {onActions, step, type Place} from '../shortcuts';
import {ForwardDialog} from '../reply/Forward';
import {ReplyForm} from '../reply/ReplyForm';
import {BlockDialog} from '../spam/BlockDialog';
import {Actions} from '../thread/Actions';
import {threadCommands} from '../thread/commands';
import {Conversation} from '../thread/Conversation';
import {ThreadHead} from '../thread/ThreadHead';
import {ThreadSide} from '../thread/ThreadSide';
import {useThread} from '../thread/useThread';
import {useThreadActions} from '../thread/useThreadActions';
import type {Message} from '../types';

export function ThreadScreen({id, message}: {id: number; message: number | null}) {
	const t = useTexts();
	const state = useThread(id, message);
	const {thread, messages} = state;
	useTitle(thread ? `#${id} ${thread.subject || t('subject.none')}` : `#${id}`);
	const slow = useSlow(!thread && !state.error);
	const actions = useThreadActions(id, state.setThread, state.reload);
	const [deleting, setDeleting] = useState(false);
	const [forwarding, setForwarding] = useState(false);
	const [blocking, setBlocking] = useState(false);
	const box = useRef<HTMLElement>(null);
	const place = useRef<Place>({at: -1});

	useScroll(message, state.firstUnread, messages.length);
	useEffect(() => box.current?.focus({preventScroll: true}), []);

	const status = thread?.status;
	const may = mayAct();
	useLayoutEffect(() => { // keys work as soon as the page is there
		const all = () => [...box.current?.querySelectorAll<HTMLElement>('article.message') ?? []];
		return onActions({
			next: () => step(all(), 1, place.current),
			previous: () => step(all(), -1, place.current),
			back: () => go(lastDesk()),
			close: () => may && status && status !== 'closed' && actions.setStatus('closed'),
			closeNext: () => may && status && actions.closeAndNext(),
			spam: () => may && thread && thread.folder !== 'bin' && void actions.change({spam: thread.folder !== 'spam'}, thread.folder === 'spam' ? 'done.notSpam' : 'done.spam'),
			copy: () => thread && void copyThread(thread),
			status: () => box.current?.querySelector<HTMLElement>('.thread-actions button')?.focus(),
			forward: () => may && thread && setForwarding(true),
			charge: () => box.current?.querySelector<HTMLElement>('[data-fact=employee] select')?.focus(),
			delete: () => may && thread && thread.folder !== 'bin' && setDeleting(true),
			search: () => go('/'),
		});
	}, [status, thread?.subject, thread?.folder, actions]);
	useLayoutEffect(() => offerCommands(() => (may && thread ? threadCommands(thread, actions, {delete: () => setDeleting(true), forward: () => setForwarding(true), block: () => setBlocking(true)}) : [])), [thread, actions]);

	function onSent(message: Message, next: boolean) {
		state.add(message);
		void state.reload();
		if (next) void actions.next();
		else setTimeout(() => document.getElementById(`message-${message.id}`)?.focus({preventScroll: true}));
	}

	if (state.error && !thread) return <NotThere error={state.error} />;
	if (!thread) return <main id="main" class="thread-page" aria-busy="true" ref={box} tabIndex={-1}>{slow && <p class="muted waiting">{t('loading')}</p>}</main>;
	return (
		<main id="main" class="thread-page" ref={box} tabIndex={-1}>
			<Actions thread={thread} onStatus={actions.setStatus} onForward={() => setForwarding(true)} onDelete={() => setDeleting(true)} onRestore={actions.restore}
				onSpam={(spam) => void actions.change({spam}, spam ? 'done.spam' : 'done.notSpam')}
				onBlock={() => setBlocking(true)} onUnblock={() => thread.blocked && void actions.unblock(thread.blocked)} />
			<div class="thread-columns">
				<div class="thread-main">
					<ThreadHead thread={thread} onChange={(change) => void actions.change(change)} />
					<Conversation thread={thread} messages={messages} firstUnread={state.firstUnread} onOlder={() => void state.older()} loadingOlder={state.loadingOlder} />
					{may && thread.folder === 'normal' && <ReplyForm thread={thread} messages={messages} onSent={onSent} />}
				</div>
				<ThreadSide thread={thread} />
			</div>
			{forwarding && <ForwardDialog thread={id} onClose={() => setForwarding(false)} onDone={(note) => { setForwarding(false); state.add(note); void state.reload(); }} />}
			{blocking && <BlockDialog of={{thread: id, email: thread.email, inSpam: thread.folder !== 'normal'}} onClose={() => setBlocking(false)} onDone={() => { setBlocking(false); void state.reload(); }} />}
			{deleting && <ConfirmDelete count={1} onClose={() => setDeleting(false)} onDelete={() => { setDeleting(false); actions.remove(); }} />}
		</main>
	);
}

// To the message the address names, else to the first unread one, once.
function useScroll(message: number | null, firstUnread: number | null, count: number): void {
	const done = useRef<string>('');
	useEffect(() => {
		const target = message ?? firstUnread;
		if (!count || !target || done.current === String(target) || (done.current && !message)) return;
		const element = document.getElementById(`message-${target}`);
		if (!element) return;
		done.current = String(target);
		if (message || !isWholeInView(element)) element.scrollIntoView();
		element.focus({preventScroll: true});
	}, [message, firstUnread, count]);
}

function isWholeInView(element: HTMLElement): boolean {
	const {top, bottom} = element.getBoundingClientRect();
	return top >= 0 && bottom <= innerHeight;
}

function NotThere({error}: {error: unknown}) {
	const t = useTexts();
	const missing = error instanceof ApiError && error.status === 404;
	return (
		<main id="main" class="missing">
			<Icon name="warn" />
			<h1>{missing ? t('error.missing') : explain(error)}</h1>
			<p><a href={lastDesk()}>{t('thread.back')}</a></p>
		</main>
	);
}
