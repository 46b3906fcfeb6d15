// Somebody has got into a running role (tests/confine/intruder.c) and tries what they would: each attempt is made in the role itself, as it
// is confined while it works. Those refused change nothing; those that only an intruder makes end the role, and a new one goes on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {build, isRoot, run, until} from './support/system.mjs';

const library = path.join(build, 'tests/intruder.so');
const isSanitized = run('ldd', [path.join(build, 'belfry')]).stdout.includes('libasan');
const skip = isSanitized ? 'a sanitizer needs what is forbidden' : !fs.existsSync(library) && 'make tests builds the intruder';
const refused = ['read', 'write', 'remove', 'connect', 'signal', 'root', 'code'], deadly = ['trace', 'mount'];
const roles = {
	milter: {refused: [...refused, 'socket'], deadly: [...deadly, 'exec', 'fork']},
	sort: {refused: [...refused, 'socket', 'exec'], deadly},
	courier: {refused, deadly: [...deadly, 'exec', 'fork']},
	web: {refused: [...refused, 'socket'], deadly: [...deadly, 'exec', 'fork']},
};
let desk, door, version = 0;

// What the desk in DIR is started with. The library is copied: the clone may lie where "nobody" cannot go.
function environment(dir) {
	const copy = path.join(dir, 'intruder.so');
	fs.copyFileSync(library, copy);
	fs.chmodSync(copy, 0o755);
	return {...process.env, LD_PRELOAD: copy, INTRUDER_STORE: path.join(dir, 'store'), INTRUDER_OUTSIDE: path.join(dir, 'secret'),
		INTRUDER_PORT: String(door.address().port)};
}

before(async () => {
	if (skip) return;
	door = net.createServer((socket) => socket.destroy());
	await new Promise((done) => door.listen(0, '127.0.0.1', done));
	desk = await startDesk({environment});
	const secret = path.join(desk.dir, 'secret');
	fs.writeFileSync(secret, 'of others', {mode: 0o666});
	fs.chmodSync(secret, 0o666);
	version = Number(/Landlock: version (\d+)/.exec(run(path.join(build, 'tests/test_role_confine'), ['-p', '/role-confine/attempts'], {mayFail: true}).stdout)?.[1] ?? 0);
});
after(async () => {
	door?.close();
	await desk?.stop();
});

const placeOf = (name, role) => path.join(desk.dir, 'store', `${name}.${role}`);

function order(role, attempt) {
	fs.rmSync(placeOf('done', role), {force: true});
	const file = placeOf('order', role);
	fs.writeFileSync(`${file}.new`, attempt, {mode: 0o666});
	if (isRoot) run('chown', ['nobody', `${file}.new`]);
	fs.renameSync(`${file}.new`, file);
}

// "succeeded", or the number of the error.
function outcomeOf(role, attempt) {
	order(role, attempt);
	return until(`${attempt} in ${role}`, () => fs.existsSync(placeOf('done', role)) && fs.readFileSync(placeOf('done', role), 'utf8'));
}

const isBack = (role, old) => until(`a new ${role}`, () => desk.role(role).some((pid) => pid !== old));

for (const [role, {refused: told, deadly: ends}] of Object.entries(roles)) {
	test(`${role} in the hands of a stranger reaches nothing else`, {skip}, async (t) => {
		assert.equal(await outcomeOf(role, 'store'), 'succeeded', 'or nothing is proved');
		for (const attempt of told) {
			if (version < {read: 1, write: 1, remove: 1, connect: 4, signal: 6, exec: 1}[attempt]) continue;
			const outcome = await outcomeOf(role, attempt);
			assert.match(outcome, /^(1|13)$/, `${attempt}: EPERM or EACCES, not ${outcome}`);
		}
		assert.equal(fs.readFileSync(path.join(desk.dir, 'secret'), 'utf8'), 'of others');
		for (const attempt of ends) {
			const [old] = desk.role(role);
			order(role, attempt);
			await until(`the end of ${role}`, () => desk.log().includes(`${role} pid=${old} was killed by signal 31`));
			await isBack(role, old);
		}
		t.diagnostic(`refused ${told.length}, ended by ${ends.length}, Landlock version ${version}`);
	});
}

test('after all of it the desk is at work', {skip}, async () => {
	const client = await until('the desk', () => desk.client());
	await until('capture', () => !desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'],
		{input: plainMail({subject: 'after the storm'}), mayFail: true}).status);
	await desk.thread(client, 'after the storm');
});
