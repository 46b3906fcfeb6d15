// Starts the app: language, theme, session, bell; then the screen that the address names.
import {render} from 'preact';
import {useEffect} from 'preact/hooks';
import * as api from './api';
import {startBell, stopBell, whenRung} from './bell';
import {notifyDesktop} from './desktop';
import {isLanguage, speak, startLanguage, useTexts} from './i18n';
import {useTitle} from './hooks';
import {Header} from './parts/Header';
import {Palette} from './parts/Palette';
import {ShortcutHelp} from './parts/ShortcutHelp';
import {Toasts} from './parts/Toasts';
import {pages} from './pages';
import {go, route, startRouter, type Route} from './router';
import {DeskScreen} from './screens/Desk';
import {LoginScreen} from './screens/Login';
import {ResetScreen} from './screens/Reset';
import {ThreadScreen} from './screens/Thread';
import {startShortcuts} from './shortcuts';
import {bell, session, useValue} from './store';
import {startTheme, theme} from './theme';

function Screen() {
	const now = useValue(route);
	switch (now.screen) {
	case 'desk': return <DeskScreen search={now.search} />;
	case 'thread': return <ThreadScreen key={now.id} id={now.id} message={now.message} />;
	case 'page': return <Page now={now} />;
	case 'login':
	case 'reset': return null;
	default: return <Missing />;
	}
}

function Page({now}: {now: Extract<Route, {screen: 'page'}>}) {
	const who = useValue(session);
	const shown = pages[now.page];
	return shown && who && shown.roles.includes(who.role) ? <shown.screen key={`${now.page} ${now.id}`} id={now.id} search={now.search} /> : <Missing />;
}

function Missing() {
	const t = useTexts();
	useTitle(t('missing.title'));
	return (
		<main id="main" class="missing">
			<h1>{t('missing.title')}</h1>
			<p><a href="/">{t('missing.back')}</a></p>
		</main>
	);
}

function App() {
	const t = useTexts();
	const who = useValue(session);
	const now = useValue(route);
	const loggedOut = who === null;
	useEffect(() => {
		if (loggedOut && now.screen !== 'login' && now.screen !== 'reset') go(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, true);
		if (who && now.screen === 'login') go(now.next, true);
	}, [loggedOut, who, now]);
	if (now.screen === 'reset') return <><ResetScreen key={now.token} token={now.token} /><Toasts /></>;
	if (who === undefined) return null;
	if (who === null) return <><LoginScreen /><Toasts /></>;
	return (
		<>
			<a class="skip" href="#main">{t('skip')}</a>
			<Header />
			<Screen />
			<ShortcutHelp />
			<Palette />
			<Toasts />
		</>
	);
}

function logOut(): void {
	stopBell();
	bell.set({count: 0, event: 0, entries: []});
	session.set(null);
}

// What cannot be had in their language is said in the one before.
async function speakAs(code: string): Promise<void> {
	if (isLanguage(code)) await speak(code).catch(() => {});
}

session.subscribe((now) => {
	if (!now) return;
	void speakAs(now.language);
	theme.set(now.theme);
	startBell();
});

// Who is logged in? Asks until the server answers.
async function meet(): Promise<void> {
	try {
		const who = await api.session.look() ?? null;
		if (who) await speakAs(who.language); // and nothing is drawn in another one before
		session.set(who);
	} catch {
		setTimeout(() => void meet(), 2000);
	}
}

const spoken = startLanguage();
startTheme();
startRouter();
startShortcuts();
api.whenLoggedOut(logOut);
whenRung(notifyDesktop);
void meet();
void spoken.then(() => render(<App />, document.getElementById('app')!));
