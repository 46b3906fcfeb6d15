// Employees who answer from their own mail program, through the same Postfix's submission service (SPEC 2.10): what belongs to a thread is filed
// there; of anything else no body crosses the milter's socket, and nothing touches the disk.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, beforeEach, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {startDovecot} from './support/dovecot.mjs';
import {converse, plainMail} from './support/smtp.mjs';
import {freePort, lacks, run, until} from './support/system.mjs';

const skip = lacks('postfix', 'dovecot', 'sqlite3');
let desk, dovecot, port, anna, thread;

const sql = (file, text) => run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store', file), text]).stdout.trim();
const content = () => desk.proxy.commands().replace(/[^LNBE]/g, '');
const crossed = () => desk.proxy.packets.map(({data}) => data.toString('latin1')).join('');

// The setting, and the milter following it.
async function setEmployeeClients(value) {
	sql('desk.db', `INSERT OR REPLACE INTO setting (name, value) VALUES ('employee_clients', '${value}')`);
	await desk.restart();
}

// Sends by the submission service; without a login, by the ordinary port.
function submit({login = 'anna@shop.example', to, mail, from = 'anna@shop.example'}) {
	const auth = login ? [`AUTH PLAIN ${Buffer.from(`\0${login}\0secret`).toString('base64')}`] : [];
	return converse(login ? port : desk.postfix.port, ['EHLO laptop.example', ...auth, `MAIL FROM:<${from}>`, ...[to].flat().map((one) => `RCPT TO:<${one}>`),
		'DATA', Buffer.from(`${mail}.\r\n`), 'QUIT']);
}

const answer = ({subject, parent = '<kim1@customer.example>', field = 'In-Reply-To', to = 'kim@customer.example', body = 'Turn it on.'}) =>
	plainMail({from: 'Anna Admin <anna@shop.example>', to, subject, body, headers: {[field]: parent}});

before(async () => {
	if (skip) return;
	port = await freePort();
	desk = await startDesk({postfix: true, proxy: true, settings: {default_transport: 'discard:', relay_transport: 'discard:', smtpd_sasl_type: 'dovecot'},
		services: (dir) => `discard unix - - n - - discard
127.0.0.1:${port} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sasl_path=${dir}/dovecot/auth
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
`});
	dovecot = await startDovecot({dir: desk.dir, logins: {'anna@shop.example': 'secret', stranger: 'secret', 'anna-mail': 'secret'}});
	await setEmployeeClients(1);
	anna = await desk.client();
	await desk.send({from: 'kim@customer.example', to: 'support@shop.example',
		octets: plainMail({from: 'Kim <kim@customer.example>', subject: 'lamp', body: 'It broke.', headers: {'Message-ID': '<kim1@customer.example>'}})});
	thread = (await desk.thread(anna, 'lamp')).id;
});
beforeEach(() => {
	if (desk) desk.proxy.packets.length = 0;
});
after(async () => {
	await dovecot?.stop();
	await desk?.stop();
});

test('an answer is filed in its thread as the employee\'s', {skip}, async () => {
	const mail = answer({subject: 'Re: lamp', body: 'Turn it on.\r\n\r\n> It broke.'});
	const replies = await submit({to: 'kim@customer.example', mail});
	assert.match(replies.at(-2), /^250 /);
	const shown = await until('the answer', async () => {
		const got = await anna.get(`/threads/${thread}`);
		return got.messages.length === 2 && got;
	});
	const [, message] = shown.messages;
	assert.equal(message.kind, 'employee');
	assert.equal(message.author.firstname, 'Anna');
	assert.equal(message.private, false);
	assert.equal(message.reply.trim(), 'Turn it on.');
	assert.equal(message.delivery ?? null, null);
	assert.equal(shown.status, 'closed');
	assert.equal(shown.employee.firstname, 'Anna');
	assert.equal((await anna.get('/notifications')).count, 0);
	const source = (await anna.source(message.id)).toString();
	assert.ok(source.includes(mail.slice(0, 20)) && source.includes('> It broke.'), 'kept as it was sent');
	assert.equal(sql('raw.db', 'SELECT door, auth FROM mail ORDER BY id DESC LIMIT 1'), 'milter|anna@shop.example');
	assert.equal(sql('desk.db', 'SELECT count(*) FROM outbox'), '0');
});

test('the customer\'s answer to it reopens the thread', {skip}, async () => {
	const sent = (await anna.get(`/threads/${thread}`)).messages[1].message_id;
	await desk.send({from: 'kim@customer.example', to: 'support@shop.example',
		octets: plainMail({from: 'Kim <kim@customer.example>', subject: 'SV: lamp', body: 'It is on.', headers: {'In-Reply-To': `<${sent}>`}})});
	const shown = await until('the answer', async () => {
		const got = await anna.get(`/threads/${thread}`);
		return got.messages.length === 3 && got;
	});
	assert.equal(shown.status, 'open');
});

test('what belongs to no thread is forgotten: no body crosses, nothing is stored', {skip}, async () => {
	const raw = sql('raw.db', 'SELECT max(id) FROM mail');
	const secret = 'do-not-keep-this';
	for (const mail of [
		{to: 'kim@customer.example', mail: plainMail({from: 'anna@shop.example', subject: 'lunch', body: secret})},
		{to: 'kim@customer.example', mail: answer({subject: 'Re: other', parent: '<other@customer.example>', body: secret})},
		{to: 'lee@customer.example', mail: answer({subject: 'Re: lamp', body: secret})}, // a thread of ours, but none of its people
		{to: 'ben@shop.example', mail: answer({subject: 'Re: lamp', to: 'ben@shop.example', body: secret})},
	]) {
		const replies = await submit(mail);
		assert.match(replies.at(-2), /^250 /);
	}
	assert.match(content(), /^(L+N)+$/, 'headers, their end, no body');
	assert.ok(!crossed().includes(secret));
	assert.equal(sql('raw.db', 'SELECT max(id) FROM mail'), raw);
	for (const file of fs.readdirSync(path.join(desk.dir, 'store')))
		if (fs.statSync(path.join(desk.dir, 'store', file)).isFile())
			assert.ok(!fs.readFileSync(path.join(desk.dir, 'store', file)).includes(secret), file);
});

test('of who is no employee not even a header crosses', {skip}, async () => {
	await submit({login: 'stranger', to: 'kim@customer.example', mail: answer({subject: 'Re: lamp'})});
	assert.equal(content(), '');
});

test('the mail login of the profile stands for the email; nobody else can have it', {skip}, async () => {
	const change = async (client, value) => {
		const {version} = await client.get('/profile');
		const reply = await client.fetch('/api/v1/profile', {method: 'PATCH', body: {mail_login: value}, headers: {'if-match': `"${version}"`}});
		return [reply.status, (await reply.json()).errors?.[0].field];
	};
	const ben = await desk.client('ben');
	assert.deepEqual(await change(anna, 'anna-mail'), [200, undefined]);
	assert.equal((await anna.get('/profile')).mail_login, 'anna-mail');
	for (const taken of ['Anna-Mail', 'anna@shop.example', 'with blanks']) assert.deepEqual(await change(ben, taken), [422, 'mail_login'], taken);
	await until('the milter to know', async () => {
		desk.proxy.packets.length = 0;
		await submit({login: 'anna-mail', to: 'kim@customer.example', mail: plainMail({from: 'anna@shop.example', subject: 'private'})});
		return content() !== '';
	});
	desk.proxy.packets.length = 0;
	await submit({to: 'kim@customer.example', mail: answer({subject: 'Re: lamp'})});
	assert.equal(content(), '', 'the email is no log-in any more');
	await submit({login: 'anna-mail', to: 'kim@customer.example', mail: answer({subject: 'Re: lamp', body: 'By another name.'})});
	const shown = await until('the answer', () => anna.get(`/threads/${thread}`).then((got) => got.messages.length === 4 && got));
	assert.equal(shown.messages[3].author.firstname, 'Anna');
	assert.deepEqual(await change(anna, ''), [200, undefined]);
});

test('forged without authentication it is an ordinary message of a stranger', {skip}, async () => {
	await submit({login: null, to: 'support@shop.example', mail: answer({subject: 'forged', to: 'support@shop.example'})});
	const forged = await desk.thread(anna, 'forged');
	assert.notEqual(forged.id, thread);
	const {messages: [message], related} = await anna.get(`/threads/${forged.id}`);
	assert.equal(message.kind, 'customer');
	assert.deepEqual(related, [thread]);
});

test('off, nothing of it crosses', {skip}, async () => {
	await setEmployeeClients(0);
	desk.proxy.packets.length = 0;
	await submit({to: 'kim@customer.example', mail: answer({subject: 'Re: lamp'})});
	assert.equal(content(), '');
	assert.equal((await (await desk.client()).get(`/threads/${thread}`)).messages.length, 4);
});
