// A day without a mouse: everything is reached, the focus is always seen and never lost.
import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import {startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, until} from './support/system.mjs';
import {furnish, stations, visit} from './support/tour.mjs';

const skip = lacks('chromium');
let desk, browser, client, page, ids;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	client = await desk.client();
	ids = await furnish(desk, client);
	browser = await startBrowser();
	page = await (await browser.newContext({viewport: {width: 1280, height: 900}, reducedMotion: 'reduce'})).newPage();
	await page.goto(desk.url);
	await page.locator('[name=email]').waitFor();
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

const press = (...keys) => keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
const active = (read) => page.evaluate(`(({activeElement: it}) => ${read})(document)`);
const isOn = (selector) => page.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
const reached = (selector) => until(`the focus on ${selector}`, () => isOn(selector), 5);

// What marks the focused element; empty when nobody could see where the focus is.
function mark() {
	return page.evaluate(() => {
		const it = document.activeElement;
		if (!it || it === document.body) return 'body';
		const shows = (element) => {
			const {outlineStyle, outlineWidth, outlineColor, boxShadow} = getComputedStyle(element);
			return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && !/, 0\)$|transparent/.test(outlineColor) || boxShadow !== 'none';
		};
		if (it.matches('input[type=date]:not(:focus-visible)')) return 'seen'; // its calendar button, which the browser marks
		const around = [it, it.closest('label'), it.parentElement].filter(Boolean);
		const box = it.getBoundingClientRect();
		const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
		return around.some(shows) && inside ? 'seen' : '';
	});
}

// Goes on by Tab until the focus is there.
async function tabTo(selector, most = 200) {
	for (let i = 0; i < most; i++) {
		await press('Tab');
		if (await isOn(selector)) return assert.equal(await mark(), 'seen', `the focus on ${selector}`);
	}
	assert.fail(`${most} times Tab and never on ${selector}`);
}

async function open(address) {
	await page.goto(desk.url + address);
	await page.locator('[data-link=up]').waitFor({state: 'attached'});
	await page.locator(address.startsWith('/threads') ? 'article.message' : 'tr[data-thread]').first().waitFor();
}

beforeEach(async () => { await page?.mouse.move(0, 0); });

test('logs in', {skip}, async () => {
	if (!await isOn('[name=email]')) await tabTo('[name=email]', 5);
	await page.keyboard.type(employees.anna.email);
	await tabTo('[name=password]', 2);
	await page.keyboard.type(password);
	await press('Enter');
	await page.locator('tr[data-thread]').first().waitFor();
});

test('the first thing is the way to the content', {skip}, async () => {
	await open('/');
	await press('Tab');
	assert.ok(await isOn('.skip'));
	assert.equal(await mark(), 'seen');
	await press('Enter');
	await reached('#main');
});

test('list, thread, status and back to the same row', {skip}, async () => {
	await open('/?status=open');
	await press('j', 'j');
	const id = await active('it.dataset.thread');
	assert.ok(id);
	assert.equal(await mark(), 'seen');
	await press('Enter');
	await page.locator('article.message').first().waitFor();
	assert.equal(new URL(page.url()).pathname, `/threads/${id}`);
	assert.notEqual(await mark(), 'body');
	await page.keyboard.press('s');
	await until('the focus on an action', () => isOn('.thread-actions *'), 5);
	await tabTo('.thread-actions button:nth-of-type(2)', 4);
	await press('Enter');
	await page.locator('.thread-head .status-pending1').waitFor();
	assert.notEqual(await mark(), 'body', 'the focus is lost');
	await press('u');
	await page.locator('tr[data-thread]').first().waitFor();
	assert.match(page.url(), /status=open/);
});

test('back from a thread the focus is on its row', {skip}, async () => {
	await open('/');
	await press('j', 'j', 'j');
	const id = await active('it.dataset.thread');
	await press('o');
	await page.locator('article.message').first().waitFor();
	await page.goBack();
	await reached(`tr[data-thread="${id}"]`);
});

test('the bell opens, holds the focus, and gives it back', {skip}, async () => {
	await open('/');
	await tabTo('.bell > button', 30);
	await press('Enter');
	await page.locator('.bell [role=dialog]').waitFor();
	await until('the focus inside', () => isOn('.bell [role=dialog], .bell [role=dialog] *'), 5);
	await tabTo('.bell-entry', 3);
	await press('Escape');
	await page.locator('.bell [role=dialog]').waitFor({state: 'detached'});
	assert.ok(await isOn('.bell > button'));
});

test('the menu goes by arrows and gives the focus back', {skip}, async () => {
	await open('/');
	await tabTo('.employee > button', 30);
	await press('Enter');
	await reached('[role^=menuitem]');
	const first = await active('it.textContent');
	await press('ArrowDown');
	assert.notEqual(await active('it.textContent'), first);
	assert.equal(await mark(), 'seen');
	await press('End', 'ArrowDown');
	assert.equal(await active('it.textContent'), first, 'around');
	await press('Escape');
	assert.ok(await isOn('.employee > button'));
});

test('a dialog keeps the focus and gives it back; after a deletion it is on the list', {skip}, async () => {
	await open('/');
	await press('j', 'j');
	const id = await active('it.dataset.thread');
	await press('#');
	await reached('dialog *');
	for (let i = 0; i < 8; i++) {
		await press('Tab');
		assert.ok(await isOn('dialog *, body'), 'the focus left the dialog'); // body: the browser's own controls
	}
	await press('Escape');
	await page.locator('dialog').waitFor({state: 'detached'});
	await reached(`tr[data-thread="${id}"]`);
	await press('#');
	await tabTo('dialog .btn-danger', 4);
	await press('Enter');
	await page.locator(`tr[data-thread="${id}"]`).waitFor({state: 'detached'});
	await until('the focus on the list', () => isOn('.list, .list *'), 5);
	assert.equal(await mark(), 'seen');
});

test('filters and bulk actions', {skip}, async () => {
	await open('/');
	await press('/');
	await reached('input[type=search]');
	await page.keyboard.type('broken');
	await press('Enter');
	await until('the thread alone', async () => await page.locator('tr[data-thread]').count() === 1);
	await open('/');
	await tabTo('thead input[type=checkbox]', 120);
	await press('Space');
	await until('all chosen', async () => await page.locator('tr.chosen').count() > 3);
	await press('/');
	await reached('input[type=search]');
	for (let i = 0; i < 8 && !await isOn('.list [aria-haspopup=menu]'); i++) await press('Tab');
	await press('Enter');
	await reached('[role=menuitem]');
	await press('Escape');
	assert.ok(await isOn('.list [aria-haspopup=menu]'), 'the focus is back');
});

test('a dialog out of a menu gives the focus back to the menu', {skip}, async () => {
	await open('/');
	await press('/');
	await reached('input[type=search]');
	for (let i = 0; i < 6 && !await isOn('.wheel > button'); i++) await press('Tab');
	await press('Enter');
	await reached('[role=menuitem]');
	await press('ArrowDown', 'ArrowDown', 'Enter');
	await reached('dialog *');
	await press('Escape');
	await page.locator('dialog').waitFor({state: 'detached'});
	await reached('.wheel > button');
});

test('the views of a message go by arrows', {skip}, async () => {
	await open(`/threads/${ids.thread}`);
	await tabTo('[role=tab][aria-selected=true]', 40);
	const first = await active('it.textContent');
	await press('ArrowRight');
	assert.notEqual(await active('it.textContent'), first);
	assert.equal(await active("it.getAttribute('aria-selected')"), 'true');
	assert.equal(await mark(), 'seen');
});

// What each shortcut of the overview does, by the keys that stand there.
const threadIds = async (search) => (await client.get(`/threads${search}`)).threads.map(({id}) => id);
async function openThread() {
	const [id] = await threadIds('?status=open&limit=1');
	await open(`/threads/${id}`);
	return id;
}
// Answers a thread by KEYS, while writing.
async function sends(keys) {
	const id = await openThread();
	await page.locator('.reply .send').waitFor();
	await press('r');
	await page.keyboard.type('By keys. ');
	await press(keys);
	await until('the answer', async () => (await client.get(`/threads/${id}`)).status === 'closed');
}
const isOpen = (path) => until(path, () => page.url().endsWith(path), 5);
const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
const first = () => page.locator('tr[data-thread]').first().getAttribute('data-thread');
const shortcuts = {
	j: async () => { await open('/'); await press('j'); assert.equal(await active('it.dataset.thread'), await first()); },
	k: async () => { await open('/'); await press('j', 'j', 'k'); assert.equal(await active('it.dataset.thread'), await first()); },
	o: async () => { await open('/'); await press('j', 'o'); await page.locator('article.message').first().waitFor(); },
	Enter: async () => { await open('/'); await press('j', 'Enter'); await page.locator('article.message').first().waitFor(); },
	u: async () => { await openThread(); await press('u'); await isOpen('/'); },
	Esc: async () => { await openThread(); await press('Escape'); await isOpen('/'); },
	x: async () => {
		await open('/');
		await press('j', 'x');
		assert.equal(await page.locator('tr.chosen').getAttribute('data-thread'), await first());
		await press('x');
		assert.equal(await page.locator('tr.chosen').count(), 0);
	},
	'Shift+x': async () => { await open('/'); await press('j', 'x', 'j', 'j', 'X'); assert.equal(await page.locator('tr.chosen').count(), 3); },
	'/': async () => { await open('/'); await press('/'); await reached('input[type=search]'); },
	s: async () => { await openThread(); await press('s'); await reached('.thread-actions button'); },
	e: async () => {
		await open('/?status=open');
		await press('j');
		const id = Number(await active('it.dataset.thread'));
		await press('e');
		await until('it is closed', async () => (await threadIds(`?id=${id}&status=closed`)).length === 1, 5);
	},
	'Shift+e': async () => {
		const id = await openThread();
		await press('E');
		await until('another thread', () => /\/threads\/\d+/.test(page.url()) && !page.url().includes(`/threads/${id}`), 5);
		assert.equal((await client.get(`/threads/${id}`)).status, 'closed');
		await open('/?status=open');
		await press('j');
		const row = Number(await active('it.dataset.thread'));
		await press('E');
		await until('the next row', async () => ![String(row), undefined].includes(await active('it.dataset.thread')), 5);
		await until('it is closed', async () => (await threadIds(`?id=${row}&status=closed`)).length === 1, 5);
	},
	'!': async () => {
		const id = await openThread();
		for (const folder of ['spam', 'normal']) {
			await open(`/threads/${id}`);
			await press('!');
			await until(folder, async () => (await client.get(`/threads/${id}`)).folder === folder, 5);
			await page.locator(`.thread-page:not([aria-busy=true])`).waitFor();
		}
	},
	'#': async () => { await open('/'); await press('j', '#'); await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).waitFor(); await press('Escape'); },
	'.': async () => {
		await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		const id = await openThread();
		const {subject} = await client.get(`/threads/${id}`);
		for (const wanted of [String(id), `${id} ${subject}`, `${desk.url}/threads/${id}`, String(id)]) {
			await press('.');
			await until(wanted, async () => (await clipboard()).includes(wanted), 5);
		}
	},
	b: async () => { await open('/'); await press('b'); await page.locator('.bell [role=dialog]').waitFor(); await press('b'); await page.locator('.bell [role=dialog]').waitFor({state: 'detached'}); },
	'g m': async () => { await openThread(); await press('g', 'm'); await isOpen('/?folder=mine'); },
	'g u': async () => { await openThread(); await press('g', 'u'); await isOpen('/?folder=unassigned'); },
	'g i': async () => { await openThread(); await press('g', 'i'); await isOpen('/?folder=open'); },
	'Ctrl+K': async () => { await open('/'); await press('Control+k'); await page.getByRole('dialog').getByRole('combobox').waitFor(); await press('Escape'); },
	z: async () => {
		await open('/');
		await press('j', '#');
		const id = await first();
		await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
		await until('deleted', async () => await first() !== id);
		await press('z');
		await until('back', async () => await first() === id);
	},
	r: async () => { await openThread(); await page.locator('.reply .send').waitFor(); await press('r'); await reached('.editor'); await press('Escape'); },
	n: async () => { await openThread(); await page.locator('.reply .send').waitFor(); await press('n'); await page.locator('.reply-note').waitFor(); await reached('.editor'); await page.getByRole('button', {name: 'Discard the draft'}).click(); },
	f: async () => { await openThread(); await press('f'); await page.getByRole('dialog', {name: 'Forward this discussion'}).waitFor(); await press('Escape'); },
	a: async () => { await openThread(); await press('a'); await reached('[data-fact=employee] select'); },
	'Ctrl+Enter': () => sends('Control+Enter'),
	'Ctrl+Shift+Enter': () => sends('Control+Shift+Enter'),
	'?': async () => { await open('/'); await press('?'); await page.getByRole('dialog').getByRole('switch').waitFor(); await press('Escape'); },
};

test('the overview lists the shortcuts, and no others', {skip}, async () => {
	await open('/');
	await press('?');
	await page.locator('.keys').waitFor();
	const listed = await page.locator('.keys .key-way').evaluateAll((ways) => ways.map((way) => [...way.children].map((key) => key.textContent).join(' ')));
	await press('Escape');
	assert.deepEqual(listed.sort(), Object.keys(shortcuts).sort());
});

for (const [keys, tryOut] of Object.entries(shortcuts)) test(`shortcut ${keys}`, {skip}, tryOut);

test('shortcuts that are switched off do nothing, but "?" tells how to switch them on', {skip}, async () => {
	await open('/');
	await press('?');
	await page.getByRole('dialog').getByRole('switch').uncheck();
	await press('Escape');
	await page.locator('dialog').waitFor({state: 'detached'});
	await press('j', 'x', '/', 'Control+k');
	assert.equal(await page.locator('tr.chosen, dialog').count(), 0);
	assert.ok(!await isOn('input[type=search], tr'));
	await press('?');
	await page.getByRole('dialog').getByRole('switch').check();
	await press('Escape', 'j');
	await reached('tr[data-thread]');
});

test('on every page Tab goes through all that is there, always seen', {skip}, async (t) => {
	const pages = stations(ids).filter(({prepare, fails}) => !prepare && !fails);
	for (const station of pages) {
		await t.test(station.name, async () => {
			await visit(page, desk, station);
			await page.evaluate(() => document.querySelector('.skip')?.focus()); // a thread's first unread message may have it
			const unseen = [];
			const stops = new Set();
			for (let i = 0; i < 60; i++) {
				await press('Tab');
				const stop = await active("it.tagName + ' ' + it.outerHTML.slice(0, 160)");
				if (await isOn('body')) break;
				if (!await isOn('iframe') && await mark() !== 'seen') unseen.push(stop);
				stops.add(stop);
			}
			assert.deepEqual(unseen, []);
			assert.ok(stops.size > 2, [...stops].join('\n')); // it begins in the page: what was deleted has few things to press
		});
	}
});

test('who wants less motion gets none', {skip}, async () => {
	for (const station of stations(ids).filter(({fails}) => !fails)) {
		await visit(page, desk, station, {again: true});
		const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((each) => [null, '::before', '::after'].some((pseudo) => {
			const {transitionDuration, animationName, animationDuration, scrollBehavior} = getComputedStyle(each, pseudo);
			const long = (times) => times.split(',').some((time) => parseFloat(time) > 0.05);
			return long(transitionDuration) || animationName !== 'none' && long(animationDuration) || scrollBehavior === 'smooth';
		})).map((each) => each.outerHTML.slice(0, 100)));
		assert.deepEqual(moving, [], station.name);
	}
});
