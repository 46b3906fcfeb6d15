// `make run` as a newcomer meets it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, test} from 'node:test';
import {Client} from './support/api.mjs';
import {startDemo as start} from './support/demo.mjs';
import {converse} from './support/smtp.mjs';
import {freePort, isRoot, lacks, processesOf, run, until} from './support/system.mjs';

const skip = lacks('postfix', 'swaks');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-e2e-demo-'));
fs.chmodSync(dir, 0o755);
after(() => fs.rmSync(dir, {recursive: true, force: true}));
const http = await freePort();
const smtp = await freePort();

const startDemo = () => start({dir: path.join(dir, 'var'), http, smtp});

async function stopDemo(demo) {
	demo.child.kill('SIGINT');
	await demo.ended;
	assert.deepEqual(processesOf(path.join(dir, 'var/belfry')), []);
	assert.equal(fs.existsSync(path.join(dir, 'var/postfix/queue/pid/master.pid')) &&
		isAlive(fs.readFileSync(path.join(dir, 'var/postfix/queue/pid/master.pid'), 'utf8')), false, 'Postfix lives on');
	for (const port of [http, smtp]) await assert.rejects(converse(port, []), /ECONNREFUSED/);
}

function isAlive(pid) {
	try {
		return /postfix/.test(fs.readlinkSync(`/proc/${Number(pid)}/exe`)) &&
			fs.readFileSync(`/proc/${Number(pid)}/environ`, 'utf8').includes(dir);
	} catch {
		return false;
	}
}

let password;

test('it prints every way in, and the printed line makes a thread', {skip}, async () => {
	const demo = await startDemo();
	try {
		assert.equal(demo.value('desk'), `http://127.0.0.1:${http}`, demo.said);
		assert.equal(demo.value('smtp'), `127.0.0.1:${smtp}`);
		assert.ok(fs.existsSync(demo.value('milter')));
		assert.match(demo.value('contacts'), /support@shop\.example/);
		const client = new Client(demo.value('desk'));
		let email;
		[email, password] = demo.value('login').split(' ');
		await client.logIn(email, password);
		run('sh', ['-c', demo.value('try:')]);
		await until('the thread', async () => (await client.get('/threads')).threads[0]?.subject === 'Where is my order?');
		const [thread] = (await client.get('/threads')).threads;
		await client.post(`/threads/${thread.id}/messages`, {text: 'It is on its way.', undo: 0});
		const box = path.join(demo.value('mailbox').split(' ')[0], 'new');
		await until('the answer', () => fs.existsSync(box) && fs.readdirSync(box).length === 1);
		assert.match(fs.readFileSync(path.join(box, fs.readdirSync(box)[0]), 'utf8'), /^Subject: Re: Where is my order\?\r?\n[^]*It is on its way\./m);
	} finally {
		await stopDemo(demo);
	}
});

test('a second run keeps data and password; TERM stops it as well', {skip}, async () => {
	const demo = await startDemo();
	try {
		const [email, again] = demo.value('login').split(' ');
		assert.equal(again, password);
		const client = new Client(demo.value('desk'));
		await client.logIn(email, again);
		assert.equal((await client.get('/threads')).threads.length, 1);
		demo.child.kill('SIGTERM');
		await demo.ended;
	} finally {
		await stopDemo(demo);
	}
});

test('a port in use is said plainly', {skip: !isRoot && skip}, async () => {
	const demo = await startDemo();
	try {
		const second = await startDemo();
		assert.notEqual(await second.ended, 0);
		assert.match(second.said, new RegExp(`port ${http} .*in use`));
	} finally {
		await stopDemo(demo);
	}
});

test('when a part dies the rest is stopped', {skip}, async () => {
	const demo = await startDemo();
	run('postfix', ['-c', path.join(dir, 'var/postfix/etc'), 'stop'], {mayFail: true});
	assert.notEqual(await demo.ended, 0);
	await stopDemo(demo);
});
