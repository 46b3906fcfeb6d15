// HTML answers of the world's mail programs in the thread page: what was written now stands open, what was quoted is folded and all there.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, top, until} from './support/system.mjs';

const skip = lacks('chromium');
const mails = path.join(top, 'tests/mail');
const names = fs.readdirSync(mails).filter((name) => name.startsWith('reply-html-')).map((name) => name.slice(0, -'.eml'.length));
const folded = {'reply-html-thunderbird-inline': 0}; // answers between quotes: nothing is folded
const partly = ['reply-html-thunderbird', 'reply-html-thunderbird-inline']; // who asked, and when, stays open above the answer, and the signature below
const threads = new Map();
let desk, browser, page;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	const client = await desk.client();
	for (const name of names) desk.cli(['capture', '--from', 'anna@customer.example', '--to', 'support@shop.example'], {input: fs.readFileSync(path.join(mails, `${name}.eml`))});
	const rows = await until('the threads', async () => {
		const {threads: got} = await client.get('/threads?folder=all&limit=100');
		return got.length === names.length && got;
	});
	for (const {id} of rows) {
		const {messages: [message]} = await client.get(`/threads/${id}`);
		threads.set(/^<?(reply-html-[\w-]+)@/.exec(message.message_id)?.[1], {id, message});
	}
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

const letters = (text) => text.normalize('NFC').replace(/<https?:[^>]*>/g, '').replace(/[^\p{L}\p{N}]+/gu, '');

// What the frame shows, with its folds closed, and all that is in it.
async function look(name) {
	await page.goto(`${desk.url}/threads/${threads.get(name).id}`);
	const frame = page.frameLocator('iframe.html-frame');
	await frame.locator('body > *').first().waitFor({state: 'attached'});
	return frame.locator('body').evaluate((body) => {
		const rest = body.cloneNode(true);
		rest.querySelectorAll('.belfry-quote').forEach((each) => each.remove());
		return {shown: rest.textContent, all: body.textContent.replace(body.querySelector('.belfry-quote > summary')?.textContent ?? '', ''), folds: body.querySelectorAll('.belfry-quote').length};
	});
}

for (const name of names) {
	test(name, {skip}, async () => {
		const {message} = threads.get(name);
		const {shown, all, folds} = await look(name);
		assert.equal(folds, folded[name] ?? 1);
		assert.equal(letters(all), letters(message.text), 'nothing is cut');
		if (partly.includes(name)) assert.ok(letters(shown).includes(letters(message.reply.split('\n').pop())));
		else assert.equal(letters(shown), letters(message.reply));
		if (process.env.SHOTS) await page.screenshot({path: path.join(process.env.SHOTS, `${name}.png`), fullPage: true});
	});
}

test('the fold opens without a script', {skip}, async () => {
	await look('reply-html-gmail');
	const frame = page.frameLocator('iframe.html-frame');
	const history = frame.getByText('it is on its way.');
	assert.equal(await history.isVisible(), false);
	const toggle = frame.locator('.belfry-quote > summary');
	assert.equal((await toggle.innerText()).trim(), '… show quoted text');
	await toggle.click();
	await history.waitFor({state: 'visible'});
	assert.equal((await toggle.innerText()).trim(), '… hide quoted text');
	if (process.env.SHOTS) await page.screenshot({path: path.join(process.env.SHOTS, 'opened.png'), fullPage: true});
});
