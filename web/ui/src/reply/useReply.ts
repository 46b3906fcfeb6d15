// What is being written in one thread: loaded, kept as a draft, sent once.
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import * as api from '../api';
import {onEvents, writing} from '../bell';
import {explain} from '../hooks';
import {t} from '../i18n';
import {toast, session} from '../store';
import type {Message, ReplyStart, Thread} from '../types';
import {refusals} from '../settings/useForm';
import {firstLetter, freshLetter, isUntouched, letterBody, takesOver, type Letter} from './draft';
import {draftKeeper, tabs, type Keeping} from './draftKeeper';
import {cleanText, type EditorHandle} from './Editor';
import {restored, sayIsSent} from './undo';
import {useUploads} from './useUploads';

export type Fields = Omit<Letter, 'html'>;
const UNDO_MS = 9000;
const NOTHING: Fields = {private: false, to: [], cc: [], status: 'closed', employee: undefined, seen: 0};

const leaving = new Map<number, Promise<unknown>>(); // drafts of pages just left, still on their way to the server, by thread

function waitFor(id: number, saved: Promise<unknown>): void {
	const done = saved.catch(() => undefined).finally(() => leaving.get(id) === done && leaving.delete(id));
	leaving.set(id, done);
}

// The same for each try of the same content.
function keyMaker(): (body: string) => string {
	let last = {body: '', key: ''};
	return (body) => {
		if (last.body !== body) last = {body, key: [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, '0')).join('')};
		return last.key;
	};
}

export function isOthers(message: Message): boolean {
	const {author} = message;
	return message.kind !== 'note' && !(author && typeof author === 'object' && author.id !== undefined && author.id === session.get()?.id);
}

export function useReply(thread: Thread, messages: Message[], onSent: (message: Message, next: boolean) => void) {
	const {id} = thread;
	const editor = useRef<EditorHandle | null>(null);
	const [start, setStart] = useState<ReplyStart | null>(null);
	const [fields, setFields] = useState<Fields>(NOTHING);
	const [begun, setBegun] = useState(false);
	const [keeping, setKeeping] = useState<Keeping>({state: 'none', when: null});
	const [sending, setSending] = useState(false);
	const [errors, setErrors] = useState<Record<string, string>>({}); // '': of the whole
	const [moved, setMoved] = useState<Message[] | null>(null);
	const now = useRef({start, fields, begun, html: ''});
	now.current = {...now.current, start, fields, begun};
	const busy = useRef(false);
	const keyOf = useMemo(keyMaker, [id]);

	function read(): Letter {
		now.current.html = editor.current?.html() ?? now.current.html;
		return {...now.current.fields, html: now.current.html};
	}
	const keeper = useMemo(() => draftKeeper(id, () => letterBody(read()), setKeeping), [id]);
	const uploads = useUploads(id, start?.limits, () => undefined);

	function show({html, ...rest}: Letter, hasBegun: boolean) {
		now.current = {...now.current, fields: rest, begun: hasBegun, html};
		setFields(rest);
		setBegun(hasBegun);
		editor.current?.set(html);
	}
	function begin(given: ReplyStart) {
		const answer = {...given, html: cleanText(given.html)};
		setStart(answer);
		setErrors({});
		setMoved(null);
		uploads.restart(answer.uploads);
		keeper.restart(answer.draft?.updated ?? null);
		show(firstLetter(answer), answer.draft !== null || answer.uploads.length > 0);
	}
	// What the server has now; what is being written here stays.
	async function refresh(anyway = false) {
		if (keeper.isDoomed() || busy.current) return;
		try {
			await leaving.get(id);
			const answer = await api.reply.start(id);
			const mine = !anyway && now.current.begun && !takesOver(answer.draft, {waiting: keeper.isWaiting(), updated: keeper.updated()});
			if (!now.current.start || !mine) begin(answer);
			else setStart({...answer, html: cleanText(answer.html)});
		} catch (error) {
			if (!now.current.start) setErrors({'': explain(error)});
		}
	}

	useEffect(() => {
		const visible = () => document.visibilityState === 'visible' && void refresh();
		const heard = ({data}: MessageEvent) => data === id && void refresh();
		const leave = () => keeper.leave();
		const stops = [restored.subscribe(({thread: which}) => which === id && void refresh(true)),
			onEvents((frames) => frames.some((frame) => !frame || frame.thread === id && /^(undone|contact|merged|restored)$/.test(frame.kind)) && void refresh())];
		void refresh();
		document.addEventListener('visibilitychange', visible);
		tabs?.addEventListener('message', heard);
		addEventListener('pagehide', leave);
		return () => {
			stops.forEach((stop) => stop());
			document.removeEventListener('visibilitychange', visible);
			tabs?.removeEventListener('message', heard);
			removeEventListener('pagehide', leave);
			waitFor(id, keeper.now().then(() => keeper.drop()));
		};
	}, [id]);

	// Who has not begun has seen what stands there.
	const newest = messages[messages.length - 1]?.id ?? 0;
	useEffect(() => {
		if (start && !begun && newest > fields.seen) setFields((before) => ({...before, seen: newest}));
	}, [start, begun, newest, fields.seen]);

	function touched() {
		if (!now.current.begun) setBegun(now.current.begun = true);
		writing(id);
		keeper.changed();
	}
	function change(part: Partial<Fields>) {
		const after = {...now.current.fields, ...part};
		now.current.fields = after;
		setFields(after);
		setErrors({});
		touched();
	}
	// A note begins empty, an answer with the default message; what was written goes from one to the other.
	function setPrivate(on: boolean) {
		const usual = now.current.start && freshLetter(now.current.start).html;
		const html = read().html;
		if (on && html === usual) editor.current?.set('');
		if (!on && html === '' && usual) editor.current?.set(usual);
		change({private: on});
	}

	async function send(next: boolean, anyway = false) {
		if (busy.current || !now.current.start) return;
		if (uploads.now().some(({id: there, error}) => there === null && !error)) {
			setErrors({'': t('files.wait')});
			return;
		}
		if (uploads.now().some(({error}) => error)) {
			setErrors({'': t('files.unsent')});
			return;
		}
		busy.current = true;
		setSending(true);
		setErrors({});
		await keeper.settle();
		const seen = anyway ? Math.max(now.current.fields.seen, newest, ...(moved ?? []).map((each) => each.id)) : now.current.fields.seen;
		const body = {...letterBody({...read(), seen}), uploads: uploads.now().map((each) => each.id!)};
		try {
			const message = await api.reply.send(id, body, keyOf(JSON.stringify(body)));
			busy.current = false;
			sayIsSent(message, id);
			uploads.clear();
			keeper.restart(null);
			now.current.begun = false;
			setMoved(null);
			tabs?.postMessage(id);
			onSent(message, next);
			if (!next) await refresh(true);
		} catch (error) {
			busy.current = false;
			keeper.changed();
			refused(error);
		}
		setSending(false);
	}
	function refused(error: unknown) {
		if (error instanceof api.ApiError && error.status === 409 && error.newer.length) setMoved(error.newer);
		else if (error instanceof api.ApiError && error.errors.length) setErrors(refusals(error, {}));
		else setErrors({'': error instanceof api.ApiError && error.status === 0 ? t('reply.offline') : explain(error)});
	}
	// What is new has been read: the next sending does not ask any more.
	function acknowledge() {
		change({seen: Math.max(newest, ...(moved ?? []).map((each) => each.id))});
		setMoved(null);
		editor.current?.focus();
	}
	function discard() {
		const before = read();
		const {start: first} = now.current;
		if (!first) return;
		keeper.doom();
		uploads.clear();
		setErrors({});
		setMoved(null);
		show({...freshLetter(first), seen: newest}, false);
		const gone = setTimeout(() => void keeper.drop(), UNDO_MS);
		toast('done', t('reply.discarded'), () => {
			clearTimeout(gone);
			void takeBack(before);
		});
	}
	async function takeBack(before: Letter) {
		keeper.restart(null);
		await api.reply.keep(id, letterBody(before)).catch(() => undefined);
		await refresh(true);
	}
	return {
		editor, start, fields, begun, keeping, sending, errors, moved, uploads, change, setPrivate, touched, send, acknowledge, discard, read,
		keepNow: () => void keeper.now(),
		retry: () => void refresh(true),
		isBlank: () => isUntouched(read(), now.current.start!),
	};
}

export type Reply = ReturnType<typeof useReply>;
