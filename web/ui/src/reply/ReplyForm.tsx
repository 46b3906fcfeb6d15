// The reply form below the messages: an answer to the customer, or a private note.
import {useEffect, useId, useRef, useState} from 'preact/hooks';
import {fullName} from '../format';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {onActions} from '../shortcuts';
import {session, useValue} from '../store';
import type {Message, Thread} from '../types';
import {Editor} from './Editor';
import {Files} from './Files';
import {Moved, NewSince} from './Moved';
import {Predefined} from './Predefined';
import {Preview} from './Preview';
import {RecipientLines} from './RecipientLines';
import {SendBar} from './SendBar';
import {fileLimits} from './limits';
import {isOthers, useReply} from './useReply';
import {Writers} from './Writers';

interface Props {
	thread: Thread;
	messages: Message[];
	onSent: (message: Message, next: boolean) => void;
}

export function ReplyForm({thread, messages, onSent}: Props) {
	const t = useTexts();
	const reply = useReply(thread, messages, onSent);
	const {editor, start, fields, errors, uploads} = reply;
	const [previewed, setPreviewed] = useState(false);
	const [over, setOver] = useState(false); // files are dragged over it
	const chooser = useRef<HTMLInputElement>(null);
	const box = useRef<HTMLElement>(null);
	const me = useValue(session);
	const id = useId();
	const name = thread.customer ? fullName(thread.customer) : thread.name || thread.email;

	useEffect(() => onActions({
		reply: () => turn(false),
		note: () => turn(true),
	}), [fields.private, start]);
	function turn(on: boolean) {
		if (!start) return;
		if (fields.private !== on) reply.setPrivate(on);
		box.current?.scrollIntoView({block: 'nearest'});
		editor.current?.focus();
	}
	function onKey(event: KeyboardEvent) {
		if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
		event.preventDefault();
		void reply.send(event.shiftKey);
	}
	function onDrop(event: DragEvent) {
		setOver(false);
		const files = [...event.dataTransfer?.files ?? []];
		if (!files.length) return;
		event.preventDefault();
		addFiles(files);
	}
	function onDrag(event: DragEvent) {
		if (!event.dataTransfer?.types.includes('Files')) return;
		event.preventDefault();
		setOver(true);
	}
	function addFiles(files: File[]) {
		uploads.add(files);
		reply.touched();
	}
	const fresh = reply.begun ? messages.filter((each) => each.id > fields.seen && isOthers(each)) : [];
	const refused = errors.text;

	return (
		<section ref={box} class={`reply ${fields.private ? 'reply-note' : ''} ${over ? 'reply-over' : ''}`} aria-label={t('reply.title')} aria-busy={!start && !errors['']} tabIndex={-1}
			onKeyDown={onKey} onDragOver={onDrag} onDragLeave={() => setOver(false)} onDrop={onDrop}>
			{reply.moved ? <Moved newer={reply.moved} thread={thread} onBack={reply.acknowledge} onSend={() => void reply.send(false, true)} /> : <NewSince fresh={fresh} />}
			<Writers thread={thread} me={me?.id ?? 0} />
			<div class="reply-head">
				<h2>{t(fields.private ? 'reply.noteTitle' : 'reply.to', {name})}</h2>
				<div class="segments" role="radiogroup" aria-label={t('reply.kind')}>
					{[false, true].map((on) => (
						<label key={String(on)} class={fields.private === on ? 'segment-on' : ''}>
							<input type="radio" name={`${id}-kind`} checked={fields.private === on} disabled={!start} onChange={() => reply.setPrivate(on)} />
							<Icon name={on ? 'lock' : 'reply'} />{t(on ? 'message.note' : 'message.reply')}
						</label>
					))}
				</div>
			</div>
			{!fields.private && start && <RecipientLines now={fields} people={start.people} from={start.from} error={errors.to ?? errors.cc} onChange={(next) => reply.change(next)} />}
			{fields.private && <p class="muted reply-hint">{t('reply.noteHint')}</p>}
			<div class="editor-box" hidden={!start}>
				<Editor handle={editor} label={t(fields.private ? 'reply.noteText' : 'reply.text')} describedBy={refused ? `${id}-error` : undefined} invalid={Boolean(refused)} language={fields.private ? '' : start?.language ?? ''}
					onInput={reply.touched} onLeave={reply.keepNow} onFiles={addFiles} tools={
						<>
							<Predefined thread={thread.id} editor={editor} onDone={reply.touched} />
							<button type="button" class="btn btn-plain" title={fileLimits(start?.limits)} onClick={() => chooser.current?.click()}><Icon name="clip" /><span>{t('files.attach')}</span></button>
							{!fields.private && <button type="button" class="btn btn-plain" onClick={() => setPreviewed(true)}><Icon name="eye" /><span>{t('reply.preview')}</span></button>}
						</>
					} />
				<Files thread={thread.id} uploads={uploads} />
				<input ref={chooser} type="file" multiple hidden tabIndex={-1} aria-label={t('files.attach')} onChange={(event) => { addFiles([...event.currentTarget.files ?? []]); event.currentTarget.value = ''; }} />
			</div>
			{refused && <p id={`${id}-error`} class="field-error" role="alert"><Icon name="warn" />{refused}</p>}
			{start && <SendBar thread={thread} reply={reply} employees={start.employees} me={me?.id ?? 0} limits={fileLimits(start.limits)} />}
			{!start && errors[''] && <p class="field-error" role="alert"><Icon name="warn" />{errors['']} <button type="button" class="btn btn-quiet btn-sm" onClick={reply.retry}>{t('reply.again')}</button></p>}
			{previewed && <Preview thread={thread.id} letter={reply.read} onClose={() => setPreviewed(false)} />}
		</section>
	);
}
