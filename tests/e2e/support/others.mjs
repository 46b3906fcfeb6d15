// The others: an employee at the list, a mail server and a bell, who go about their work while somebody attacks the desk. How long they wait is measured.
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import {fileURLToPath} from 'node:url';
import {openBell} from './bell.mjs';
import {Milter} from './milter.mjs';
import {plainMail} from './smtp.mjs';
import {sleep, until} from './system.mjs';

const program = fileURLToPath(new URL('attack.mjs', import.meta.url));
const now = () => performance.now();

// At the port; end() when all is over. figures: of the last moment.
export function startAttack(port, counts, cookie = '') {
	const child = spawn(process.execPath, [program, String(port), JSON.stringify(counts), cookie], {stdio: ['pipe', 'pipe', 'inherit']});
	const attack = {figures: {open: 0, came: 0, ended: 0, answers: {}}};
	child.stdout.on('data', (text) => {
		const line = String(text).trim().split('\n').at(-1);
		try { attack.figures = JSON.parse(line); } catch { /* half a line */ }
	});
	const ended = new Promise((done) => { child.once('exit', done); });
	attack.end = () => { child.stdin.end(); return ended; };
	return attack;
}

const summary = (times) => {
	const sorted = [...times].sort((one, other) => one - other);
	const at = (part) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
	return {count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1)};
};

let mails = 0;
async function mailOnce(desk, bell, seen) {
	const id = `others-${++mails}`;
	const began = now();
	const milter = await Milter.connect(desk.milterSocket);
	const raw = Buffer.from(plainMail({subject: id, headers: {'Message-ID': `<${id}@customer.example>`}}));
	const verdict = await milter.send({from: 'jane@customer.example', to: 'support@shop.example', raw, id});
	if (!'ca'.includes(verdict)) throw new Error(`the mail was answered ${verdict}`);
	seen.mail.push(now() - began);
	milter.close();
	const taken = now(), count = mails;
	await until(`the bell of mail ${count}`, () => bell.of('message').length >= seen.bell.length + 1, 60);
	seen.bell.push(now() - taken);
}

// As a browser does: what is asked over a kept connection just when the server has sent it away is asked again (RFC 9110 section 9.2.2).
async function getAgain(client, path) {
	try {
		return await client.get(path);
	} catch (error) {
		if (!error.cause) throw error; // an answer came
		return client.get(path);
	}
}

// Works for MS, and longer until UNTIL is true; {threads, mail, bell}: how long each waited, ms. Anything that fails throws.
export async function work(desk, client, ms, isEnough = () => true) {
	const seen = {threads: [], mail: [], bell: []};
	const bell = await openBell(client);
	let isOver = false;
	const list = async () => {
		while (!isOver) {
			const began = now();
			await getAgain(client, '/threads');
			seen.threads.push(now() - began);
			await sleep(20);
		}
	};
	const mail = async () => {
		while (!isOver) {
			await mailOnce(desk, bell, seen);
			await sleep(100);
		}
	};
	const stop = (async () => {
		const end = now() + ms;
		while (now() < end || (!isEnough() && now() < end + 60_000)) await sleep(50);
	})().finally(() => { isOver = true; });
	try {
		await Promise.all([list(), mail(), stop]);
	} finally {
		isOver = true;
		bell.close();
	}
	return Object.fromEntries(Object.entries(seen).map(([name, times]) => [name, summary(times)]));
}

export const descriptorsOf = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length;
// Memory of its own that a process has just now, MB.
export const memoryOf = (pid) => Number(/^Private_Dirty:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;
