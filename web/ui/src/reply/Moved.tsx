// What came while one wrote: a mark above the form; and when it stopped the sending, what it is and the question.
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {dateTime} from '../format';
import {authorName} from '../thread/MessageCard';
import type {Message, Thread} from '../types';

function show(id: number): void {
	const target = document.getElementById(`message-${id}`);
	target?.scrollIntoView();
	target?.focus({preventScroll: true});
}

export function NewSince({fresh}: {fresh: Message[]}) {
	const t = useTexts();
	return (
		<div role="status" aria-live="polite">
			{fresh.length > 0 && (
				<p class="banner new-since">
					<Icon name="envelope" /><span>{t('moved.new', {n: fresh.length})}</span>
					<button type="button" class="btn btn-quiet btn-sm" onClick={() => show(fresh[0]!.id)}>{t('moved.show')}</button>
				</p>
			)}
		</div>
	);
}

interface Props {
	newer: Message[];
	thread: Thread;
	onBack: () => void;
	onSend: () => void;
}

export function Moved({newer, thread, onBack, onSend}: Props) {
	const t = useTexts();
	return (
		<div class="moved" role="alertdialog" aria-label={t('moved.title')} aria-describedby="moved-what">
			<p class="moved-title"><Icon name="warn" /><strong>{t('moved.title')}</strong></p>
			<ul id="moved-what">
				{newer.map((message) => (
					<li key={message.id}>
						<span class="muted">{authorName(message, thread)} · {dateTime(message.received)}</span>
						<blockquote>{message.reply || message.text}</blockquote>
					</li>
				))}
			</ul>
			<div class="moved-buttons">
				<button type="button" class="btn btn-quiet" onClick={onSend}>{t('moved.send')}</button>
				<button type="button" class="btn btn-primary" ref={(button) => button?.focus()} onClick={onBack}>{t('moved.back')}</button>
			</div>
		</div>
	);
}
