// A backup made while mail comes in and staff work, brought back on "another machine": other paths, another account. What was acknowledged before it
// began is in it; log-in, sealed secrets and signed addresses go on; what came later is named where it can be; open pages show what is there now.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openBell} from './support/bell.mjs';
import {openDesk, startBrowser, titleCount} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {rows} from './support/list.mjs';
import {Milter} from './support/milter.mjs';
import {startRelay} from './support/relay.mjs';
import {plainMail} from './support/smtp.mjs';
import {isRoot, lacks, run, start, until} from './support/system.mjs';
import {totpCode} from './support/totp.mjs';

const SESSIONS = 8;
let desk, relay, client, browser, page, bell, copy, signed, seed;
const kept = [], noted = []; // {what, at}: acknowledged, when
let isLoading = true;

before(async () => {
	relay = await startRelay();
	desk = await startDesk({conf: {courier: {relay: `127.0.0.1:${relay.port}`}}});
	fs.chmodSync(path.join(desk.dir, 'run'), 0o777);
	client = await desk.client();
	bell = await openBell(client);
	if (lacks('chromium')) return;
	browser = await startBrowser();
	page = await openDesk(browser, desk, {email: employees.anna.email, password});
});
after(async () => {
	isLoading = false;
	await browser?.close();
	await desk?.stop();
	await relay?.stop();
});

async function send(milter, subject, to = 'support@shop.example', from = 'jane@customer.example') {
	const verdict = await milter.send({from, to, id: subject.replaceAll(' ', ''), raw: Buffer.from(plainMail({from: `Jane <${from}>`, subject}))});
	if (verdict === 'c') kept.push({what: subject, at: Date.now()});
	return verdict;
}

async function keepSending(session) {
	const milter = await Milter.connect(desk.milterSocket);
	for (let i = 0; isLoading; i++) await send(milter, `load ${session}.${i}`);
	milter.close();
}

async function keepNoting(thread) {
	for (let i = 0; isLoading; i++) {
		const reply = await client.fetch(`/api/v1/threads/${thread}/messages`, {method: 'POST', body: {text: `note ${i}`, private: true}});
		if (reply.status === 201) noted.push({what: `note ${i}`, at: Date.now()});
	}
}

const sql = (store, name, text) => run('sqlite3', ['-readonly', '-cmd', '.timeout 20000', path.join(store, name), text]).stdout.trim();

test('a backup under load is complete, and holds all that was acknowledged before it began', async () => {
	const milter = await Milter.connect(desk.milterSocket);
	await send(milter, 'answered');
	const {id} = await desk.thread(client, 'answered');
	await client.post(`/threads/${id}/messages`, {text: 'Our answer.', undo: 0});
	await until('the answer to leave', () => relay.mails.length === 1);
	signed = /^Reply-To: .*<?(support\+[^>\s]+)>?/m.exec(relay.mails[0].octets)[1];
	const ben = await desk.client('ben');
	const {secret, ticket} = await ben.post('/profile/totp', {password});
	assert.equal((await ben.fetch('/api/v1/profile/totp', {method: 'PUT', body: {ticket, code: totpCode(secret)}})).status, 200);
	seed = secret;
	const load = [...Array.from({length: SESSIONS}, (_, session) => keepSending(session)), keepNoting(id)];
	await until('some load', () => kept.length > 100 && noted.length > 10);
	copy = path.join(desk.dir, 'run/backup');
	const began = Date.now();
	assert.equal((await start(desk.program, ['-c', desk.confFile, 'backup', copy], path.join(desk.dir, 'backup.log')).ended).code, 0);
	const ended = Date.now();
	await until('mail after it', () => kept.filter(({at}) => at > ended).length > 20);
	isLoading = false;
	await Promise.all(load);
	milter.close();
	assert.match(desk.cli(['backup', '--verify', copy]).stdout, /: well; taken /);
	const mails = Number(sql(copy, 'raw.db', 'SELECT count(*) FROM mail'));
	const before = kept.filter(({at}) => at < began).length;
	console.log({'mails before': before, 'in the backup': mails, 'in all': kept.length, 'notes before': noted.filter(({at}) => at < began).length, ms: ended - began});
	assert.ok(mails >= before);
	const inCopy = new Set(sql(copy, 'desk.db', "SELECT text FROM message WHERE kind = 'note'").split('\n'));
	for (const {what, at} of noted) if (at < began) assert.ok(inCopy.has(what), `${what} was acknowledged before`);
	if (page) await until('the page to count them', async () => await titleCount(page) === (await client.get('/notifications')).count);
});

test('brought back elsewhere, as another account: log-in, two steps, signed addresses and the bell go on; what is missing is named', async () => {
	await desk.end();
	const other = path.join(desk.dir, 'other'), [store, moved] = [path.join(other, 'store'), path.join(other, 'copy')];
	const epoch = bell.frames.at(-1).epoch;
	for (const dir of [other, store]) fs.mkdirSync(dir);
	run('cp', ['-r', copy, moved]);
	if (isRoot) run('chown', ['-R', 'daemon', store, moved]);
	desk.milterSocket = path.join(other, 'milter.sock');
	desk.writeConf({belfry: {store, ...(isRoot && {user: 'daemon'})}, capture: {socket: path.join(other, 'capture.sock')}, courier: {relay: `127.0.0.1:${relay.port}`}});
	const last = Number(sql(copy, 'raw.db', 'SELECT max(id) FROM mail'));
	const {stdout} = desk.cli(['restore', moved]);
	assert.match(stdout, new RegExp(`if mail was captured after raw mail ${last}, it is missing, and the log of the machine`));
	await desk.start();
	client = await desk.client();
	const ben = await desk.client('ben').catch((error) => error);
	assert.match(ben.message, /totp|code/i, 'a password alone does not do');
	const {email} = employees.ben;
	assert.equal((await client.fetch('/api/v1/session', {method: 'POST', body: {email, password, totp: totpCode(seed, 1)}})).status, 200);
	client = await desk.client();
	const again = await openBell(client);
	assert.notEqual(again.frames[0].epoch, epoch, 'a new epoch');
	const milter = await Milter.connect(desk.milterSocket);
	assert.equal(await send(milter, 'to the signed address', signed), 'c');
	const answered = await desk.thread(client, 'answered');
	await until('it in its thread', async () => (await client.get(`/threads/${answered.id}`)).messages.at(-1).subject === 'to the signed address');
	assert.equal(await send(milter, 'a new mail'), 'c');
	await desk.thread(client, 'a new mail');
	milter.close();
	const deep = desk.cli(['check', '--deep'], {mayFail: true}).stdout;
	for (const rule of ['counters agree with the rows', "every message's raw mail is there", 'every raw mail became something'])
		assert.match(deep, new RegExp(`^ok .*${rule}`, 'm'));
});

test('the page that was open all the time shows what was brought back', {skip: lacks('chromium')}, async () => {
	const {count} = await client.get('/notifications');
	assert.ok(count < kept.length, 'fewer than were counted before');
	await until('the page to count what is there now', async () => await titleCount(page) === count);
	const {threads} = await client.get('/threads?limit=20');
	await until('its list to hold what is there now', async () => String(await rows(page)) === String(threads.map(({id}) => id)));
	assert.deepEqual(page.problems, []);
});
