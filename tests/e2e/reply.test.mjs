// Answers at the API: what the form begins with, sending once, moving threads, undo, notes, drafts, rights, refusals.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Client} from './support/api.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {until} from './support/system.mjs';

let desk, anna, ben;
let count = 0;

before(async () => {
	desk = await startDesk({conf: {courier: {relay: '127.0.0.1:1'}}}); // nobody listens there: what leaves is put off
	anna = await desk.client('anna');
	ben = await desk.client('ben');
});
after(() => desk?.stop());

const capture = (mail) => desk.cli(['capture', '--from', 'jane@customer.example', '--to', mail.to ?? 'support@shop.example'], {input: plainMail(mail)});

// A thread of its own, by its number.
async function newThread(options = {}) {
	const subject = `Question ${++count}`;
	capture({subject, ...options});
	return (await desk.thread(anna, subject)).id;
}

// {status, body}: whatever the answer is.
async function ask(client, path, method = 'GET', body = undefined, headers = {}) {
	const reply = await client.fetch(`/api/v1${path}`, {method, body, headers});
	const text = await reply.text();
	return {status: reply.status, body: text ? JSON.parse(text) : null};
}

const say = (client, thread, body, headers) => ask(client, `/threads/${thread}/messages`, 'POST', body, headers);
const fieldsOf = ({status, body}) => [status, ...(body.errors ?? []).map(({field}) => field)];

test('the form begins with the default message, the signature, the people, the limits', async () => {
	const id = await newThread();
	const {version} = await anna.get('/profile');
	const change = await anna.fetch('/api/v1/profile', {method: 'PATCH', body: {signature: 'Anna Admin\nShop'}, headers: {'if-match': `"${version}"`}});
	assert.equal(change.status, 200);
	const form = await anna.get(`/threads/${id}/reply`);
	assert.equal(form.text, 'Dear Customer,\n\nRegards,\nCustomer service\n\nAnna Admin\nShop');
	assert.match(form.html, /<p>Dear Customer,<\/p>/);
	assert.deepEqual(form.to.map(({address}) => address), ['jane@customer.example']);
	assert.deepEqual(form.cc, []);
	assert.deepEqual(form.from, {name: 'Support', address: 'support@shop.example'});
	assert.equal(form.draft, null);
	assert.deepEqual(form.uploads, []);
	assert.deepEqual([form.limits.file, form.limits.total, form.limits.files, form.undo_seconds], [25 << 20, 25 << 20, 50, 10]);
	assert.ok(form.employees.some(({firstname}) => firstname === 'Ben'));
	const {messages} = await anna.get(`/threads/${id}`);
	assert.equal(form.seen, messages.at(-1).id);
	assert.equal(messages[0].delivery, null);
});

test('an answer is a message, on its way, of who wrote it; the thread closes and is theirs', async () => {
	const id = await newThread();
	const {status, body} = await say(anna, id, {text: 'It is on its way.'});
	assert.equal(status, 201);
	assert.deepEqual([body.kind, body.text, body.author.firstname, body.from.address, body.to[0].address],
		['employee', 'It is on its way.', 'Anna', 'support@shop.example', 'jane@customer.example']);
	assert.equal(body.delivery.state, 'queued');
	assert.ok(Date.parse(body.delivery.undo_until) > Date.now());
	assert.match(body.subject, /^Re: Question/);
	const thread = await anna.get(`/threads/${id}`);
	assert.deepEqual([thread.status, thread.employee.firstname, thread.messages.length], ['closed', 'Anna', 2]);
	assert.equal(thread.messages[1].delivery.state, 'queued');
});

test('undo brings everything back, the text as a draft', async () => {
	const id = await newThread();
	const {body: message} = await say(anna, id, {text: 'Too early', html: '<p>Too <b>early</b></p>', status: 'pending1'});
	assert.equal(message.has_html, true);
	const {status, body} = await ask(anna, `/messages/${message.id}/undo`, 'POST', {});
	assert.equal(status, 200);
	assert.deepEqual([body.thread.status, body.thread.employee, body.draft.html, body.draft.status], ['open', null, '<p>Too <strong>early</strong></p>', 'pending1']);
	const form = await anna.get(`/threads/${id}/reply`);
	assert.equal(form.draft.text, body.draft.text);
	assert.ok(form.draft.updated);
	assert.equal((await anna.get(`/threads/${id}`)).messages.length, 1);
	assert.equal((await ask(anna, `/messages/${message.id}/undo`, 'POST', {})).status, 404);
	const {body: other} = await say(ben, id, {text: 'Now.', undo: 0});
	assert.equal((await ask(anna, `/messages/${other.id}/undo`, 'POST', {})).status, 404, 'not hers');
	assert.equal((await ask(ben, `/messages/${other.id}/undo`, 'POST', {})).status, 409, 'it left at once');
});

test('a key sends once, also when asked twice at the same moment', async () => {
	const id = await newThread();
	const key = {'idempotency-key': 'f3b1-click'};
	const both = await Promise.all([1, 2].map(() => say(anna, id, {text: 'Once.'}, key)));
	assert.deepEqual(both.map(({status}) => status).sort(), [200, 201]);
	assert.equal(both[0].body.id, both[1].body.id);
	assert.equal((await say(anna, id, {text: 'Once.'}, key)).status, 200);
	assert.equal((await say(anna, id, {text: 'Twice.'}, key)).status, 422);
	assert.equal((await anna.get(`/threads/${id}`)).messages.length, 2);
	for (const bad of ['x'.repeat(201), 'a b']) assert.equal((await say(anna, id, {text: 'x'}, {'idempotency-key': bad})).status, 400, bad);
	assert.equal((await say(ben, id, {text: 'Mine.'}, key)).status, 201, 'keys are each one\'s own');
});

test('a thread that has moved stops the answer and shows what is new', async () => {
	const id = await newThread();
	const form = await anna.get(`/threads/${id}/reply`);
	const {body: first} = await say(ben, id, {text: 'I am faster.', undo: 0});
	const moved = await say(anna, id, {text: 'Slow.', seen: form.seen});
	assert.equal(moved.status, 409);
	assert.deepEqual(moved.body.newer.map(({id: message}) => message), [first.id]);
	assert.equal((await say(anna, id, {text: 'All the same.', seen: first.id})).status, 201);
	assert.equal((await say(anna, id, {text: 'My own do not count.', seen: first.id})).status, 201);
});

test('a note stays here and changes nothing else', async () => {
	const id = await newThread();
	const {status, body} = await say(anna, id, {text: 'She called.', private: true, status: 'closed'});
	assert.deepEqual([status, body.kind, body.private, body.delivery], [201, 'note', true, null]);
	const thread = await anna.get(`/threads/${id}`);
	assert.deepEqual([thread.status, thread.employee, thread.private], ['open', null, true]);
});

test('drafts are each one\'s own and survive a restart', async () => {
	const id = await newThread();
	const draft = {text: 'Half a', private: false, to: ['jane@customer.example'], cc: [], status: 'pending2', employee: null, seen: 3};
	assert.equal((await ask(anna, `/threads/${id}/draft`, 'PUT', draft)).status, 200);
	assert.equal((await ben.get(`/threads/${id}/reply`)).draft, null);
	const isMarked = async (client) => (await client.get(`/threads?id=${id}`)).threads[0].draft;
	assert.deepEqual([await isMarked(anna), await isMarked(ben)], [true, false], 'the list shows one\'s own');
	await desk.restart();
	const {draft: kept} = await anna.get(`/threads/${id}/reply`);
	for (const [name, value] of Object.entries(draft)) assert.deepEqual(kept[name], value, name);
	assert.equal((await ask(anna, `/threads/${id}/draft`, 'PUT', {text: '', html: '<script>alert(1)</script><p>x</p>'})).status, 200);
	assert.equal((await anna.get(`/threads/${id}/reply`)).draft.html, '<p>x</p>');
	assert.equal((await ask(anna, `/threads/${id}/draft`, 'DELETE')).status, 204);
	assert.equal((await anna.get(`/threads/${id}/reply`)).draft, null);
	await ask(anna, `/threads/${id}/draft`, 'PUT', draft);
	await say(anna, id, {text: 'Whole.'});
	assert.equal((await anna.get(`/threads/${id}/reply`)).draft, null, 'sent');
});

test('what is refused is named, and nothing is left', async () => {
	const id = await newThread();
	const cases = [
		[{}, 'text'], [{text: ' \n\u00a0'}, 'text'], [{text: 3}, 'text'], [{html: '<p> </p>'}, 'text'], [{text: 'x', html: 1}, 'html'],
		[{text: 'x', status: 'gone'}, 'status'], [{text: 'x', employee: 'Ben'}, 'employee'], [{text: 'x', employee: 9999}, 'employee'],
		[{text: 'x', to: 'jane@customer.example'}, 'to'], [{text: 'x', to: ['evil@elsewhere.example']}, 'to'],
		[{text: 'x', cc: ['evil@elsewhere.example']}, 'cc'], [{text: 'x', to: []}, 'to'], [{text: 'x', uploads: [77]}, 'uploads'],
		[{text: 'x', uploads: 'a'}, 'uploads'], [{text: 'x', seen: -1}, 'seen'], [{text: 'x', undo: 11}, 'undo'], [{text: 'x', undo: 2 ** 62}, 'undo'], [{text: 'x', html: `<a href="https://x.example/${'y'.repeat(4000)}">${'<p>x'.repeat(50_000)}`}, 'html'], [{text: 'x', private: 'no'}, 'private'],
	];
	for (const [body, field] of cases) {
		const answer = await say(anna, id, body);
		assert.deepEqual(fieldsOf(answer), [422, field], JSON.stringify(body));
	}
	assert.equal((await say(anna, id, {text: ''})).body.detail, 'The message cannot be blank.');
	assert.equal((await say(anna, 9999, {text: 'x'})).status, 404);
	assert.equal((await anna.get(`/threads/${id}`)).messages.length, 1);
	await anna.fetch(`/api/v1/threads/${id}`, {method: 'DELETE'});
	assert.equal((await say(anna, id, {text: 'x'})).status, 409);
});

test('viewers and those of other contacts may not', async () => {
	const id = await newThread();
	const {contacts} = await anna.get('/contacts');
	const orders = contacts.find(({address}) => address === 'orders@shop.example').id;
	await anna.post('/employees', {firstname: 'Vic', lastname: 'Viewer', email: 'vic@shop.example', role: 'viewer', password});
	await anna.post('/employees', {firstname: 'Otto', lastname: 'Orders', email: 'otto@shop.example', role: 'agent', password, all_contacts: false, contacts: [orders]});
	for (const [email, status] of [['vic@shop.example', 403], ['otto@shop.example', 404]]) {
		const client = new Client(desk.url);
		await client.logIn(email, password);
		assert.equal((await say(client, id, {text: 'x'})).status, status, email);
		assert.equal((await ask(client, `/threads/${id}/reply`)).status, status, email);
		assert.equal((await ask(client, `/threads/${id}/draft`, 'PUT', {text: 'x'})).status, status, email);
		assert.equal((await ask(client, `/threads/${id}/preview`, 'POST', {text: 'x'})).status, status, email);
		assert.equal((await ask(client, `/threads/${id}/forward`, 'POST', {email: 'x@y.example'})).status, status, email);
	}
	const stranger = new Client(desk.url);
	assert.equal((await say(stranger, id, {text: 'x'})).status, 401);
	anna.origin = 'https://elsewhere.example';
	assert.equal((await say(anna, id, {text: 'x'})).status, 403);
	anna.origin = desk.url;
});

test('a program\'s answer leaves at once', async () => {
	const id = await newThread();
	const {token} = await anna.post('/tokens', {name: 'robot', role: 'agent'});
	const robot = new Client(desk.url);
	robot.origin = '';
	const {status, body} = await say(robot, id, {text: 'By machine.'}, {authorization: `Bearer ${token}`});
	assert.deepEqual([status, body.delivery.undo_until], [201, null]);
});

test('the preview is the mail as it leaves', async () => {
	const id = await newThread({text: 'My lamp is broken.'});
	const {status, body} = await ask(anna, `/threads/${id}/preview`, 'POST', {text: 'ignored', html: '<p>Buy <b>new</b></p>'});
	assert.equal(status, 200);
	assert.match(body.subject, /^Re: Question/);
	assert.match(body.html, /<strong>new<\/strong>/);
	assert.match(body.text, /Buy \*?new\*?[^]*> /);
	assert.deepEqual(fieldsOf(await ask(anna, `/threads/${id}/preview`, 'POST', {text: ''})), [422, 'text']);
});

test('forwarding notes it, and mails it', async () => {
	const id = await newThread();
	const people = await anna.get(`/threads/${id}/employees`);
	const colleague = people.employees.find(({firstname}) => firstname === 'Ben');
	const toBen = await ask(anna, `/threads/${id}/forward`, 'POST', {employee: colleague.id, comment: 'Yours?'});
	assert.deepEqual([toBen.status, toBen.body.kind, toBen.body.text], [201, 'note', 'Message forwarded to Ben Baker\nComment: Yours?']);
	assert.deepEqual([toBen.body.delivery.state, toBen.body.delivery.recipients[0].address], ['queued', employees.ben.email]);
	const away = await ask(anna, `/threads/${id}/forward`, 'POST', {email: 'expert@elsewhere.example'});
	assert.deepEqual([away.status, away.body.text], [201, 'Message forwarded to expert@elsewhere.example']);
	const thread = await anna.get(`/threads/${id}`);
	assert.deepEqual([thread.status, thread.employee.id], ['open', colleague.id]);
	for (const [body, field] of [[{}, 'employee'], [{employee: 'x'}, 'employee'], [{employee: 9999}, 'employee'], [{email: 'nobody'}, 'email'],
		[{email: 'support@shop.example'}, 'email'], [{email: `${'x'.repeat(400)}@y.example`}, 'email'], [{email: 'a@b.example', comment: 3}, 'comment']])
		assert.deepEqual(fieldsOf(await ask(anna, `/threads/${id}/forward`, 'POST', body)), [422, field], JSON.stringify(body));
	assert.equal((await ask(anna, `/threads/${id}/forward`, 'POST', {email: 'nobody'})).body.detail, 'The email address is invalid.');
	assert.equal((await ask(anna, '/threads/9999/forward', 'POST', {email: 'a@b.example'})).status, 404);
});

test('what is put off is sent once more, also to another address, which takes part then', async () => {
	const id = await newThread();
	const {body: message} = await say(anna, id, {text: 'Hello', undo: 0});
	const state = async () => (await anna.get(`/threads/${id}`)).messages.at(-1).delivery;
	await until('a delay', async () => (await state()).state === 'delayed');
	assert.match((await state()).detail, /./);
	const again = await ask(ben, `/messages/${message.id}/resend`, 'POST', {});
	assert.equal(again.status, 200);
	await until('another delay', async () => (await state()).state === 'delayed');
	for (const address of ['nobody', 'support@shop.example', ''])
		assert.deepEqual(fieldsOf(await ask(anna, `/messages/${message.id}/resend`, 'POST', {address})), [422, 'address'], address);
	assert.deepEqual(fieldsOf(await ask(anna, `/messages/${message.id}/resend`, 'POST', {address: 3})), [422, 'address']);
	const other = await ask(anna, `/messages/${message.id}/resend`, 'POST', {address: 'jane@home.example'});
	assert.deepEqual([other.status, other.body.to[0].address, other.body.delivery.recipients[0].address], [200, 'jane@home.example', 'jane@home.example']);
	assert.ok((await anna.get(`/threads/${id}/reply`)).people.some(({address}) => address === 'jane@home.example'));
	assert.deepEqual(fieldsOf(await ask(anna, `/messages/${message.id}/settle`, 'POST', {})), [422, 'sent']);
	assert.equal((await ask(anna, `/messages/${message.id}/settle`, 'POST', {sent: true})).status, 409, 'no doubt');
	assert.equal((await ask(anna, '/messages/9999/resend', 'POST', {})).status, 404);
	const {messages} = await anna.get(`/threads/${id}`);
	assert.equal((await ask(anna, `/messages/${messages[0].id}/resend`, 'POST', {})).status, 404, 'it came in');
});

test('fields of predefined messages: unknown ones are refused, known ones filled', async () => {
	const unknown = await ask(anna, '/order-messages', 'POST', {name: {en: 'Wrong'}, message: {en: 'Dear {customer.name} {x}'}});
	assert.deepEqual(fieldsOf(unknown), [422, 'message.en']);
	assert.match(unknown.body.detail, /\{customer\.name\}, \{x\}.* - Language: English$/);
	const message = await anna.post('/order-messages', {name: {en: 'Late'}, message: {en: 'Dear {customer.firstname}, of {customer.email}: #{thread.id}. {employee.firstname}'}});
	const id = await newThread();
	const filled = await ask(anna, `/threads/${id}/fill`, 'POST', {order_message: message.id});
	assert.deepEqual(filled, {status: 200, body: {text: `Dear , of jane@customer.example: #${id}. Anna`, unknown: [], empty: ['customer.firstname']}});
	assert.deepEqual(fieldsOf(await ask(anna, `/threads/${id}/fill`, 'POST', {order_message: 9999})), [422, 'order_message']);
	assert.deepEqual(fieldsOf(await ask(anna, `/threads/${id}/fill`, 'POST', {})), [422, 'order_message']);
	const {version} = await anna.get('/settings/contact');
	const change = await ask(anna, '/settings/contact', 'PATCH', {default_message: {fr: 'Cher {client}'}}, {'if-match': `"${version}"`});
	assert.deepEqual(fieldsOf(change), [422, 'default_message.fr']);
});

test('a link to set a password is mailed', async () => {
	const {employees: staff} = await anna.get('/employees');
	const {id} = staff.find(({email}) => email === employees.ben.email);
	const link = await anna.post(`/employees/${id}/reset`);
	assert.equal(link.mailed, true);
	const queue = desk.cli(['queue']);
	assert.match(String(queue.stdout ?? queue), /ben@shop\.example/);
});

test('the settings of answering are the admin\'s', async () => {
	const settings = await anna.get('/settings/answering');
	assert.deepEqual({...settings, version: 0}, {version: 0, reopen_days: 30, plus_address: true, subject_marker: false, quote: true,
		new_sender_new_thread: false, employee_clients: false});
	const change = (body, version) => ask(anna, '/settings/answering', 'PATCH', body, {'if-match': `"${version}"`});
	assert.deepEqual(fieldsOf(await change({quote: 'no'}, settings.version)), [422, 'quote']);
	const changed = await change({quote: false, subject_marker: true}, settings.version);
	assert.deepEqual([changed.status, changed.body.quote, changed.body.subject_marker], [200, false, true]);
	assert.equal((await change({quote: true}, settings.version)).status, 412);
	assert.equal((await ask(ben, '/settings/answering')).status, 403);
	const id = await newThread();
	assert.match((await ask(anna, `/threads/${id}/preview`, 'POST', {text: 'x'})).body.subject, / #ct\d+ #tc[0-9a-z]+$/);
	assert.equal((await ask(anna, `/threads/${id}/preview`, 'POST', {text: 'x'})).body.text.trim(), 'x');
	await until('the settings back', async () => (await change({quote: true, subject_marker: false}, changed.body.version)).status === 200);
});
