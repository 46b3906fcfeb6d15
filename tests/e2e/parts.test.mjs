// Files come out of a mail as they went in, wherever they lie in it; and what is no file is shown as what it is.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, client, browser, page;

before(async () => {
	desk = await startDesk();
	client = await desk.client();
	if (skip) return;
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

// The thread and the message of a mail of tests/mail.
async function receive(name) {
	const before = new Set((await client.get('/threads?folder=all')).threads.map(({id}) => id));
	desk.cli(['capture', '--from', 'anna@customer.example', '--to', 'support@shop.example'], {input: fs.readFileSync(`tests/mail/${name}.eml`)});
	const thread = await until(name, async () => (await client.get('/threads?folder=all')).threads.find(({id}) => !before.has(id)));
	const [message] = (await client.get(`/threads/${thread.id}`)).messages;
	return {thread, message};
}

async function download(message, name) {
	const file = message.attachments.find((each) => each.name === name);
	const reply = await client.fetch(`/api/v1/messages/${message.id}/attachments/${file.id}`);
	const octets = Buffer.from(await reply.arrayBuffer());
	assert.equal(octets.length, file.size);
	assert.equal(Number(reply.headers.get('content-length')), file.size);
	return octets;
}
const sum = (octets) => createHash('sha256').update(octets).digest('hex').slice(0, 16);

const files = [
	['tnef-files', 'Rachunek za łódkę.pdf', 'fc9aa99f3e576965'], ['tnef-files', 'zdjęcie.png', '33c6c1549803ca3c'], ['tnef-alone', 'deep.txt', '3e22dff70552b25e'],
	['uuencode-in-base64', 'list.csv', '0ee59cb89dc0138a'], ['uuencode-in-base64', 'b.bin', '40aff2e9d2d8922e'], ['yenc-in-text', 'all octets.bin', 'f3a25aa93aa2fbba'],
];

test('files within parts are downloaded as they were sent, one by one and all at once', async () => {
	const received = {};
	for (const [mail, name, expected] of files) {
		received[mail] ??= (await receive(mail)).message;
		assert.equal(sum(await download(received[mail], name)), expected, `${mail} ${name}`);
	}
	const archive = await client.fetch(`/api/v1/messages/${received['tnef-files'].id}/attachments.zip`);
	const octets = Buffer.from(await archive.arrayBuffer());
	for (const inside of ['%PDF-1.4 receipt', '\x89PNG\r\n']) assert.ok(octets.includes(Buffer.from(inside, 'latin1')));
});

const shot = async (name) => {
	if (!process.env.SHOTS) return;
	for (const scheme of ['light', 'dark'])
		for (const width of [390, 1280]) {
			await page.setViewportSize({width, height: 900});
			await page.emulateMedia({colorScheme: scheme});
			await page.screenshot({path: path.join(process.env.SHOTS, `${name}-${scheme}-${width}.png`), fullPage: true});
		}
};
async function open(name) {
	const {thread} = await receive(name);
	await page.goto(`${desk.url}/threads/${thread.id}`);
	const article = page.locator('article.message').first();
	await article.waitFor();
	return article;
}
const isNarrowEnough = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

test('a mail within the mail is read where it is', {skip}, async () => {
	const article = await open('message-within');
	await article.getByRole('button', {name: 'Read Zamówienie 1042 2024.eml'}).click();
	const inner = article.getByRole('region', {name: 'Zamówienie 1042/2024'});
	await inner.getByText('Państwa zamówienie jest w drodze.').waitFor();
	await inner.getByText('Sklep Żuraw <shop@shop.example>').waitFor();
	await inner.getByText('faktura.pdf, message.eml').waitFor();
	await shot('inner');
	assert.ok(await isNarrowEnough());
});

test('an event says what, when, where and who', {skip}, async () => {
	const article = await open('calendar-request');
	const card = article.getByRole('region', {name: 'Invitation'});
	await card.getByText('Delivery of the cupboard, order 1042').waitFor();
	const when = await card.getByText('(Europe/Warsaw)').textContent();
	assert.match(when, /Tuesday.*14.*2024.*9:00.*10:30/);
	await card.getByText('ul. Długa 7, 00-238 Warszawa').waitFor();
	await card.getByText('every week').waitFor();
	assert.equal(await article.getByRole('region', {name: 'Event'}).count(), 0, 'the same event once more');
	await shot('event');
	assert.ok(await isNarrowEnough());
});

test('who declines says so', {skip}, async () => {
	const article = await open('calendar-reply');
	const card = article.getByRole('region', {name: 'Invitation declined'});
	assert.match(await card.getByText('2024').textContent(), /^Tuesday[^–]*2024$/);
});

test('signatures are a mark, not a file; what is encrypted is said to be', {skip}, async () => {
	const signed = await open('pgp-signed');
	await signed.getByText('Signed with PGP (not checked)').waitFor();
	await signed.getByText('This is signed.').waitFor();
	assert.equal(await signed.locator('.attachments').count(), 0);
	await signed.getByRole('button', {name: 'Details'}).click();
	await signed.getByRole('link', {name: 'signature.asc'}).waitFor();
	await shot('signed');
	const encrypted = await open('pgp-encrypted');
	await encrypted.getByText('Only who has the key can read it.').waitFor();
	await encrypted.getByText('encrypted.asc').waitFor();
	await shot('encrypted');
});
