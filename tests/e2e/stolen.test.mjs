// What opens the desk once, or for one person, opens it no further: forged and stolen cookies, ended sessions, codes, links and keys that come again.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Client, Machine} from './support/api.mjs';
import {openBell} from './support/bell.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {totpCode} from './support/totp.mjs';
import {until} from './support/system.mjs';

let desk, anna, ben, thread;
before(async () => {
	desk = await startDesk();
	[anna, ben] = [await desk.client('anna'), await desk.client('ben')];
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject: 'Lamp'})});
	({id: thread} = await desk.thread(anna, 'Lamp'));
});
after(() => desk?.stop());

const withCookie = (cookie) => Object.assign(new Client(desk.url), {cookie});
const status = async (client, path = '/threads', method = 'GET', body = undefined, headers = {}) => (await client.fetch(`/api/v1${path}`, {method, body, headers})).status;
const bell = (client, options) => openBell(client, options).then((open) => { open.close(); return 101; }, (error) => Number(/\d+/.exec(error.message)));

test('forged cookies open nothing', async () => {
	const [name, value] = ben.cookie.split('=');
	const other = value.startsWith('a') ? 'b' : 'a';
	const forged = ['', '0', 'null', 'undefined', '../../keys', "' OR 1=1 --", '%00', value.slice(1), `${value}a`, other + value.slice(1), value.toUpperCase(), [...value].reverse().join(''), 'a'.repeat(8000),
		Buffer.from(value).toString('base64'), `${value},${value}`, `"${value}"`];
	for (const one of forged.filter((each) => each !== value)) {
		assert.equal(await status(withCookie(`${name}=${one}`)), 401, one.slice(0, 50));
		assert.equal(await bell(withCookie(`${name}=${one}`)), 401, one.slice(0, 50));
	}
	for (const cookie of [`x${name}=${value}`, `${name.toUpperCase()}=${value}`, `${name}x=${value}`, `__Host-${name}=${value}`, `${name}=; ${name}=${value}`]) assert.equal(await status(withCookie(cookie)), 401, cookie);
	assert.equal(await status(withCookie(`a=b; ${name}=${value}`)), 200);
});

test('a cookie that somebody brings along is not the one they get', async () => {
	const brought = withCookie('belfry=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
	const {cookie} = brought;
	await brought.logIn(employees.ben.email, password);
	assert.notEqual(brought.cookie, cookie);
	assert.equal(await status(withCookie(cookie)), 401);
	const twice = await desk.client('ben');
	const first = twice.cookie;
	await twice.logIn(employees.ben.email, password);
	assert.notEqual(twice.cookie, first);
});

test('without our Origin nothing changes and no bell rings', async () => {
	const origins = ['', 'null', 'https://evil.example', `${desk.url}.evil.example`, `${desk.url}/`, `${desk.url}@evil.example`, desk.url.replace('http:', 'https:'), desk.url.replace(/\d+$/, '1'),
		'http://localhost', `${desk.url}, https://evil.example`, `https://evil.example, ${desk.url}`, 'file://'];
	for (const origin of origins) {
		const client = Object.assign(withCookie(ben.cookie), {origin});
		assert.equal(await status(client, `/threads/${thread}`, 'PATCH', {status: 'closed'}), 403, origin);
		assert.equal(await status(client, '/session', 'POST', {email: employees.ben.email, password}), 403, origin);
		assert.equal(await status(client, '/session', 'DELETE'), 403, origin);
		assert.equal(await bell(ben, {origin}), 403, origin);
	}
	assert.equal((await ben.get(`/threads/${thread}`)).status, 'open');
	assert.equal(await bell(ben), 101);
});

test('an ended session is over everywhere at once', async () => {
	const [one, two] = [await desk.client('ben'), await desk.client('ben')];
	const open = await openBell(one);
	const stolen = one.cookie;
	await one.fetch('/api/v1/session', {method: 'DELETE'});
	assert.equal(await status(withCookie(stolen)), 401);
	assert.equal(await bell(withCookie(stolen)), 401);
	assert.equal(await status(withCookie(stolen), `/threads/${thread}`, 'PATCH', {status: 'closed'}), 401);
	await until('its bell to end', () => open.closed);
	const rung = await openBell(two);
	await ben.fetch('/api/v1/profile/sessions', {method: 'DELETE'});
	assert.equal(await status(two), 401);
	await until('the other\'s bell to end', () => rung.closed);
	assert.equal(await status(ben), 200);
});

test('a token ends with its revocation, its bell too, and opens no other way', async () => {
	const made = await anna.post('/tokens', {name: 'robot', role: 'agent'});
	const robot = new Machine(desk.url, made.token);
	assert.equal(await status(robot), 200);
	assert.equal(await status(withCookie(`belfry=${made.token}`)), 401);
	const misused = Object.assign(new Machine(desk.url, ben.cookie.split('=')[1]));
	assert.equal(await status(misused), 401, 'a session is no token');
	for (const header of ['Bearer', 'Bearer ', `Bearer ${made.token}x`, `Bearer ${made.token.toUpperCase()}`, `Bearer ${made.token}, Bearer x`, `Basic ${made.token}`, made.token])
		assert.equal(await status(new Client(desk.url), '/threads', 'GET', undefined, {authorization: header}), 401, header);
	assert.equal(await status(anna, `/tokens/${made.id}`, 'DELETE'), 204);
	assert.equal(await status(robot), 401);
	assert.equal(await status(robot, `/threads/${thread}`, 'PATCH', {status: 'closed'}), 401);
});

test('a code of the authenticator opens once', async () => {
	const cora = {email: 'cora@shop.example', firstname: 'Cora', lastname: 'Clerk', role: 'agent'};
	desk.addEmployee(cora);
	const client = new Client(desk.url);
	await client.logIn(cora.email, password);
	const {secret, ticket} = await client.post('/profile/totp', {password});
	await client.json('/api/v1/profile/totp', {method: 'PUT', body: {code: totpCode(secret), ticket}});
	const log = async (totp) => status(new Client(desk.url), '/session', 'POST', {email: cora.email, password, totp});
	assert.equal(await log(totpCode(secret)), 401, 'the code that set it up');
	const next = totpCode(secret, 1);
	const got = await Promise.all(Array.from({length: 4}, () => log(next)));
	assert.deepEqual(got.filter((each) => each === 200).length, 1, `at the same moment: ${got}`);
	assert.notEqual(await log(next), 200);
});

test('the key of another\'s letter is nobody else\'s', async () => {
	const send = async (client, text) => {
		const reply = await client.fetch(`/api/v1/threads/${thread}/messages`, {method: 'POST', body: {text, private: true}, headers: {'idempotency-key': 'one-key'}});
		return {status: reply.status, ...await reply.json()};
	};
	const first = await send(anna, 'From Anna');
	const theirs = await send(ben, 'From Ben');
	assert.ok(theirs.status === 409 || theirs.id !== first.id, 'Ben gets nothing of Anna\'s');
	assert.notEqual(theirs.text, 'From Anna');
	const again = await send(anna, 'From Anna');
	assert.equal(again.id, first.id);
});
