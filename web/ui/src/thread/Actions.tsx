import {useState} from 'preact/hooks';
import {mayAct} from '../hooks';
import {useTexts, type Key} from '../i18n';
import {Dropdown} from '../parts/Dropdown';
import {Icon, type IconName} from '../parts/icons';
import {lastDesk, threadPath} from '../router';
import type {Status, Thread} from '../types';

interface Props {
	thread: Thread;
	onStatus: (status: Status) => void;
	onForward: () => void;
	onDelete: () => void;
	onRestore: () => void;
	onSpam: (spam: boolean) => void;
	onBlock: () => void;
	onUnblock: () => void;
}

// What each button says and does depends on the status the thread has.
export function buttons(status: Status): {text: Key; to: Status; icon: IconName}[] {
	const pending = (which: 'pending1' | 'pending2'): {text: Key; to: Status; icon: IconName} => (
		status === which ? {text: 'thread.unpend', to: 'open', icon: which} : {text: `thread.${which}`, to: which, icon: which}
	);
	return [
		status === 'closed' ? {text: 'thread.reopen', to: 'open', icon: 'open'} : {text: 'thread.handled', to: 'closed', icon: 'closed'},
		pending('pending1'),
		pending('pending2'),
	];
}

export function Actions({thread, onStatus, onForward, onDelete, onRestore, onSpam, onBlock, onUnblock}: Props) {
	const t = useTexts();
	const may = mayAct();
	return (
		<div class="thread-actions">
			<a class="btn btn-quiet btn-square" href={lastDesk()} aria-label={t('thread.back')} title={t('thread.back')}><Icon name="left" /></a>
			{may && buttons(thread.status).map(({text, to, icon}, at) => (
				<button key={at} type="button" class={`btn ${at === 0 ? 'btn-primary btn-keep' : 'btn-quiet'}`} title={t(text)} onClick={() => onStatus(to)}>
					<Icon name={icon} /><span>{t(text)}</span>
				</button>
			))}
			{may && <button type="button" class="btn btn-quiet" title={t('thread.forward')} onClick={onForward}><Icon name="forward" /><span>{t('thread.forward')}</span></button>}
			<NextUnanswered thread={thread} />
			{may && thread.folder !== 'bin' && (
				<button type="button" class="btn btn-quiet btn-keep" onClick={() => onSpam(thread.folder !== 'spam')}>
					<Icon name={thread.folder === 'spam' ? 'restore' : 'shield'} />{t(thread.folder === 'spam' ? 'thread.notSpam' : 'thread.spam')}
				</button>
			)}
			{may && (thread.folder === 'bin'
				? <button type="button" class="btn btn-quiet btn-keep" onClick={onRestore}><Icon name="restore" />{t('restore')}</button>
				: <button type="button" class="btn btn-quiet btn-keep btn-delete" onClick={onDelete}><Icon name="trash" />{t('delete')}</button>)}
			{may && thread.email && <More blocked={Boolean(thread.blocked)} onBlock={onBlock} onUnblock={onUnblock} />}
		</div>
	);
}

// What is seldom done.
function More({blocked, onBlock, onUnblock}: {blocked: boolean; onBlock: () => void; onUnblock: () => void}) {
	const t = useTexts();
	const [open, setOpen] = useState(false);
	function choose() {
		setOpen(false);
		(blocked ? onUnblock : onBlock)();
	}
	return (
		<Dropdown open={open} setOpen={setOpen} label={t('thread.more')} class="thread-more" buttonClass="btn btn-quiet btn-square" button={<Icon name="more" />}>
			<button type="button" class="menu-item" role="menuitem" onClick={choose}><Icon name="shield" />{t(blocked ? 'thread.unblock' : 'thread.block')}</button>
		</Dropdown>
	);
}

// Leads to the message of this thread that waits for an answer, else to the thread waiting longest.
function NextUnanswered({thread}: {thread: Thread}) {
	const t = useTexts();
	const next = thread.next_unanswered;
	if (!next) return null;
	const here = next.thread === thread.id;
	const text = t(here ? 'thread.next' : 'thread.nextThread', {id: String(next.thread)});
	return (
		<a class="btn btn-quiet" href={threadPath(next.thread, next.message)} title={here ? text : t('thread.nextElsewhere', {id: String(next.thread)})}
			onClick={(event) => here && jump(event, next.message)}>
			<Icon name="reply" /><span>{text}</span>
		</a>
	);
}

function jump(event: MouseEvent, message: number): void {
	const target = document.getElementById(`message-${message}`);
	if (!target) return;
	event.preventDefault();
	target.scrollIntoView();
	target.focus({preventScroll: true});
}
