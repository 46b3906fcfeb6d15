// What the running roles are left: who they are, what the kernel says of them, and whose the files are.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {isRoot, run, until} from './support/system.mjs';

const roles = ['milter', 'sort', 'courier', 'web'];
const confined = isRoot ? [...roles, 'parse'] : roles; // who is not dumpable shows itself to root alone
let desk;
before(async () => {
	desk = await startDesk();
	await until('all of them', () => confined.every((role) => desk.role(role).length === 1));
});
after(() => desk?.stop());

// What /proc/PID/status says: {name: value}.
const statusOf = (pid) => Object.fromEntries(fs.readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n').map((line) => line.split(':\t')));

for (const role of [...confined, 'run']) {
	test(`${role} is not root, has no capability and cannot get one`, () => {
		const status = statusOf(desk.role(role)[0]);
		assert.ok(status.Uid.split(/\s+/).every((id) => Number(id) > 0), `uid ${status.Uid}`);
		assert.ok(status.Gid.split(/\s+/).every((id) => Number(id) > 0), `gid ${status.Gid}`);
		for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb', ...(isRoot ? ['CapBnd'] : [])])
			assert.match(status[set], /^0+$/, set);
		assert.equal(status.NoNewPrivs, '1');
		assert.equal(status.Umask, '0077');
	});
}

for (const role of confined) {
	test(`${role} makes the system calls it needs, no others, and leaves no core`, () => {
		const [pid] = desk.role(role);
		assert.equal(statusOf(pid).Seccomp, '2');
		assert.match(fs.readFileSync(`/proc/${pid}/limits`, 'utf8'), /^Max core file size\s+0\s+0\s/m);
	});
}

// An update of the program while it runs: the old one is gone from the disk, and sort needs another parse child.
test('sort starts its child again when the program was replaced', {skip: !isRoot && 'needs root: who is not dumpable shows itself to root alone'}, async () => {
	fs.copyFileSync(desk.program, `${desk.program}.new`);
	fs.chmodSync(`${desk.program}.new`, 0o755);
	const [old] = desk.role('parse');
	fs.renameSync(`${desk.program}.new`, desk.program);
	process.kill(old, 'SIGKILL');
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject: 'after the update'})});
	const {id} = await desk.thread(await desk.client(), 'after the update');
	assert.ok(id > 0);
	await until('a new child', () => desk.role('parse').some((pid) => pid !== old));
});

test('the store is its owner\'s alone, the keys most of all', () => {
	const store = path.join(desk.dir, 'store');
	const files = run('find', [store, '-mindepth', '1']).stdout.trim().split('\n');
	assert.ok(files.includes(path.join(store, 'keys')));
	for (const file of files) {
		const {mode} = fs.lstatSync(file);
		if ((mode & 0o170000) === 0o140000) continue; // a socket: its directory decides
		assert.equal(mode & 0o077, 0, `${file}: ${(mode & 0o7777).toString(8)}`);
	}
	assert.equal(fs.statSync(path.join(store, 'keys')).mode & 0o777, 0o600);
});
