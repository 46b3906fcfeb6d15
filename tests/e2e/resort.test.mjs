// Old mail is read again by belfry resort, while the desk is in use. What people did stays.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {startRelay} from './support/relay.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, run, start, until} from './support/system.mjs';

const skip = lacks('sqlite3');
let desk, relay, anna;

const sql = (text) => run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store/desk.db'), text]).stdout.trim();
const capture = (input) => desk.cli(['capture', '--from', 'kim@customer.example', '--to', 'support@shop.example'], {input});
const resort = (...words) => desk.cli(['resort', ...words], {mayFail: true});
const changed = ({stdout}) => Object.fromEntries([...stdout.matchAll(/message=(\d+) mail=\d+: (.*)/g)].map(([, id, what]) => [id, what]));
const ofMessage = async (thread, at = 0) => (await anna.get(`/threads/${thread}`)).messages[at];
const verified = () => desk.cli(['check', '--deep']).stdout;

before(async () => {
	if (skip) return;
	relay = await startRelay();
	desk = await startDesk({conf: {courier: {relay: `127.0.0.1:${relay.port}`}}});
	anna = await desk.client('anna');
});
after(async () => {
	await desk?.stop();
	await relay?.stop();
});

// As an older reader might have left it. (What the index of words holds cannot be changed from outside.)
const damage = (id) => sql(`UPDATE message SET reply = '?', reply_length = NULL, page = NULL, language = 'xx', in_reply_to = '', sent = NULL, state = 'partial', note = 'old', people = '{}' WHERE id = ${id};
	DELETE FROM part WHERE message_id = ${id}; DELETE FROM message_id WHERE message_id = ${id}; UPDATE thread SET excerpt = '?', language = 'en' WHERE last_message_id = ${id}`);
const rows = () => sql(`SELECT id, kind, sent, from_name, from_address, subject, text, reply, reply_length, hex(page), people, message_ref, in_reply_to, language, state, note, digest FROM message;
	SELECT * FROM part; SELECT * FROM message_id; SELECT * FROM thread_person; SELECT id, subject, email, name, language, excerpt, waiting_message, is_automatic FROM thread`);

const withFile = `From: Kim <kim@customer.example>\r\nTo: support@shop.example\r\nSubject: photo\r\nMessage-ID: <p1@customer.example>\r\nIn-Reply-To: <p0@customer.example>\r
Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r
<p>Voici la photo de la lampe que je vous ai promise hier.</p>\r\n--b\r\nContent-Type: image/png; name=lamp.png\r\nContent-Disposition: attachment\r\n\r\nPNG\r\n--b--\r\n`;

test('what a better reader finds takes the place of what was kept, and nothing else changes', {skip}, async () => {
	capture(withFile);
	capture(plainMail({from: 'kim@customer.example', subject: 'lamp', body: 'It broke.'}));
	const {id} = await desk.thread(anna, 'photo');
	await desk.thread(anna, 'lamp');
	await anna.fetch(`/api/v1/threads/${id}`, {method: 'PATCH', body: {status: 'pending2', employee: 2}});
	await anna.fetch(`/api/v1/threads/${id}/messages`, {method: 'POST', body: {text: 'Looks broken.', private: true}});
	const right = rows(), message = (await ofMessage(id)).id;
	damage(message);
	const dry = resort('--all', '--dry-run');
	assert.deepEqual(changed(dry), {[message]: 'sent, reply, html, people, in_reply_to, language, state, note, references, attachments'});
	assert.match(dry.stdout, /read again: 2, nothing was written\n.*as before: 1\n.*would change: 1\n/s);
	assert.notEqual(rows(), right);
	const done = resort('--all');
	assert.equal(done.status, 0, done.stderr);
	assert.deepEqual(changed(done), changed(dry));
	assert.equal(rows(), right);
	assert.deepEqual(changed(resort('--all')), {}, 'a second time nothing is left to do');
	const {status, employee, messages, timeline} = await anna.get(`/threads/${id}`);
	assert.deepEqual([status, employee.firstname, messages.length], ['pending2', 'Ben', 2]);
	assert.ok(!timeline.some(({kind}) => kind === 'reread'), 'what people did is not buried');
	assert.match(verified(), /^0 errors/m);
});

test('only what is asked for is read again', {skip}, async () => {
	const {id} = await desk.thread(anna, 'photo'), other = (await desk.thread(anna, 'lamp')).id;
	const first = (await ofMessage(id)).id, second = (await ofMessage(other)).id;
	const both = () => { damage(first); damage(second); };
	both();
	assert.deepEqual(Object.keys(changed(resort('--thread', String(id)))), [String(first)]);
	assert.deepEqual(Object.keys(changed(resort('--contact', 'support@shop.example', '--since', '2020-01-01'))), [String(second)]);
	both();
	sql(`UPDATE message SET state = 'unreadable' WHERE id = ${second}`);
	assert.deepEqual(Object.keys(changed(resort('--unreadable'))), [String(second)]);
	assert.deepEqual(changed(resort('--contact', 'orders@shop.example')), {});
	assert.deepEqual(changed(resort('--since', '2999-12-31T10:00:00Z')), {});
	assert.deepEqual(Object.keys(changed(resort('--all'))), [String(first)]);
	for (const words of [[], ['--all', '--unreadable'], ['--since', 'soon'], ['--contact', 'nobody@x.example'], ['--thread', '-1'], ['7']])
		assert.equal(resort(...words).status, 64, words.join(' '));
});

test('what the store would not take at first is tried again', {skip}, async () => {
	sql(`CREATE TRIGGER refuse BEFORE INSERT ON message WHEN new.subject = 'stubborn' BEGIN SELECT raise(ABORT, 'no room for it'); END`);
	capture(plainMail({from: 'kim@customer.example', subject: 'stubborn'}));
	await until('its refusal', () => sql('SELECT count(*) FROM unsorted') === '1');
	assert.match(resort('--unreadable').stdout, /still not taken by the store, see the log: 1/);
	sql('DROP TRIGGER refuse');
	assert.match(resort('--unreadable').stdout, /mail=\d+: filed, thread=\d+\n/);
	await desk.thread(anna, 'stubborn');
	assert.equal(sql('SELECT count(*) FROM unsorted'), '0');
});

test('a report that was not known as one reaches the reply it is about', {skip}, async () => {
	const {id} = await desk.thread(anna, 'lamp');
	const reply = await anna.post(`/threads/${id}/messages`, {text: 'A new one is on its way.', undo: 0});
	const sent = await until('the answer', () => relay.taken.at(-1));
	const [, ref] = /^Message-ID:\s*<(.*)>/mi.exec(sent.octets);
	capture(['From: MAILER-DAEMON@mx.example', 'Subject: failed', 'Content-Type: multipart/report; report-type=delivery-status; boundary=r', '', '--r', '', 'See below.',
		'--r', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example', '', 'Final-Recipient: rfc822; kim@customer.example', 'Action: failed',
		'Status: 5.1.1', 'Diagnostic-Code: smtp; 550 no such user', '--r', 'Content-Type: text/rfc822-headers', '', `Message-ID: <${ref}>`, '--r--', ''].join('\r\n'));
	const state = async () => (await anna.get(`/threads/${id}`)).messages.find((each) => each.id === reply.id).delivery.state;
	await until('the report', async () => await state() === 'failed');
	sql(`UPDATE message SET bounce = '', is_automatic = 0 WHERE bounce <> ''; UPDATE outbox SET state = 'sent'; UPDATE outbox_recipient SET state = 'sent', answer = ''`);
	assert.equal(await state(), 'sent');
	assert.deepEqual(Object.values(changed(resort('--all'))), ['is_automatic, bounce']);
	assert.equal(await state(), 'failed');
	assert.match(verified(), /^0 errors/m);
});

test('ended in the middle, it leaves nothing half done, and goes on where it is asked to', {skip}, async () => {
	for (let i = 0; i < 60; i++) capture(withFile.replaceAll('p1@', `p1-${i}@`).replace('Subject: photo', `Subject: photo ${i}`));
	await desk.thread(anna, 'photo 59');
	const ids = sql("SELECT group_concat(id) FROM message WHERE subject LIKE 'photo %'").split(',');
	const right = rows();
	ids.forEach(damage);
	const log = path.join(desk.dir, 'resort.log');
	const child = start(desk.program, ['-c', desk.confFile, 'resort', '--all'], log);
	await until('it to be at work', () => Number(sql("SELECT count(*) FROM message WHERE subject LIKE 'photo %' AND note = 'old'")) < 50);
	child.kill('SIGKILL');
	await child.ended;
	capture(plainMail({from: 'kim@customer.example', subject: 'meanwhile'}));
	await desk.thread(anna, 'meanwhile');
	assert.equal(sql("SELECT count(*) FROM message m WHERE subject LIKE 'photo %' AND (note = 'old') <> NOT EXISTS (SELECT 1 FROM part p WHERE p.message_id = m.id)"), '0');
	assert.equal(resort('--all').status, 0);
	assert.equal(sql("SELECT count(*) FROM message WHERE note = 'old'"), '0');
	assert.ok(rows().includes(right.split('\n')[0]));
	assert.match(verified(), /^0 errors/m);
});
