// A day without a mouse: everything is reached, the focus is always seen and never lost.
import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import {startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, until} from './support/system.mjs';
import {furnish, stations, visit} from './support/tour.mjs';

const skip = lacks('chromium');
let desk, browser, client, page, thread;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	client = await desk.client();
	thread = await furnish(desk, client);
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
	await open(`/threads/${thread}`);
	await tabTo('[role=tab][aria-selected=true]', 40);
	const first = await active('it.textContent');
	await press('ArrowRight');
	assert.notEqual(await active('it.textContent'), first);
	assert.equal(await active("it.getAttribute('aria-selected')"), 'true');
	assert.equal(await mark(), 'seen');
});

test('on every page Tab goes through all that is there, always seen', {skip}, async (t) => {
	const pages = stations(thread).filter(({prepare, fails}) => !prepare && !fails);
	for (const station of pages) {
		await t.test(station.name, async () => {
			await visit(page, desk, station);
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
			assert.ok(stops.size > 4);
		});
	}
});

test('who wants less motion gets none', {skip}, async () => {
	for (const station of stations(thread).filter(({fails}) => !fails)) {
		await visit(page, desk, station);
		const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((each) => [null, '::before', '::after'].some((pseudo) => {
			const {transitionDuration, animationName, animationDuration, scrollBehavior} = getComputedStyle(each, pseudo);
			const long = (times) => times.split(',').some((time) => parseFloat(time) > 0.05);
			return long(transitionDuration) || animationName !== 'none' && long(animationDuration) || scrollBehavior === 'smooth';
		})).map((each) => each.outerHTML.slice(0, 100)));
		assert.deepEqual(moving, [], station.name);
	}
});
