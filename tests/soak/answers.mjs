// answers.mjs [ROUNDS [SEED]]: replies are sent without a pause while courier and web are killed, the disk runs full, the relay goes away. At the end each
// reply that the desk took has arrived at most once, and each that has not is shown as doubtful. Needs root, in a mount namespace of its own:
// unshare -m node tests/soak/answers.mjs. Prints its figures as JSON in the last line.
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {startDesk} from '../e2e/support/desk.mjs';
import {startRelay} from '../e2e/support/relay.mjs';
import {plainMail} from '../e2e/support/smtp.mjs';
import {run, sleep, start, until} from '../e2e/support/system.mjs';

const rounds = Number(process.argv[2] ?? 20);
let seed = Number(process.argv[3] ?? Date.now() % 1e6);
const THREADS = 24, WRITERS = 6;
const figures = {rounds, seed, kills: {courier: 0, web: 0}, full: 0, relay: 0, second: 0, sent: 0, doubtful: 0, doubtfulArrived: 0, refused: 0, lost: 0, twice: 0};

function random(below) { // a small generator, so that a seed says what happened
	seed = (seed * 1103515245 + 12345) % 2147483648;
	return Math.floor(seed / 2147483648 * below);
}

const desk = await startDesk({disk: `${200 + 2 * rounds}m`, conf: {milter: {min_free: '4M'}, courier: {relay: '127.0.0.1:9299'}}});
const store = path.join(desk.dir, 'store');
const answers = {data: () => sleep(random(25))};
let relay = await startRelay({port: 9299, answers});
const arrived = []; // Message-IDs of all that got their dot, of relays that are gone too
const arrivals = () => [...arrived, ...relay.mails].map(({octets}) => /^Message-ID: <(.*)>/m.exec(octets)[1]);
const sql = (text) => run('sqlite3', ['-readonly', '-cmd', '.timeout 20000', path.join(store, 'desk.db'), text]).stdout.trim();

const anna = await desk.client();
const taken = []; // Message-IDs of the replies that the desk said it has
for (let i = 0; i < THREADS; i++)
	desk.cli(['capture', '--from', `kim${i}@c${i % 5}.example`, '--to', 'support@shop.example'], {input: plainMail({from: `Kim <kim${i}@c${i % 5}.example>`, subject: `Soak ${i}`})});
const threads = (await until('the threads', async () => {
	const {threads: all} = await anna.get('/threads?limit=1000');
	return all.length === THREADS && all;
})).map(({id}) => id);

// One reply, asked for until the desk has it.
let count = 0;
async function write() {
	const number = ++count;
	const [thread, headers] = [threads[number % THREADS], {'idempotency-key': `soak-${number}`}];
	for (;;) {
		try {
			const reply = await anna.fetch(`/api/v1/threads/${thread}/messages`, {method: 'POST', headers, body: {text: `Answer ${number}.`, undo: 0}});
			if (reply.status < 300) return void taken.push((await reply.json()).message_id);
			if (reply.status < 500 && reply.status !== 429) throw Object.assign(new Error(`refused: ${reply.status} ${await reply.text()}`), {isFinal: true});
		} catch (error) {
			if (error.isFinal) throw error;
		}
		figures.refused++;
		await sleep(100);
	}
}

let isWriting = true;
async function writer() {
	while (isWriting) {
		await write();
		await sleep(random(60));
	}
}

function kill(role) {
	for (const pid of desk.role(role)) {
		try {
			process.kill(pid, 'SIGKILL');
			figures.kills[role]++;
		} catch (error) {
			if (error.code !== 'ESRCH') throw error;
		}
	}
}

async function fillDisk() {
	const filler = path.join(store, 'filler');
	const {bavail, bsize} = fs.statfsSync(store);
	figures.full++;
	try {
		execFileSync('fallocate', ['-l', String((bavail - random(8)) * bsize), filler], {stdio: 'ignore'});
	} catch { // somebody was quicker: it is full enough
	}
	await sleep(200 + random(800));
	if (random(3) === 0) kill(random(2) ? 'courier' : 'web');
	await sleep(random(300));
	fs.rmSync(filler, {force: true});
}

async function loseRelay() {
	figures.relay++;
	arrived.push(...relay.mails);
	await relay.stop();
	await sleep(random(600));
	relay = await startRelay({port: 9299, answers});
}

async function startSecond() {
	figures.second++;
	const second = start(desk.program, ['-c', desk.confFile, 'courier'], path.join(desk.dir, 'second.log'));
	await sleep(random(500));
	kill('courier'); // both
	await second.ended;
}

const disasters = [() => kill('courier'), () => kill('courier'), () => kill('web'), () => (kill('courier'), kill('web')), fillDisk, fillDisk, loseRelay, startSecond];

const writers = Array.from({length: WRITERS}, writer);
const problem = Promise.race(writers.map((one) => one.then(() => new Promise(() => {}))));
for (let round = 0; round < rounds; round++) {
	await Promise.race([sleep(300 + random(900)), problem]);
	await disasters[random(disasters.length)]();
}
isWriting = false;
await Promise.all(writers);

// All is well again: what waits goes, and nothing but doubt is left.
await until('all to have left', async () => {
	desk.cli(['queue', 'retry', 'all'], {mayFail: true});
	await sleep(500);
	return sql("SELECT count(*) FROM outbox WHERE state IN ('queued', 'delayed', 'handing')") === '0';
}, 120);
const got = new Map();
for (const ref of arrivals()) got.set(ref, (got.get(ref) ?? 0) + 1);
const states = new Map(sql('SELECT message_ref, state FROM outbox').split('\n').map((line) => line.split('|')));
const problems = [];
for (const ref of taken) {
	const [times, state] = [got.get(ref) ?? 0, states.get(ref)];
	if (times > 1 && ++figures.twice) problems.push(`${ref} arrived ${times} times (${state})`);
	if (!times && state !== 'doubtful' && ++figures.lost) problems.push(`${ref} has not arrived, but is ${state}`);
	if (state !== 'doubtful' && state !== 'sent') problems.push(`${ref} is ${state}`);
	if (state === 'doubtful') {
		figures.doubtful++;
		figures.doubtfulArrived += times;
	}
}
figures.sent = taken.length;
if (new Set(taken).size !== taken.length) problems.push('one reply was taken under two keys');
if (states.size !== taken.length) problems.push(`${states.size} in the outbox, ${taken.length} were taken`);
for (const ref of got.keys()) if (!states.has(ref)) problems.push(`${ref} arrived and is unknown`);
const copy = path.join(desk.dir, 'run/backup');
fs.chmodSync(path.join(desk.dir, 'run'), 0o777);
desk.cli(['backup', copy]);
desk.cli(['backup', '--verify', copy]);
await desk.end();
await relay.stop();
await desk.stop();
for (const line of problems) console.error(line);
console.log(JSON.stringify(figures));
process.exit(problems.length || !taken.length ? 1 : 0);
