// Desktop notifications: shown when allowed and nobody looks at the page.
import {noticeName, noticeReason} from './notice';
import {wanted} from './notify';
import {go, threadPath} from './router';
import {recall, remember, session, value} from './store';
import type {Notice} from './types';

export type Permission = 'default' | 'granted' | 'denied' | 'unavailable';

function now(): Permission {
	return typeof Notification === 'undefined' || !isSecureContext ? 'unavailable' : Notification.permission;
}

export const permission = value<Permission>(now());
export const sound = value(recall('sound') === 'on');

sound.subscribe((on) => remember('sound', on ? 'on' : 'off'));

// Only from a click: browsers ask for nothing else.
export async function askPermission(): Promise<void> {
	if (now() === 'default') await Notification.requestPermission();
	permission.set(now());
}

export function notifyDesktop(entries: Notice[]): void {
	const notify = session.get()?.notify;
	if (!notify) return;
	if (sound.get() && wanted(entries, notify, 'sound').length) void ring();
	if (now() !== 'granted' || (document.visibilityState === 'visible' && document.hasFocus())) return;
	for (const entry of wanted(entries, notify, 'desktop').slice(0, 3)) show(entry);
}

// The tag keeps several tabs of ours from showing the same thread twice.
function show(entry: Notice): void {
	const shown = new Notification(noticeName(entry), {body: `${entry.subject}\n${noticeReason(entry)}`, tag: `belfry-${entry.thread}`});
	shown.onclick = () => {
		focus();
		go(threadPath(entry.thread));
		shown.close();
	};
}

export function tryDesktop(title: string, body: string): void {
	if (now() === 'granted') new Notification(title, {body, tag: 'belfry-test'});
}

// Two struck partials that die away. False: the browser keeps pages silent until somebody clicks in them.
export async function ring(): Promise<boolean> {
	const context = new AudioContext();
	for (const [pitch, loud] of [[660, 0.12], [1584, 0.04]] as const) {
		const tone = context.createOscillator();
		const volume = context.createGain();
		tone.frequency.value = pitch;
		volume.gain.setValueAtTime(loud, context.currentTime);
		volume.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 1.2);
		tone.connect(volume).connect(context.destination);
		tone.start();
		tone.stop(context.currentTime + 1.2);
	}
	setTimeout(() => void context.close(), 1500);
	await new Promise((done) => setTimeout(done, 150));
	return context.state === 'running';
}
