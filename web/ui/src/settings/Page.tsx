// The frame of a settings page: heading, what can be done there, and the page's sections.
import type {ComponentChildren} from 'preact';
import {useTitle} from '../hooks';
import {formatNumber, language, useTexts} from '../i18n';
import {Icon} from '../parts/icons';

interface Props {
	title: string;
	back?: {href: string; text: string}; // to the list this one is of
	actions?: ComponentChildren;
	wide?: boolean; // a list rather than a form
	children: ComponentChildren;
}

export function SettingsPage({title, back, actions, wide = false, children}: Props) {
	useTitle(title);
	return (
		<main id="main" class={`settings ${wide ? 'settings-wide' : ''}`} tabIndex={-1}>
			{back && <a class="back" href={back.href}><Icon name="left" /><span>{back.text}</span></a>}
			<div class="page-head">
				<h1>{title}</h1>
				{actions && <div class="page-actions">{actions}</div>}
			</div>
			{children}
		</main>
	);
}

// A card with a heading: one form, or one matter.
// COUNT: of what stands in it.
export function Section({title, children, id, count}: {title: string; children: ComponentChildren; id?: string; count?: number}) {
	return (
		<section class="card-quiet section" aria-label={title} id={id}>
			<h2>{title}{count !== undefined && count > 0 && <span class="list-count">{formatNumber(language.get(), count)}</span>}</h2>
			{children}
		</section>
	);
}

// The foot of a form, with its own Save.
export function SaveBar({waiting, cancel, save, disabled = false}: {waiting: boolean; cancel?: string; save?: string; disabled?: boolean}) {
	const t = useTexts();
	return (
		<div class="save-bar">
			{cancel && <a class="btn btn-quiet" href={cancel}>{t('cancel')}</a>}
			<button type="submit" class="btn btn-primary" disabled={waiting || disabled}>{save ?? t('save')}</button>
		</div>
	);
}

// Somebody else saved in between: nothing was overwritten.
export function Conflict({shown, onReload}: {shown: boolean; onReload: () => void}) {
	const t = useTexts();
	if (!shown) return null;
	return (
		<div class="banner conflict" role="alert">
			<Icon name="warn" />
			<span>{t('conflict')}</span>
			<button type="button" class="btn btn-quiet btn-sm" onClick={onReload}>{t('conflict.reload')}</button>
		</div>
	);
}
