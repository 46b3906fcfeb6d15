// Mail comes in, bell rings: in an open page, without reload, for each employee on their own.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser, titleCount} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, run, until} from './support/system.mjs';

const skip = lacks('postfix', 'chromium', 'swaks', 'smtp-source');
let desk, browser, anna, ben;

before(async () => {
	if (skip) return;
	desk = await startDesk({postfix: true});
	browser = await startBrowser();
	anna = await openDesk(browser, desk, {...employees.anna, password});
	ben = await openDesk(browser, desk, {...employees.ben, password});
	for (const page of [anna, ben]) await page.evaluate(() => { window.sameDocument = true; });
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

const rings = (page, count) => until(`${count} in the title`, async () => (await titleCount(page)) === count);

test('a mail by swaks rings both bells at once', {skip}, async () => {
	run('swaks', ['--server', `127.0.0.1:${desk.postfix.port}`, '--from', 'jane@customer.example', '--to', 'support@shop.example',
		'--header', 'Subject: Where is my order?', '--header', 'From: Jane Doe <jane@customer.example>', '--body', 'A week ago.']);
	const sent = Date.now();
	await rings(anna, 1);
	assert.ok(Date.now() - sent < 2500, `rang after ${Date.now() - sent} ms`);
	await rings(ben, 1);
	await anna.locator('.bell button').first().click();
	await anna.getByText('Where is my order?').first().waitFor();
});

test('its thread is right', {skip}, async () => {
	const client = await desk.client();
	const thread = await desk.thread(client, 'Where is my order?');
	assert.equal(thread.email, 'jane@customer.example');
	assert.equal(thread.contact.name, 'Support');
	assert.equal(thread.status, 'open');
	assert.equal(thread.customer, null);
	assert.match(thread.message, /A week ago\./);
	const {messages} = await client.get(`/threads/${thread.id}`);
	assert.equal(messages.length, 1);
	assert.equal(messages[0].kind, 'customer');
	assert.deepEqual(messages[0].envelope, {from: 'jane@customer.example', to: ['support@shop.example']});
});

test('a click opens the thread and empties this bell, not the other', {skip}, async () => {
	await anna.locator('.bell-entry').first().click();
	await anna.getByText('A week ago.').first().waitFor();
	await rings(anna, 0);
	assert.equal(await titleCount(ben), 1);
});

test('twenty mails at once by smtp-source ring twenty times', {skip}, async () => {
	run('smtp-source', ['-s', '5', '-m', '20', '-f', 'many@customer.example', '-t', 'support@shop.example', '-S', 'Many',
		`127.0.0.1:${desk.postfix.port}`]);
	await rings(anna, 20);
	await rings(ben, 21);
	const client = await desk.client();
	const {threads} = await client.get('/threads?email=many@customer.example&limit=100');
	assert.equal(threads.length, 20);
	assert.equal(desk.postfix.mails('support').length, 21, 'mail of a keep contact goes on to its mailbox');
});

test('the pages were never reloaded and nothing went wrong in them', {skip}, async () => {
	for (const page of [anna, ben]) {
		assert.equal(await page.evaluate(() => window.sameDocument), true);
		assert.deepEqual(page.problems, []);
	}
});
