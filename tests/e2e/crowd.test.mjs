// Crowds of visitors who mean no good, from a hundred networks: the desk, the bell and the mail of the others go on meanwhile. How long they wait
// is printed; the bounds are what a busy machine keeps.
import assert from 'node:assert/strict';
import os from 'node:os';
import {after, before, test} from 'node:test';
import {openBell} from './support/bell.mjs';
import {startDesk} from './support/desk.mjs';
import {descriptorsOf, memoryOf, startAttack, work} from './support/others.mjs';
import {Visitor} from './support/raw.mjs';
import {isSanitized, run, sleep, until} from './support/system.mjs';

const PATIENCE = 15_000; // ms that anybody may wait at most, however busy this machine is
const files = Number(run('sh', ['-c', 'ulimit -Hn']).stdout) || 1e6;
const CROWD = Math.min(10_000, files - 2000);
let desk, anna, web, slow;

before(async () => {
	desk = await startDesk();
	anna = await desk.client('anna');
	[web] = desk.role('web');
	slow = new Visitor({port: desk.port, from: '127.9.0.1'}).write('GET /health HTTP/1.1\r\nHost: '); // which the last test looks at
});
after(() => desk?.stop());

async function withstand(t, counts, {on = desk, client = anna, pid = web, cookie, isThere = () => true, ms = 3000} = {}) {
	const before = {files: descriptorsOf(pid), memory: memoryOf(pid)};
	const attack = startAttack(on.port, counts, cookie);
	let most = 0, memory = 0;
	const quiet = setInterval(() => { most = Math.max(most, descriptorsOf(pid)); memory = Math.max(memory, memoryOf(pid)); }, 500);
	try {
		const waits = await work(on, client, ms, () => isThere(attack.figures));
		most = Math.max(most, descriptorsOf(pid));
		t.diagnostic(`${JSON.stringify(counts)}: ${JSON.stringify(attack.figures)}, ${most} descriptors, ${Math.round(memory)} MB (before ${Math.round(before.memory)})`);
		t.diagnostic(`others, ms: ${JSON.stringify(waits)}; load ${os.loadavg()[0]}`);
		for (const [what, {max}] of Object.entries(waits)) assert.ok(max < PATIENCE, `${what}: ${max} ms`);
		return {figures: attack.figures, most, memory, before};
	} finally {
		clearInterval(quiet);
		await attack.end();
		assert.deepEqual(on.role('web'), [pid], 'it lives');
		await until('all gone', () => descriptorsOf(pid) <= before.files + 10, 60);
	}
}

test('nobody attacks: the figures to compare with', (t) => withstand(t, {}));

test(`${CROWD} connections that say nothing, or say it slowly`, async (t) => {
	const {figures, most, memory, before} = await withstand(t, {silent: CROWD / 2, head: CROWD / 2}, {isThere: ({open}) => open >= CROWD * 0.99});
	assert.ok(most >= CROWD * 0.99, `${most} of ${CROWD} were there`);
	assert.ok(figures.open >= CROWD * 0.99);
	if (!isSanitized(web)) assert.ok(memory - before.memory < 40, `${memory} MB`);
});

test('bodies that come slowly, and readers who do not read', async (t) => {
	const {memory, before} = await withstand(t, {body: 1500, deaf: 1500}, {isThere: ({came}) => came >= 3000});
	if (!isSanitized(web)) assert.ok(memory - before.memory < 400, `${memory} MB`);
});

test('forged cookies without a pause, and what is no HTTP', async (t) => {
	await withstand(t, {busy: 50, garbage: 50, idle: 500}, {isThere: ({came}) => came >= 600});
});

test('hundreds of log-ins a second, each by another name and from a hundred networks', async (t) => {
	const {figures: {answers}, memory, before} = await withstand(t, {login: 400}, {isThere: (seen) => Object.values(seen.answers).reduce((sum, count) => sum + count, 0) >= 1200});
	assert.ok(answers[503] > 0 || answers[429] > 0, 'some have to wait');
	assert.deepEqual(Object.keys(answers).filter((status) => !['401', '429', '503'].includes(status)), []);
	if (!isSanitized(web)) assert.ok(memory - before.memory < 80, `${memory} MB: two are hashed at once`);
	await desk.client('ben'); // who knows the password is let in
});

test('bells: who babbles is hung up on, who pings or does not read holds up nobody', async (t) => {
	const ben = await desk.client('ben');
	const {figures: {answers, ended}, memory, before} = await withstand(t, {babbler: 20, pinger: 10, deafPinger: 10, deafBell: 20},
		{cookie: ben.cookie, isThere: (seen) => seen.answers[101] >= 60 && seen.ended >= 20});
	assert.ok(answers[101] >= 60 && ended >= 20);
	if (!isSanitized(web)) assert.ok(memory - before.memory < 40, `${memory} MB`);
});

const masked = (head, text = '') => Buffer.concat([Buffer.from(head), Buffer.from([0, 0, 0, 0]), Buffer.from(text)]);
const list = '{"kind":"list"}';
const frames = {
	'binary': masked([0x82, 0x80 | list.length], list),
	'too long': masked([0x81, 0xfe, 1, 44], 'a'.repeat(300)),
	'of 2^63 octets': masked([0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255], 'a'.repeat(300)),
	'in pieces without end': Buffer.concat([masked([0x01, 0x81], '{'), ...Array.from({length: 400}, () => masked([0x00, 0x81], ' '))]),
	'of no kind': masked([0x83, 0x81], 'a'),
	'with reserved bits': masked([0xf1, 0x80 | list.length], list),
	'a long ping': masked([0x89, 0xfe, 1, 44], 'a'.repeat(300)),
	'a piece of nothing': masked([0x80, 0x81], 'a'),
	'what no page says': masked([0x81, 0x82], '{}'),
};

test('frames that no page sends end the bell', async () => {
	for (const [name, octets] of Object.entries(frames)) {
		const bell = new Visitor({port: desk.port}).write(`GET /api/v1/bell HTTP/1.1\r\nHost: 127.0.0.1:${desk.port}\r\nOrigin: ${desk.url}\r\nCookie: ${anna.cookie}\r\nConnection: Upgrade\r\n`
			+ 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: bell\r\n\r\n');
		assert.equal((await bell.answer())?.status, 101, name);
		bell.write(octets);
		assert.ok(await bell.until(() => bell.closed, 20), name);
	}
	assert.deepEqual(desk.role('web'), [web], 'it lives');
});

test('an employee has a hundred bells, no more', async () => {
	const ben = await desk.client('ben');
	const bells = await Promise.all(Array.from({length: 100}, () => openBell(ben)));
	await assert.rejects(openBell(ben), /429/);
	(await openBell(anna)).close();
	for (const bell of bells.slice(0, 10)) bell.close();
	const again = await until('room', () => openBell(ben));
	for (const bell of [...bells, again]) bell.close();
});

test('more than there are descriptors for: who waits longest goes, who speaks is served', async (t) => {
	const small = await startDesk({files: 1024});
	try {
		const pid = small.role('web')[0];
		const {most, figures} = await withstand(t, {silent: 1000, head: 1000, idle: 500}, {on: small, client: await small.client(), pid, isThere: ({came}) => came >= 3000});
		assert.ok(most <= 1024, `${most} descriptors`);
		assert.ok(figures.ended > 500, 'others had to go');
		assert.doesNotMatch(small.log(), /no connection can be taken/);
	} finally {
		await small.stop();
	}
});

test('one network has its share only', async () => {
	const small = await startDesk({files: 1024});
	try {
		const visitors = Array.from({length: 300}, () => new Visitor({port: small.port, from: '127.2.0.1'}));
		const other = new Visitor({port: small.port, from: '127.3.0.1'});
		await until('the first to go', () => visitors.filter(({closed}) => closed).length === 300 - 96);
		assert.ok(visitors.slice(-96).every(({closed}) => !closed), 'the last stay');
		assert.ok(!other.closed);
		for (const visitor of [...visitors, other]) visitor.end();
	} finally {
		await small.stop();
	}
});

test('a request that does not come to its end is answered 408', async () => {
	assert.equal((await slow.answer(1, 60))?.status, 408);
	assert.ok(await slow.until(() => slow.closed));
});

// Each takes a look of its own to be passed over: who sends on while they are must not keep us at it.
test('empty lines without end: they are refused, and others are served meanwhile', async () => {
	const lines = '\r\n'.repeat(1 << 18), senders = Array.from({length: 20}, () => new Visitor({port: desk.port, from: '127.4.0.1'}));
	for (const sender of senders) {
		const send = () => { while (!sender.closed && sender.socket.write(lines)); };
		sender.socket.on('drain', send);
		send();
	}
	await sleep(500);
	const began = Date.now();
	assert.ok((await fetch(`${desk.url}/health`)).ok);
	console.log({'ms until another was served': Date.now() - began});
	assert.ok(Date.now() - began < 2000);
	await until('all to be refused', () => senders.every(({closed}) => closed));
});
