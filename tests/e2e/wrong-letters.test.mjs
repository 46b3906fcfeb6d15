// "Wrong letters?": staff have a mail read again in a charset they choose; everybody who looks at it sees it right, and the choice holds.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {Client} from './support/api.mjs';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, run, until} from './support/system.mjs';

const skip = lacks('chromium', 'sqlite3');
let desk, anna, ben, browser;

const capture = (input) => desk.cli(['capture', '--from', 'kim@customer.example', '--to', 'support@shop.example'], {input});
const ofMessage = async (thread, at = 0) => (await anna.get(`/threads/${thread}`)).messages[at];

// A mail as bytes, its body in a charset that it does not name.
function mailIn(octets, {subject, type = 'text/plain'}) {
	const head = `From: Kim <kim@customer.example>\r\nTo: support@shop.example\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\n`;
	return Buffer.concat([Buffer.from(head), Buffer.from(octets, 'latin1'), Buffer.from('\r\n')]);
}

// "Žalia lempa neveikia, prašau" in windows-1257: labelled as another charset.
const lithuanian = '\xdealia lempa neveikia, pra\xf0au padeti';

before(async () => {
	if (skip) return;
	desk = await startDesk();
	anna = await desk.client('anna');
	ben = await desk.client('ben');
	browser = await startBrowser();
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

test('wrong letters: an agent chooses a charset, the page is told, and it is kept', {skip}, async () => {
	capture(mailIn(lithuanian, {subject: 'letters', type: 'text/plain; charset=iso-8859-1'}));
	const {id} = await desk.thread(anna, 'letters');
	const wrong = await ofMessage(id);
	assert.match(wrong.text, /^Þalia/);
	assert.deepEqual([wrong.charset, wrong.rereading], [null, false]);
	const reply = await ben.fetch(`/api/v1/messages/${wrong.id}/reread`, {method: 'POST', body: {charset: 'windows-1257'}});
	assert.equal(reply.status, 202);
	const right = await until('the right letters', async () => {
		const message = await ofMessage(id);
		return !message.rereading && message;
	});
	assert.equal(right.text.trim(), 'Žalia lempa neveikia, prašau padeti');
	assert.equal(right.charset, 'windows-1257');
	assert.equal((await anna.get('/threads?folder=all&q=zalia')).threads.length, 1, 'found by what it says now');
	assert.equal((await anna.get('/threads?folder=all&q=%C3%BEalia')).threads.length, 0);
	const {timeline} = await anna.get(`/threads/${id}`);
	const told = timeline.find(({kind}) => kind === 'reread');
	assert.deepEqual([told.employee.firstname, told.message, told.data.charset], ['Ben', wrong.id, 'windows-1257']);
	assert.match(desk.cli(['resort', '--thread', String(id)]).stdout, /as before: 1\n$/, 'the choice holds');
	await anna.fetch(`/api/v1/messages/${wrong.id}/reread`, {method: 'POST', body: {charset: null}});
	await until('it as before', async () => (await ofMessage(id)).text.startsWith('Þalia'));
	assert.equal((await ofMessage(id)).charset, null);
});

test('on the page: chosen from a list by languages, shown without reloading', {skip}, async () => {
	const html = mailIn(`<p>${lithuanian}</p>`, {subject: 'page', type: 'text/html; charset=iso-8859-1'});
	capture(html);
	const {id} = await desk.thread(anna, 'page');
	const [page, other] = await Promise.all(['anna', 'ben'].map((name) => openDesk(browser, desk, {...employees[name], password})));
	for (const each of [page, other]) {
		await each.goto(`${desk.url}/threads/${id}`);
		await each.frameLocator('article.message iframe').getByText('Þalia').waitFor();
	}
	await page.getByRole('button', {name: 'Wrong letters?'}).click();
	const dialog = page.getByRole('dialog', {name: 'Wrong letters?'}), list = dialog.getByRole('combobox', {name: 'Charset'});
	await list.locator('optgroup[label="Baltic"] option').first().waitFor({state: 'attached'});
	await list.selectOption('windows-1257');
	await dialog.getByRole('button', {name: 'Read again'}).click();
	for (const each of [page, other]) {
		await each.frameLocator('article.message iframe').getByText('Žalia').waitFor();
		await each.getByText('Read as windows-1257').waitFor();
	}
	await page.getByText('Message read again as windows-1257').waitFor();
	await page.getByRole('button', {name: 'Wrong letters?'}).click();
	await list.locator('option:checked').getByText('windows-1257').waitFor({state: 'attached'});
	await page.keyboard.press('Escape');
	assert.deepEqual([...page.problems, ...other.problems], []);
});

test('what could not be read is tried again', {skip}, async () => {
	capture(plainMail({from: 'kim@customer.example', subject: 'lost', body: 'Here I am.'}));
	const {id} = await desk.thread(anna, 'lost');
	run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store/desk.db'), `UPDATE message SET state = 'unreadable', note = 'the parser died', reply = '', reply_length = NULL WHERE thread_id = ${id}`]);
	const page = await openDesk(browser, desk, {...employees.anna, password});
	await page.goto(`${desk.url}/threads/${id}`);
	await page.getByText('This message could not be read').waitFor();
	await page.getByRole('button', {name: 'Read again'}).click();
	await page.getByRole('button', {name: 'Wrong letters?'}).waitFor();
	assert.equal((await ofMessage(id)).state, 'ok');
	assert.deepEqual(page.problems, []);
});

test('every charset that is offered can be read', {skip}, async () => {
	capture(mailIn('plain letters', {subject: 'all'}));
	const {id} = await desk.thread(anna, 'all'), message = (await ofMessage(id)).id;
	const {charsets} = await anna.get('/charsets');
	assert.ok(charsets.length > 30);
	for (const {name} of charsets) {
		assert.equal((await anna.fetch(`/api/v1/messages/${message}/reread`, {method: 'POST', body: {charset: name}})).status, 202);
		const now = await until(name, async () => {
			const got = await ofMessage(id);
			return !got.rereading && got;
		});
		assert.equal(now.charset, name);
		assert.equal(now.text.trim() === 'plain letters', !name.startsWith('utf-16'), `${name}: ${now.text}`);
	}
});

test('who may not, and what cannot', {skip}, async () => {
	const {id} = await desk.thread(anna, 'page'), message = (await ofMessage(id)).id;
	const ask = (client, which, body) => client.fetch(`/api/v1/messages/${which}/reread`, {method: 'POST', body}).then((reply) => reply.status);
	assert.equal(await ask(ben, message, {charset: 'klingon'}), 422);
	assert.equal(await ask(ben, message, {charset: 7}), 422);
	assert.equal(await ask(ben, 9999, {}), 404);
	const note = await (await anna.fetch(`/api/v1/threads/${id}/messages`, {method: 'POST', body: {text: 'Hm.', private: true}})).json();
	assert.equal(await ask(anna, note.id, {}), 409);
	desk.addEmployee({email: 'vera@shop.example', firstname: 'Vera', lastname: 'Viewer', role: 'viewer'});
	const vera = new Client(desk.url);
	await vera.logIn('vera@shop.example', password);
	assert.equal(await ask(vera, message, {}), 403);
});

