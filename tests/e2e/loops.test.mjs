// Programs that answer each of our mails at once, a hundred times over: nothing rings, nothing opens again, and what we send by ourselves ends after a few.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openBell} from './support/bell.mjs';
import {startDesk} from './support/desk.mjs';
import {startRelay} from './support/relay.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, run, sleep, until} from './support/system.mjs';

const skip = lacks('sqlite3');
let desk, anna, bell, relay;
const sql = (text) => run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store/desk.db'), text]).stdout.trim();
const ROUNDS = 100;

before(async () => {
	if (skip) return;
	relay = await startRelay();
	desk = await startDesk({conf: {courier: {relay: `127.0.0.1:${relay.port}`}}});
	anna = await desk.client();
	bell = await openBell(anna);
});
after(async () => {
	bell?.close();
	await desk?.stop();
	await relay?.stop();
});

// How programs say that nobody wrote this.
const marks = [
	{'Auto-Submitted': 'auto-replied'}, {'Auto-Submitted': 'auto-replied', Precedence: 'bulk'}, {'X-Autoreply': 'yes'}, {'X-Autorespond': 'away'}, {Precedence: 'auto_reply'},
	{'Auto-Submitted': 'auto-replied (vacation)'},
];
const header = (mail, name) => new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'mi').exec(mail.octets)?.[1].replace(/\r\n[ \t]+/g, ' ');

// What a responder sends to MAIL of ours, into the desk.
function respond(mail, number, from = mail.to[0]) {
	const ref = header(mail, 'Message-ID');
	const octets = plainMail({from: `Kim <${from}>`, to: mail.from, subject: `Automatic reply ${number}: ${header(mail, 'Subject')}`, body: `I am away, no. ${number}.`,
		headers: {...marks[number % marks.length], 'In-Reply-To': ref, References: ref}});
	desk.cli(['capture', '--from', number % 2 ? from : '', '--to', number % 3 ? mail.from : 'support@shop.example'], {input: octets});
}

// Until all that was captured is filed and nothing waits to leave.
async function calm(messages) {
	await until('all to be filed', () => Number(sql('SELECT count(*) FROM message')) >= messages, 60);
	await sleep(1200);
	assert.equal(sql("SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'delivered')"), '0');
}

async function newThread(subject) {
	desk.cli(['capture', '--from', 'kim@customer.example', '--to', 'support@shop.example'], {input: plainMail({from: 'Kim <kim@customer.example>', subject})});
	return (await desk.thread(anna, subject)).id;
}
const rings = () => bell.frames.filter(({ring}) => ring).length;

test('a responder that answers an answer a hundred times', {skip}, async () => {
	const id = await newThread('Are you there?');
	await anna.post(`/threads/${id}/messages`, {text: 'Yes.', undo: 0});
	await until('the answer', () => relay.mails.length === 1);
	await until('the bell to be read', async () => (await anna.get('/notifications')).count === 0);
	const [before, rung] = [Number(sql('SELECT count(*) FROM message')), rings()];
	for (let i = 0; i < ROUNDS; i++) respond(relay.mails[0], i);
	await calm(before + ROUNDS);
	const thread = await anna.get(`/threads/${id}`);
	assert.equal(thread.status, 'closed');
	assert.equal(sql(`SELECT count(*) FROM message WHERE thread_id = ${id} AND is_automatic`), String(ROUNDS), 'each is there to be read');
	assert.equal(rings(), rung);
	assert.equal((await anna.get('/notifications')).count, 0);
	assert.equal(relay.mails.length, 1, 'not one mail of ours more');
});

test('a colleague who is away, and to whom a thread is forwarded', {skip}, async () => {
	const id = await newThread('For Ben');
	const ben = (await anna.get(`/threads/${id}/reply`)).employees.find(({firstname}) => firstname === 'Ben');
	await anna.post(`/threads/${id}/forward`, {employee: ben.id, comment: ''});
	const mail = await until('the notice', () => relay.mails.find(({to}) => to[0] === 'ben@shop.example'));
	assert.equal(header(mail, 'Auto-Submitted'), 'auto-generated');
	const [before, sent, rung] = [Number(sql('SELECT count(*) FROM message')), relay.mails.length, rings()];
	for (let i = 0; i < 10; i++) respond(mail, i, 'ben@shop.example');
	await calm(before + 10);
	assert.equal(relay.mails.length, sent);
	assert.equal(rings(), rung);
});

test('links to set a password: a few a day to one address, whoever asks', {skip}, async () => {
	const sent = relay.mails.length;
	const {employees} = await anna.get('/employees');
	const {id} = employees.find(({email}) => email === 'ben@shop.example');
	for (let i = 0; i < ROUNDS; i++) await anna.post(`/employees/${id}/reset`, {});
	await until('the first', () => relay.mails.length > sent);
	await sleep(2000);
	const links = relay.mails.slice(sent);
	assert.ok(links.length >= 1 && links.length <= 5, `${links.length} mails`);
	for (const mail of links) {
		assert.equal(mail.from, '', 'nothing comes back of it');
		assert.match(header(mail, 'Auto-Submitted'), /^auto-/);
	}
});
