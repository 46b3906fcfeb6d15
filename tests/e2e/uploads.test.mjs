// Files for answers: taken as they come, asked for first, kept with the draft, sent, thrown away; and what goes wrong on the way.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import net from 'node:net';
import {after, before, test} from 'node:test';
import {Client} from './support/api.mjs';
import {password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {isSanitized, peakOf, until} from './support/system.mjs';

const MB = 1 << 20;
let desk, anna, ben;
let count = 0;

before(async () => {
	desk = await startDesk();
	anna = await desk.client('anna');
	ben = await desk.client('ben');
});
after(() => desk?.stop());

async function newThread() {
	const subject = `Files ${++count}`;
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject})});
	return (await desk.thread(anna, subject)).id;
}

const headersOf = (client, more = {}) => ({cookie: client.cookie, origin: desk.url, ...more});

// {status, body}
async function upload(client, thread, name, octets, type = 'application/octet-stream') {
	const reply = await fetch(`${desk.url}/api/v1/threads/${thread}/uploads?name=${encodeURIComponent(name)}`,
		{method: 'POST', headers: headersOf(client, {'content-type': type}), body: octets});
	return {status: reply.status, body: JSON.parse(await reply.text())};
}

const download = async (client, path) => {
	const reply = await client.fetch(`/api/v1${path}`);
	return {status: reply.status, type: reply.headers.get('content-type'), disposition: reply.headers.get('content-disposition'),
		octets: Buffer.from(await reply.arrayBuffer())};
};
const uploadsOf = async (client, thread) => (await client.get(`/threads/${thread}/reply`)).uploads;

// A connection that sends the head of an upload and then whatever the test says; .answer: what came back.
function open(client, thread, length, {origin = desk.url, type = 'text/plain'} = {}) {
	const socket = net.connect(desk.port, '127.0.0.1');
	socket.answer = '';
	socket.on('data', (octets) => { socket.answer += octets.toString('latin1'); });
	socket.on('error', () => {});
	socket.write(`POST /api/v1/threads/${thread}/uploads?name=a.txt HTTP/1.1\r\nHost: ${desk.url.slice(7)}\r\nOrigin: ${origin}\r\n` +
		`Cookie: ${client?.cookie ?? ''}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`);
	return socket;
}
const statusOf = (socket) => until('an answer', () => /^HTTP\/1\.1 (\d+)/.exec(socket.answer)?.[1]);

test('a file comes back as it was, under a harmless name and type', async () => {
	const id = await newThread();
	const octets = crypto.randomBytes(700_001);
	const {status, body} = await upload(anna, id, '../../etc/Ärger\u0007\u202etxt.exe', octets, 'Text/HTML; charset=utf-8');
	assert.equal(status, 201);
	assert.deepEqual({...body, id: 0}, {id: 0, name: 'Ärgertxt.exe', type: 'text/html', size: octets.length});
	const file = await download(anna, `/threads/${id}/uploads/${body.id}`);
	assert.deepEqual([file.status, file.type], [200, 'application/octet-stream']);
	assert.match(file.disposition, /^attachment; filename="_rgertxt.exe"/);
	assert.ok(file.octets.equals(octets));
	assert.deepEqual(await uploadsOf(anna, id), [body]);
	assert.deepEqual(await uploadsOf(ben, id), [], 'each one\'s own');
	assert.equal((await download(ben, `/threads/${id}/uploads/${body.id}`)).status, 404);
	assert.equal((await ben.fetch(`/api/v1/threads/${id}/uploads/${body.id}`, {method: 'DELETE'})).status, 404);
	const empty = await upload(anna, id, 'empty.txt', '', 'text/plain');
	assert.deepEqual([empty.status, empty.body.size, empty.body.type], [201, 0, 'text/plain']);
	assert.equal((await download(anna, `/threads/${id}/uploads/${empty.body.id}`)).octets.length, 0);
	const json = await upload(anna, id, 'a.json', '{"a": 1}', 'application/json');
	assert.equal((await download(anna, `/threads/${id}/uploads/${json.body.id}`)).octets.toString(), '{"a": 1}');
	await anna.fetch(`/api/v1/threads/${id}/uploads/${json.body.id}`, {method: 'DELETE'});
	assert.equal((await anna.fetch(`/api/v1/threads/${id}/uploads/${body.id}`, {method: 'DELETE'})).status, 204);
	assert.deepEqual((await uploadsOf(anna, id)).map(({name}) => name), ['empty.txt']);
	assert.equal((await upload(anna, id, '', 'x')).status, 422);
});

test('they survive a restart, are sent with the answer, and come back by undo', async () => {
	const id = await newThread();
	const octets = crypto.randomBytes(300_000);
	const {body: file} = await upload(anna, id, 'Rechnung.pdf', octets, 'application/pdf');
	const {body: text} = await upload(anna, id, 'note.txt', 'Hello', 'text/plain');
	await desk.restart();
	assert.deepEqual(await uploadsOf(anna, id), [file, text]);
	const message = await anna.post(`/threads/${id}/messages`, {text: 'Please find it attached.', uploads: [file.id, text.id]});
	assert.deepEqual(message.attachments.map(({name, size}) => [name, size]), [['Rechnung.pdf', 300_000], ['note.txt', 5]]);
	assert.ok((await download(anna, `/messages/${message.id}/attachments/1`)).octets.equals(octets));
	assert.equal((await download(ben, `/messages/${message.id}/attachments/2`)).octets.toString(), 'Hello');
	const zip = await download(anna, `/messages/${message.id}/attachments.zip`);
	assert.deepEqual([zip.status, zip.octets.subarray(0, 2).toString()], [200, 'PK']);
	assert.deepEqual(await uploadsOf(anna, id), []);
	await anna.post(`/messages/${message.id}/undo`, {});
	assert.deepEqual((await uploadsOf(anna, id)).map(({id: number}) => number), [file.id, text.id]);
	assert.equal((await anna.fetch(`/api/v1/threads/${id}/draft`, {method: 'DELETE'})).status, 204);
	assert.deepEqual(await uploadsOf(anna, id), []);
	assert.equal((await anna.fetch(`/api/v1/threads/${id}/messages`, {method: 'POST', body: {text: 'x', uploads: [file.id]}})).status, 422, 'gone');
});

test('no more than the limit says, and the refusal can be read', async (t) => {
	const id = await newThread();
	const whole = crypto.randomBytes(25 * MB), [web] = desk.role('web');
	const before = peakOf(web);
	const large = await upload(anna, id, 'large', whole);
	assert.deepEqual([large.status, large.body.size], [201, 25 * MB]);
	const taken = peakOf(web);
	const fetchIt = () => download(anna, `/threads/${id}/uploads/${large.body.id}`);
	assert.ok((await fetchIt()).octets.equals(whole)); // fills the workers' page caches, which have a bound
	const cached = peakOf(web);
	for (let i = 0; i < 3; i++) await fetchIt();
	const grown = [taken - before, cached - taken, peakOf(web) - cached];
	t.diagnostic(`web's memory: ${before} KiB; 25 MB in: ${grown[0]} KiB more, out: ${grown[1]}, out three times more: ${grown[2]}`);
	assert.ok(isSanitized(web) || (grown[0] < 12 * 1024 && grown[2] < 4 * 1024), grown.join());
	const more = await upload(anna, id, 'more', 'x');
	assert.equal(more.status, 413);
	assert.match(more.body.detail, /25 MB/);
	assert.equal((await upload(ben, id, 'his own', 'x')).status, 201, 'each answer has its own limit');
	await anna.fetch(`/api/v1/threads/${id}/draft`, {method: 'DELETE'});
	const beyond = await upload(anna, id, 'beyond', Buffer.alloc(25 * MB + 1));
	assert.equal(beyond.status, 413);
	assert.match(beyond.body.detail, /25/);
	assert.deepEqual(await uploadsOf(anna, id), []);
});

test('whoever may not is refused before the file comes', async () => {
	const id = await newThread();
	const {contacts} = await anna.get('/contacts');
	const orders = contacts.find(({address}) => address === 'orders@shop.example').id;
	await anna.post('/employees', {firstname: 'Vic', lastname: 'Viewer', email: 'vic@shop.example', role: 'viewer', password});
	await anna.post('/employees', {firstname: 'Otto', lastname: 'Orders', email: 'otto@shop.example', role: 'agent', password, all_contacts: false, contacts: [orders]});
	const login = async (email) => { const client = new Client(desk.url); await client.logIn(email, password); return client; };
	const cases = [[null, id, {}, '401'], [anna, id, {origin: 'https://elsewhere.example'}, '403'], [anna, 99999, {}, '404'],
		[await login('vic@shop.example'), id, {}, '403'], [await login('otto@shop.example'), id, {}, '404']];
	for (const [client, thread, options, status] of cases) {
		const socket = open(client, thread, 20 * MB, options); // not one octet of the 20 MB
		assert.equal(await statusOf(socket), status);
		await until('the end', () => socket.readableEnded || socket.destroyed);
		socket.destroy();
	}
	const json = open(anna, id, 26 * MB);
	assert.equal(await statusOf(json), '413');
	json.destroy();
});

test('a file that breaks off leaves nothing', async () => {
	const id = await newThread();
	const socket = open(anna, id, 3 * MB);
	await new Promise((done) => socket.write(Buffer.alloc(2 * MB), done));
	socket.destroy();
	assert.deepEqual(await uploadsOf(anna, id), []);
	assert.equal((await upload(anna, id, 'whole', 'x')).status, 201);
	assert.equal((await uploadsOf(anna, id)).length, 1);
});

test('slowly, octet by octet, it comes all the same', async () => {
	const id = await newThread();
	const socket = open(anna, id, 40);
	for (let i = 0; i < 40; i++) {
		socket.write('x');
		await new Promise((done) => setTimeout(done, 5));
	}
	assert.equal(await statusOf(socket), '201');
	socket.destroy();
	assert.equal((await uploadsOf(anna, id))[0].size, 40);
});

test('a few at once, and the desk goes on', async () => {
	const id = await newThread();
	const sockets = Array.from({length: 7}, () => open(anna, id, 1000)); // of which nothing comes
	let ninth;
	const seen = [];
	await until('a refusal', async () => {
		sockets.push(open(anna, id, 1000));
		ninth = await upload(anna, id, 'one more', 'x');
		seen.push(ninth.status);
		return ninth.status === 503;
	}).catch((error) => assert.fail(`${error.message}; answers: ${seen}; to the others: ${sockets.map(({answer}) => answer.slice(9, 12))}`));
	assert.match(ninth.body.detail, /moment/);
	assert.equal((await anna.fetch('/api/v1/threads')).status, 200);
	for (const socket of sockets) socket.destroy();
	await until('room', async () => (await upload(anna, id, 'one more', 'x')).status === 201);
});

const send = async (client, thread, form, headers) => {
	const reply = await fetch(`${desk.url}/api/v1/threads/${thread}/messages`, {method: 'POST', headers: headersOf(client, headers), body: form});
	return {status: reply.status, body: JSON.parse(await reply.text())};
};

function formOf(values, files = []) {
	const form = new FormData();
	for (const [name, value] of Object.entries(values)) for (const each of [value].flat()) form.append(name, each);
	for (const [name, octets, type] of files) form.append('attachments', new Blob([octets], {type}), name);
	return form;
}

test('an answer as a form, with its files', async () => {
	const id = await newThread();
	const octets = crypto.randomBytes(2 * MB);
	const values = {text: 'Bitte sehr: ä€', to: 'jane@customer.example', status: 'pending1', employee: '', undo: '0', private: 'false'};
	const {status, body} = await send(anna, id, formOf(values, [['Ärger "1".bin', octets, 'image/png'], ['b.txt', 'b', 'text/plain'], ['empty.txt', '', 'text/plain']]));
	assert.equal(status, 201);
	assert.deepEqual([body.text, body.delivery.undo_until], [values.text, null]);
	assert.deepEqual(body.attachments.map(({name, type, size}) => [name, type, size]),
		[['Ärger "1".bin', 'image/png', 2 * MB], ['b.txt', 'text/plain', 1], ['empty.txt', 'text/plain', 0]]);
	assert.ok((await download(anna, `/messages/${body.id}/attachments/1`)).octets.equals(octets));
	const thread = await anna.get(`/threads/${id}`);
	assert.deepEqual([thread.status, thread.employee], ['pending1', null]);
	assert.deepEqual(await uploadsOf(anna, id), []);
});

test('a form under a key is sent once, whatever its boundary', async () => {
	const id = await newThread();
	const form = () => formOf({text: 'Once'}, [['a.txt', 'aaa', 'text/plain']]);
	const key = {'idempotency-key': 'form-1'};
	const [first, second] = await Promise.all([send(anna, id, form(), key), send(anna, id, form(), key)]);
	assert.deepEqual([first.status, second.status].sort(), [200, 201]);
	assert.equal(first.body.id, second.body.id);
	assert.equal((await send(anna, id, formOf({text: 'Once'}, [['a.txt', 'bbb', 'text/plain']]), key)).status, 422);
	assert.equal((await anna.get(`/threads/${id}`)).messages.length, 2);
	assert.deepEqual(await uploadsOf(anna, id), [], 'the second one\'s file is gone');
});

test('a form that is refused leaves nothing', async () => {
	const id = await newThread();
	const file = [['a.txt', 'aaa', 'text/plain']];
	const cases = [
		[formOf({text: ' '}, file), 422, 'text'], [formOf({text: 'x', status: 'gone'}, file), 422, 'status'], [formOf({text: 'x', to: 'evil@x.example'}, file), 422, 'to'],
		[formOf({text: 'x', employee: 'Ben'}, file), 422, 'employee'], [formOf({text: 'x', private: 'maybe'}, file), 422, 'private'],
		[formOf({text: 'x', uploads: ['77', 'a']}, file), 422, 'uploads'], [formOf({text: 'x', seen: '-1'}, file), 422, 'seen'],
		[formOf({text: 'x'.repeat(1_200_000)}, file), 413], [formOf({text: 'x'}, [['a', Buffer.alloc(13 * MB)], ['b', Buffer.alloc(13 * MB)]]), 413],
		[formOf({text: 'x'}, Array.from({length: 51}, (_, i) => [`${i}.txt`, 'x'])), 413],
	];
	const other = formOf({text: 'x'});
	other.append('picture', new Blob(['x']), 'x.png');
	cases.push([other, 422, 'picture']);
	for (const [form, status, field] of cases) {
		const answer = await send(anna, id, form);
		assert.equal(answer.status, status, JSON.stringify(answer.body));
		assert.equal(answer.body.errors?.[0].field, field);
	}
	const raw = (type, body) => send(anna, id, body, {'content-type': type});
	assert.equal((await raw('multipart/form-data', 'x')).status, 400);
	assert.equal((await raw('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nx')).status, 400, 'no end');
	assert.equal((await raw('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n'.repeat(1000))).status, 400, 'too many parts');
	assert.equal((await raw('text/plain', 'x')).status, 415);
	assert.deepEqual(await uploadsOf(anna, id), []);
	assert.equal((await anna.get(`/threads/${id}`)).messages.length, 1);
});

test('a long letter is taken, a longer one is not', async () => {
	const id = await newThread();
	const text = 'ä'.repeat(120_000);
	assert.equal((await anna.post(`/threads/${id}/messages`, {text, private: true})).text_more, true);
	const draft = await anna.fetch(`/api/v1/threads/${id}/draft`, {method: 'PUT', body: {text}});
	assert.equal(draft.status, 200);
	const tooLong = await anna.fetch(`/api/v1/threads/${id}/messages`, {method: 'POST', body: {text: 'a'.repeat(300_000)}});
	assert.deepEqual([tooLong.status, (await tooLong.json()).errors[0].field], [422, 'text']);
	const huge = await anna.fetch(`/api/v1/threads/${id}/messages`, {method: 'POST', body: {text: 'a'.repeat(2 * MB)}});
	assert.equal(huge.status, 413);
	const other = await anna.fetch(`/api/v1/threads/${id}`, {method: 'PATCH', body: {status: 'open', x: 'a'.repeat(70_000)}});
	assert.equal(other.status, 413, 'elsewhere 64 KB are the limit');
});
