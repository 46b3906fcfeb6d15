// What a thread is called elsewhere, onto the clipboard: its number; pressed again at once, with its subject; once more, with its link.
import {t} from './i18n';
import {threadPath} from './router';
import {toast} from './store';

const AGAIN = 900;
let last = {id: 0, at: 0, times: 0};

export async function copyThread({id, subject}: {id: number; subject: string}): Promise<void> {
	const now = Date.now();
	const times = last.id === id && now - last.at < AGAIN ? Math.min(3, last.times + 1) : 1;
	last = {id, at: now, times};
	const text = [`#${id}`, subject || t('subject.none'), location.origin + threadPath(id)].slice(0, times).join(' ');
	try {
		await navigator.clipboard.writeText(text);
		toast('done', t('copied', {text}));
	} catch {
		toast('failed', t('copy.failed', {text}));
	}
}
