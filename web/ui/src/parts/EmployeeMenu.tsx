import {useState} from 'preact/hooks';
import * as api from '../api';
import {fullName, ownName} from '../format';
import {fail} from '../hooks';
import {LANGUAGES, language, speak, useTexts} from '../i18n';
import {session, useValue} from '../store';
import {theme, THEMES} from '../theme';
import {helpShown} from './ShortcutHelp';
import type {Language, Session, Theme} from '../types';
import {Dropdown} from './Dropdown';
import {Icon} from './icons';

// What is set by one click overwrites nothing else: when the profile has changed meanwhile, the choice holds for what it is now.
async function keep(profile: {language?: Language; theme?: Theme}): Promise<void> {
	const change = async (now: Session | null | undefined) => { if (now) session.set(await api.session.change(profile, now.version)); };
	try {
		await change(session.get());
	} catch (error) {
		if (!(error instanceof api.ApiError && error.status === 412)) throw error;
		await change(await api.session.look());
	}
}

export function EmployeeMenu() {
	const t = useTexts();
	const who = useValue(session);
	const [open, setOpen] = useState(false);
	const currentTheme = useValue(theme);
	const currentLanguage = useValue(language);
	if (!who) return null;

	// Shown at once; the profile follows.
	function change(profile: {language?: Language; theme?: Theme}) {
		if (profile.language) speak(profile.language).catch(fail);
		if (profile.theme) theme.set(profile.theme);
		keep(profile).catch(fail);
	}

	function logOut() {
		api.session.close().then(() => location.assign('/login'), fail);
	}

	return (
		<Dropdown open={open} setOpen={setOpen} label={t('menu.employee', {name: fullName(who)})} class="employee" buttonClass="btn btn-top" button={
			<>
				<span class="avatar" data-initials={`${[...who.firstname][0] ?? ''}${[...who.lastname][0] ?? ''}`} />
				<span class="employee-name">{fullName(who)}</span>
				<Icon name="down" />
			</>
		}>
			<p class="panel-who"><strong>{fullName(who)}</strong><br /><span class="muted">{who.email}</span></p>
			<div role="group" aria-label={t('menu.language')} class="menu-group">
				<span class="menu-label">{t('menu.language')}</span>
				{LANGUAGES.map((code) => (
					<button key={code} type="button" class="menu-item" role="menuitemradio" aria-checked={code === currentLanguage} lang={code}
						onClick={() => change({language: code})}>{ownName(code)}</button>
				))}
			</div>
			<div role="group" aria-label={t('menu.theme')} class="menu-group">
				<span class="menu-label">{t('menu.theme')}</span>
				{THEMES.map((each) => (
					<button key={each} type="button" class="menu-item" role="menuitemradio" aria-checked={each === currentTheme}
						onClick={() => change({theme: each})}>{t(`theme.${each}`)}</button>
				))}
			</div>
			<div class="menu-group">
				<a class="menu-item" role="menuitem" href="/profile" onClick={() => setOpen(false)}>{t('nav.profile')}</a>
				<button type="button" class="menu-item" role="menuitem" onClick={() => { setOpen(false); helpShown.set(true); }}>{t('shortcuts')}<kbd>?</kbd></button>
				<button type="button" class="menu-item" role="menuitem" onClick={logOut}>{t('menu.logout')}</button>
			</div>
		</Dropdown>
	);
}
