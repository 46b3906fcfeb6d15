// Contact options, bin and retention: set by admins, and that what is due is erased for good.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, run, sleep, until} from './support/system.mjs';

const skip = lacks('chromium');
const noSqlite = lacks('sqlite3');
let desk, browser, admin, agent, page;

before(async () => {
	desk = await startDesk();
	admin = await desk.client();
	agent = await desk.client('ben');
	if (skip) return;
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

const ask = (client, method, path, body, version) =>
	client.fetch(`/api/v1${path}`, {method, body, headers: version === undefined ? {} : {'if-match': `"${version}"`}});
const capture = (octets) => desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: octets});
const sql = (file, text) => run('sqlite3', [path.join(desk.dir, `store/${file}`), text]).stdout.trim();
const forAdmins = {'/settings/contact': {file_upload: false}, '/settings/retention': {bin_days: 1}};

test('only admins see and set them', async () => {
	for (const [path, body] of Object.entries(forAdmins)) {
		assert.equal((await ask(agent, 'GET', path)).status, 403);
		assert.equal((await ask(agent, 'PATCH', path, body, 1)).status, 403);
	}
});

test('contact options: defaults, versions, a refusal that names the language', async () => {
	const first = await admin.get('/settings/contact');
	assert.equal(first.file_upload, true);
	assert.equal(first.default_message.en, 'Dear Customer,\n\nRegards,\nCustomer service');
	assert.deepEqual(Object.keys(first.default_message), ['en', 'fr', 'nl', 'pl']);
	assert.equal(new Set(Object.values(first.default_message)).size, 4, 'each language has its own');
	const reply = await ask(admin, 'PATCH', '/settings/contact', {default_message: {fr: 'x'.repeat(4001)}}, first.version);
	assert.equal(reply.status, 422);
	assert.match((await reply.json()).errors[0].detail, / - Language: French$/);
	assert.equal((await ask(admin, 'PATCH', '/settings/contact', {file_upload: false})).status, 428);
	const changed = await ask(admin, 'PATCH', '/settings/contact', {file_upload: false, default_message: {fr: 'Bonjour'}}, first.version);
	const now = await changed.json();
	assert.deepEqual([now.file_upload, now.default_message.fr, now.default_message.en], [false, 'Bonjour', first.default_message.en]);
	assert.ok(now.version > first.version);
	assert.equal((await ask(admin, 'PATCH', '/settings/contact', {file_upload: true}, first.version)).status, 412);
	assert.equal((await admin.get('/settings/contact')).file_upload, false);
});

test('contact options in the browser, below the list; who is second is told', {skip}, async () => {
	await page.goto(desk.url);
	const box = page.getByRole('region', {name: 'Contact options'});
	await box.waitFor();
	assert.equal(await box.getByRole('switch', {name: 'Allow file uploading'}).isChecked(), false);
	await box.getByRole('button', {name: 'Help: Allow file uploading'}).focus();
	await box.getByRole('tooltip').filter({hasText: 'Allow customers to upload files'}).waitFor();
	const choice = box.getByRole('combobox', {name: 'Language of Default message'});
	assert.deepEqual(await choice.locator('option').allTextContents(), ['English', 'French', 'Dutch', 'Polish']);
	await choice.selectOption('fr');
	assert.equal(await box.getByRole('textbox', {name: 'Default message'}).inputValue(), 'Bonjour');
	await box.getByRole('textbox', {name: 'Default message'}).fill('x'.repeat(4001));
	await choice.selectOption('pl');
	await box.getByRole('button', {name: 'Save'}).click();
	await box.getByText('This field cannot be longer than 4,000 characters - Language: French').waitFor();
	await box.getByRole('textbox', {name: 'Default message'}).fill('Bonjour à vous');
	await box.getByRole('switch', {name: 'Allow file uploading'}).check();
	await box.getByRole('button', {name: 'Save'}).click();
	await page.getByText('The settings have been successfully updated.').waitFor();
	const now = await admin.get('/settings/contact');
	assert.deepEqual([now.file_upload, now.default_message.fr], [true, 'Bonjour à vous']);

	await ask(admin, 'PATCH', '/settings/contact', {file_upload: false}, now.version);
	await box.getByRole('button', {name: 'Save'}).click();
	await box.getByText('Somebody else changed this meanwhile.').waitFor();
	await box.getByRole('button', {name: 'Reload'}).click();
	await until('the other\'s', async () => !(await box.getByRole('switch', {name: 'Allow file uploading'}).isChecked()));
	const other = await openDesk(browser, desk, {...employees.ben, password});
	assert.equal(await other.getByRole('region', {name: 'Contact options'}).count(), 0, 'agents do not see it');
	await other.context().close();
});

test('retention: whole days within bounds, in the browser too', {skip}, async () => {
	const first = await admin.get('/settings/retention');
	assert.deepEqual({...first, version: 0}, {version: 0, bin_days: 30, spam_days: 30});
	for (const bad of [0, -1, 3651, 1.5, '7', null]) assert.equal((await ask(admin, 'PATCH', '/settings/retention', {bin_days: bad}, first.version)).status, 422, String(bad));
	await page.goto(`${desk.url}/retention`);
	await page.getByRole('spinbutton', {name: 'Keep in the bin for'}).fill('0');
	await page.getByRole('button', {name: 'Save'}).click();
	await page.getByText('Enter a whole number of days from 1 to 3,650.').waitFor();
	await page.getByRole('spinbutton', {name: 'Keep in the bin for'}).fill('7');
	await page.getByRole('button', {name: 'Save'}).click();
	await page.getByText('The settings have been successfully updated.').waitFor();
	assert.equal((await admin.get('/settings/retention')).bin_days, 7);
	assert.deepEqual(page.problems, []);
});

test('what lies in the bin for too long is erased, with its mail, for good', {skip: noSqlite}, async () => {
	const due = plainMail({subject: 'to be erased', body: 'xyzzyunique'});
	capture(due);
	capture(plainMail({subject: 'still young'}));
	capture(plainMail({subject: 'not in the bin'}));
	const old = await desk.thread(admin, 'to be erased');
	const young = await desk.thread(admin, 'still young');
	const {messages: [message]} = await admin.get(`/threads/${old.id}`);
	assert.equal((await admin.get('/threads?q=xyzzyunique')).total, 1);
	await ask(admin, 'DELETE', `/threads?ids=${old.id},${young.id}`);
	assert.equal((await admin.get('/folders')).bin, 2);
	const days = (await admin.get('/settings/retention')).bin_days;
	sql('desk.db', `UPDATE thread SET binned = binned - ${days} * 86400000 - 1000 WHERE id = ${old.id}`);
	const mail = sql('desk.db', `SELECT mail_id FROM message WHERE id = ${message.id}`);
	await desk.restart();
	admin = await desk.client();
	await until('it is gone', async () => (await ask(admin, 'GET', `/threads/${old.id}`)).status === 404);
	await until('its raw mail is gone', () => sql('raw.db', `SELECT count(*) FROM mail WHERE id = ${mail}`) === '0' && sql('desk.db', 'SELECT count(*) FROM erasing') === '0');
	assert.equal((await ask(admin, 'GET', `/messages/${message.id}/source`)).status, 404);
	assert.equal((await admin.get('/threads?q=xyzzyunique&folder=all')).total, 0);
	assert.equal((await admin.get(`/threads/${young.id}`)).folder, 'bin', 'the young one stays');
	assert.equal((await admin.get('/folders')).bin, 1);

	capture(due); // it comes again
	await until('it was sorted', () => /mail=\d+ repeat of message=0/.test(desk.log()));
	await sleep(200);
	assert.equal((await admin.get('/threads?folder=all&limit=100')).threads.some(({subject}) => subject === 'to be erased'), false);
	assert.match(desk.cli(['check', '--deep'], {mayFail: true}).stdout, /^ok deep: counters agree with the rows/m);
	assert.doesNotMatch(desk.cli(['check', '--deep'], {mayFail: true}).stdout, /^error deep/m);
});
