// A customer writes, staff answer at the desk, the courier carries it into the customer's mailbox, and the customer answers with whatever program they
// have: each answer lands in its thread, unmarked, and reopens it; the delivery report shows on the reply and is still.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {clients, markerClients, bare, readMail} from './support/clients.mjs';
import {startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {freePort, lacks, run, until} from './support/system.mjs';

const skip = lacks('postfix', 'sqlite3');
const subjects = ['My lamp does not light', 'Où est ma commande n° 12 ? Łódź, déjà payée', `A long subject ${'that goes on and on '.repeat(8)}until here`];
let desk, anna, count = 0;

const mailboxes = ['{support@shop.example=support/}', '{@shop.example=others/}', '{@customer.example=customers/}'];

before(async () => {
	if (skip) return;
	const port = await freePort();
	desk = await startDesk({postfix: true, conf: {courier: {relay: `127.0.0.1:${port}`}},
		settings: {virtual_mailbox_domains: 'shop.example customer.example', virtual_mailbox_maps: `inline:{ ${mailboxes.join(', ')} }`},
		services: () => `127.0.0.1:${port} inet n - n - - smtpd\n`});
	anna = await desk.client();
});
after(() => desk?.stop());

// The mail that came for ADDRESS, in the customer's mailbox.
function received(address) {
	const folder = path.join(desk.postfix.home, 'maildir/customers/new');
	return until(`a mail to ${address}`, () => {
		const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
		const mails = files.map((file) => readMail(fs.readFileSync(path.join(folder, file))));
		return mails.find((mail) => (mail.to ?? '').includes(address));
	});
}

// Ask, answer at the desk, answer by PROGRAM; what the thread is then.
async function goRound(program, subject) {
	const address = `kim${++count}@customer.example`;
	const unique = `${subject} (${count})`;
	const encoded = /^[\x20-\x7e]*$/.test(unique) ? unique : `=?utf-8?B?${Buffer.from(unique).toString('base64')}?=`;
	await desk.send({from: address, to: 'support@shop.example', octets: plainMail({from: `Kim <${address}>`, subject: encoded, body: 'It is broken.'})});
	const {id} = await desk.thread(anna, unique);
	await anna.post(`/threads/${id}/messages`, {text: 'Please turn it on.', undo: 0});
	const mail = await received(address);
	const say = `Thank you, that was it, no. ${count}.`;
	const octets = program(mail, `Kim <${address}>`, say);
	const to = bare(octets.match(/^To: (.*)\r$/m)[1]);
	const delivered = () => anna.get(`/threads/${id}`).then((thread) => thread.messages.some(({delivery}) => delivery?.state === 'delivered') && thread);
	const closed = await until('the delivery report', delivered);
	assert.equal(closed.status, 'closed', 'a report does not reopen');
	assert.equal(closed.message.slice(0, 13), 'It is broken.', 'a report is not the last message');
	const replies = await desk.send({from: address, to, octets});
	assert.match(replies.at(-2), /^250 /);
	const thread = await until(`the answer in thread ${id}`, () => anna.get(`/threads/${id}`).then((got) => got.status === 'open' && got));
	return {thread, say, answer: thread.messages.findLast(({kind, auto}) => kind === 'customer' && !auto)};
}

function assertJoined({thread, say, answer}) {
	assert.equal(answer.new_sender, false);
	assert.ok(answer.text.includes(say));
	assert.ok(answer.reply.includes(say), `what they wrote: ${answer.reply}`);
	assert.deepEqual(thread.messages.filter(({auto}) => !auto).map(({kind}) => kind), ['customer', 'employee', 'customer']);
	assert.equal(thread.messages.find(({kind}) => kind === 'employee').delivery.recipients[0].state, 'delivered');
	assert.ok(thread.messages.filter(({auto}) => auto).every(({bounce, report, unread}) => bounce === null && report === 'delivered' && !unread), 'good news is no bounce, and not new');
}

for (const [name, program] of Object.entries(clients))
	test(name, {skip}, async () => {
		for (const subject of subjects) assertJoined(await goRound(program, subject));
	});

test('with the marker in the subject', {skip}, async (t) => {
	run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store/desk.db'), "INSERT OR REPLACE INTO setting (name, value) VALUES ('subject_marker', '1')"]);
	for (const [name, program] of Object.entries(markerClients))
		await t.test(name, async () => {
			for (const subject of subjects.slice(0, 2)) assertJoined(await goRound(program, subject));
		});
});

test('each went through the door, was answered once, and rang', {skip}, async () => {
	assert.ok(count >= 50, `${count} round trips`);
	const counted = run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store/desk.db'),
		"SELECT (SELECT count(*) FROM thread WHERE folder = 'normal'), (SELECT count(*) FROM outbox WHERE state = 'sent'), (SELECT count(*) FROM event WHERE is_ringing)"]).stdout.trim();
	assert.equal(counted, `${count}|${count}|${2 * count}`);
});
