// A field for a letter with light formatting. What is typed stays in its own document part and is read when it is needed, so
// that typing draws nothing anew. Formatting goes by the browser's editing commands: they alone keep its Ctrl+Z whole.
import type {ComponentChildren} from 'preact';
import {useEffect, useId, useRef, useState} from 'preact/hooks';
import {useTexts, type Key} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {Icon, type IconName} from '../parts/icons';
import {cleanLetter, escapeHtml, linkTarget, textLetter, type Branch} from './letter';

export interface EditorHandle {
	html: () => string;
	set: (html: string) => void;
	insert: (text: string) => void; // at the caret
	focus: () => void;
}

interface Props {
	handle: {current: EditorHandle | null};
	label: string;
	describedBy?: string | undefined;
	invalid?: boolean;
	language: string;
	onInput: () => void;
	onLeave: () => void;
	onFiles: (files: File[]) => void;
	tools: ComponentChildren; // behind the formatting
}

const FORMATS: {name: string; text: Key; icon: IconName; key?: string}[] = [
	{name: 'bold', text: 'format.bold', icon: 'bold', key: 'B'},
	{name: 'italic', text: 'format.italic', icon: 'italic', key: 'I'},
	{name: 'insertUnorderedList', text: 'format.bullets', icon: 'bullets'},
	{name: 'insertOrderedList', text: 'format.numbers', icon: 'numbers'},
];

const MARKS = ['bold', 'italic'];

// Bold that was turned off stays off in the next paragraph.
function keepMarks(deed: () => void): void {
	const before = MARKS.map((name) => document.queryCommandState(name));
	deed();
	MARKS.forEach((name, at) => document.queryCommandState(name) !== before[at] && command(name));
}

function command(name: string, value?: string): void {
	document.execCommand(name, false, value);
}

// What is put before a paragraph becomes paragraphs of its own, as what is put behind one does.
function keepApart(editor: HTMLElement, insert: () => void): void {
	const range = selectionIn(editor);
	const block = [...editor.children].find((each) => range && each.contains(range.startContainer)) ?? (range?.startContainer === editor ? editor.children[range.startOffset] : null);
	const before = document.createRange();
	if (!range?.collapsed || !block?.textContent?.trim()) return insert();
	before.setStart(block, 0);
	before.setEnd(range.startContainer === editor ? block : range.startContainer, range.startContainer === editor ? 0 : range.startOffset);
	const after = document.createRange();
	after.selectNodeContents(block);
	after.setStart(before.endContainer, before.endOffset);
	const first = before.toString().trim() === '', last = after.toString().trim() === '';
	if (!first) command('insertParagraph');
	insert();
	if (!last) command('insertParagraph');
}

export function Editor({handle, label, describedBy, invalid = false, language, onInput, onLeave, onFiles, tools}: Props) {
	const t = useTexts();
	const box = useRef<HTMLDivElement>(null);
	const kept = useRef<Range | null>(null); // where the caret was when the focus went to a tool
	const [on, setOn] = useState<Record<string, boolean>>({});
	const [link, setLink] = useState<string | null>(null);
	const bar = useId();

	useEffect(() => {
		const editor = box.current!;
		command('defaultParagraphSeparator', 'p');
		command('styleWithCSS', 'false');
		handle.current = {
			html: () => cleanLetter(editor as unknown as Branch),
			set: (html) => { editor.innerHTML = cleanText(html); mark(editor); kept.current = null; setOn({}); },
			insert: (text) => { take(); keepApart(editor, () => command('insertHTML', textLetter(text))); },
			focus: () => { take(); editor.scrollIntoView({block: 'nearest'}); },
		};
		const follow = () => {
			const range = selectionIn(editor);
			if (!range) return;
			kept.current = range.cloneRange();
			setOn((before) => {
				const now = Object.fromEntries(FORMATS.map(({name}) => [name, document.queryCommandState(name)]));
				return FORMATS.some(({name}) => now[name] !== before[name]) ? now : before;
			});
		};
		const onBefore = (event: InputEvent) => {
			if (event.inputType !== 'insertParagraph') return;
			event.preventDefault();
			keepMarks(() => command('insertParagraph'));
		};
		document.addEventListener('selectionchange', follow);
		editor.addEventListener('beforeinput', onBefore);
		return () => {
			editor.removeEventListener('beforeinput', onBefore);
			document.removeEventListener('selectionchange', follow);
			const last = cleanLetter(editor as unknown as Branch); // it is read once more, to be kept, when the page is left
			if (handle.current) handle.current = {...handle.current, html: () => last};
		};
	}, []);

	// The caret back to where it was; before the text when there was none.
	function take() {
		const editor = box.current!;
		const range = kept.current;
		if (document.activeElement === editor && selectionIn(editor)) return;
		editor.focus();
		if (!range || !editor.contains(range.commonAncestorContainer)) return;
		getSelection()?.removeAllRanges();
		getSelection()?.addRange(range);
	}
	function format(name: string) {
		take();
		if (MARKS.includes(name)) command(name);
		else keepMarks(() => command(name));
		changed();
	}
	function changed() {
		mark(box.current!);
		onInput();
	}
	function addLink(typed: string) {
		setLink(null);
		const target = linkTarget(typed);
		if (!target) return;
		setTimeout(() => { // once the dialog has given the focus back
			take();
			if (getSelection()?.isCollapsed) command('insertHTML', `<a href="${escapeHtml(target)}">${escapeHtml(typed.trim())}</a>`);
			else command('createLink', target);
			changed();
		});
	}
	function paste(event: ClipboardEvent) {
		const files = [...event.clipboardData?.files ?? []];
		const html = event.clipboardData?.getData('text/html') ?? '';
		const text = event.clipboardData?.getData('text/plain') ?? '';
		event.preventDefault();
		if (files.length && !text) onFiles(files);
		else if (html) command('insertHTML', cleanText(html) || escapeHtml(text));
		else if (text.includes('\n')) command('insertHTML', textLetter(text));
		else command('insertText', text);
		changed();
	}
	function onDrop(event: DragEvent) {
		if (event.dataTransfer?.files.length) return; // the form's
		event.preventDefault();
		const text = event.dataTransfer?.getData('text/plain') ?? '';
		if (text) command('insertText', text);
	}

	return (
		<>
			<div class="editor-tools" role="toolbar" aria-label={t('format')} aria-controls={bar} onKeyDown={walkTools}>
				{FORMATS.map(({name, text, icon, key}, at) => (
					<button key={name} type="button" class="btn btn-icon" tabIndex={at === 0 ? 0 : -1} aria-pressed={Boolean(on[name])} aria-label={t(text)} title={key ? `${t(text)} (Ctrl+${key})` : t(text)}
						onMouseDown={(event) => event.preventDefault()} onClick={() => format(name)}><Icon name={icon} /></button>
				))}
				<button type="button" class="btn btn-icon" tabIndex={-1} aria-label={t('format.link')} title={t('format.link')} onMouseDown={(event) => event.preventDefault()} onClick={() => setLink('')}><Icon name="link" /></button>
				<span class="editor-more">{tools}</span>
			</div>
			<div id={bar} ref={box} class="editor" contentEditable role="textbox" aria-multiline="true" aria-label={label} aria-describedby={describedBy} aria-invalid={invalid || undefined} lang={language || undefined}
				tabIndex={0} spellcheck data-empty={t('reply.placeholder')} onInput={changed} onBlur={onLeave} onPaste={paste} onDrop={onDrop}
				onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); event.currentTarget.blur(); } }} />
			{link !== null && <LinkDialog onClose={() => setLink(null)} onLink={addLink} />}
		</>
	);
}

export function cleanText(html: string): string {
	return cleanLetter(new DOMParser().parseFromString(html, 'text/html').body as unknown as Branch);
}

// So that the style can show what the field is for while nothing stands in it.
function mark(editor: HTMLElement): void {
	editor.classList.toggle('editor-empty', !editor.textContent?.trim() && !editor.querySelector('li'));
}

function selectionIn(editor: HTMLElement): Range | null {
	const selection = getSelection();
	const range = selection?.rangeCount ? selection.getRangeAt(0) : null;
	return range && editor.contains(range.commonAncestorContainer) ? range : null;
}

// One stop for Tab; arrow keys go from button to button.
function walkTools(event: KeyboardEvent): void {
	const bar = event.currentTarget as HTMLElement;
	if ((event.target as Element).closest('.panel')) return;
	const all = [...bar.querySelectorAll<HTMLElement>('button:not(.panel *)')];
	const at = all.indexOf(document.activeElement as HTMLElement);
	const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1}[event.key];
	if (at < 0 || to === undefined) return;
	event.preventDefault();
	const next = all[(to + all.length) % all.length]!;
	all.forEach((each) => { each.tabIndex = each === next ? 0 : -1; });
	next.focus();
}

function LinkDialog({onClose, onLink}: {onClose: () => void; onLink: (typed: string) => void}) {
	const t = useTexts();
	const [typed, setTyped] = useState('');
	const id = useId();
	function submit(event: Event) {
		event.preventDefault();
		if (linkTarget(typed)) onLink(typed);
	}
	return (
		<Dialog title={t('format.link')} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose}>{t('cancel')}</button>
				<button type="submit" class="btn btn-primary" form={id} disabled={!linkTarget(typed)}>{t('format.linkSet')}</button>
			</>
		}>
			<form id={id} onSubmit={submit}>
				<label class="form-label" for={`${id}-url`}>{t('format.linkTo')}</label>
				<input id={`${id}-url`} class="form-control" type="text" inputMode="url" autocomplete="off" autofocus value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
			</form>
		</Dialog>
	);
}
