// Names, subjects, file names and addresses full of markup and control characters: text, wherever they are shown.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {hostileMails} from './support/hostile.mjs';
import {lacks, until} from './support/system.mjs';
import {ran, watch} from './support/watch.mjs';

const skip = lacks('chromium');
const title = `"><img src=x onerror=top.pwned='contact'><script>top.pwned='contact'</script>\u202E`;
let desk, browser, client, page, seen, thread, message;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	desk.cli(['contact', 'add', 'hostile@shop.example', '--name', title]);
	client = await desk.client();
	const {octets} = hostileMails().find(({name}) => name === 'names');
	desk.cli(['capture', '--from', 'mallory@hostile.example', '--to', 'hostile@shop.example'], {input: octets});
	thread = await until('the thread', async () => (await client.get('/threads?folder=all')).threads[0]);
	[message] = (await client.get(`/threads/${thread.id}`)).messages;
	browser = await startBrowser();
	const context = await browser.newContext();
	seen = await watch(context, desk.url);
	page = await openDesk(browser, desk, {...employees.anna, password}, {context});
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

async function assertQuiet() {
	assert.equal(await ran(page), undefined, 'a script ran');
	for (const what of ['foreign', 'dialogs', 'downloads', 'violations', 'problems']) assert.deepEqual(seen[what], [], what);
	const marks = await page.$$eval('#app script, #app [onerror], #app [onload], #app [onmouseover]', (all) => all.map((each) => each.outerHTML));
	assert.deepEqual(marks, []);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(wide <= 0, `the page is ${wide} px too wide`);
}

// "photo\u202Egpj.exe" would read "photoexe.jpg", and what follows a name would be turned with it.
const turned = () => page.evaluate(() => {
	const open = /[\u202a-\u202e\u2066-\u2069]/;
	const isolates = (element) => /isolate|plaintext/.test(getComputedStyle(element).unicodeBidi) || getComputedStyle(element).display !== 'inline';
	const walker = document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_TEXT);
	const found = [];
	for (let node; (node = walker.nextNode());) {
		if (!open.test(node.data)) continue;
		let box = node.parentElement;
		while (!isolates(box)) box = box.parentElement;
		const after = document.createRange();
		after.setStartAfter(node);
		after.setEndAfter(box);
		const lines = getComputedStyle(box).whiteSpace.startsWith('pre'); // each line is a paragraph of its own there
		if (after.toString().trim() && !lines) found.push(`${box.className} ${node.data.slice(0, 60)} | ${after.toString().slice(0, 60)}`);
	}
	return found;
});

test('the API gives names without control characters', {skip}, () => {
	const names = [thread.subject, message.from.name, message.subject, ...message.to.map(({name}) => name), ...message.attachments.map(({name}) => name)];
	for (const name of names) assert.doesNotMatch(name, /[\u0000-\u001f\u007f]/, JSON.stringify(name));
	assert.ok(message.attachments.length >= 14, 'every file is there');
});

test('list, bell and title show them as text', {skip}, async () => {
	await page.locator(`tr[data-thread="${thread.id}"]`).waitFor();
	assert.match(await page.locator('tr[data-thread] .col-contact').textContent(), /<img src=x/);
	await page.locator('.bell > button').click();
	assert.match(await page.locator('.bell-entry').textContent(), /<script>/);
	await assertQuiet();
	assert.deepEqual(await turned(), []);
	await page.keyboard.press('Escape');
});

test('at 360 px too', {skip}, async () => {
	await page.setViewportSize({width: 360, height: 700});
	await assertQuiet();
	await page.goto(`${desk.url}/threads/${thread.id}`);
	await page.locator('article.message').waitFor();
	await assertQuiet();
	await page.setViewportSize({width: 1280, height: 800});
});

test('the thread page shows them as text, in every view', {skip}, async () => {
	for (const tab of ['Text', 'Source', 'Headers']) {
		await page.getByRole('tab', {name: tab}).click();
		await page.locator('.message-body').getByText(/script/).first().waitFor();
	}
	await page.getByRole('tab', {name: 'Text'}).click();
	await page.locator('.message').getByRole('button', {name: 'Details'}).click();
	for (const href of await page.$$eval('.text a', (all) => all.map((each) => each.protocol))) assert.match(href, /^(https?|mailto):$/);
	await assertQuiet();
});

test('nothing that is shown turns the direction of what stands beside it', {skip}, async () => {
	assert.deepEqual(await turned(), []);
	const files = await page.locator('.file-name').allTextContents();
	assert.deepEqual(files.filter((name) => /[\u202a-\u202e\u2066-\u2069]/.test(name)), [], 'a file is called what it is');
});

test('settings pages and the result of a query show them as text', {skip}, async () => {
	await client.post('/queries', {name: title.slice(0, 60).replace(/\u202E/, ''), sql: 'SELECT * FROM customer_message LIMIT 5'});
	for (const name of ['contacts', 'sql', 'team', 'customers']) {
		await page.goto(`${desk.url}/${name}`);
		await page.locator('main h1').waitFor();
		if (name !== 'customers') await page.locator('main tbody tr').first().waitFor();
		await assertQuiet();
		const link = page.locator(`main tbody a[href^="/${name}/"]`).last();
		if (!await link.count()) continue;
		await link.click();
		await page.waitForURL(new RegExp(`/${name}/\\d`));
		if (name === 'sql') await page.getByRole('button', {name: 'Run'}).click();
		if (name === 'sql') await page.locator('main td', {hasText: '<script>'}).first().waitFor();
		await assertQuiet();
	}
});

test('files are saved under a name of one line, never run in our origin', {skip}, async () => {
	for (const {id, name} of message.attachments) {
		for (const path of [`attachments/${id}`, `attachments/${id}?inline=1`]) {
			const reply = await client.fetch(`/api/v1/messages/${message.id}/${path}`);
			await reply.arrayBuffer();
			assert.equal(reply.status, 200);
			assert.match(reply.headers.get('content-disposition'), /^attachment/, name);
			assert.doesNotMatch(reply.headers.get('content-disposition'), /[\u202a-\u202e\u2066-\u2069]|%E2%80%AE|\.\.\//i, name);
			assert.match(reply.headers.get('content-security-policy'), /sandbox; default-src 'none'/);
			assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
			assert.doesNotMatch(reply.headers.get('content-type'), /html|svg|xml|script/, name);
		}
	}
});

test('the HTML of a mail, opened by its address, runs nothing', {skip}, async () => {
	const {octets} = hostileMails().find(({name}) => name === 'handlers');
	desk.cli(['capture', '--from', 'mallory@hostile.example', '--to', 'support@shop.example'], {input: octets});
	const other = await desk.thread(client, 'Hostile: handlers');
	const {messages: [{id}]} = await client.get(`/threads/${other.id}`);
	seen.problems.length = 0;
	await page.goto(`${desk.url}/api/v1/messages/${id}/html`);
	assert.equal(await ran(page), undefined);
	assert.deepEqual(seen.foreign, []);
	await page.goto(`${desk.url}/api/v1/messages/${id}/source`).catch(() => {});
	assert.equal(await ran(page), undefined);
	assert.deepEqual(seen.foreign, []);
});
