// Mail servers that are none: they open the milter's or the capture socket and wait, stop in the middle, announce 2 GB, say nonsense. The mail of the
// others is taken meanwhile. How long that takes is printed.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {descriptorsOf, memoryOf, work} from './support/others.mjs';
import {isSanitized, until} from './support/system.mjs';
import {plainMail} from './support/smtp.mjs';

const PATIENCE = 15_000; // ms that a mail may take at most, however busy this machine is
let desk, anna, milter;

before(async () => {
	desk = await startDesk();
	anna = await desk.client('anna');
	[milter] = desk.role('milter');
});
after(() => desk?.stop());

const packet = (command, data = '') => {
	const head = Buffer.alloc(5);
	head.writeUInt32BE(data.length + 1);
	head.write(command, 4);
	return Buffer.concat([head, Buffer.from(data, 'latin1')]);
};
const announced = (size, data = 'O') => { const head = Buffer.alloc(4); head.writeUInt32BE(size); return Buffer.concat([head, Buffer.from(data)]); };
const negotiation = packet('O', '\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff');
const envelope = [negotiation, packet('C', 'mx.example\x004\x00\x19127.0.0.1\x00'), packet('H', 'mx\0'), packet('M', '<jane@customer.example>\0'),
	packet('R', '<support@shop.example>\0'), packet('T'), packet('L', 'Subject\0 Never\0')];

// What each says, and how many of them.
const crowds = {
	'a thousand who open it and wait': [1000, []],
	'who negotiate and wait': [300, [negotiation]],
	'who stop within a length': [200, [Buffer.from([0, 0])]],
	'who stop within a packet': [200, [announced(100)]],
	'who stop within the packet of a header': [200, [...envelope, announced(60_000, 'L')]],
	'who stop within a mail': [200, envelope],
	'who announce 2 GB': [200, [announced(0x7fffffff)]],
	'who announce 4 GB within a mail': [200, [...envelope, announced(0xffffffff, 'B')]],
	'who announce nothing': [200, [announced(0, '')]],
	'who speak SMTP': [200, [Buffer.from('EHLO mx.example\r\nMAIL FROM:<a@b.example>\r\n')]],
	'who say nonsense': [200, [crypto.randomBytes(5000)]],
	'who say all out of order': [200, [negotiation, packet('E'), packet('B', 'a'), packet('N'), packet('R', '<support@shop.example>\0'), packet('T'), packet('A'), packet('E'), packet('Z', 'a')]],
	'whose words have no end': [200, [negotiation, packet('M', '<jane'), packet('R', ''), packet('L', 'Subject'), packet('C', '')]],
};

function visit(path, texts) {
	const socket = net.connect(path);
	socket.on('error', () => {});
	socket.on('close', () => { socket.isClosed = true; });
	socket.resume();
	for (const text of texts) socket.write(text);
	return socket;
}

for (const [name, [count, texts]] of Object.entries(crowds)) {
	test(name, {timeout: 120_000}, async (t) => {
		const before = {files: descriptorsOf(milter), memory: memoryOf(milter)};
		const sockets = Array.from({length: count}, () => visit(desk.milterSocket, texts));
		const waits = await work(desk, anna, 500);
		const threads = Number(/^Threads:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${milter}/status`, 'utf8'))[1]);
		t.diagnostic(`${count}: ${sockets.filter(({isClosed}) => isClosed).length} hung up on, ${threads} threads, ${Math.round(memoryOf(milter))} MB; mail ms: ${JSON.stringify(waits.mail)}; load ${os.loadavg()[0]}`);
		assert.ok(waits.mail.max < PATIENCE, `a mail took ${waits.mail.max} ms`);
		if (!isSanitized(milter)) assert.ok(memoryOf(milter) - before.memory < 60, `${memoryOf(milter)} MB`);
		for (const socket of sockets) socket.destroy();
		await until('all gone', () => descriptorsOf(milter) <= before.files + 5, 60);
		assert.deepEqual(desk.role('milter'), [milter], 'it lives');
	});
}

test('nothing of theirs was filed', async () => {
	const {threads} = await anna.get('/threads?folder=all&limit=1000');
	assert.ok(threads.every(({subject}) => subject.startsWith('others-')));
});

test('the capture socket: who waits takes the place of nobody but themselves', async () => {
	const capture = `${desk.dir}/run/capture.sock`;
	const sockets = Array.from({length: 100}, () => visit(capture, [Buffer.from('belfry')]));
	await until('most to be told to wait', () => sockets.filter(({isClosed}) => isClosed).length >= 84);
	assert.equal((await work(desk, anna, 300)).mail.max < PATIENCE, true);
	for (const socket of sockets) socket.destroy();
	await until('room', () => desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject: 'captured'}), mayFail: true}).status === 0);
	await desk.thread(anna, 'captured');
});
