// The files of an answer: sent as soon as they are chosen, each with how far it is, and why not.
import {useMemo, useRef, useState} from 'preact/hooks';
import * as api from '../api';
import {fileSize} from '../format';
import {explain} from '../hooks';
import {t} from '../i18n';
import type {ReplyStart, Upload} from '../types';

export interface ChosenFile {
	key: number;
	name: string;
	size: number;
	id: number | null; // once it is there
	part: number; // of it that has been sent, 0–1
	error: string;
	file: File | null; // null: it was there already
	stop: AbortController;
}

type Limits = ReplyStart['limits'];

let lastKey = 0;

function entry(name: string, size: number, file: File | null, id: number | null): ChosenFile {
	return {key: ++lastKey, name, size, id, part: id === null ? 0 : 1, error: '', file, stop: new AbortController()};
}

// Why FILE cannot come besides those HERE; '' when it can.
export function refusalOf(file: {size: number}, here: Pick<ChosenFile, 'size'>[], limits: Limits): string {
	const total = here.reduce((sum, {size}) => sum + size, 0);
	if (here.length >= limits.files) return t('files.tooMany', {n: limits.files});
	if (file.size > limits.file) return t('files.tooBig', {limit: fileSize(limits.file)});
	return total + file.size > limits.total ? t('files.tooMuch', {limit: fileSize(limits.total)}) : '';
}

export function useUploads(thread: number, limits: Limits | undefined, onChange: () => void) {
	const [files, setFiles] = useState<ChosenFile[]>([]);
	const latest = useRef(files);
	const change = useRef(onChange);
	const bound = useRef(limits);
	change.current = onChange;
	bound.current = limits;

	const actions = useMemo(() => {
		const put = (next: (now: ChosenFile[]) => ChosenFile[]) => setFiles(latest.current = next(latest.current));
		const patch = (key: number, part: Partial<ChosenFile>) => put((now) => now.map((each) => (each.key === key ? {...each, ...part} : each)));

		async function send({key, file, stop}: ChosenFile) {
			try {
				const {id} = await api.reply.upload(thread, file!, (part) => patch(key, {part}), stop.signal);
				if (stop.signal.aborted) void api.reply.unload(thread, id).catch(() => undefined);
				patch(key, {id, part: 1});
				change.current();
			} catch (error) {
				if (!stop.signal.aborted) patch(key, {error: explain(error)});
			}
		}
		return {
			add(chosen: File[]) {
				for (const file of chosen) {
					const fresh = entry(file.name || t('attachment.unnamed'), file.size, file, null);
					const error = bound.current ? refusalOf(file, latest.current.filter((each) => !each.error), bound.current) : '';
					put((now) => [...now, {...fresh, error}]);
					if (!error) void send(fresh);
				}
			},
			retry(one: ChosenFile) {
				const again = {...one, error: '', part: 0, stop: new AbortController()};
				const error = bound.current ? refusalOf(one, latest.current.filter((each) => !each.error), bound.current) : '';
				patch(one.key, {...again, error});
				if (!error) void send(again);
			},
			remove({key, id, stop}: ChosenFile) {
				stop.abort();
				put((now) => now.filter((each) => each.key !== key));
				if (id !== null) api.reply.unload(thread, id).catch(() => undefined);
			},
			// Those the server has; what is on its way here stays.
			restart(there: Upload[]) {
				put((now) => [...there.map(({id, name, size}) => now.find((each) => each.id === id) ?? entry(name, size, null, id)), ...now.filter(({id}) => id === null)]);
			},
			clear: () => put(() => []),
			now: () => latest.current,
		};
	}, [thread]);
	return {files, ...actions};
}

export type Uploads = ReturnType<typeof useUploads>;
