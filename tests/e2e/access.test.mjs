// Who is let in: passwords, sessions, origins, rights.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Client} from './support/api.mjs';
import {openBell} from './support/bell.mjs';
import {employees, password, startDesk} from './support/desk.mjs';

let desk;
before(async () => { desk = await startDesk(); });
after(() => desk?.stop());

const stranger = () => new Client(desk.url);
const logIn = (client, body, options) => client.fetch('/api/v1/session', {method: 'POST', body, ...options});
const right = {email: employees.anna.email, password};

async function refuses(reply, status) {
	assert.equal(reply.status, status);
	assert.match(reply.headers.get('content-type'), /^application\/problem\+json/);
	const problem = await reply.json();
	assert.equal(problem.status, status);
	assert.ok(problem.detail.length > 5, 'says what is wrong');
}

test('a wrong password, an unknown address and no body are refused', async () => {
	await refuses(await logIn(stranger(), {...right, password: 'wrong password'}), 401);
	await refuses(await logIn(stranger(), {...right, email: 'nobody@shop.example'}), 401);
	await refuses(await logIn(stranger(), {}), 400);
});

test('the right one opens a session, DELETE ends it', async () => {
	const client = stranger();
	const reply = await logIn(client, right);
	assert.equal(reply.status, 200);
	assert.match(reply.headers.get('set-cookie'), /HttpOnly/i);
	assert.match(reply.headers.get('set-cookie'), /SameSite=(Strict|Lax)/i);
	assert.equal((await client.get('/session')).email, right.email);
	assert.equal((await client.fetch('/api/v1/session', {method: 'DELETE'})).status, 204);
	await refuses(await client.fetch('/api/v1/session'), 401);
});

for (const path of ['/session', '/threads', '/threads/1', '/messages/1/source', '/messages/1/html', '/notifications', '/kpis', '/statistics',
	'/contacts/summary']) {
	test(`without a session GET ${path} is refused`, async () => {
		await refuses(await stranger().fetch(`/api/v1${path}`), 401);
		const forged = stranger();
		forged.cookie = 'belfry=forged; session=forged';
		await refuses(await forged.fetch(`/api/v1${path}`), 401);
	});
}

test('a state-changing request from another origin, or from none, is refused', async () => {
	const client = await desk.client();
	for (const origin of ['https://evil.example', `${desk.url}.evil.example`, 'null', '']) {
		client.origin = origin;
		await refuses(await logIn(client, right), 403);
		await refuses(await client.fetch('/api/v1/notifications/seen', {method: 'POST', body: {upto: 1}}), 403);
		await refuses(await client.fetch('/api/v1/profile', {method: 'PATCH', body: {theme: 'dark'}}), 403);
		await refuses(await client.fetch('/api/v1/threads?ids=1', {method: 'DELETE'}), 403);
	}
});

test('the bell opens for a session from our origin only', async () => {
	const client = await desk.client();
	const bell = await openBell(client);
	assert.equal(bell.frames[0].kind, 'hello');
	bell.close();
	await assert.rejects(openBell(client, {origin: 'https://evil.example'}), /refused/);
	await assert.rejects(openBell(client, {origin: ''}), /refused/);
	await assert.rejects(openBell(client, {protocol: ''}), /refused/);
	await assert.rejects(openBell(stranger()), /refused/);
});

test('pages carry a strict policy', async () => {
	const reply = await stranger().fetch('/');
	assert.equal(reply.status, 200);
	const policy = reply.headers.get('content-security-policy');
	assert.match(policy, /default-src/);
	assert.doesNotMatch(policy, /script-src[^;]*'unsafe/);
	assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
});
