// Client-side routes: the address is the truth, Back works.
import {value} from './store';

// Pages beside the desk, each /NAME, /NAME/ID or /NAME/new.
export const PAGES = ['order-messages', 'customers', 'orders', 'contacts', 'answering', 'spam', 'retention', 'sql', 'team', 'profile'] as const;
export type PageName = typeof PAGES[number];

export type Route =
	| {screen: 'login'; next: string}
	| {screen: 'reset'; token: string}
	| {screen: 'desk'; search: string}
	| {screen: 'thread'; id: number; message: number | null; q: string}
	| {screen: 'page'; page: PageName; id: number | 'new' | null; search: string}
	| {screen: 'missing'};

export function parseRoute(address: {pathname: string; search: string; hash: string}): Route {
	const path = address.pathname.replace(/\/+$/, '') || '/';
	if (path === '/login') return {screen: 'login', next: safeNext(new URLSearchParams(address.search).get('next'))};
	const reset = /^\/reset\/([a-z0-9]{1,100})$/.exec(path);
	if (reset) return {screen: 'reset', token: reset[1]!};
	if (path === '/') return {screen: 'desk', search: address.search};
	const thread = /^\/threads\/(\d{1,15})$/.exec(path);
	if (!thread) return parsePage(path, address.search);
	const message = /^#message-(\d{1,15})$/.exec(address.hash);
	return {screen: 'thread', id: Number(thread[1]), message: message ? Number(message[1]) : null, q: new URLSearchParams(address.search).get('q') ?? ''};
}

function parsePage(path: string, search: string): Route {
	const [, name, id] = /^\/([a-z-]+)(?:\/(new|[1-9]\d{0,14}))?$/.exec(path) ?? [];
	const page = PAGES.find((each) => each === name);
	return page ? {screen: 'page', page, id: id === 'new' ? id : Number(id ?? 0) || null, search} : {screen: 'missing'};
}

// Where to go after log-in: only a path of ours.
export function safeNext(next: string | null): string {
	return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/';
}

export const route = value<Route>({screen: 'missing'});
let deskAddress = '/';
let deskLeft: {address: string; scroll: number} | null = null;
let threadSeen = 0;

function here(): string {
	return location.pathname + location.search + location.hash;
}

function update(): void {
	const now = parseRoute(location);
	if (route.get().screen === 'desk' && now.screen !== 'desk') deskLeft = {address: deskAddress, scroll: scrollY};
	if (now.screen === 'desk') deskAddress = here();
	if (now.screen === 'thread') threadSeen = now.id;
	route.set(now);
}

export function startRouter(): void {
	addEventListener('popstate', update);
	document.addEventListener('click', onClick);
	update();
}

export function go(address: string, replace = false): void {
	if (address === here()) return;
	const before = location.pathname;
	history[replace ? 'replaceState' : 'pushState'](null, '', address);
	update();
	if (location.pathname !== before) scrollTo(0, 0);
}

// The list as it was last seen: filters, sort and page.
export function lastDesk(): string {
	return deskAddress;
}

// How far the list at this address was scrolled when it was left; null: it was not.
export function lastScroll(): number | null {
	return deskLeft?.address === deskAddress ? deskLeft.scroll : null;
}

// The thread that was open last; 0: none yet.
export function lastThread(): number {
	return threadSeen;
}

// Q: words to mark in its messages.
export function threadPath(id: number, message?: number | null, q?: string): string {
	return `/threads/${id}${q ? `?${new URLSearchParams({q}).toString()}` : ''}${message ? `#message-${message}` : ''}`;
}

// Plain links to our own pages do not load a new document.
function onClick(event: MouseEvent): void {
	if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
	const anchor = (event.target as Element | null)?.closest?.('a');
	if (!anchor || anchor.target || anchor.hasAttribute('download') || anchor.origin !== location.origin) return;
	if (anchor.pathname.startsWith('/api/')) return;
	event.preventDefault();
	if (anchor.getAttribute('href')?.startsWith('#')) {
		const target = document.getElementById(anchor.hash.slice(1));
		target?.focus();
		target?.scrollIntoView();
		return;
	}
	go(anchor.pathname + anchor.search + anchor.hash);
}
