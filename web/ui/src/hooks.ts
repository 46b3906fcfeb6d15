import {useEffect, useState} from 'preact/hooks';
import {ApiError} from './api';
import {has, t} from './i18n';
import {bell, session, toast} from './store';
import {showCount} from './title';
import {useValue} from './store';

// Draws again every half minute, so that "5 minutes ago" stays true.
export function useNow(): number {
	const [now, setNow] = useState(Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), 30000);
		return () => clearInterval(timer);
	}, []);
	return now;
}

// The page's name in the tab, with the bell's number before it.
export function useTitle(page: string): void {
	const {count} = useValue(bell);
	const loggedIn = useValue(session);
	useEffect(() => showCount(loggedIn ? count : 0, page), [count, page, loggedIn]);
}

// True once WAITING has lasted long enough to be worth showing.
export function useSlow(waiting: boolean, after = 150): boolean {
	const [slow, setSlow] = useState(false);
	useEffect(() => {
		if (!waiting) {
			setSlow(false);
			return undefined;
		}
		const timer = setTimeout(() => setSlow(true), after);
		return () => clearTimeout(timer);
	}, [waiting, after]);
	return slow;
}

// What went wrong, for a person.
export function explain(error: unknown): string {
	if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
	if (error.status === 0) return t('error.offline');
	const code = `invalid.${error.errors[0]?.code}`;
	if (has(code)) return t(code, {limit: error.errors[0]!.limit ?? 0});
	if (error.status === 403) return error.detail || t('error.forbidden');
	if (error.status === 404) return t('error.missing');
	if (error.status === 412) return t('conflict');
	return error.detail || error.title || t('error.other');
}

export function fail(error: unknown): void {
	if (error instanceof ApiError && error.status === 401) return;
	toast('failed', explain(error));
}

export function mayAct(): boolean {
	return session.get()?.role !== 'viewer';
}
