// What happens to the store, or to a role's helpers, under the roles: nothing that was accepted is lost, nothing is filed twice,
// and all goes on by itself when the cause is gone.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {sleep, start, until} from './support/system.mjs';

let desk, client;

before(async () => {
	desk = await startDesk();
	client = await desk.client();
});
after(() => desk?.stop());

function capture(subject, more = {}) {
	return spawnSync(desk.program, ['-c', desk.confFile, 'capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'],
		{input: plainMail({subject, ...more}), encoding: 'utf8'}).status;
}

function signalIfThere(pid, signal) {
	try {
		process.kill(pid, signal);
	} catch (error) {
		assert.equal(error.code, 'ESRCH');
	}
}

// Another parser than the last one; undefined when none is needed any more.
async function nextParser(last) {
	for (const end = Date.now() + 2000; Date.now() < end; await sleep(1)) {
		const next = desk.role('parse').find((pid) => pid !== last);
		if (next) return next;
	}
}

const threads = async () => (await client.get('/threads?folder=all&limit=1000')).threads;
const withSubject = async (subject) => (await threads()).filter((thread) => thread.subject === subject);
const file = (name) => path.join(desk.dir, 'store', name);

test('a second sorter waits for the first, and takes over', async () => {
	const log = path.join(desk.dir, 'second.log');
	const second = start(desk.program, ['-c', desk.confFile, 'sort'], log);
	await until('the second to say that it waits', () => fs.readFileSync(log, 'utf8').includes('another belfry sort is at work'));
	for (let i = 0; i < 20; i++) assert.equal(capture(`two sorters ${i}`), 0);
	await until('20 threads', async () => (await threads()).length === 20);
	for (const pid of desk.role('sort').filter((pid) => pid !== second.pid)) signalIfThere(pid, 'SIGKILL');
	assert.equal(capture('taken over'), 0);
	await desk.thread(client, 'taken over');
	assert.equal((await threads()).length, 21);
	second.kill('SIGTERM');
	assert.equal((await second.ended).code, 0);
});

test('a parser that is killed twice over one mail does not cost its content', async () => {
	const headers = {'Content-Type': 'application/octet-stream', 'Content-Transfer-Encoding': 'base64'};
	const body = `${'QUJD'.repeat(19)}\n`.repeat(400_000); // takes its time
	const send = () => assert.equal(capture('killed parsers', {headers, body}), 0);
	let pid;
	for (let i = 0; i < 2 && (pid = await nextParser(pid)); i++) {
		signalIfThere(pid, 'SIGSTOP'); // so that it has the mail when it is killed
		if (i === 0) send();
		await sleep(50);
		signalIfThere(pid, 'SIGKILL');
	}
	const {id} = await desk.thread(client, 'killed parsers');
	assert.equal((await client.get(`/threads/${id}`)).messages[0].note, '');
});

test('without raw.db nothing is accepted; with it all goes on, and what is put in its place is sorted too', async () => {
	const log = desk.log().length;
	fs.renameSync(file('raw.db'), file('aside.db'));
	assert.equal(capture('raw.db is away'), 75);
	assert.equal((await fetch(`${desk.url}/health`)).status, 503);
	await until('the sorter to say so', () => /raw\.db or desk\.db was removed or replaced/.test(desk.log().slice(log)));
	fs.renameSync(file('aside.db'), file('raw.db'));
	await until('mail to be taken again', () => capture('raw.db is back') === 0);
	await desk.thread(client, 'raw.db is back');
	assert.equal((await fetch(`${desk.url}/health`)).status, 200);
	assert.deepEqual(await withSubject('raw.db is away'), []);
});

test('Belfry does not begin on half a store', async () => {
	await desk.end();
	for (const name of ['raw.db', 'desk.db']) {
		fs.mkdirSync(file('aside'), {recursive: true});
		const parts = ['', '-wal', '-shm'].map((end) => name + end).filter((part) => fs.existsSync(file(part)));
		for (const part of parts) fs.renameSync(file(part), file(`aside/${part}`));
		const refused = spawnSync(desk.program, ['-c', desk.confFile, 'run'], {encoding: 'utf8', timeout: 10_000});
		assert.equal(refused.status, 1);
		assert.match(refused.stderr, new RegExp(`${name} is gone`));
		for (const part of parts) fs.renameSync(file(`aside/${part}`), file(part));
	}
	await desk.start();
	assert.equal(capture('the whole store again'), 0);
	await desk.thread(await desk.client(), 'the whole store again');
});
