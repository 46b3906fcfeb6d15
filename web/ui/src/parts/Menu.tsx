// The main navigation: in a row where there is room, else behind one button.
import {useState} from 'preact/hooks';
import {useTexts, type Key} from '../i18n';
import {pages} from '../pages';
import {lastDesk, route, type PageName, type Route} from '../router';
import {session, useValue} from '../store';
import type {Session} from '../types';
import {Dropdown} from './Dropdown';
import {Icon} from './icons';

interface Entry {
	text: Key;
	page: 'desk' | PageName;
	under?: Key; // a step between the group and it
}

interface Group {
	text: Key | null; // null: its entries stand in the row themselves
	entries: Entry[];
}

const GROUPS: Group[] = [
	{text: null, entries: [{text: 'nav.desk', page: 'desk'}, {text: 'nav.order-messages', page: 'order-messages'}, {text: 'nav.customers', page: 'customers'},
		{text: 'nav.orders', page: 'orders'}]},
	{text: 'nav.shop', entries: [{text: 'nav.contacts', page: 'contacts'}, {text: 'nav.answering', page: 'answering'}, {text: 'nav.spam', page: 'spam'}, {text: 'nav.retention', page: 'retention'}]},
	{text: 'nav.advanced', entries: [{text: 'nav.sql', page: 'sql', under: 'nav.database'}]},
	{text: null, entries: [{text: 'nav.team', page: 'team'}, {text: 'nav.profile', page: 'profile'}]},
];

// Without what does not exist, or is not this employee's.
function groupsFor(role: Session['role']): Group[] {
	return GROUPS.map((group) => ({...group, entries: group.entries.filter(({page}) => page === 'desk' || pages[page]?.roles.includes(role))}))
		.filter(({entries}) => entries.length);
}

function isHere(now: Route, page: Entry['page']): boolean {
	return now.screen === 'page' ? now.page === page : page === 'desk' && now.screen === 'desk';
}

function addressOf(now: Route, page: Entry['page']): string {
	if (page !== 'desk') return `/${page}`;
	return now.screen === 'desk' ? '/' : lastDesk();
}

export function Menu() {
	const t = useTexts();
	const now = useValue(route);
	const role = useValue(session)?.role ?? 'viewer';
	const groups = groupsFor(role);
	return (
		<nav class="menu" aria-label={t('nav')}>
			<ul class="menu-row">
				{groups.map((group) => group.text
					? <li key={group.text}><Submenu group={group} now={now} /></li>
					: group.entries.map(({text, page}) => (
						<li key={page}><a href={addressOf(now, page)} aria-current={isHere(now, page) ? 'page' : undefined}>{t(text)}</a></li>
					)))}
			</ul>
			<NarrowMenu groups={groups} now={now} />
		</nav>
	);
}

function Submenu({group, now}: {group: Group; now: Route}) {
	const t = useTexts();
	const [open, setOpen] = useState(false);
	const label = t(group.text!);
	return (
		<Dropdown open={open} setOpen={setOpen} label={label} start buttonClass={`menu-button ${group.entries.some(({page}) => isHere(now, page)) ? 'menu-here' : ''}`}
			button={<><span>{label}</span><Icon name="down" /></>}>
			<Entries entries={group.entries} now={now} close={() => setOpen(false)} />
		</Dropdown>
	);
}

function NarrowMenu({groups, now}: {groups: Group[]; now: Route}) {
	const t = useTexts();
	const [open, setOpen] = useState(false);
	return (
		<Dropdown open={open} setOpen={setOpen} label={t('nav.menu')} start class="menu-narrow" buttonClass="btn btn-top" button={<Icon name="menu" />}>
			{groups.map((group) => (
				<div key={group.text ?? group.entries[0]!.page} class="menu-group" role="group" aria-label={group.text ? t(group.text) : t('nav')}>
					{group.text && <span class="menu-label">{t(group.text)}</span>}
					<Entries entries={group.entries} now={now} close={() => setOpen(false)} />
				</div>
			))}
		</Dropdown>
	);
}

function Entries({entries, now, close}: {entries: Entry[]; now: Route; close: () => void}) {
	const t = useTexts();
	return (
		<>
			{entries.map(({text, page, under}) => (
				<a key={page} class="menu-item" role="menuitem" href={addressOf(now, page)} aria-current={isHere(now, page) ? 'page' : undefined} onClick={close}>
					{under ? `${t(under)} › ${t(text)}` : t(text)}
				</a>
			))}
		</>
	);
}
