// What others do to the store's files and to the disk below them while Belfry runs: mail is put off or waits, /health says why, what can be read is
// read, and all goes on by itself when the cause is gone. Quota and a disk that turns read-only: disk-errors.test.mjs, as not every kernel knows the
// one, and none does the other while files are open.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {after, afterEach, beforeEach, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {isRoot, run, sleep, start, until, which} from './support/system.mjs';

let desk, client;
const minFree = '4M';
const skip = !isRoot && 'needs root: a disk of its own for the store';
const file = (name) => path.join(desk.dir, 'store', name);
const sql = (name, text) => run('sqlite3', ['-cmd', '.timeout 20000', file(name), text]).stdout.trim();

beforeEach(async () => {
	desk = await startDesk({disk: isRoot ? '64m' : undefined, conf: {milter: {min_free: minFree}}});
	client = await desk.client();
	for (let i = 0; i < 20; i++) assert.equal(capture(`before ${i}`), 0);
	await until('20 threads', async () => (await threads()).length === 20);
});
afterEach(async () => {
	await desk?.stop();
	desk = null;
});

function capture(subject, body) {
	return spawnSync(desk.program, ['-c', desk.confFile, 'capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'],
		{input: plainMail({subject, body}), encoding: 'utf8'}).status;
}
const threads = async () => (await client.get('/threads?folder=all&limit=1000')).threads;
const note = (text) => client.fetch('/api/v1/threads/1/messages', {method: 'POST', body: {text, private: true}});
const upload = async () => (await client.fetch('/api/v1/threads/1/uploads?name=a.bin', {method: 'POST', headers: {'content-type': 'application/octet-stream'}, body: 'x'})).json();
const linesSince = (at, pattern) => desk.log().slice(at).split('\n').filter((line) => pattern.test(line)).length;
const health = async () => {
	const reply = await fetch(`${desk.url}/health`);
	return {...await reply.json(), status: reply.status};
};
const says = (pattern) => until(`/health to say ${pattern}`, async () => {
	const {status, detail} = await health();
	return status === 503 && pattern.test(detail);
});
const isWell = () => until('all to be well', async () => (await health()).status === 200, 30);

// After the cause is gone: mail and changes are taken, by whoever serves now.
async function goesOn(subject) {
	await until('mail to be taken again', () => capture(subject) === 0);
	await until('the thread', async () => (await threads()).some((thread) => thread.subject === subject));
	await until('changes to be taken again', async () => (await note(subject)).status === 201);
	await isWell();
}

// Writes the log back, so that what is done to the file concerns all that is in it.
function settle(name) {
	sql(name, 'PRAGMA wal_checkpoint(TRUNCATE)');
}

const rootOf = (name, table) => Number(sql(name, `SELECT rootpage FROM sqlite_master WHERE name = '${table}'`));

const pageSize = (name) => Number(sql(name, 'PRAGMA page_size'));

function spoilPage(name, page) {
	const size = pageSize(name);
	const handle = fs.openSync(file(name), 'r+');
	fs.writeSync(handle, Buffer.alloc(size, 0xa5), 0, size, (page - 1) * size);
	fs.closeSync(handle);
}

test('the disk is full, then less than min_free is left, then all is well', {skip}, async () => {
	const {bavail, bsize} = fs.statfsSync(file('.'));
	run('fallocate', ['-l', String(bavail * bsize), file('filler')]);
	assert.equal(capture('full'), 75);
	await says(/^Mail is put off for now: raw\.db: the disk is full/);
	assert.equal((await threads()).length, 20);
	fs.truncateSync(file('filler'), (bavail * bsize) - (3 << 20));
	assert.equal(capture('nearly full'), 75);
	await says(/the disk is full, .* Make room/);
	assert.match((await upload()).detail, /^The file cannot be kept now: the disk is full/);
	fs.rmSync(file('filler'));
	await goesOn('room again');
	assert.deepEqual((await threads()).filter(({subject}) => /full/.test(subject)), []);
});

test('desk.db is removed: read on, mail taken, said once; put back, all goes on', async () => {
	const at = desk.log().length, parts = ['desk.db', 'desk.db-wal', 'desk.db-shm'];
	fs.mkdirSync(file('aside'));
	for (const part of parts) fs.renameSync(file(part), file(`aside/${part}`));
	await says(/^Nothing can be changed at the desk for now: desk\.db: it is not in its place\. Put it back/);
	assert.equal(capture('desk.db is away'), 0, 'raw.db is there');
	assert.equal((await note('lost?')).status, 503);
	assert.equal((await threads()).length, 20);
	await until('the roles to wait', () => linesSince(at, /belfry run: error: roles wait: .*desk\.db/) === 1);
	await sleep(1500);
	assert.equal(linesSince(at, /roles wait/), 1, 'told once');
	for (const part of parts) fs.renameSync(file(`aside/${part}`), file(part));
	await goesOn('desk.db is back');
	assert.equal((await threads()).filter(({subject}) => subject === 'desk.db is away').length, 1);
});

test('another desk.db and raw.db are put in place: web serves what is there now', async () => {
	settle('desk.db');
	settle('raw.db');
	for (const name of ['desk.db', 'raw.db']) fs.copyFileSync(file(name), path.join(desk.dir, name));
	for (let i = 0; i < 3; i++) assert.equal(capture(`later ${i}`), 0);
	await until('23 threads', async () => (await threads()).length === 23);
	const [web] = desk.role('web'), at = desk.log().length;
	for (const name of ['desk.db', 'raw.db']) {
		for (const end of ['-wal', '-shm']) fs.rmSync(file(name + end));
		run('cp', ['--preserve=ownership', path.join(desk.dir, name), file(`${name}.new`)]);
		if (isRoot) run('chown', ['--reference', file(name), file(`${name}.new`)]);
		fs.renameSync(file(`${name}.new`), file(name));
	}
	await until('another web', () => desk.role('web').length === 1 && desk.role('web')[0] !== web);
	assert.ok(linesSince(at, /belfry web: error: .*replaced: ending, to begin again/) >= 1);
	await until('what is there now', async () => (await threads()).length === 20);
	await goesOn('in another store');
});

test('raw.db is cut short: nothing is taken, sorting waits, the desk works, and it stays cut', async () => {
	settle('raw.db');
	const at = desk.log().length, two = 2 * pageSize('raw.db');
	fs.truncateSync(file('raw.db'), two);
	assert.equal(capture('cut'), 75);
	await says(/raw\.db: it is damaged\. See belfry check --deep .*belfry restore/);
	assert.equal((await note('the desk works')).status, 201);
	await until('no checkpoint', () => linesSince(at, /no checkpoint: .*raw\.db was cut short/) === 1);
	assert.equal(fs.statSync(file('raw.db')).size, two);
	await desk.end();
	const refused = spawnSync(desk.program, ['-c', desk.confFile, 'run'], {encoding: 'utf8', timeout: 10_000});
	assert.equal(refused.status, 1);
	assert.match(refused.stderr, /raw\.db.*malformed.*belfry restore brings back a backup, with --with-mail also what was captured since/);
});

test('a page of raw.db is damaged: 451, and a milter that starts on it waits and says so; a restore heals', async () => {
	const backup = path.join(desk.dir, 'run/backup');
	fs.chmodSync(path.dirname(backup), 0o777);
	desk.cli(['backup', backup]);
	settle('raw.db');
	spoilPage('raw.db', rootOf('raw.db', 'mail'));
	assert.equal(capture('damaged'), 75);
	await says(/raw\.db: it is damaged/);
	assert.match((await upload()).detail, /^The file cannot be kept now: it is damaged\./);
	assert.equal((await threads()).length, 20);
	await desk.end();
	const at = desk.log().length;
	desk.child = start(desk.program, ['-c', desk.confFile, 'run'], desk.logFile); // not to wait for /health, which is not well
	await until('the milter to say it', () => linesSince(at, /belfry milter: error: .*raw\.db.*malformed.*belfry restore/) === 1);
	await until('the desk', async () => (client = await desk.client()) && (await threads()).length === 20);
	await sleep(2500);
	assert.equal(linesSince(at, /belfry milter: error/), 1, 'told once');
	assert.equal(linesSince(at, /milter pid=\d+ ended/), 0, 'it waits');
	await desk.end();
	const restored = desk.cli(['restore', '--with-mail', backup], {mayFail: true});
	assert.equal(restored.status, 1);
	assert.match(restored.stderr, /the backup is back, but not the later mail: .*raw\.db.*malformed/);
	await desk.start();
	client = await desk.client();
	await goesOn('healed');
	assert.equal((await threads()).length, 21);
});

test('a page of desk.db is damaged: mail is taken, /health says it, and restore --with-mail brings all mail back', async () => {
	const backup = path.join(desk.dir, 'run/backup');
	fs.chmodSync(path.dirname(backup), 0o777);
	desk.cli(['backup', backup]);
	assert.equal(capture('after the backup'), 0);
	await desk.thread(client, 'after the backup');
	await until('all to be settled', () => sql('raw.db', 'SELECT max(id) FROM mail') === '21');
	settle('desk.db');
	spoilPage('desk.db', rootOf('desk.db', 'message'));
	assert.equal(capture('while it is damaged'), 0);
	await note('who knows');
	await says(/desk\.db: it is damaged/);
	await desk.end();
	const {stdout} = desk.cli(['restore', '--with-mail', backup]);
	assert.match(stdout, /alone: 2 of it, numbers 21 to 22\n {2}21 .* capture from <jane@customer\.example> to support@shop\.example\n {2}22 /);
	assert.match(stdout, /taken over, to be sorted anew: 2 mails that came after the backup/);
	await desk.start();
	client = await desk.client();
	await until('22 threads', async () => (await threads()).length === 22);
	await goesOn('healed');
	for (const subject of ['after the backup', 'while it is damaged']) assert.equal((await threads()).filter((thread) => thread.subject === subject).length, 1);
});

test('a mail is damaged in its middle: whoever reads it gets no more, and /health says it from then on', {skip: !which('sqlite3') && 'needs sqlite3'}, async () => {
	assert.equal(capture('large', randomBytes(1 << 20).toString('base64').replace(/.{76}/g, '$&\r\n')), 0);
	assert.equal(capture('after it'), 0);
	await desk.thread(client, 'after it');
	settle('raw.db');
	spoilPage('raw.db', Number(sql('raw.db', "SELECT max(pageno) FROM dbstat WHERE name = 'mail_chunk' AND pagetype = 'overflow'")));
	const {id} = await desk.thread(client, 'large'), [{id: message}] = (await client.get(`/threads/${id}`)).messages, at = desk.log().length;
	for (let i = 0; i < 3; i++) {
		const reply = await fetch(`${desk.url}/api/v1/messages/${message}/source`, {headers: {cookie: client.cookie}});
		assert.equal(reply.status, 200);
		await assert.rejects(reply.arrayBuffer());
	}
	await says(/^Not all can be read: raw\.db: it is damaged\./);
	assert.equal(linesSince(at, /belfry web: error: .*\/source: /), 1, 'told once');
});

test('raw.db is not for the account to use: the log says that, and who tells the rights', async () => {
	await desk.end();
	fs.chmodSync(file('raw.db'), 0o000);
	const refused = spawnSync(desk.program, ['-c', desk.confFile, 'run'], {encoding: 'utf8', timeout: 10_000});
	assert.equal(refused.status, 1);
	assert.match(refused.stderr, /raw\.db: .* \(Permission denied\)\. See belfry check for the rights/);
});

for (const [name, lock] of [
	['a statement that somebody left open', () => {
		const shell = spawn('sqlite3', [file('desk.db')], {stdio: ['pipe', 'ignore', 'ignore']});
		shell.stdin.write('BEGIN IMMEDIATE;\n');
		return shell;
	}],
	['the lock of its writers', () => spawn('flock', ['-o', file('desk.db.lock'), 'sh', '-c', 'read line'], {stdio: ['pipe', 'ignore', 'ignore']})],
])
	test(`desk.db is locked by ${name}: mail is taken, changes are refused in time, all can be read`, {skip: !which('sqlite3') && 'needs sqlite3'}, async () => {
		const holder = lock();
		await says(/desk\.db: (another program keeps it locked|the disk is too slow, or another program)/);
		assert.equal(capture('locked'), 0);
		const started = Date.now(), many = Array.from({length: 12}, (_, i) => note(`locked ${i}`)); // more than there are workers
		const statuses = (await Promise.all(many)).map(({status}) => status);
		console.log({'ms until 12 changes were refused': Date.now() - started});
		assert.deepEqual([...new Set(statuses)], [503]);
		assert.ok(Date.now() - started < 25_000, 'they do not wait one after the other');
		assert.equal((await threads()).length, 20);
		holder.stdin.end(name.startsWith('a') ? 'ROLLBACK;\n' : '\n');
		await goesOn('free again');
		assert.equal((await threads()).length, 22);
	});
