// A day at the demo: a customer asks by mail, staff answer with an attachment, the customer answers out of Gmail; mailboxes that are full or not there;
// a forward to either kind of recipient. SHOTS=DIR keeps pictures of it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {Client} from './support/api.mjs';
import {openBell} from './support/bell.mjs';
import {openDesk, startBrowser, titleCount} from './support/browser.mjs';
import {clients, readMail} from './support/clients.mjs';
import {startDemo} from './support/demo.mjs';
import {plainMail, sendMail} from './support/smtp.mjs';
import {freePort, lacks, run, top, until} from './support/system.mjs';

const skip = lacks('postfix', 'swaks', 'chromium', 'python3');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-e2e-day-'));
fs.chmodSync(dir, 0o755);
const jane = 'jane@customer.example';
let demo, smtp, client, bell, browser, page, threadId, bill;

before(async () => {
	if (skip) return;
	smtp = await freePort();
	demo = await startDemo({dir: path.join(dir, 'var'), http: await freePort(), smtp});
	const [email, password] = demo.value('login').split(' ');
	client = new Client(demo.value('desk'));
	await client.logIn(email, password);
	run(path.join(dir, 'var/belfry'), ['-c', path.join(dir, 'var/belfry.conf'), 'employee', 'add', 'ben@shop.example', '--firstname', 'Ben', '--lastname', 'Baker',
		'--role', 'agent', '--password-stdin'], {input: `${password}\n`});
	bell = await openBell(client);
	browser = await startBrowser();
	page = await openDesk(browser, {url: demo.value('desk')}, {email, password}, {reducedMotion: 'reduce', viewport: {width: 1280, height: 900}});
});
after(async () => {
	bell?.close();
	await browser?.close();
	demo?.child.kill('SIGINT');
	await demo?.ended;
	fs.rmSync(dir, {recursive: true, force: true});
});

async function picture(name, of = page) {
	if (process.env.SHOTS) await of.screenshot({path: path.join(process.env.SHOTS, `${name}.png`), fullPage: true});
}

async function ask(from, subject, body) {
	const replies = await sendMail(smtp, {from, to: 'support@shop.example', octets: plainMail({from: `Jane Doe <${from}>`, subject, body})});
	assert.match(replies.at(-2), /^250 /);
	return until(`a thread "${subject}"`, async () => (await client.get('/threads?folder=all')).threads.find((thread) => thread.subject === subject));
}

// Mails in a mailbox of the demo's state folder, as Python reads them.
function mailbox(name) {
	const folder = path.join(dir, 'var/postfix/maildir', name, 'new');
	const files = fs.existsSync(folder) ? fs.readdirSync(folder).map((file) => path.join(folder, file)) : [];
	return files.length ? JSON.parse(run('python3', [path.join(top, 'tests/e2e/support/mail.py'), ...files]).stdout) : [];
}
const mailTo = (name, address, subject) => until(`a mail to ${address}`, () =>
	mailbox(name).find((mail) => mail.to[0]?.[1] === address && (!subject || mail.subject === subject)), 30);

const form = () => page.getByRole('region', {name: 'Answer', exact: true});
const openThread = async (id) => {
	await page.goto(`${demo.value('desk')}/threads/${id}`);
	await form().getByRole('button', {name: 'Send', exact: true}).waitFor();
};

test('a customer writes: the bell rings', {skip}, async () => {
	({id: threadId} = await ask(jane, 'Where is my order?', 'Hello,\n\nI ordered a lamp a week ago. Is it on its way?\n\nJane'));
	const [frame] = await bell.wait('message');
	assert.deepEqual([frame.thread, frame.ring], [threadId, true]);
	await until('the number in the title', async () => await titleCount(page) === 1);
});

test('staff answer with an attachment; the mail in the customer\'s mailbox looks right', {skip}, async () => {
	await openThread(threadId);
	const editor = form().getByRole('textbox', {name: 'Your answer'});
	await editor.focus();
	await page.keyboard.press('Control+a');
	await page.keyboard.type('Dear Jane,');
	await page.keyboard.press('Enter');
	await page.keyboard.type('your lamp left ');
	await page.keyboard.press('Control+b');
	await page.keyboard.type('yesterday');
	await page.keyboard.press('Control+b');
	await page.keyboard.type('. Zażółć gęślą jaźń — 你好 🙂');
	await page.keyboard.press('Enter');
	await form().getByRole('button', {name: 'Bulleted list'}).click();
	await page.keyboard.type('parcel number 12345');
	await page.keyboard.press('Enter');
	await page.keyboard.type('the bill is attached');
	bill = Buffer.from('%PDF-1.4 not much of a bill');
	await form().locator('input[type=file]').setInputFiles([{name: 'Rechnung für Jane – 你好.pdf', mimeType: 'application/pdf', buffer: bill}]);
	await form().locator('[data-state=there]').waitFor();
	await picture('form');
	await form().getByRole('button', {name: 'Send', exact: true}).click();
	await page.locator('article.message-employee [data-delivery=delivered]').waitFor({timeout: 40_000});
	await picture('thread-delivered');
	const mail = await mailTo('customers', jane);
	assert.deepEqual(mail.defects, []);
	assert.equal(mail.subject, 'Re: Where is my order?');
	assert.deepEqual(mail.from, [['Customer service', 'support@shop.example']]);
	assert.match(mail['reply-to'][0][1], /^support\+t\d+-[a-z0-9]+@shop\.example$/);
	assert.deepEqual(mail.files, [{name: 'Rechnung für Jane – 你好.pdf', type: 'application/pdf', size: bill.length}]);
	assert.match(mail.text, /Dear Jane,\n+your lamp left yesterday\. Zażółć gęślą jaźń — 你好 🙂\n+- parcel number 12345\n- the bill is attached\n/);
	assert.match(mail.text, /^> I ordered a lamp a week ago\. Is it on its way\?$/m);
	assert.match(mail.html, /<strong>yesterday<\/strong>/);
	assert.match(mail.html, /<li>parcel number 12345<\/li>/);
	assert.match(mail.html, /<blockquote[^]*I ordered a lamp/);
	assert.doesNotMatch(mail.html, /<script|<img|src=|http:/i);
});

test('in HTML it reads like a letter, wide and narrow, light and dark', {skip}, async () => {
	const {html, text} = await mailTo('customers', jane);
	for (const [name, options] of Object.entries({wide: {viewport: {width: 900, height: 700}}, phone: {viewport: {width: 360, height: 640}}, dark: {viewport: {width: 900, height: 700}, colorScheme: 'dark'}})) {
		const context = await browser.newContext({...options, javaScriptEnabled: false});
		const reader = await context.newPage();
		await reader.setContent(html);
		await picture(`mail-${name}`, reader);
		assert.ok(await reader.getByText('parcel number 12345').isVisible());
		const {width} = await reader.locator('body').boundingBox();
		assert.ok(width <= options.viewport.width, `${name}: ${width}`);
		await context.close();
	}
	if (process.env.SHOTS) fs.writeFileSync(path.join(process.env.SHOTS, 'mail.txt'), text);
});

test('the customer answers out of Gmail: the thread opens again and rings, the quote is folded', {skip}, async () => {
	const {file} = await mailTo('customers', jane);
	const octets = clients.Gmail(readMail(fs.readFileSync(file)), `Jane Doe <${jane}>`, 'Thank you, it is here, but broken.');
	const to = /^To: .*?([^\s<]+@[^\s>]+)/m.exec(octets)[1];
	const before = bell.of('message').length;
	assert.match((await sendMail(smtp, {from: jane, to, octets})).at(-2), /^250 /);
	const frame = (await bell.wait('message', before + 1)).at(-1);
	assert.deepEqual([frame.thread, frame.ring], [threadId, true]);
	const thread = await client.get(`/threads/${threadId}`);
	assert.equal(thread.status, 'open');
	const answer = thread.messages.findLast(({kind, auto}) => kind === 'customer' && !auto);
	assert.deepEqual([answer.reply.trim(), answer.new_sender], ['Thank you, it is here, but broken.', false]);
	await page.locator('article.message-customer').last().frameLocator('iframe').getByText('it is here, but broken').waitFor();
	await picture('thread-answered');
});

test('a mailbox that is full: the report stands on the reply, and its writer hears of it', {skip}, async () => {
	const {id} = await ask('full@customer.example', 'I never hear from you', 'Hello?');
	await client.post(`/threads/${id}/messages`, {text: 'We did write.', undo: 0});
	await until('the bell', async () => (await client.get('/notifications')).entries.some((entry) => entry.kind === 'undelivered' && entry.thread === id), 30);
	await page.goto(`${demo.value('desk')}/threads/${id}`);
	const reply = page.locator('article.message-employee');
	await reply.locator('[data-delivery=failed]').waitFor({timeout: 30_000});
	assert.match(await reply.innerText(), /5\.2\.2[^]*the mailbox is full/);
	const thread = await client.get(`/threads/${id}`);
	assert.equal(thread.status, 'closed');
	assert.equal(thread.messages.at(-1).bounce.action, 'failed');
	await picture('bounce');
});

test('a mailbox that is not there: not delivered, at once; to a corrected address it arrives', {skip}, async () => {
	const {id} = await ask('nobody@customer.example', 'From nobody', 'Hello?');
	const {id: message} = await client.post(`/threads/${id}/messages`, {text: 'Hello, nobody.', undo: 0});
	await page.goto(`${demo.value('desk')}/threads/${id}`);
	await page.locator('article.message-employee [data-delivery=failed]', {hasText: 'there is no such mailbox'}).waitFor({timeout: 30_000});
	await picture('refused');
	await client.post(`/messages/${message}/resend`, {address: 'somebody@customer.example'});
	await mailTo('customers', 'somebody@customer.example');
	await page.locator('article.message-employee [data-delivery=delivered]').waitFor({timeout: 30_000});
});

test('a forward reaches an employee and somebody else', {skip}, async () => {
	await openThread(threadId);
	const dialog = page.getByRole('dialog', {name: 'Forward this discussion'});
	const to = dialog.getByRole('combobox', {name: 'Forward this discussion to an employee:'});
	const open = () => page.getByRole('button', {name: 'Forward this discussion to another employee'}).click();
	await open();
	await to.selectOption({label: 'B. Baker'});
	await dialog.getByRole('textbox', {name: 'Comment:'}).fill('Please send a new one.');
	await dialog.getByRole('button', {name: 'Forward', exact: true}).click();
	await page.locator('article.message-note', {hasText: 'Message forwarded to Ben Baker'}).waitFor();
	const notice = await mailTo('others', 'ben@shop.example');
	assert.deepEqual(notice.defects, []);
	assert.match(notice.text, /Please send a new one\./);
	assert.ok(notice.text.includes(`/threads/${threadId}`), notice.text);
	assert.ok(notice.names.includes('auto-submitted'));
	await open();
	await to.selectOption({label: 'Someone else'});
	await dialog.getByRole('textbox', {name: 'Email address'}).fill('maker@customer.example');
	await dialog.getByRole('textbox', {name: 'Comment:'}).fill('Can you repair it?');
	await dialog.getByRole('button', {name: 'Forward', exact: true}).click();
	await page.locator('article.message-note', {hasText: 'Message forwarded to maker@customer.example'}).waitFor();
	const forward = await mailTo('customers', 'maker@customer.example');
	assert.deepEqual(forward.defects, []);
	assert.equal(forward.subject, 'Fwd: Customer message');
	assert.equal(forward['reply-to'][0][1], demo.value('login').split(' ')[0]);
	for (const part of ['Can you repair it?', 'I ordered a lamp a week ago', 'your lamp left yesterday', 'it is here, but broken']) assert.ok(forward.text.includes(part), part);
	assert.doesNotMatch(forward.text, /Please send a new one/, 'a private note');
	assert.deepEqual(forward.files.map(({name}) => name), ['Rechnung für Jane – 你好.pdf']);
	const {status, employee} = await client.get(`/threads/${threadId}`);
	assert.deepEqual([status, employee.firstname], ['open', 'Ben']);
	await picture('forwarded');
	assert.deepEqual(page.problems, []);
});
