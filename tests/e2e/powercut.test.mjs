// The power goes: what was told to be kept is on the disk at the very moment it is told, with nothing there that was not synced; and whatever
// part of the rest the disk has besides, the desk begins on it.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {Milter} from './support/milter.mjs';
import {Disk, recording} from './support/powercut.mjs';
import {plainMail} from './support/smtp.mjs';
import {isRoot, lacks, processesOf, run, until} from './support/system.mjs';

const skip = lacks('gcc', 'sqlite3');
const SLOW = 15; // ms a sync takes longer: whoever tells too early is caught
let desk, anna, disk, scratch, thread;
const told = []; // {place, what, file, sql, answer}: from that place of the log on the file answers so
const dice = (seed) => () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };

function sql(store, file, text, options) {
	return run('sqlite3', ['-cmd', '.timeout 20000', path.join(store, file), text], options).stdout.trim();
}

// It was just told that it is kept.
function keep(what, file, question, answer) {
	told.push({place: disk.now, what, file, sql: question, answer: String(answer)});
}

const kept = (file, subject) => keep(subject, file, `SELECT count(*) FROM mail WHERE sender = '${subject}@customer.example'`, 1);
const store = () => path.join(desk.dir, 'store');

before(async () => {
	if (skip) return;
	scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-cuts-'));
	fs.chmodSync(scratch, 0o755);
	const log = path.join(scratch, 'log');
	disk = new Disk(log);
	desk = await startDesk({environment: (dir) => recording({directory: path.join(dir, 'store'), log, delay: SLOW})});
	anna = await desk.client();
	capture('first');
	thread = (await desk.thread(anna, 'first')).id;
});
after(async () => {
	await desk?.stop();
	if (scratch && !process.env.KEEP) fs.rmSync(scratch, {recursive: true, force: true});
});

function capture(name) {
	desk.cli(['capture', '--from', `${name}@customer.example`, '--to', 'support@shop.example'], {input: plainMail({from: `${name}@customer.example`, subject: name})});
	kept('raw.db', name);
}

async function mail(name, milter) {
	const verdict = await milter.send({from: `${name}@customer.example`, to: 'support@shop.example', id: name,
		raw: Buffer.from(plainMail({from: `${name}@customer.example`, subject: name}))});
	assert.match(verdict, /[ac]/);
	kept('raw.db', name);
}

async function reply(text) {
	await anna.post(`/threads/${thread}/messages`, {text, undo: 0});
	keep(`the answer "${text}"`, 'desk.db', `SELECT count(*) FROM message JOIN outbox ON message.id = message_id WHERE message.text = '${text}'`, 1);
}

async function set(days) {
	const {version} = await anna.get('/settings/retention');
	await anna.patch('/settings/retention', {bin_days: days}, version);
	keep(`${days} days`, 'desk.db', "SELECT max(value) >= " + days + " FROM setting WHERE name = 'bin_days'", 1);
}

async function upload(size) {
	const reply = await fetch(`${desk.url}/api/v1/threads/${thread}/uploads?name=f${size}.bin`,
		{method: 'POST', headers: {cookie: anna.cookie, origin: desk.url, 'content-type': 'application/octet-stream'}, body: Buffer.alloc(size, 'x')});
	assert.equal(reply.status, 201);
	keep(`the file of ${size} octets`, 'desk.db', `SELECT count(*) FROM upload WHERE size = ${size}`, 1);
	keep(`the octets of ${size}`, 'raw.db', `SELECT count(*) FROM mail WHERE door = 'upload' AND size = ${size}`, 1);
}

async function setStatus(status) {
	await anna.patch(`/threads/${thread}`, {status});
	keep(status, 'desk.db', `SELECT count(*) >= 1 FROM event WHERE kind = 'status' AND data LIKE '%"to":"${status}"%'`, 1);
}

// What a disk that lost all that was not synced has at each moment at which something was told, against all that was told till then.
function lostAtOnce() {
	const lost = [];
	for (const {place} of [...told].sort((a, b) => a.place - b.place)) {
		const left = fs.mkdtempSync(path.join(scratch, 'at-once-'));
		disk.advance(place);
		disk.cut(store(), left);
		for (const one of told.filter((other) => other.place === place)) {
			const answer = sql(left, one.file, one.sql, {mayFail: true});
			if (answer !== one.answer) lost.push(`${one.what}: ${answer}`);
		}
		fs.rmSync(left, {recursive: true});
	}
	return lost;
}

// What of a change that was not synced is there: nothing, all, or some sectors.
function anyPart(random) {
	return () => {
		const chance = random();
		return chance < 0.4 ? 0 : chance < 0.8 ? 1 : random();
	};
}

function problemsOf(checked) {
	return checked.stdout.split('\n').filter((line) => /^\w+ deep: /.test(line) && !line.startsWith('ok '));
}

const isSorted = () => until('all mail to be sorted', () =>
	Number(sql(store(), 'desk.db', "SELECT value FROM fact WHERE name = 'sorted'")) >= Number(sql(store(), 'raw.db', 'SELECT coalesce(max(id), 0) FROM mail')));

// The desk goes on with what the disk has at PLACE.
async function startOn(whole, place, part) {
	const left = fs.mkdtempSync(path.join(scratch, 'part-'));
	const then = new Disk(path.join(scratch, 'log'));
	then.advance(place);
	then.cut(whole, left, part);
	await desk.end();
	fs.rmSync(store(), {recursive: true});
	fs.renameSync(left, store());
	if (isRoot) run('chown', ['-R', 'nobody', store()]);
	desk.env = undefined;
	await desk.start();
	await isSorted();
}

test('mail, captures, answers, settings, files and statuses are on the disk when they are told to be kept', {skip}, async (t) => {
	const milter = await Milter.connect(desk.milterSocket);
	for (let i = 1; i <= 5; i++) {
		await Promise.all([mail(`mail${i}`, milter), reply(`Answer ${i}.`), upload(1000 * i + 400_000 * (i % 2))]);
		capture(`pipe${i}`);
		await set(30 + i);
		await setStatus(['pending1', 'pending2', 'closed', 'open', 'pending1'][i - 1]);
	}
	milter.close();
	desk.cli(['contact', 'add', 'late@shop.example', '--name', 'Late']);
	keep('a contact', 'desk.db', "SELECT count(*) FROM contact WHERE address = 'late@shop.example'", 1);
	assert.deepEqual(lostAtOnce(), []);
	t.diagnostic(`${told.length} things told, ${disk.now} octets noted`);
});

// The first sync from FROM on after which a disk that has nothing else answers so.
function firstMoment(whole, from, file, text, answer) {
	const then = new Disk(path.join(scratch, 'log'));
	for (const place of disk.places(true).filter((end) => end > from)) {
		const left = fs.mkdtempSync(path.join(scratch, 'moment-'));
		then.advance(place);
		then.cut(whole, left);
		const got = sql(left, file, text);
		fs.rmSync(left, {recursive: true});
		if (got === answer) return place;
	}
	throw new Error(`never: ${text}`);
}

// What desk.db lost of it is done again before anybody could miss the raw mail.
test('erasing that the power cut short is brought to its end', {skip}, async (t) => {
	const whole = store(), count = "SELECT count(*) FROM mail WHERE sender = 'erased@customer.example'";
	desk.cli(['capture', '--from', 'erased@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject: 'Erased'})});
	const {id} = await desk.thread(anna, 'Erased');
	await anna.fetch(`/api/v1/threads/${id}`, {method: 'DELETE'});
	sql(whole, 'desk.db', `UPDATE thread SET binned = 1 WHERE id = ${id}`, {env: desk.env});
	const from = disk.now;
	process.kill(desk.role('sort')[0], 'SIGKILL'); // the next one looks at once
	await until('the raw mail to be gone', () => sql(whole, 'raw.db', count, {env: desk.env}) === '0');
	const place = firstMoment(whole, from, 'raw.db', count, '0');
	t.diagnostic(`gone from raw.db at ${place} of ${disk.now}`);
	await startOn(whole, place, () => 0);
	await until('the thread to be gone', () => sql(store(), 'desk.db', `SELECT count(*) FROM thread WHERE id = ${id}`) === '0');
	assert.deepEqual(problemsOf(desk.cli(['check', '--deep'], {mayFail: true})), []);
});

test('whatever part of the rest is there, the desk begins on it, and all that was told is there', {skip}, async (t) => {
	const whole = store(), random = dice(6), last = told.at(-1).place, first = told[0].place;
	for (let i = 0; i < 4; i++) {
		const place = Math.floor(first + random() * (last - first));
		await startOn(whole, place, i ? anyPart(random) : () => 1);
		const before = told.filter((one) => one.place <= place);
		for (const one of before) assert.equal(sql(store(), one.file, one.sql), one.answer, `${one.what}, cut at ${place}`);
		assert.deepEqual(problemsOf(desk.cli(['check', '--deep'], {mayFail: true})), [], `cut at ${place}`);
		t.diagnostic(`cut at ${place}: ${before.length} things told till then`);
	}
});

test('a new store is made in a way that any power cut lets it be made again', {skip}, (t) => {
	const home = path.join(scratch, 'new'), log = path.join(scratch, 'new.log'), conf = path.join(scratch, 'new.conf');
	fs.mkdirSync(home);
	const made = path.join(home, 'var/store');
	const write = (place) => fs.writeFileSync(conf, fs.readFileSync(desk.confFile, 'utf8').replace(/^store = .*/m, `store = ${place}`));
	const migrate = (env) => run(desk.program, ['-c', conf, 'migrate'], {mayFail: true, env});
	write(made);
	const done = migrate(recording({directory: home, log}));
	assert.equal(done.status, 0, done.stderr);
	const random = dice(3);
	const places = new Disk(log).places(), steps = places.filter((place, at) => at === places.length - 1 || random() < 8 / places.length);
	for (const [at, part] of steps.flatMap((place) => [[place, () => 0], [place, () => 1], [place, anyPart(random)]])) {
		const now = new Disk(log), left = fs.mkdtempSync(path.join(scratch, 'step-'));
		now.advance(at);
		now.cut(home, left, part);
		const store = path.join(left, 'var/store');
		if (at === places.at(-1)) assert.deepEqual(fs.readFileSync(path.join(store, 'keys')), fs.readFileSync(path.join(made, 'keys')), 'the keys that were made');
		if (isRoot) run('chown', ['-R', 'nobody', left]);
		fs.chmodSync(left, 0o755);
		write(store);
		const again = migrate();
		assert.equal(again.status, 0, `cut at ${at}: ${again.stderr}`);
		assert.match(fs.readFileSync(path.join(store, 'keys'), 'utf8'), /^1 [0-9a-f]{64}\n$/, `cut at ${at}: the keys`);
		fs.rmSync(left, {recursive: true});
	}
	t.diagnostic(`${steps.length} of ${places.length} moments, each with nothing, all, and any part of what was not synced`);
});
