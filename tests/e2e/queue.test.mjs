// What waits to leave, seen from outside the desk: belfry queue, /health, /metrics; and notices, which do not stay.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {startRelay} from './support/relay.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, run, until} from './support/system.mjs';

const skip = lacks('sqlite3');
let relay, desk, anna, isBusy = true;

before(async () => {
	if (skip) return;
	const rcpt = (address) => address.startsWith('no') ? '550 5.1.1 unknown user' : address.startsWith('busy') && isBusy ? '451 4.3.2 try later' : null;
	relay = await startRelay({answers: {rcpt}});
	desk = await startDesk({conf: {courier: {relay: `127.0.0.1:${relay.port}`}}});
	anna = await desk.client('anna');
});
after(async () => {
	await desk?.stop();
	await relay?.stop();
});

const sql = (text, file = 'desk.db') => run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store', file), text]).stdout.trim();
const states = () => sql('SELECT group_concat(state) FROM (SELECT state FROM outbox ORDER BY id)');
const queue = (...words) => {
	const {status, stdout, stderr} = desk.cli(['queue', ...words], {mayFail: true});
	return {status, stderr, rows: stdout.split('\n').filter(Boolean).map((line) => line.split('\t'))};
};
const health = async () => {
	const reply = await fetch(`${desk.url}/health`);
	return {...await reply.json(), status: reply.status};
};
const metrics = async () => Object.fromEntries((await (await fetch(`${desk.url}/metrics`)).text()).split('\n')
	.filter((line) => line.startsWith('belfry_outbox')).map((line) => line.split(' ')).map(([name, value]) => [name.replace(/^.*state="(.*)"\}$/, '$1'), Number(value)]));

async function answer(name) {
	desk.cli(['capture', '--from', `${name}@customer.example`, '--to', 'support@shop.example'],
		{input: plainMail({from: `${name}@customer.example`, subject: name})});
	const {id} = await desk.thread(anna, name);
	const reply = await anna.fetch(`/api/v1/threads/${id}/messages`, {method: 'POST', body: {text: 'A new one is on its way.', undo: 0}});
	assert.equal(reply.status, 201);
}

test('what waits is listed, tried again, taken out', {skip}, async () => {
	assert.deepEqual(queue('list'), {status: 0, stderr: 'nothing waits\n', rows: []});
	for (const name of ['no', 'busy', 'yes', 'busy2']) await answer(name);
	await until('all to be answered', () => states() === 'failed,delayed,sent,delayed');
	const {rows} = queue();
	assert.deepEqual(rows.map(([id, state, tries, , , thread, to, why]) => [id, state, tries, thread, to, why]), [
		['1', 'failed', '1', 'reply 1', 'no@customer.example', '550 5.1.1 unknown user'],
		['2', 'delayed', '1', 'reply 2', 'busy@customer.example', '451 4.3.2 try later'],
		['4', 'delayed', '1', 'reply 4', 'busy2@customer.example', '451 4.3.2 try later']]);
	assert.equal(rows[0][4], '-');
	assert.match(rows[1][4], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
	assert.deepEqual(await metrics(), {queued: 0, handing: 0, delayed: 2, sent: 1, failed: 1, doubtful: 0, belfry_outbox_oldest_due_seconds: 0});
	const {status, outbox} = await health();
	assert.equal(status, 200);
	assert.equal(outbox.delayed, 2);

	assert.equal(queue('remove', '4').status, 0);
	assert.equal(states(), 'failed,delayed,sent,failed');
	const {delivery} = (await anna.get('/threads/4')).messages.at(-1);
	assert.deepEqual([delivery.state, delivery.detail], ['failed', 'taken out of the queue']);
	isBusy = false;
	assert.equal(queue('retry', 'all').status, 0);
	await until('the one that waited to be sent', () => states() === 'failed,sent,sent,failed');
	assert.equal(queue('retry', '4').status, 0);
	await until('the one taken out to be sent after all', () => states() === 'failed,sent,sent,sent');
	assert.match(queue('retry', '3').stderr, /3 does not wait/);
	assert.deepEqual([queue('retry', '3').status, queue('remove', '99').status, queue('retry').status, queue('drop', '1').status, queue('retry', 'x').status],
		[1, 1, 64, 64, 1]);
});

test('a reply that is due and does not leave makes the desk unwell', {skip}, async () => {
	const [courier] = desk.role('courier');
	process.kill(courier, 'SIGSTOP');
	try {
		await answer('late');
		assert.equal((await health()).status, 200);
		sql("UPDATE outbox SET due = due - 1200000 WHERE state = 'queued'");
		const {status, detail, outbox} = await health();
		assert.deepEqual([status, outbox.queued], [503, 1]);
		assert.match(detail, /Replies wait to leave/);
		assert.ok((await metrics()).belfry_outbox_oldest_due_seconds >= 1200);
	} finally {
		process.kill(courier, 'SIGCONT');
	}
	await until('it to be well again', async () => (await health()).status === 200);
});

test('a link to set a password is sent, and not kept', {skip}, async () => {
	const {id} = (await anna.get('/employees')).employees.find((one) => one.email === 'ben@shop.example');
	const link = await (await anna.fetch(`/api/v1/employees/${id}/reset`, {method: 'POST', body: {}})).json();
	assert.equal(link.mailed, true);
	const mail = await until('the mail', () => relay.taken.find((one) => one.to[0] === 'ben@shop.example'));
	assert.match(mail.octets, /^Auto-Submitted: auto-generated\r$/m);
	assert.equal(mail.from, '');
	assert.match(mail.octets.replace(/=\r\n/g, ''), new RegExp(link.url.replace(/.*\//, '')));
	await until('row and raw mail to go', () => sql("SELECT (SELECT count(*) FROM outbox WHERE kind = 'notice') + (SELECT count(*) FROM erasing)") === '0');
	assert.equal(sql("SELECT count(*) FROM mail WHERE recipients LIKE '%ben@shop.example%'", 'raw.db'), '0');
	assert.equal(sql("SELECT count(*) FROM mail WHERE door = 'courier'", 'raw.db'), sql("SELECT count(*) FROM outbox WHERE kind = 'reply'"));
});
