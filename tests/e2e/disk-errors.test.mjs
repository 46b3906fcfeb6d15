// A disk that fails under the running program (tests/faults/disk.c): nothing is accepted that is not kept, staff and monitors are told why, what can
// be read is read, and all goes on by itself when the disk is well again.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {Disk} from './support/disk.mjs';
import {Milter} from './support/milter.mjs';
import {plainMail} from './support/smtp.mjs';
import {run, until} from './support/system.mjs';

let desk, client, disk;
const TURNS = 96;
const kept = [], putOff = []; // subjects

before(async () => {
	desk = await startDesk({conf: {milter: {min_free: '1M'}}, environment: (dir) => (disk = new Disk(dir)).env});
	client = await desk.client();
	assert.ok(await send('the first'));
	await desk.thread(client, 'the first');
});
after(() => desk?.stop());

// One mail through the milter's socket. TRUE: taken; else it was put off.
async function send(subject, milter) {
	const own = milter ?? await Milter.connect(desk.milterSocket);
	const verdict = await own.send({from: 'jane@customer.example', to: 'support@shop.example', id: 'TEST', raw: Buffer.from(plainMail({subject}))});
	if (!milter) own.close();
	assert.match(verdict, /[cy]/);
	if (verdict === 'y') assert.match(own.reply, /^451 4\.3\.0 /);
	(verdict === 'c' ? kept : putOff).push(subject);
	return verdict === 'c';
}
const note = (key) => client.fetch('/api/v1/threads/1/messages', {method: 'POST', headers: {'idempotency-key': key.replaceAll(' ', '-')}, body: {text: `Note ${key}.`, private: true}});
const health = async () => {
	const reply = await fetch(`${desk.url}/health`);
	return {...await reply.json().catch(() => ({})), status: reply.status};
};
const sql = (file, text) => run('sqlite3', ['-readonly', '-cmd', '.timeout 20000', path.join(desk.dir, 'store', file), text]).stdout.trim();
const linesSince = (at, pattern) => desk.log().slice(at).split('\n').filter((line) => pattern.test(line)).length;

async function isWell() {
	disk.mend();
	await until('/health to say that all is well', async () => (await health()).status === 200);
}

const failing = [
	{what: 'write', code: 'EIO', says: /the disk has errors/, logs: /disk I\/O error \(Input\/output error\)/},
	{what: 'sync', code: 'EIO', says: /the disk has errors/, logs: /disk I\/O error \(Input\/output error\)/},
	{what: 'write', code: 'ENOSPC', says: /the disk is full/, logs: /database or disk is full/},
	{what: 'write', code: 'EDQUOT', says: /the quota of Belfry's account is used up/, logs: /\(Disk quota exceeded\)/},
	{what: 'write truncate', code: 'EROFS', says: /the disk is read-only/, logs: /\(Read-only file system\)/},
];

for (const {what, code, says, logs} of failing)
	test(`each ${what} fails with ${code}: 451, 503 and /health say why, the desk can be read`, async () => {
		const [name, at] = [`${what} ${code}`, desk.log().length];
		disk.order(what, {code});
		assert.equal(await send(name), false);
		assert.equal(desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject: name}), mayFail: true}).status, 75);
		for (let i = 0; i < 5; i++) {
			const reply = await note(name);
			assert.equal(reply.status, 503);
			assert.match((await reply.json()).detail, says);
		}
		const {detail} = await until('/health to say that mail is put off', async () => {
			const told = await health();
			return told.status === 503 && /^Mail is put off for now: raw\.db: /.test(told.detail) && told;
		});
		assert.match(detail, says);
		assert.equal((await client.get('/threads?folder=all')).threads.at(-1).subject, 'the first');
		assert.ok(linesSince(at, logs) >= 2);
		assert.ok(linesSince(at, /belfry web: error/) <= 1, 'the log is told once');
		await isWell();
		assert.equal((await note(name)).status, 201);
		assert.ok(await send(`${name}, again`));
		await desk.thread(client, `${name}, again`);
	});

test('any one call fails, one after the other: what was taken is there once, what was put off comes again', async () => {
	const milter = await Milter.connect(desk.milterSocket);
	const figures = {failed: 0, putOff: 0, refused: 0};
	for (let n = 0; n < TURNS; n++) {
		const [what, code] = [['write', 'EIO'], ['sync', 'EIO'], ['write', 'ENOSPC'], ['write sync truncate open', 'EIO']][n % 4];
		disk.order(what, {code, skip: Math.floor(n / 12), times: 1, role: ['milter', 'web', 'sort'][n % 3]});
		for (let i = 0; i < 4; i++) if (!await send(`nth ${n}.${i}`, milter)) figures.putOff++;
		if ((await note(`nth ${n}`)).status !== 201) figures.refused++;
		figures.failed += disk.count().failed;
	}
	await isWell();
	while (putOff.length) assert.ok(await send(putOff.pop(), milter));
	milter.close();
	for (let n = 0; n < TURNS; n++) assert.ok((await note(`nth ${n}`)).ok, 'asked again under the same key');
	console.log(figures);
	assert.ok(figures.failed >= 20 && figures.putOff > 0 && figures.refused > 5, 'the disk has failed');
});

test('after all that: every mail that was taken is in raw.db, and became one message; every note is there once', async () => {
	await until('all to be sorted', () => sql('desk.db', "SELECT value FROM fact WHERE name = 'sorted'") === sql('raw.db', 'SELECT max(id) FROM mail'));
	const subjects = sql('desk.db', 'SELECT subject FROM thread').split('\n');
	assert.deepEqual(subjects.sort(), [...new Set(kept)].sort());
	assert.equal(Number(sql('raw.db', "SELECT count(*) FROM mail WHERE door = 'milter'")) >= kept.length, true);
	const notes = sql('desk.db', "SELECT text FROM message WHERE kind = 'note'").split('\n').filter(Boolean);
	assert.equal(new Set(notes).size, notes.length);
	assert.equal(notes.length, failing.length + TURNS);
	desk.cli(['check', '--deep'], {mayFail: true}).stdout.split('\n').forEach((line) => assert.doesNotMatch(line, /^error: (?!.*(socket|postfix))/i));
});

test('a slow disk, 200 ms for each sync: commits are shared, nobody is turned away', async () => {
	disk.order('sync', {delay: 200});
	const started = Date.now();
	const one = async (session) => {
		const milter = await Milter.connect(desk.milterSocket);
		for (let i = 0; i < 4; i++) assert.ok(await send(`slow ${session}.${i}`, milter));
		milter.close();
	};
	await Promise.all(Array.from({length: 16}, (_, session) => one(session)));
	const took = Date.now() - started;
	console.log({mails: 64, ms: took, syncs: disk.count().seen});
	assert.ok(took < 64 * 200, 'each mail had a sync of its own');
	assert.equal((await note('slow')).status, 201);
	assert.equal((await health()).status, 200);
	await isWell();
	await until('all to be filed', async () => (await client.get('/threads?folder=all&limit=1000')).threads.filter(({subject}) => subject.startsWith('slow')).length === 64);
});
