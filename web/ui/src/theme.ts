// Light, dark, or as the system says; kept on <html> for Bootstrap and ours.
import {recall, remember, value} from './store';
import type {Theme} from './types';

export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
export const theme = value<Theme>('auto');

const dark = matchMedia('(prefers-color-scheme: dark)');

export function isDark(): boolean {
	const wanted = theme.get();
	return wanted === 'auto' ? dark.matches : wanted === 'dark';
}

function show(): void {
	document.documentElement.dataset.bsTheme = isDark() ? 'dark' : 'light';
}

export function startTheme(): void {
	const last = recall('theme') as Theme | null;
	if (last && THEMES.includes(last)) theme.set(last);
	theme.subscribe((now) => {
		remember('theme', now);
		show();
	});
	dark.addEventListener('change', show);
	show();
}
