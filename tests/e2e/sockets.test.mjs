// Whoever comes while the milter is away waits for the next one: the sockets outlive it.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import http from 'node:http';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {Session} from './support/session.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, sleep, until} from './support/system.mjs';

const skip = lacks('postfix');
const SENDERS = 12;
let desk, count = 0, longest = 0;

before(async () => {
	if (!skip) desk = await startDesk({postfix: true, settings: {smtpd_client_connection_count_limit: 0, smtpd_client_connection_rate_limit: 0}});
});
after(() => desk?.stop());

const nextMail = () => ({from: 'jane@customer.example', to: 'support@shop.example', octets: plainMail({subject: `Wait ${++count}`})});

// A mail in a session of its own; throws what was answered when that was no 250.
async function send() {
	const session = new Session(desk.postfix.port);
	await session.greet();
	await session.send(nextMail());
	session.close();
	longest = Math.max(longest, session.longest);
}

function capture() {
	const child = spawn(desk.program, ['-c', desk.confFile, 'capture', '--to', 'support@shop.example'], {stdio: ['pipe', 'ignore', 'inherit']});
	child.stdin.on('error', () => {});
	child.stdin.end(nextMail().octets);
	return new Promise((done, fail) => child.once('exit', (code) => code === 0 ? done() : fail(new Error(`capture ended with ${code}`))));
}

const many = () => [...Array.from({length: SENDERS}, send), capture(), capture()];

// Ends the milter; resolves to its process once it has ended.
async function strike(signal) {
	const pid = await until('a milter', () => desk.role('milter')[0]);
	process.kill(pid, signal);
	return pid;
}

const hasEnded = (pid) => until('its end', () => !desk.role('milter').includes(pid));

test('sessions and captures that begin while a killed milter is away are answered by the next', {skip}, async (t) => {
	longest = 0;
	await Promise.all(many());
	for (let kill = 1; kill <= 4; kill++) {
		await hasEnded(await strike('SIGKILL'));
		await Promise.all(many());
	}
	t.diagnostic(`4 kills, ${4 * SENDERS} sessions and 8 captures in between: none was put off, the longest waited ${longest} ms`);
});

test('a milter that dies again and again is started a little later each time, and Postfix does not lose patience', {skip}, async (t) => {
	longest = 0;
	let kills = 0;
	for (const end = Date.now() + 6000; Date.now() < end; kills++) await hasEnded(await strike('SIGKILL'));
	assert.match(desk.log(), /milter pid=\d+ was killed by signal 9 .* in 2000 ms/);
	await Promise.all(many());
	t.diagnostic(`${kills} kills in a row, the longest waited ${longest} ms`);
});

test('a milter that ends leaves those who come to the next, and lets those who are at it send their mail', {skip}, async (t) => {
	longest = 0;
	for (let end = 1; end <= 3; end++) {
		const early = Array.from({length: 4}, () => new Session(desk.postfix.port));
		await Promise.all(early.map((session) => session.greet()));
		const mails = early.map((session) => session.send(nextMail()));
		const pid = await strike('SIGTERM');
		const late = many();
		await sleep(50); // some come when the socket has been left, but the old one is still there
		await Promise.all([...mails, ...late, ...many()]);
		await hasEnded(pid);
		for (const session of early) session.close();
	}
	t.diagnostic(`3 ends, none was put off, the longest waited ${longest} ms`);
});

// A request on a connection of its own: {status, ms}, status "ECONNRESET" and the like when no answer came.
function get() {
	const began = performance.now();
	return new Promise((done) => {
		http.get(`${desk.url}/health`, {agent: false}, (reply) => {
			reply.resume();
			reply.on('end', () => done({status: reply.statusCode, ms: performance.now() - began}));
		}).on('error', ({code}) => done({status: code, ms: performance.now() - began}));
	});
}

test('requests that begin while web ends, or is away, are answered', {skip}, async (t) => {
	const all = [];
	const visit = (count) => Promise.all(Array.from({length: count}, get)).then((replies) => all.push(...replies));
	for (const signal of ['SIGTERM', 'SIGTERM', 'SIGTERM', 'SIGTERM', 'SIGKILL']) {
		const [pid] = await until('web', () => desk.role('web'));
		await visit(1);
		process.kill(pid, signal);
		const visits = [];
		for (const pause of [0, 1, 2, 5, 10, 20, 50, 100]) {
			visits.push(visit(8));
			await sleep(pause);
		}
		await Promise.all(visits);
		await until('the next web', () => desk.role('web').some((one) => one !== pid));
	}
	assert.deepEqual(all.filter(({status}) => status !== 200), []);
	t.diagnostic(`5 ends, ${all.length} requests right after them, the longest waited ${Math.round(Math.max(...all.map(({ms}) => ms)))} ms`);
});
