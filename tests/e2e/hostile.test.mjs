// Mails written to run something, fetch something or cover the desk: shown, and nothing of it happens.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, beforeEach, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {heavyMails, hostileMails} from './support/hostile.mjs';
import {lacks, sleep, top, until} from './support/system.mjs';
import {ran, watch} from './support/watch.mjs';

const skip = lacks('chromium');
const mails = hostileMails();
const shown = mails.filter(({html}) => html);
const heavy = heavyMails();
let desk, browser, client, page, seen;
const threads = new Map();

before(async () => {
	if (skip) return;
	desk = await startDesk();
	client = await desk.client();
	for (const {octets} of [...mails, ...heavy]) desk.cli(['capture', '--from', 'mallory@hostile.example', '--to', 'support@shop.example'], {input: octets});
	const all = await until('the threads', async () => {
		const {threads: rows} = await client.get('/threads?folder=all&limit=100');
		return rows.length === mails.length + heavy.length && rows;
	});
	for (const {id} of all) {
		const {messages: [message]} = await client.get(`/threads/${id}`);
		threads.set(/^<?hostile-(\w+)@/.exec(message.message_id)?.[1] ?? 'names', {id, message});
	}
	browser = await startBrowser();
	const context = await browser.newContext();
	seen = await watch(context, desk.url);
	page = await openDesk(browser, desk, {...employees.anna, password}, {context});
});

// What an earlier test found is that test's.
beforeEach(() => {
	for (const each of Object.values(seen ?? {})) if (Array.isArray(each)) each.length = 0;
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

// Nothing ran, nothing was asked for, nothing popped up, and the page is still where WHERE says.
async function assertQuiet(where) {
	assert.equal(await ran(page), undefined, 'a script ran');
	assert.deepEqual(seen.foreign, [], 'asked for');
	assert.deepEqual(seen.dialogs, []);
	assert.deepEqual(seen.downloads, []);
	assert.deepEqual(seen.violations, [], "against the app's own policy");
	assert.deepEqual(seen.problems, []);
	assert.equal(seen.opened, 1, 'a window opened');
	if (where) assert.equal(new URL(page.url()).pathname, where);
	assert.match(await page.title(), /Belfry$/);
}

// The bell still opens by a click on what is really there, and closes again.
async function assertUsable() {
	await page.locator('.bell > button').click({timeout: 5000});
	await page.locator('.bell [role=dialog]').waitFor();
	await page.keyboard.press('Escape');
	await page.locator('.bell [role=dialog]').waitFor({state: 'detached'});
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(wide <= 0, `the page is ${wide} px too wide`);
}

async function openThread(name) {
	const {id} = threads.get(name);
	await page.goto(`${desk.url}/threads/${id}`);
	await page.locator('[data-link=up]').waitFor({state: 'attached'});
	return `/threads/${id}`;
}

async function mailFrame() {
	const handle = await page.waitForSelector('iframe.html-frame');
	const frame = await handle.contentFrame();
	await until('the mail in its frame', () => frame.evaluate(() => document.body.childNodes.length > 0));
	return frame;
}

for (const {name, html} of shown) {
	test(`${name}: unprotected it does harm`, {skip}, async () => {
		const context = await browser.newContext();
		const harm = await watch(context, desk.url);
		const bare = await context.newPage();
		await context.route(`${desk.url}/bare`, (route) => route.fulfill({contentType: 'text/html; charset=utf-8', body: html}));
		await bare.goto(`${desk.url}/bare`, {waitUntil: 'commit'}).catch(() => {});
		await until('harm', async () => harm.foreign.length > 0 || harm.dialogs.length > 0 || await ran(bare).catch(() => 'gone') !== undefined, 5);
		await context.close();
	});
}

test('list and bell show the mails and nothing happens', {skip}, async () => {
	await page.locator('tr[data-thread]').nth(mails.length - 1).waitFor();
	await page.locator('.bell > button').click();
	await page.locator('.bell-entry').first().waitFor();
	await page.keyboard.press('Escape');
	await assertUsable();
	await assertQuiet('/');
});

const FORBIDDEN = 'script,iframe,frame,object,embed,applet,base,link,meta,form,input,button,select,textarea,dialog,video,audio,source,svg,math,template,portal,[popover],[autofocus],[srcset],[ping],[contenteditable],[accesskey],[tabindex]';

for (const {name} of shown) {
	test(`${name}: shown in its frame, in every view, quietly`, {skip}, async () => {
		const where = await openThread(name);
		const frame = await mailFrame();
		assert.deepEqual(await frame.$$eval(`:is(${FORBIDDEN}):not(head > meta[charset])`, (all) => all.map((each) => each.outerHTML)), []);
		const bad = await frame.evaluate(() => [...document.querySelectorAll('*')].flatMap((each) => [...each.attributes].filter(({name}) => /^on/.test(name)).map(({name}) => `${each.tagName} ${name}`)));
		assert.deepEqual(bad, []);
		const links = await frame.$$eval('a[href],area[href]', (all) => all.map((each) => [each.protocol, each.target, each.rel]));
		for (const [protocol, target, rel] of links) {
			assert.match(protocol, /^(https?|mailto|tel):$/);
			assert.equal(`${target} ${rel}`, '_blank noopener noreferrer');
		}
		assert.match(await frame.textContent('html'), /HOSTILE-/, 'what is harmless is there');
		await sleep(300);
		await assertUsable();
		for (const tab of ['Text', 'Source', 'Headers']) {
			await page.getByRole('tab', {name: tab}).click();
			await page.locator('.message-body').getByText(/\S/).first().waitFor();
		}
		await assertQuiet(where);
	});

	test(`${name}: on request images come by https, nothing else`, {skip}, async () => {
		const where = await openThread(name);
		await mailFrame();
		const button = page.getByRole('button', {name: 'Show images'});
		if (await button.count()) {
			await button.click();
			await mailFrame();
			await sleep(500);
		} else {
			assert.doesNotMatch(name, /images|css/);
		}
		for (const {url, type, referer} of seen.foreign) {
			assert.equal(type, 'image', url);
			assert.match(url, /^https:/);
			assert.equal(referer, undefined, url);
		}
		if (name === 'images') assert.ok(seen.foreign.some(({url}) => url.endsWith('/image.png')));
		seen.foreign.length = seen.problems.length = 0; // these failed: there is no such place
		await assertUsable();
		await assertQuiet(where);
	});
}

test('what stands behind elements without an end is shown, and runs nothing', {skip}, async () => {
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: fs.readFileSync(path.join(top, 'tests/mail/html-unclosed-elements.eml'))});
	const {id} = await desk.thread(client, 'Unclosed');
	threads.set('unclosed', {id});
	const where = await openThread('unclosed');
	const frame = await mailFrame();
	const text = await frame.evaluate(() => document.body.innerText);
	for (const word of ['BEGIN', 'MATH', 'NOSCRIPT', 'TABLE', 'SVG', 'SELECT', 'TEXTAREA', 'TITLE', 'END']) assert.match(text, new RegExp(`SHOWN-${word}`));
	assert.equal(await frame.$$eval('b', ([bold]) => bold.textContent), 'bold', 'and as HTML, not as its source');
	assert.deepEqual(await frame.$$eval(`:is(${FORBIDDEN}):not(head > meta[charset])`, (all) => all.map((each) => each.outerHTML)), []);
	await assertQuiet(where);
});

test('of a closed drawing or formula its words stay', {skip}, async () => {
	const html = '<p>Area:</p><math><mi>a</mi><mo>=</mo><mn>7</mn><annotation>LaTeX</annotation></math><svg><style>.a{}</style><title>Logo</title><text>Shop</text><svg></svg><text>&lt;img src=x onerror=top.pwned=1&gt;</text></svg>';
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'],
		{input: `From: jane@customer.example\r\nTo: support@shop.example\r\nSubject: Drawing\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${html}\r\n`});
	threads.set('drawing', await desk.thread(client, 'Drawing'));
	const where = await openThread('drawing');
	const frame = await mailFrame();
	assert.match(await frame.evaluate(() => document.body.innerText), /Area:\s+a=7Shop<img src=x onerror=top.pwned=1>/);
	await assertQuiet(where);
});

for (const {name} of heavy) {
	test(`heavy ${name}: the desk stays quick`, {skip}, async () => {
		const began = Date.now();
		const where = await openThread(name);
		await mailFrame();
		await assertUsable();
		assert.ok(Date.now() - began < 15_000, `took ${Date.now() - began} ms`);
		await assertQuiet(where);
	});
}
