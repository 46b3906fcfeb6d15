// Sessions that somebody else would like to have: planted, stolen, kept for later.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {Client, Machine} from './support/api.mjs';
import {openBell} from './support/bell.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {until} from './support/system.mjs';

let desk;
before(async () => { desk = await startDesk(); });
after(() => desk?.stop());

// Somebody who has got a copy of the cookie.
function thief(client) {
	const other = new Client(desk.url);
	other.cookie = client.cookie;
	return other;
}
const status = async (client, method = 'GET', where = '/session', body = undefined) => (await client.fetch(`/api/v1${where}`, {method, body})).status;
const isClosed = (bell) => until('the end of the bell', () => bell.closed);

test('a planted cookie becomes nobody\'s session: log-in always gives a new token', async () => {
	const victim = new Client(desk.url);
	victim.cookie = `belfry=${'a'.repeat(32)}`;
	const planted = thief(victim);
	await victim.logIn(employees.anna.email, password);
	assert.match(victim.cookie, /^belfry=[a-z2-7]{32}$/);
	assert.notEqual(victim.cookie, planted.cookie);
	assert.equal(await status(planted), 401);
	assert.equal(await status(victim), 200);
});

test('who logs in again leaves no session behind: the one of before ends, its bell too', async () => {
	const client = await desk.client();
	const old = thief(client);
	const bell = await openBell(old);
	await client.logIn(employees.ben.email, password);
	assert.equal(await status(old), 401);
	await isClosed(bell);
	assert.equal((await client.get('/session')).email, employees.ben.email);
});

test('a failed log-in ends nothing', async () => {
	const client = await desk.client();
	const kept = thief(client);
	assert.equal(await status(client, 'POST', '/session', {email: employees.anna.email, password: 'not the password'}), 401);
	assert.equal(await status(kept), 200);
});

test('a stolen cookie is worth nothing after log-out', async () => {
	const client = await desk.client();
	const other = thief(client);
	const bell = await openBell(other);
	assert.equal(await status(client, 'DELETE'), 204);
	await isClosed(bell);
	for (const [method, where] of [['GET', '/session'], ['GET', '/threads'], ['DELETE', '/threads?ids=1'], ['GET', '/employees']])
		assert.equal(await status(other, method, where), 401, `${method} ${where}`);
	await assert.rejects(openBell(other), /refused: 401/);
});

test('log-out everywhere ends all others at once, and keeps this one', async () => {
	const [here, ...others] = await Promise.all([1, 2, 3].map(() => desk.client()));
	const bells = await Promise.all(others.map((client) => openBell(client)));
	assert.equal(await status(here, 'DELETE', '/profile/sessions'), 204);
	await Promise.all(bells.map(isClosed));
	for (const other of others) assert.equal(await status(other), 401);
	assert.equal(await status(here), 200);
});

test('a new password ends every other session, by the desk and by the command', async () => {
	const [here, other] = [await desk.client('ben'), await desk.client('ben')];
	const bell = await openBell(other);
	assert.equal(await status(here, 'POST', '/profile/password', {old: 'not it at all', password: 'a new one of mine'}), 422);
	assert.equal(await status(other), 200);
	assert.equal(await status(here, 'POST', '/profile/password', {old: password, password: 'a new one of mine'}), 204);
	await isClosed(bell);
	assert.equal(await status(other), 401);
	assert.equal(await status(here), 200);
	const later = await openBell(here);
	desk.cli(['employee', 'passwd', employees.ben.email, '--password-stdin'], {input: `${password}\n`});
	await isClosed(later);
	assert.equal(await status(here), 401);
});

test('a session cannot be made from what the store holds', async () => {
	const client = await desk.client();
	const [own] = (await client.get('/profile/sessions')).sessions ?? await client.get('/profile/sessions');
	assert.ok(own.id > 0);
	const token = client.cookie.split('=')[1];
	for (const name of ['desk.db', 'desk.db-wal', 'raw.db'])
		assert.equal(fs.readFileSync(path.join(desk.dir, 'store', name)).includes(token), false, name);
	const guess = thief(client);
	for (const cookie of [own.id, own.id.toString(16), '', "' OR 1=1 --", token.toUpperCase(), `${token} `.repeat(2), token.slice(0, 31)]) {
		guess.cookie = `belfry=${cookie}`;
		assert.equal(await status(guess), 401, guess.cookie);
	}
});

test('a token goes before a cookie: with a dead one nobody is let in', async () => {
	const client = await desk.client();
	const machine = new Machine(desk.url, 'x'.repeat(32));
	machine.cookie = client.cookie;
	assert.equal(await status(machine), 401);
});

test('the hash of a password is argon2id, as OWASP wants it at least', () => {
	const hashes = fs.readFileSync(path.join(desk.dir, 'store/desk.db'), 'latin1').match(/\$argon2[^\0]{20,90}/g) ?? [];
	const inLog = fs.readFileSync(path.join(desk.dir, 'store/desk.db-wal'), 'latin1').match(/\$argon2[^\0]{20,90}/g) ?? [];
	assert.ok(hashes.length + inLog.length >= 2);
	for (const hash of [...hashes, ...inLog]) {
		const [, memory, times, lanes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash).map(Number);
		assert.ok(memory >= 19456 && times >= 2 && lanes === 1, hash.slice(0, 40));
	}
});
