import {useCallback, useEffect, useState} from 'preact/hooks';
import * as api from '../api';
import {askPermission, permission, ring, sound} from '../desktop';
import {dateTime, relativeTime} from '../format';
import {fail, useNow} from '../hooks';
import {useTexts} from '../i18n';
import {newestShown, noticeName, noticeReason} from '../notice';
import {go, threadPath} from '../router';
import {onAction} from '../shortcuts';
import {bell, useValue} from '../store';
import {badgeText} from '../title';
import type {Notice} from '../types';
import {Dropdown} from './Dropdown';
import {Icon} from './icons';
import {statusName} from './Status';

export function BellPanel() {
	const t = useTexts();
	const {count, entries} = useValue(bell);
	const [open, setOpen] = useState(false);
	useEffect(() => onAction('bell', () => setOpen((now) => !now)), []);

	// Opens the thread; takes away all message notifications up to the newest shown here.
	const choose = useCallback((entry: Notice, shown: Notice[]) => {
		setOpen(false);
		go(threadPath(entry.thread, entry.message));
		api.notices.seen(newestShown(shown)).then(bell.set, fail);
	}, []);

	const label = count ? t('bell.count', {n: count}) : t('bell');
	return (
		<Dropdown open={open} setOpen={setOpen} label={label} kind="dialog" class="bell" buttonClass="btn btn-top" button={
			<>
				<Icon name="bell" class={count ? 'bell-rung' : ''} />
				{count > 0 && <span class="bell-count" key={count}>{badgeText(count)}</span>}
			</>
		}>
			<h2 class="panel-title">{t('bell.title')}</h2>
			{entries.length === 0 && <p class="bell-empty">{t('bell.empty')}</p>}
			{entries.length > 0 && (
				<ul class="bell-list">
					{entries.slice(0, 5).map((entry) => <li key={entry.event}><Entry entry={entry} onChoose={() => choose(entry, entries)} /></li>)}
				</ul>
			)}
			<DesktopControl close={() => setOpen(false)} />
		</Dropdown>
	);
}

function Entry({entry, onChoose}: {entry: Notice; onChoose: () => void}) {
	const t = useTexts();
	const now = useNow();
	function onClick(event: MouseEvent) {
		if (event.metaKey || event.ctrlKey || event.shiftKey) return;
		event.preventDefault();
		onChoose();
	}
	return (
		<a class="bell-entry" href={threadPath(entry.thread, entry.message)} onClick={onClick}>
			<span class={`bell-dot status-${entry.status}`}>●</span> {statusName(entry.status)} - <strong>{noticeName(entry)}</strong> - <bdi>{entry.subject || t('subject.none')}</bdi> - <time
				dateTime={entry.when} title={dateTime(entry.when)}>{relativeTime(entry.when, now)}</time>
			<span class="bell-reason">{noticeReason(entry)}</span>
		</a>
	);
}

function DesktopControl({close}: {close: () => void}) {
	const t = useTexts();
	const allowed = useValue(permission);
	const loud = useValue(sound);
	function toggleSound() {
		sound.set(!loud);
		if (!loud) void ring();
	}
	return (
		<div class="bell-foot">
			{allowed === 'default' && <button type="button" class="btn btn-quiet btn-sm" onClick={() => void askPermission()}>{t('desktop.ask')}</button>}
			{allowed !== 'default' && <span class="muted">{t(`desktop.${allowed}`)}</span>}
			<label class="check"><input type="checkbox" checked={loud} onChange={toggleSound} /> {t('bell.sound')}</label>
			<a class="btn btn-icon" href="/profile#bell" aria-label={t('bell.settings')} title={t('bell.settings')} onClick={close}><Icon name="gear" /></a>
		</div>
	);
}
