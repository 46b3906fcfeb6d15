import {dateTime} from '../format';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import type {Message, Thread} from '../types';
import {MessageCard} from './MessageCard';

interface Props {
	thread: Thread;
	messages: Message[];
	firstUnread: number | null;
	onOlder: () => void;
	loadingOlder: boolean;
}

export function Conversation({thread, messages, firstUnread, onOlder, loadingOlder}: Props) {
	const t = useTexts();
	const more = thread.messages_total - messages.length;
	return (
		<section class="conversation" aria-label={t('conversation')}>
			{more > 0 && (
				<button type="button" class="btn btn-quiet older" disabled={loadingOlder} onClick={onOlder}>{t('messages.older', {n: more})}</button>
			)}
			{messages.map((message) => (
				<div key={message.id} class="message-slot">
					{message.id === firstUnread && <div class="first-unread" role="separator"><span>{t('messages.new')}</span></div>}
					{message.report && !message.feedback ? <Report message={message} thread={thread} /> : <MessageCard message={message} thread={thread} />}
				</div>
			))}
		</section>
	);
}

// Good news stands on the reply itself; the report is there for who wants to read it.
function Report({message, thread}: {message: Message; thread: Thread}) {
	const t = useTexts();
	return (
		<details class="report">
			<summary><Icon name="check" />{t(message.report === 'read' ? 'message.receipt' : 'message.report')} <span class="muted">· {dateTime(message.received)}</span></summary>
			<MessageCard message={message} thread={thread} />
		</details>
	);
}
