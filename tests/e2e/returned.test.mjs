// What comes back of replies, through the real door: Postfix's own reports, other programs' bounces, out-of-office notes, copies of our own mail; and
// strangers who try to get into a thread.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {plainMail, sendMail} from './support/smtp.mjs';
import {freePort, lacks, run, until} from './support/system.mjs';

const skip = lacks('postfix', 'sqlite3');
let desk, anna, count = 0;

const sql = (text) => run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store/desk.db'), text]).stdout.trim();
const set = (name, value) => sql(`INSERT OR REPLACE INTO setting (name, value) VALUES ('${name}', '${value}')`);

before(async () => {
	if (skip) return;
	const port = await freePort();
	desk = await startDesk({postfix: true, conf: {courier: {relay: `127.0.0.1:${port}`}},
		settings: {virtual_mailbox_domains: 'shop.example customer.example', default_transport: 'nobody:',
			virtual_mailbox_maps: 'inline:{ {support@shop.example=support/}, {@shop.example=others/}, {@customer.example=customers/} }'},
		services: (dir) => {
			fs.writeFileSync(path.join(dir, 'nobody'), '#!/bin/sh\necho nobody here by that name\nexit 67\n', {mode: 0o755}); // EX_NOUSER
			return `127.0.0.1:${port} inet n - n - - smtpd\n  -o smtpd_relay_restrictions=permit_mynetworks,reject
nobody unix - n n - - pipe user=nobody argv=${dir}/nobody\n`;
		}});
	anna = await desk.client();
});
after(() => desk?.stop());

// A thread of ADDRESS, answered, and the answer delivered: {id, reply: the answer, ref: its Message-ID, plus: the thread's signed address}.
async function answered(address = `kim${++count}@customer.example`) {
	const subject = `Lamp of ${address}`;
	await desk.send({from: address, to: 'support@shop.example', octets: plainMail({from: `Kim <${address}>`, subject, body: 'It broke.'})});
	const {id} = await desk.thread(anna, subject);
	const reply = await anna.post(`/threads/${id}/messages`, {text: 'Please turn it on.', undo: 0});
	await state(id, 'delivered'); // the report is filed then, too
	return {id, address, subject, reply: reply.id, ref: reply.message_id,
		plus: sql(`SELECT sender FROM outbox WHERE thread_id = ${id}`)};
}

const thread = (id) => anna.get(`/threads/${id}`);
const delivery = async (id) => (await thread(id)).messages.find(({kind}) => kind === 'employee').delivery;
const state = (id, wanted) => until(`state ${wanted}`, () => delivery(id).then((got) => got.state === wanted && got));

// Sends OCTETS and waits until the sorter has filed it; the row of its message.
async function file({from = '', to, octets}) {
	const before = Number(sql('SELECT coalesce(max(id), 0) FROM message'));
	const replies = await sendMail(desk.postfix.port, {from, to, octets});
	assert.match(replies.at(-2), /^250 /);
	await until('the mail to be filed', () => Number(sql('SELECT coalesce(max(id), 0) FROM message')) > before);
	const [id, its, isNew] = sql(`SELECT id, thread_id, is_new_sender FROM message WHERE id > ${before} ORDER BY id LIMIT 1`).split('|').map(Number);
	return {message: id, thread: its, isNew: isNew === 1};
}

async function assertStill(id) {
	const got = await thread(id);
	assert.equal(got.status, 'closed');
	assert.equal(got.message, 'It broke.');
	assert.ok((await anna.get('/notifications')).entries.every(({thread: one, kind}) => one !== id || kind === 'undelivered'));
}

const report = (ref, action, address, {status = '5.1.1', text = '550 5.1.1 no such user', envid = true, header = true} = {}) => [
	'From: MAILER-DAEMON@mx.customer.example', `To: support@shop.example`, `Subject: Report ${++count}`, 'MIME-Version: 1.0',
	'Content-Type: multipart/report; report-type=delivery-status; boundary="r"', '', '--r', 'Content-Type: text/plain', '', 'See below.',
	'--r', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.customer.example', ...(envid ? [`Original-Envelope-Id: ${ref}`] : []), '',
	`Final-Recipient: rfc822; ${address}`, `Action: ${action}`, `Status: ${status}`, `Diagnostic-Code: smtp; ${text}`, '',
	'--r', 'Content-Type: text/rfc822-headers', '', ...(header ? [`Message-ID: <${ref}>`] : ['Subject: x']), '', '--r--', ''].join('\r\n');

test('a reply that cannot be delivered rings for who sent it; the report lies in the thread', {skip}, async () => {
	const ben = await desk.client('ben');
	await desk.send({from: 'gone@nowhere.example', to: 'support@shop.example', octets: plainMail({from: 'Gone <gone@nowhere.example>', subject: 'gone', body: 'It broke.'})});
	const {id} = await desk.thread(anna, 'gone');
	await anna.post(`/threads/${id}/messages`, {text: 'Please turn it on.', undo: 0});
	const failed = await state(id, 'failed');
	assert.match(failed.recipients[0].answer, /^5\.\d\.\d .*nobody here by that name/);
	const entry = await until('the bell', async () => (await anna.get('/notifications')).entries.find(({kind}) => kind === 'undelivered'));
	assert.equal(entry.thread, id);
	const got = await until('the report', () => thread(id).then((shown) => shown.messages.length === 3 && shown));
	assert.deepEqual([got.status, got.messages[2].auto, got.messages[2].bounce.action, got.messages[2].new_sender], ['closed', true, 'failed', false]);
	assert.ok(got.timeline.some(({kind, data}) => kind === 'delivery' && data.state === 'failed'));
	assert.ok((await ben.get('/notifications')).entries.every(({kind}) => kind !== 'undelivered'), 'nobody else\'s bell');
	await assertStill(id);
});

test('a forward that cannot be delivered shows on its note and rings', {skip}, async () => {
	const {id} = await answered();
	const note = await anna.post(`/threads/${id}/forward`, {email: 'nobody@nowhere.example', comment: 'Please look.'});
	const failed = await until('the failure on the note', async () => {
		const shown = (await thread(id)).messages.find((message) => message.id === note.id).delivery;
		return shown?.state === 'failed' && shown;
	});
	assert.match(failed.recipients[0].answer, /nobody here by that name/);
	assert.ok((await anna.get('/notifications')).entries.some((entry) => entry.thread === id && entry.kind === 'undelivered'));
	const report = (await thread(id)).messages.at(-1);
	assert.deepEqual([report.auto, report.bounce.action, (await delivery(id)).state], [true, 'failed', 'delivered']);
	await assertStill(id);
});

test('Postfix says it was delivered', {skip}, async () => {
	const {id} = await answered();
	const got = await state(id, 'delivered');
	assert.match(got.recipients[0].answer, /2\.0\.0|delivered/);
	await assertStill(id);
});

test('delayed, failed, delivered after all: by ENVID, by the returned header, by the address alone', {skip}, async () => {
	for (const way of [{envid: true, header: false}, {envid: false, header: true}, {envid: false, header: false}]) {
		const {id, ref, plus, address} = await answered();
		sql(`UPDATE outbox_recipient SET state = 'sent' WHERE outbox_id = (SELECT id FROM outbox WHERE thread_id = ${id})`);
		const to = way.envid || way.header ? 'support@shop.example' : plus;
		for (const [action, options] of [['delayed', {status: '4.4.1', text: '450 4.4.1 later'}], ['failed', {}], ['delivered', {status: '2.0.0', text: '250 ok'}]]) {
			const filed = await file({to, octets: report(ref, action, address, {...way, ...options})});
			assert.equal(filed.thread, id);
			assert.equal((await delivery(id)).state, action);
		}
		await assertStill(id);
		assert.equal(sql(`SELECT count(*) FROM notice WHERE thread_id = ${id}`), '0');
	}
});

test('bounces that follow no standard', {skip}, async () => {
	const bounces = {
		exim: (one) => `From: Mail Delivery System <Mailer-Daemon@mx.example>\r\nTo: ${one.plus}\r\nX-Failed-Recipients: ${one.address}\r\nAuto-Submitted: auto-replied\r\nSubject: Mail delivery failed: returning message to sender\r\n\r\nThis message was created automatically by mail delivery software.\r\n\r\n  ${one.address}\r\n    552 5.2.2 mailbox full\r\n`,
		opensmtpd: (one) => `From: Mailer Daemon <MAILER-DAEMON@mx.example>\r\nTo: support@shop.example\r\nSubject: Delivery status notification: error\r\n\r\n    Hi!\r\n\r\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\r\n\r\n${one.address}: 550 5.1.1 nobody of this name\r\n\r\n    Below is a copy of the original message:\r\n\r\nReceived: from shop.example\r\nMessage-ID: <${one.ref}>\r\n`,
		domino: (one) => `From: Postmaster@mx.example\r\nTo: ${one.plus}\r\nSubject: DELIVERY FAILURE: 550 5.1.1 not listed in Domino Directory\r\n\r\nYour message\r\n\r\n  Subject: Re: ${one.subject}\r\n\r\nwas not delivered to:\r\n\r\n  ${one.address}\r\n\r\nbecause:\r\n\r\n  550 5.1.1 not listed in Domino Directory\r\n`,
		mixed: (one) => `From: MAILER-DAEMON@mx.example\r\nTo: support@shop.example\r\nSubject: Delivery Status Notification (Failure)\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=r\r\n\r\n--r\r\n\r\nAn error occurred.\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\nOriginal-Envelope-Id: ${one.ref.replaceAll('+', '+2B').replaceAll('=', '+3D')}\r\n\r\nFinal-Recipient: rfc822; ${one.address}\r\nAction: failed\r\nStatus: 5.2.2\r\n--r--\r\n`,
		qmail: (one) => `From: MAILER-DAEMON@mx.example\r\nTo: support@shop.example\r\nSubject: failure notice\r\n\r\nHi. This is the qmail-send program at mx.example.\r\n\r\n<${one.address}>:\r\n192.0.2.1 does not like recipient.\r\nRemote host said: 550 5.1.1 unknown user\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <${one.ref}>\r\nSubject: Re: ${one.subject}\r\n`,
	};
	for (const [name, write] of Object.entries(bounces)) {
		const one = await answered();
		const filed = await file({to: ['exim', 'domino'].includes(name) ? one.plus : 'support@shop.example', octets: write(one)});
		assert.equal(filed.thread, one.id, name);
		const got = await state(one.id, 'failed');
		assert.match(got.recipients[0].answer, /5\.[12]\.[12]/);
		await assertStill(one.id);
	}
});

test('a read receipt is tied to its reply, and as quiet as any report', {skip}, async () => {
	const one = await answered();
	const octets = [`From: ${one.address}`, 'To: support@shop.example', `Subject: Read: Re: ${one.subject}`, 'MIME-Version: 1.0',
		'Content-Type: multipart/report; report-type=disposition-notification; boundary="r"', '', '--r', '', 'Your message was read.', '--r',
		'Content-Type: message/disposition-notification', '', `Final-Recipient: rfc822;${one.address}`, `Original-Message-ID: <${one.ref}>`,
		'Disposition: manual-action/MDN-sent-manually; displayed', '--r--', ''].join('\r\n');
	const filed = await file({to: 'support@shop.example', octets});
	assert.equal(filed.thread, one.id);
	const receipt = (await thread(one.id)).messages.at(-1);
	assert.deepEqual([receipt.report, receipt.bounce, receipt.auto, receipt.unread], ['read', null, true, false]);
	const {state: now, recipients} = await delivery(one.id);
	assert.deepEqual([now, recipients[0].answer], ['delivered', 'manual-action/MDN-sent-manually; displayed']);
	await assertStill(one.id);
});

test('a complaint is tied to its reply, and rings', {skip}, async () => {
	const one = await answered();
	const octets = ['From: fbl@isp.example', 'To: support@shop.example', `Subject: FW: Re: ${one.subject}`, 'MIME-Version: 1.0',
		'Content-Type: multipart/report; report-type=feedback-report; boundary="r"', '', '--r', '', 'Somebody says that this is spam.', '--r',
		'Content-Type: message/feedback-report', '', 'Feedback-Type: abuse', 'Version: 1', `Original-Rcpt-To: <${one.address}>`, '--r',
		'Content-Type: message/rfc822', '', `Message-ID: <${one.ref}>`, '', 'Please turn it on.', '--r--', ''].join('\r\n');
	const filed = await file({from: 'fbl@isp.example', to: 'support@shop.example', octets});
	assert.equal(filed.thread, one.id);
	const {status, messages} = await thread(one.id), complaint = messages.at(-1);
	assert.equal(status, 'open');
	assert.deepEqual([complaint.report, complaint.bounce, complaint.auto], ['complaint', null, true]);
	assert.deepEqual(complaint.feedback, {type: 'abuse', recipients: [one.address]});
	assert.match((await delivery(one.id)).recipients[0].answer, /complaint: abuse/);
});

test('a copy of our own mail under another id lies there and is still', {skip}, async () => {
	const one = await answered();
	const octets = plainMail({from: 'Support <support@shop.example>', to: one.address, subject: `Re: ${one.subject}`, body: 'Please turn it on.',
		headers: {'Reply-To': one.plus}});
	assert.equal((await file({to: 'support@shop.example', octets})).thread, one.id);
	await assertStill(one.id);
});

test('a report that is about nothing of ours is a closed, automatic thread', {skip}, async () => {
	const filed = await file({to: 'support@shop.example', octets: report('somebody.else@elsewhere.example', 'failed', 'x@elsewhere.example')});
	const got = await thread(filed.thread);
	assert.deepEqual([got.status, got.automatic], ['closed', true]);
});

test('a bounce joins even where new senders get threads of their own', {skip}, async () => {
	const one = await answered();
	set('new_sender_new_thread', 1);
	const filed = await file({to: one.plus, octets: report(one.ref, 'failed', one.address)});
	set('new_sender_new_thread', 0);
	assert.equal(filed.thread, one.id);
	await assertStill(one.id);
});

test('out of office: filed, still', {skip}, async () => {
	const one = await answered();
	const filed = await file({from: '', to: one.plus, octets: plainMail({from: `Kim <${one.address}>`, subject: 'Automatic reply: Re: Lamp', body: 'I am away.',
		headers: {'Auto-Submitted': 'auto-replied', 'In-Reply-To': `<${one.ref}>`}})});
	assert.deepEqual(filed, {message: filed.message, thread: one.id, isNew: false});
	await assertStill(one.id);
});

test('our own mail comes back by an alias: known, still', {skip}, async () => {
	const one = await answered();
	const messages = (await thread(one.id)).messages.length;
	const copy = await until('what left', async () => (await anna.source(one.reply)).toString('latin1'));
	for (const to of ['support@shop.example', one.plus]) {
		const captured = Number(run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store/raw.db'), 'SELECT max(id) FROM mail']).stdout);
		await sendMail(desk.postfix.port, {from: one.plus, to, octets: Buffer.from(`Received: from a list\r\n${copy}`, 'latin1')});
		await until('it to be sorted', () => Number(sql("SELECT value FROM fact WHERE name = 'sorted'")) > captured);
	}
	assert.equal((await thread(one.id)).messages.length, messages);
	await assertStill(one.id);
});

test('a known id from a stranger: a thread of its own, linked', {skip}, async () => {
	const one = await answered();
	const [asked] = (await thread(one.id)).messages;
	const filed = await file({from: 'eve@evil.example', to: 'support@shop.example', octets: plainMail({from: 'eve@evil.example', subject: `Re: ${one.subject}`,
		headers: {'In-Reply-To': `<${asked.message_id}>`, References: `<${asked.message_id}>`}})});
	assert.notEqual(filed.thread, one.id);
	assert.deepEqual((await thread(filed.thread)).related, [one.id]);
	await assertStill(one.id);
});

// The three places a token can stand in, each as {to, headers}.
async function places(one) {
	set('subject_marker', 1);
	const other = await answered(one.address.replace('@', '.again@'));
	set('subject_marker', 0);
	const marker = JSON.parse(sql(`SELECT head FROM outbox WHERE thread_id = ${other.id}`)).subject.match(/#ct\d+ #tc\w+/)[0];
	return [
		{thread: one.id, token: one.plus.match(/t\d+-\w+/)[0], put: (token) => ({to: one.plus.replace(/t\d+-\w+/, token), headers: {}})},
		{thread: one.id, token: one.ref, put: (token) => ({to: 'support@shop.example', headers: {References: `<${token}>`}})},
		{thread: other.id, token: marker, put: (token) => ({to: 'support@shop.example', headers: {Subject: `Re: Lamp ${token}`}})},
	];
}

const stranger = ({to, headers}, from = `eve${++count}@evil.example`) => ({from, to, octets: plainMail({from, subject: 'Let me in', body: `${Math.random()}`, headers})});

test('the right token from another address joins with a mark; a setting makes it a linked thread', {skip}, async () => {
	for (const place of await places(await answered())) {
		const marked = await file(stranger(place.put(place.token)));
		assert.deepEqual([marked.thread, marked.isNew], [place.thread, true]);
		assert.equal((await thread(place.thread)).messages.at(-1).new_sender, true);
	}
	for (const place of await places(await answered())) {
		set('new_sender_new_thread', 1);
		const apart = await file(stranger(place.put(place.token)));
		set('new_sender_new_thread', 0);
		assert.notEqual(apart.thread, place.thread);
		assert.deepEqual((await thread(apart.thread)).related, [place.thread]);
	}
});

test('cut, changed, lengthened, moved to another thread, signed by another key: nobody gets in', {skip}, async () => {
	const turn = (letter) => letter === 'a' ? 'b' : 'a';
	const end = (token) => token.includes('@') ? token.indexOf('@') : token.length;
	const tricks = {
		cut: (token) => token.slice(0, end(token) - 1) + token.slice(end(token)),
		changed: (token) => token.slice(0, end(token) - 1) + turn(token[end(token) - 1]) + token.slice(end(token)),
		lengthened: (token) => `${token.slice(0, end(token))}a${token.slice(end(token))}`,
		'of another thread': (token, {thread: id}) => token.replace(String(id), String(id - 1)),
		'by another key': (token) => token.replace(/1([a-z2-7]{16})/, (_, letters) => `1${letters.split('').reverse().join('')}`),
		'with an unknown key': (token) => token.replace(/1([a-z2-7]{16})/, '9$1'),
	};
	const before = sql("SELECT count(*) FROM message WHERE from_address LIKE 'eve%' AND thread_id IN (SELECT thread_id FROM outbox)");
	for (const place of await places(await answered()))
		for (const [name, trick] of Object.entries(tricks)) {
			const bad = trick(place.token, place);
			assert.notEqual(bad, place.token, name);
			const filed = await file(stranger(place.put(bad)));
			assert.notEqual(filed.thread, place.thread, `${name}: ${bad}`);
		}
	assert.equal(sql("SELECT count(*) FROM message WHERE from_address LIKE 'eve%' AND thread_id IN (SELECT thread_id FROM outbox)"), before);
});
