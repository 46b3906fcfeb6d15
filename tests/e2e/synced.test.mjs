// Seen from the kernel: whatever is answered, its commit was synced before, and nothing of it was written after that.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {Milter} from './support/milter.mjs';
import {plainMail} from './support/smtp.mjs';
import {isRoot, isSanitized, lacks, run, until} from './support/system.mjs';
import {Trace} from './support/trace.mjs';

const skip = lacks('strace');
const TIMES = 5;
let desk, anna, thread;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	anna = await desk.client();
	capture('First');
	thread = (await desk.thread(anna, 'First')).id;
});
after(() => desk?.stop());

function capture(subject) {
	desk.cli(['capture', '--to', 'support@shop.example'], {input: plainMail({subject})});
}

// WORK is done TIMES times while ROLE is traced; before its ANSWER, the last of EACH, every one of FILES was written, then synced, and not
// written again.
async function look(t, {role, answer, files, each = 1}, work) {
	const [pid] = desk.role(role);
	if (isSanitized(pid)) return t.skip('a sanitizer and strace keep each other from their work');
	const trace = await Trace.of(pid, path.join(desk.dir, `${t.name.replace(/\W/g, '-')}.trace`));
	if (!trace) return t.skip('nobody may be traced here');
	for (let i = 1; i <= TIMES; i++) await work(i);
	const answersIn = (steps) => steps.flatMap(({kind}, at) => kind === 'answer' ? [at] : []);
	await until('strace to tell of the last answer', () => answersIn(trace.steps(answer)).length >= TIMES * each);
	await trace.end();
	const steps = trace.steps(answer), all = answersIn(steps);
	assert.equal(all.length, TIMES * each, JSON.stringify(steps));
	const answers = all.filter((at, i) => i % each === each - 1);
	answers.forEach((at, i) => {
		const since = steps.slice(i ? answers[i - 1] + 1 : 0, at);
		for (const file of files) {
			const own = since.filter((step) => step.file === file).map(({kind}) => kind);
			assert.ok(own.includes('write') && own.at(-1) === 'sync', `${file} before answer ${i + 1}: ${own}`);
		}
	});
	t.diagnostic(`${TIMES} answers, ${steps.filter(({kind}) => kind === 'sync').length} syncs`);
}

test('a mail at the milter, before its end is answered', {skip}, async (t) => {
	const milter = await Milter.connect(desk.milterSocket);
	// The first "continue" of a mail is for its envelope; the mail server asks for no more on its way.
	await look(t, {role: 'milter', answer: /^writev\(\d+<UNIX[^>]*>.*"\\0\\0\\0\\1c"/, files: ['raw.db'], each: 2}, (i) =>
		milter.send({from: 'jane@customer.example', to: 'support@shop.example', id: `T${i}`, raw: Buffer.from(plainMail({subject: `Traced ${i}`}))}));
	milter.close();
});

test('a mail at the capture socket, before capture ends with 0', {skip}, (t) =>
	look(t, {role: 'milter', answer: /"ok \d+\\n"/, files: ['raw.db']}, (i) => capture(`Piped ${i}`)));

const web = {role: 'web', answer: /"HTTP\/1\.1 20[01]/, files: ['desk.db']};

test('an answer to a customer', {skip}, (t) =>
	look(t, web, (i) => anna.post(`/threads/${thread}/messages`, {text: `Answer ${i}.`, undo: 0})));

test('a setting', {skip}, async (t) => {
	let {version} = await anna.get('/settings/retention');
	await look(t, web, async (i) => ({version} = await anna.patch('/settings/retention', {bin_days: 30 + i}, version)));
});

test('a status', {skip}, (t) =>
	look(t, web, (i) => anna.patch(`/threads/${thread}`, {status: i % 2 ? 'pending1' : 'pending2'})));

test('a file for an answer', {skip}, (t) =>
	look(t, {...web, files: ['raw.db', 'desk.db']}, async () => {
		const reply = await fetch(`${desk.url}/api/v1/threads/${thread}/uploads?name=a.bin`,
			{method: 'POST', headers: {cookie: anna.cookie, origin: desk.url, 'content-type': 'application/octet-stream'}, body: Buffer.alloc(300_000, 'x')});
		assert.equal(reply.status, 201);
	}));

// Else the power could take the way to a store that restore has called brought back, and all of it with that.
test('a backup brought back where nothing was: the way there', {skip}, (t) => {
	if (isSanitized(desk.role('web')[0])) return t.skip('a sanitizer and strace keep each other from their work');
	const home = path.join(desk.dir, 'elsewhere'), [copy, way, log, conf] = ['copy', 'new', 'trace', 'conf'].map((name) => path.join(home, name));
	const store = path.join(way, 'place', 'store');
	fs.mkdirSync(home);
	if (isRoot) run('chown', ['nobody', home]);
	desk.cli(['backup', copy]);
	fs.writeFileSync(conf, fs.readFileSync(desk.confFile, 'utf8').replace(/^store = .*$/m, `store = ${store}`));
	run('strace', ['-f', '-yy', '-e', 'trace=fsync', '-o', log, desk.program, '-c', conf, 'restore', copy], {uid: fs.statSync(home).uid}); // root would make the way before it becomes the account
	const synced = fs.readFileSync(log, 'utf8');
	for (const directory of [home, way, path.dirname(store), store]) assert.match(synced, new RegExp(`<${directory}>\\) += 0`));
});
