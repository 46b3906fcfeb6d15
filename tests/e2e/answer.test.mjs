// Answering at the page: the form, its draft, sending and taking back, notes, moved threads, forwarding, what became of a mail.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, anna, ben, browser, page;

before(async () => {
	if (skip) return;
	desk = await startDesk({conf: {courier: {relay: '127.0.0.1:9'}}}); // nobody is there: what is sent waits
	anna = await desk.client('anna');
	ben = await desk.client('ben');
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password}, {reducedMotion: 'reduce'});
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

let mails = 0;
function capture(subject, {headers = [], body = 'Where is my lamp?', from = 'jane@customer.example'} = {}) {
	const lines = [...headers, `From: Jane Doe <${from}>`, 'To: support@shop.example', `Subject: ${subject}`, `Message-ID: <answer${++mails}@customer.example>`,
		'Date: Mon, 06 May 2024 10:00:00 +0000', 'Content-Type: text/plain', '', body, ''];
	desk.cli(['capture', '--from', from, '--to', 'support@shop.example'], {input: lines.join('\r\n')});
	return `answer${mails}@customer.example`;
}
// A thread of its own, open in WHERE: its number.
async function newThread(options = {}, where = page) {
	const subject = `Lamp ${mails + 1}`;
	const messageId = capture(subject, options);
	const {id} = await desk.thread(anna, subject);
	await open(id, where);
	return Object.assign(Object(id), {subject, messageId, id});
}
async function open(id, where = page) {
	await where.goto(`${desk.url}/threads/${id}`);
	await form(where).getByRole('button', {name: 'Send', exact: true}).or(form(where).getByRole('button', {name: 'Add the note'})).waitFor();
}
const form = (where = page) => where.getByRole('region', {name: 'Answer', exact: true});
const editor = (where = page) => form(where).getByRole('textbox', {name: 'Your answer'});
const note = (where = page) => form(where).getByRole('textbox', {name: 'Text of the note'});
const button = (name, where = page) => form(where).getByRole('button', {name, exact: true});
const toast = (text, where = page) => where.locator('.toasts').getByText(text).first().waitFor();
const kept = (state, where = page) => form(where).locator(`[data-kept=${state}]`).waitFor();
const thread = (id) => anna.get(`/threads/${id}`);
async function write(text, where = page) {
	await editor(where).focus();
	await where.keyboard.press('Control+a');
	await where.keyboard.type(text);
}

test('the form begins with the default message; Send sends, closes, and puts the writer in charge', {skip}, async () => {
	const {id} = await newThread();
	assert.equal(await editor().innerText(), 'Dear Customer,\n\nRegards,\nCustomer service');
	assert.match(await form().locator('.recipient-from').innerText(), /Support support@shop.example/);
	assert.match(await form().getByRole('group', {name: 'To'}).innerText(), /Jane Doe/);
	assert.equal(await form().getByRole('combobox', {name: 'Status after sending:'}).inputValue(), 'closed');
	await write('It is on its way.');
	await button('Send').click();
	await toast('The message was successfully sent to the customer.');
	const sent = page.locator('article.message-employee');
	await sent.waitFor();
	assert.match(await sent.innerText(), /It is on its way\.[^]*Queued/);
	const now = await thread(id);
	assert.deepEqual([now.status, now.employee.firstname, now.messages.length, now.messages[1].text], ['closed', 'Anna', 2, 'It is on its way.']);
	await until('a fresh form', async () => /^Dear Customer,/.test(await editor().innerText()));
});

test('undo takes the message back, its text and status stand in the form again', {skip}, async () => {
	const {id} = await newThread();
	await write('Too early.');
	await form().getByRole('combobox', {name: 'Status after sending:'}).selectOption('pending1');
	await button('Send').click();
	await page.locator('article.message-employee').waitFor();
	assert.match(await page.locator('.toast-undo').innerText(), /Undo\s*(10|[1-9])/);
	await page.keyboard.press('z');
	await toast('The message was taken back');
	await page.locator('article.message-employee').waitFor({state: 'detached'});
	await until('the text', async () => await editor().innerText() === 'Too early.');
	assert.equal(await form().getByRole('combobox', {name: 'Status after sending:'}).inputValue(), 'pending1');
	const now = await thread(id);
	assert.deepEqual([now.status, now.employee, now.messages.length], ['open', null, 1]);
});

test('a private note: another colour, another button, no recipients, no status', {skip}, async () => {
	const {id} = await newThread();
	const before = await form().evaluate((box) => getComputedStyle(box).backgroundColor);
	await page.locator('main').focus();
	await page.keyboard.press('n');
	await note().waitFor();
	assert.equal(await note().innerText(), '');
	assert.notEqual(await form().evaluate((box) => getComputedStyle(box).backgroundColor), before);
	assert.equal(await form().getByRole('combobox', {name: 'Status after sending:'}).count(), 0);
	assert.equal(await form().getByRole('group', {name: 'To'}).count(), 0);
	await page.keyboard.type('Call them first.');
	await button('Add the note').click();
	await toast('The private note has been added.');
	await page.locator('article.message-note').waitFor();
	const now = await thread(id);
	assert.deepEqual([now.status, now.employee, now.messages[1].kind, now.private], ['open', null, 'note', true]);
});
