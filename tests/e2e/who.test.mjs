// Who writes, shown so that nobody is fooled: through the milter, over the API and in the browser.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, top} from './support/system.mjs';

const skip = lacks('chromium');
let desk, client, browser, page;

before(async () => {
	if (skip) return;
	desk = await startDesk({conf: {sort: {authserv_id: 'mx.shop.example', form_senders: 'form@shop.example'}}});
	client = await desk.client();
	await client.post('/customers', {firstname: 'Jane', lastname: 'Roe', email: 'jane@customer.example', registered: '2024-01-01T00:00:00Z'});
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

const capture = (input) => desk.cli(['capture', '--from', 'eve@evil.example', '--to', 'support@shop.example'], {input});

// The fixture's thread, with its one message, open in the browser.
async function open(name) {
	capture(fs.readFileSync(path.join(top, 'tests/mail', `${name}.eml`)));
	const {id} = await desk.thread(client, name.replaceAll('-', ' '));
	await page.goto(`${desk.url}/threads/${id}`);
	await page.locator('article.message').waitFor();
	const {messages: [message]} = await client.get(`/threads/${id}`);
	return message;
}
const heading = () => page.locator('.message-who').innerText();
const warned = (text) => page.locator('.who-warnings').getByText(text).waitFor();

test('a name that is a guise stands behind the address; the head leaves it out', {skip}, async () => {
	const message = await open('guise-address');
	assert.deepEqual(message.warnings, [{kind: 'name_address', detail: 'support@shop.example', grave: true}]);
	assert.match(await heading(), /^eve@evil\.example\s+calls itself ".?support@shop\.example/);
	await warned('The name shows another address, support@shop.example. The mail is not from there.');
	assert.doesNotMatch(await page.locator('.thread-customer').innerText(), /support@/);
	await page.getByRole('heading', {name: 'Your answer to eve@evil.example'}).waitFor();
	assert.equal(await page.locator('.chip bdi').innerText(), 'eve@evil.example');
});

test('nothing runs backwards, in the rows neither', {skip}, async () => {
	const message = await open('guise-reversed');
	assert.equal(message.from.name, 'elpmaxe.pohs@troppus');
	assert.doesNotMatch(await page.locator('body').innerText(), /\u202e/);
	await warned('The name was written so that it reads backwards.');
});

test('all authors, in one field or several', {skip}, async () => {
	for (const name of ['guise-several-authors', 'guise-several-fields']) {
		const message = await open(name);
		assert.deepEqual(message.authors.map(({address}) => address), ['jane@customer.example', 'eve@evil.example']);
		await warned(/The mail names several authors: Jane Roe <jane@customer\.example>, .*eve@evil\.example/);
	}
});

test('no author: the envelope\'s word, and said so', {skip}, async () => {
	const message = await open('guise-no-author');
	assert.deepEqual(message.from, {name: '', address: 'eve@evil.example'});
	await warned('The mail names no author.');
});

test('a form: who wrote it stands there, and by which way', {skip}, async () => {
	const message = await open('guise-form');
	assert.deepEqual([message.from.address, message.via.address, message.warnings], ['jane@customer.example', 'form@shop.example', []]);
	await page.locator('.who-via').getByText('Written by way of Form <form@shop.example>.').waitFor();
});

test('colleagues, contacts and customers: whose name it is, and that it is not they', {skip}, async () => {
	const texts = {'guise-customer': 'A registered customer of this name has another address: jane@customer.example.', 'guise-domain-lookalike': 'The address only looks like one of yours, at shop.example.'};
	for (const [name, text] of Object.entries(texts)) {
		await open(name);
		await warned(text);
	}
	capture('From: Anna Admin <anna.admin@mail.example>\nSubject: colleague\n\nHello.\n');
	const {id} = await desk.thread(client, 'colleague');
	await page.goto(`${desk.url}/threads/${id}`);
	await warned('The name is that of your colleague Anna Admin, but the address is not.');
});

test('DMARC: passed and failed are marked, whose signature it was is told, and a stranger\'s word counts for nothing', {skip}, async () => {
	const cases = {
		pass: ['Authentication-Results: mx.shop.example; dmarc=pass; dkim=pass header.d=customer.example', 'Sender confirmed', 'DKIM pass customer.example'],
		fail: ['Authentication-Results: mx.shop.example; dmarc=fail; dkim=pass header.d=evil.example', 'Sender not confirmed (DMARC)', 'DKIM pass evil.example'],
		forged: ['Authentication-Results: evil.example; dmarc=pass', null, 'not checked'],
	};
	for (const [name, [header, mark, detail]] of Object.entries(cases)) {
		capture(`${header}\nFrom: Jim <jim@customer.example>\nSubject: dmarc ${name}\n\nHello.\n`);
		const {id} = await desk.thread(client, `dmarc ${name}`);
		await page.goto(`${desk.url}/threads/${id}`);
		await page.locator('article.message').waitFor();
		const shown = await heading();
		for (const each of ['Sender confirmed', 'Sender not confirmed (DMARC)']) assert.equal(shown.includes(each), each === mark, `${name}: ${shown}`);
		await page.getByRole('button', {name: 'Details'}).click();
		await page.locator('.message-details').getByText(detail).waitFor();
	}
	assert.deepEqual(page.problems, []);
});
