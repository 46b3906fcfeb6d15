// The thread page: what staff change on it, what it shows, and what they can take away.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser, titleCount} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, run, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, client, ben, browser, page;

before(async () => {
	if (skip) return;
	desk = await startDesk({conf: {sort: {authserv_id: 'mx.shop.example'}}});
	client = await desk.client();
	ben = await desk.client('ben');
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

let mails = 0;
// Headers over the usual ones; the new thread's row.
async function receive(subject, {headers = [], body = 'Hello.', from = 'jane@customer.example', to = 'support@shop.example'} = {}) {
	const lines = [...headers, `From: Jane <${from}>`, `To: ${to}`, `Subject: ${subject}`, `Message-ID: <${++mails}.${Date.now()}@customer.example>`,
		'Date: Mon, 06 May 2024 10:00:00 +0000', ...(headers.some((each) => /^Content-Type/i.test(each)) ? [] : ['Content-Type: text/plain']), '', body, ''];
	desk.cli(['capture', '--from', from, '--to', to], {input: lines.join('\r\n')});
	return desk.thread(client, subject);
}
const open = async (id, where = page) => {
	await where.goto(`${desk.url}/threads/${id}`);
	await where.locator('article.message').first().waitFor();
};
const toast = (text, where = page) => where.locator('.toasts').getByText(text).first().waitFor();
const timeline = (where = page) => where.getByRole('region', {name: 'Orders and messages timeline'}).getByRole('listitem');
const openThreads = async (name) => (await client.get('/contacts/summary')).find((each) => each.name === name)?.open ?? 0;

test('another contact: head, blocks and timeline follow, in other pages too', {skip}, async () => {
	const {id} = await receive('wrong contact');
	const other = await openDesk(browser, desk, {...employees.ben, password});
	await open(id, other);
	await open(id);
	const [support, orders] = [await openThreads('Support'), await openThreads('Orders')];
	await page.getByRole('combobox', {name: 'Type:'}).selectOption({label: 'Orders'});
	await toast('Update successful');
	await timeline().first().getByText('Moved from Support to Orders').waitFor();
	await timeline().first().getByText('Anna Admin').waitFor();
	await until('the other page', async () => (await other.getByRole('combobox', {name: 'Type:'}).locator('option:checked').textContent()) === 'Orders');
	assert.deepEqual([await openThreads('Support'), await openThreads('Orders')], [support - 1, orders + 1]);
	await other.context().close();
});

test('who sees one contact only chooses and receives within it', {skip}, async () => {
	const {contacts} = await client.get('/session');
	const [support, orders] = ['Support', 'Orders'].map((name) => contacts.find((each) => each.name === name).id);
	const {employees: all} = await client.get('/employees');
	const row = all.find(({email}) => email === employees.ben.email);
	const limit = async (change) => {
		const now = await client.get(`/employees/${row.id}`);
		const reply = await client.fetch(`/api/v1/employees/${row.id}`, {method: 'PATCH', body: change, headers: {'if-match': `"${now.version}"`}});
		assert.equal(reply.status, 200, await reply.clone().text());
	};
	const {id} = await receive('not for everybody');
	await limit({all_contacts: false, contacts: [orders]});
	try {
		assert.equal((await ben.fetch(`/api/v1/threads/${id}`, {method: 'PATCH', body: {contact: orders}})).status, 404);
		assert.equal((await client.fetch(`/api/v1/threads/${id}`, {method: 'PATCH', body: {employee: row.id}})).status, 422);
		await client.patch(`/threads/${id}`, {contact: orders});
		const refused = await ben.fetch(`/api/v1/threads/${id}`, {method: 'PATCH', body: {status: 'closed', contact: support}});
		assert.equal(refused.status, 422);
		assert.equal((await refused.json()).errors[0].field, 'contact');
		assert.equal((await ben.get(`/threads/${id}`)).status, 'open', 'all or nothing');
		assert.equal((await ben.get(`/threads/${id}`)).timeline[0].from, null, 'the name of a contact they may not see');
		const other = await openDesk(browser, desk, {...employees.ben, password});
		await open(id, other);
		await client.patch(`/threads/${id}`, {contact: support});
		await other.getByText('This customer thread does not exist.').waitFor();
		await other.context().close();
	} finally {
		await limit({all_contacts: true, contacts: []});
	}
});

test('in charge: the one it is given to hears of it', {skip}, async () => {
	const {id} = await receive('for Ben');
	const other = await openDesk(browser, desk, {...employees.ben, password});
	await other.goto(desk.url);
	await ben.post('/notifications/seen', {upto: (await ben.get('/notifications')).event});
	await until('an empty bell', async () => (await titleCount(other)) === 0);
	await open(id);
	await page.getByRole('combobox', {name: 'Employee:'}).selectOption({label: 'Ben Baker'});
	await toast('Update successful');
	await timeline().first().getByText('Ben Baker put in charge').waitFor();
	await until('the bell', async () => (await titleCount(other)) === 1);
	assert.deepEqual((await ben.get('/notifications')).entries.map(({kind, thread}) => [kind, thread]), [['assigned', id]]);
	await open(id, other);
	await until('the bell is empty again', async () => (await titleCount(other)) === 0);
	await page.getByRole('combobox', {name: 'Employee:'}).selectOption({label: '--'});
	await timeline().first().getByText('Nobody in charge any more').waitFor();
	await other.context().close();
});

test('the order: chosen among the customer\'s, its states in the timeline', {skip}, async () => {
	const lea = await client.post('/customers', {firstname: 'Lea', lastname: 'Ray', email: 'lea@customer.example'});
	await client.post('/orders', {reference: 'LEA1', customer: lea.id, total: '5', currency: 'EUR', states: [{name: 'Ordered', created: '2024-05-01T00:00:00Z'}, {name: 'Shipped', valid: true, created: '2024-05-02T00:00:00Z'}]});
	const foreign = await client.post('/orders', {reference: 'OTHER', total: '5', currency: 'EUR'});
	const {id} = await receive('my order', {from: 'lea@customer.example'});
	assert.equal((await client.fetch(`/api/v1/threads/${id}`, {method: 'PATCH', body: {order: foreign.id}})).status, 422);
	await open(id);
	await page.getByRole('combobox', {name: 'Order:'}).selectOption({label: 'LEA1'});
	await timeline().getByText('Order LEA1 chosen').waitFor();
	const said = (await timeline().allTextContents());
	assert.match(said.join(' | '), /^Order LEA1 chosen.* \| Message from the customer.* \| Order LEA1: Shipped.* \| Order LEA1: Ordered/);
	await page.getByRole('combobox', {name: 'Order:'}).selectOption({label: '--'});
	await timeline().first().getByText('No order chosen any more').waitFor();
	assert.equal(await timeline().getByText('Order LEA1: Shipped').count(), 0);
});

test('spam and not spam: folder, numbers and bell follow', {skip}, async () => {
	const {id} = await receive('buy this');
	const before_ = await openThreads('Support');
	await open(id);
	await page.getByRole('button', {name: 'Spam', exact: true}).click();
	await toast('The thread was moved to spam.');
	await page.getByText('This thread was filed as spam.').waitFor();
	assert.equal(await openThreads('Support'), before_ - 1);
	assert.ok((await client.get('/threads?folder=spam')).threads.some((each) => each.id === id));
	assert.ok(!(await client.get('/threads')).threads.some((each) => each.id === id));
	assert.ok(!(await ben.get('/notifications')).entries.some(({thread}) => thread === id), 'not in the bell of others');
	await page.getByRole('button', {name: 'Not spam'}).click();
	await toast('The thread is no longer spam.');
	await page.getByRole('button', {name: 'Spam', exact: true}).waitFor();
	await timeline().first().getByText('Not spam after all').waitFor();
	assert.equal(await openThreads('Support'), before_);
});

test('a viewer sees the facts and changes none', {skip}, async () => {
	desk.addEmployee({email: 'vera@shop.example', firstname: 'Vera', lastname: 'View', role: 'viewer'});
	const {id} = await receive('only to look at');
	const other = await openDesk(browser, desk, {email: 'vera@shop.example', password});
	await open(id, other);
	assert.equal(await other.locator('.thread-head').getByRole('combobox').count(), 0);
	assert.equal(await other.getByRole('button', {name: 'Spam'}).count(), 0);
	for (const body of [{spam: true}, {contact: 1}, {employee: 1}]) {
		assert.equal(await other.evaluate(async ([path, what]) => (await fetch(path, {method: 'PATCH', headers: {'content-type': 'application/json'}, body: what})).status,
			[`/api/v1/threads/${id}`, JSON.stringify(body)]), 403);
	}
	await other.context().close();
});

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const part = (type, name, octets) => ['--b', `Content-Type: ${type}; name="${name}"`, 'Content-Transfer-Encoding: base64', `Content-Disposition: attachment; filename="${name}"`, '',
	octets.replace(/.{76}/g, '$&\r\n'), ''].join('\r\n');

test('all attachments as one archive, byte for byte', {skip: skip || lacks('unzip')}, async () => {
	const large = Buffer.alloc(3_000_000, 'Belfry rings. ');
	const body = ['--b', 'Content-Type: text/plain', '', 'Look.', part('image/png', 'one.png', PNG), part('image/png', 'two.png', PNG), part('text/plain', 'notes.txt', Buffer.from('first').toString('base64')),
		part('text/plain', 'notes.txt', Buffer.from('second').toString('base64')), part('application/pdf', '../up.pdf', large.toString('base64')), '--b--'].join('\r\n');
	const {id} = await receive('with files', {headers: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'], body});
	await open(id);
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', {name: 'Download all'}).click()]);
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-e2e-zip-'));
	try {
		const file = path.join(dir, 'all.zip');
		await download.saveAs(file);
		assert.match(download.suggestedFilename(), /^message-\d+\.zip$/);
		run('unzip', ['-qq', file, '-d', path.join(dir, 'out')]);
		assert.deepEqual(fs.readdirSync(path.join(dir, 'out')).sort(), ['notes (2).txt', 'notes.txt', 'one.png', 'two.png', 'up.pdf']);
		assert.equal(fs.readFileSync(path.join(dir, 'out/notes (2).txt'), 'utf8'), 'second');
		assert.ok(fs.readFileSync(path.join(dir, 'out/up.pdf')).equals(large));
	} finally {
		fs.rmSync(dir, {recursive: true, force: true});
	}
});

test('pictures turn by arrow keys and close by Escape', {skip: skip || lacks('unzip')}, async () => {
	await page.getByRole('button', {name: 'Preview one.png'}).focus();
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('heading', {name: 'one.png'}).waitFor();
	await page.keyboard.press('ArrowRight');
	await dialog.getByRole('heading', {name: 'two.png'}).waitFor();
	await dialog.getByText('Image 2 of 2').waitFor();
	await page.keyboard.press('ArrowRight');
	await dialog.getByRole('heading', {name: 'one.png'}).waitFor();
	assert.ok(await dialog.getByRole('img', {name: 'one.png'}).evaluate((image) => image.decode().then(() => image.naturalWidth)));
	await page.keyboard.press('Escape');
	await dialog.waitFor({state: 'detached'});
	assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Preview one.png');
});

test('remote images: remembered per sender, and never of one whom DMARC denies', {skip}, async () => {
	const html = {headers: ['MIME-Version: 1.0', 'Content-Type: text/html'], body: '<p>Hi <img src="https://cdn.example/a.png" width=90 height=90></p>', from: 'news@sender.example'};
	const first = await receive('newsletter 1', html);
	await open(first.id);
	await page.getByRole('button', {name: 'Always for news@sender.example'}).click();
	await page.getByText('Images of news@sender.example are always shown.').waitFor();
	const second = await receive('newsletter 2', html);
	await open(second.id);
	await page.getByText('Images of news@sender.example are always shown.').waitFor();
	const forged = await receive('newsletter 3', {...html, headers: ['Authentication-Results: mx.shop.example; dmarc=fail header.from=sender.example', 'Received: from elsewhere by mx.shop.example; Mon, 06 May 2024 10:00:01 +0000', ...html.headers]});
	await open(forged.id);
	await page.getByText('Sender not confirmed (DMARC)').waitFor();
	await page.getByRole('button', {name: 'Show images'}).waitFor();
	assert.equal(await page.getByRole('button', {name: /^Always/}).count(), 0);
	await page.getByRole('button', {name: 'Details'}).click();
	await page.getByText('DMARC fail').waitFor();
	await open(second.id);
	await page.getByRole('button', {name: 'No longer show them'}).click();
	await page.getByRole('button', {name: 'Always for news@sender.example'}).waitFor();
	assert.deepEqual((await client.get('/profile/trusted-senders')).addresses, []);
});

test('a thread of 120 messages: the newest 50, then older ones; back at the first unread one', {skip}, async () => {
	const references = ['References: <long-0@customer.example>'];
	const long = (n, more = []) => desk.cli(['capture', '--from', 'long@customer.example', '--to', 'support@shop.example'],
		{input: [...more, 'From: long@customer.example', 'To: support@shop.example', 'Subject: a long story', `Message-ID: <long-${n}@customer.example>`, '', `Number ${n}.`, ''].join('\r\n')});
	long(0);
	const {id} = await desk.thread(client, 'a long story');
	for (let n = 1; n < 60; n++) long(n, references);
	const total = (count) => until(`${count} messages`, async () => (await client.get(`/threads/${id}`)).messages_total === count, 60);
	await total(60);
	await open(id);
	const shown = () => page.locator('article.message').count();
	assert.equal(await shown(), 50);
	await until('it is read', async () => !(await client.get('/threads')).threads.find((each) => each.id === id).unread);
	await page.goto(desk.url);
	for (let n = 60; n < 120; n++) long(n, references);
	await total(120);
	await open(id);
	await page.getByRole('separator').waitFor();
	assert.match(await page.locator('.message-slot:has([role=separator]) article').textContent(), /Number 60\./);
	assert.equal(await shown(), 120, 'all that came before it too: they are at hand');
	await until('it is read', async () => !(await client.get('/threads')).threads.find((each) => each.id === id).unread);
	await open(id);
	assert.equal(await shown(), 50);
	for (const count of [100, 120]) {
		await page.getByRole('button', {name: /older messages/}).click();
		await until(`${count} messages shown`, async () => (await shown()) === count);
	}
	assert.equal(await page.getByRole('button', {name: /older messages/}).count(), 0);
	const texts = await page.locator('article.message .text').allTextContents();
	assert.deepEqual(texts.map((text) => Number(/\d+/.exec(text)[0])), Array.from({length: 120}, (_, n) => n));
});

test('who else looks at it is shown, and leaves again', {skip}, async () => {
	const {id} = await receive('looked at');
	await open(id);
	const other = await openDesk(browser, desk, {...employees.ben, password});
	await open(id, other);
	await page.getByText('Ben Baker is looking at this thread').waitFor();
	await other.goto(desk.url);
	await page.getByText('Ben Baker is looking at this thread').waitFor({state: 'detached'});
	await other.context().close();
});

test('Shift+e closes it, and on to the one of the same contact that waits longest', {skip}, async () => {
	const {id} = await receive('Closed and on', {to: 'orders@shop.example'});
	await receive('Waits longer than nobody', {to: 'orders@shop.example'});
	await open(id);
	await page.keyboard.press('E');
	await page.waitForURL((url) => !url.pathname.endsWith(`/${id}`));
	assert.equal((await client.get(`/threads/${id}`)).status, 'closed');
	const {thread, message} = (await client.get('/contacts/summary')).find(({name}) => name === 'Orders');
	assert.equal(page.url(), `${desk.url}/threads/${thread}#message-${message}`);
});

test('what is in sight is not scrolled to', {skip}, async () => {
	const {id} = await receive('Seen at once');
	const phone = await openDesk(browser, desk, {...employees.anna, password}, {viewport: {width: 390, height: 844}});
	await open(id, phone);
	await until('the focus on the new message', () => phone.evaluate(() => document.activeElement?.matches('article.message')));
	assert.equal(await phone.evaluate(() => scrollY), 0);
	await phone.context().close();
});

test('a deletion is taken back where it is told', {skip}, async () => {
	const {id} = await receive('Deleted by mistake');
	await open(id);
	await page.getByRole('button', {name: 'Delete'}).click();
	await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
	await page.locator('.toasts').getByRole('button', {name: 'Undo'}).click();
	await page.locator(`tr[data-thread="${id}"]`).waitFor();
	assert.equal((await client.get(`/threads/${id}`)).folder, 'normal');
});

test('nothing went wrong in the page', {skip}, () => {
	assert.deepEqual(page.problems, []);
});
