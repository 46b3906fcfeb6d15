// mixed.mjs [MINUTES]: everything at once that a shop does with Belfry (mail in by a real Postfix and by `belfry capture`, answers out, staff at the desk, bells, searches,
// files, erasing, resort, backups), for so long; meanwhile memory, descriptors, threads and file sizes of every role go into build/soak/mixed.csv, drawn in mixed.svg.
// From ten minutes on, growth after the warm-up is a failure. As root, in a network namespace of its own (make soak-mixed). Its figures: JSON in the last line.
import fs from 'node:fs';
import path from 'node:path';
import {openBell} from '../e2e/support/bell.mjs';
import {startDesk} from '../e2e/support/desk.mjs';
import {startRelay} from '../e2e/support/relay.mjs';
import {build, sleep, until} from '../e2e/support/system.mjs';
import {below, pick} from './mixed/chance.mjs';
import {capture, chores, sql} from './mixed/chores.mjs';
import {columns, csvLine, files, measures, roles, sample} from './mixed/gauge.mjs';
import {nextMail} from './mixed/mail.mjs';
import {plot} from './mixed/plot.mjs';
import {adminSteps, agentSteps} from './mixed/staff.mjs';
import {judge} from './mixed/trend.mjs';

const minutes = Number(process.argv[2] ?? 60), length = minutes * 60_000;
const WARM_UP = 0.5;         // of the time: until then caches fill, the more the larger the store is
const JUDGED_MINUTES = 10;   // a shorter run says nothing of growth
const KEPT = 1500;           // threads that erasing leaves, so that the store does not grow either
const LEAST = {anon: 3, fds: 2, threads: 1}; // growth that counts: MiB, descriptors, threads
const EX_TEMPFAIL = 75; // sysexits.h
const BELLS = 8, BUSY_MAX = 0.005; // of the steps may be put off (503), where the machine has too much to do
const figures = {minutes, mails: 0, tempfailed: 0, captured: 0, steps: 0, bells: 0, frames: 0, chores: 0, arrived: 0, erased: 0, threads: 0, busy: 0, problems: 0};

const relay = await startRelay({answers: {data: () => { figures.arrived++; }}});
const desk = await startDesk({postfix: true, conf: {courier: {relay: `127.0.0.1:${relay.port}`}, log: {level: 'warning'}},
	settings: {smtpd_client_connection_count_limit: '0', smtpd_client_connection_rate_limit: '0'}});
fs.chmodSync(path.join(desk.dir, 'run'), 0o777); // backups are made by the account of the roles
const began = Date.now(), end = began + length;
const isOver = () => Date.now() >= end;

const problems = new Map(); // what went wrong → how often
function note(problem) {
	if (problem.isBusy) figures.busy++;
	else figures.problems++;
	problems.set(problem.message, (problems.get(problem.message) ?? 0) + 1);
}

// Does STEP again and again, with a pause of so many ms at most in between.
async function keepDoing(step, pause) {
	while (!isOver()) {
		await step().catch(note);
		await sleep(Math.min(below(pause), Math.max(0, end - Date.now())));
	}
}

async function post() {
	const replies = await desk.send(nextMail(relay.taken));
	const answer = replies.at(-2) ?? 'no answer';
	if (answer.startsWith('250')) figures.mails++;
	else if (answer.startsWith('4')) figures.tempfailed++;
	else throw new Error(`Postfix: ${answer}`);
	relay.mails.length = relay.commands.length = 0; // this process is not to grow either
	relay.taken.splice(0, Math.max(0, relay.taken.length - 200));
}

async function captureOne() {
	try {
		await capture(desk, nextMail([]));
		figures.captured++;
	} catch (problem) {
		if (problem.status !== EX_TEMPFAIL) throw problem;
		figures.tempfailed++;
	}
}

// A browser tab: open for a while, gone, back again with what it saw last.
async function listen(client) {
	let since;
	await keepDoing(async () => {
		const bell = await openBell(client, {since});
		figures.bells++;
		await sleep(Math.min(below(60_000), Math.max(0, end - Date.now())));
		bell.close();
		figures.frames += bell.frames.length;
		since = bell.frames.findLast(({id}) => id)?.id ?? since;
	}, 2000);
}

const staff = (client, name, steps) => keepDoing(async () => {
	await pick(steps)(client, {again: () => desk.client(name)});
	figures.steps++;
}, 400);

async function doChores(client) {
	const pause = Math.min(200_000, length / 8);
	for (let i = 0; !isOver(); i++) {
		await sleep(Math.min(pause, Math.max(0, end - Date.now())));
		await chores[i % chores.length](desk, client, KEPT).then(() => figures.chores++, note);
	}
}

const rows = [];
const out = path.join(build, 'soak');
const panels = [
	...['anon', 'pss', 'fds', 'threads'].map((measure) => ({
		title: {anon: 'Memory of its own (Pss_Anon), MiB', pss: 'Memory, shared pages by share (PSS), MiB', fds: 'Descriptors', threads: 'Threads'}[measure],
		series: Object.fromEntries(roles.map((role) => [`${role} ${measure}`, role]))})),
	{title: 'Write-ahead logs, MiB', series: {'desk.db-wal': 'desk.db-wal', 'raw.db-wal': 'raw.db-wal'}},
	{title: 'Files, MiB', series: {'desk.db': 'desk.db', 'raw.db': 'raw.db'}},
];

async function watch() {
	const every = Math.min(10_000, length / 30);
	fs.mkdirSync(out, {recursive: true});
	fs.writeFileSync(path.join(out, 'mixed.csv'), `${columns.join(',')}\n`);
	for (let due = began; due <= end; due += every) {
		await sleep(Math.max(0, due - Date.now()));
		const row = sample(desk, (Date.now() - began) / 1000);
		rows.push(row);
		fs.appendFileSync(path.join(out, 'mixed.csv'), csvLine(row));
		fs.writeFileSync(path.join(out, 'mixed.svg'), plot(panels, rows));
	}
}

// A line for each series; those that grow without end.
function growing() {
	const warm = rows.filter(({seconds}) => seconds >= length / 1000 * WARM_UP);
	const names = [...roles.flatMap((role) => measures.map((measure) => [`${role} ${measure}`, LEAST[measure]])), ...files.map((file) => [file])];
	return names.filter(([name, least]) => {
		const points = warm.filter((row) => row[name] !== undefined).map((row) => [row.seconds, row[name]]);
		const {median, top, growth, grows} = judge(points, least ?? Infinity);
		const perHour = points.length > 1 ? growth * 3600 / (points.at(-1)[0] - points[0][0]) : 0;
		console.log(`${name.padEnd(16)} median ${median.toFixed(1).padStart(8)}  top ${top.toFixed(1).padStart(8)}  growth an hour ${perHour.toFixed(2).padStart(8)}${grows ? '  GROWS' : ''}`);
		return grows;
	}).map(([name]) => name);
}

const anna = await desk.client('anna'), ben = await desk.client('ben');
await Promise.all([
	...Array.from({length: 3}, () => keepDoing(post, 900)),
	keepDoing(captureOne, 2500),
	...Array.from({length: 2}, () => staff(anna, 'anna', adminSteps)),
	...Array.from({length: 2}, () => staff(ben, 'ben', agentSteps)),
	...Array.from({length: BELLS}, (_, i) => listen(i % 2 ? anna : ben)),
	doChores(anna),
	watch(),
]);

const sorted = () => desk.cli(['check', '--deep'], {mayFail: true, timeout: 600_000}).stdout;
await until('a store in order', () => /^ok deep/m.test(sorted()) && !/^error deep/m.test(sorted()), 1200).catch(note);
const grown = growing();
[figures.erased, figures.threads] = (await sql(desk, 'SELECT (SELECT count(*) FROM erased), (SELECT count(*) FROM thread)')).trim().split('|').map(Number);
await desk.stop().catch(note);
await relay.stop();
for (const [problem, count] of problems) console.error(`${count} × ${problem}`);
console.log(JSON.stringify({...figures, grown}));
process.exit(figures.problems || figures.busy > figures.steps * BUSY_MAX || !figures.mails || (minutes >= JUDGED_MINUTES && (!figures.arrived || grown.length)) ? 1 : 0);
