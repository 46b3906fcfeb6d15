// The door for pipes and aliases: `belfry capture`, by hand and as a transport of Postfix.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {isRoot, lacks, until} from './support/system.mjs';

const skipPostfix = lacks('postfix');
let desk, client;
before(async () => {
	const pipe = (dir) => `belfry unix - n n - 4 pipe\n  flags=q user=nobody null_sender= argv=${dir}/belfry -c ${dir}/belfry.conf
   capture --from \${sender} --to \${original_recipient}\n`;
	desk = await startDesk({postfix: !skipPostfix, services: pipe, settings: {
		smtpd_milters: '', non_smtpd_milters: '', transport_maps: 'inline:{support@shop.example=belfry:}'}});
	client = await desk.client();
});
after(() => desk?.stop());

const capture = (octets, args = ['--from', 'jane@customer.example', '--to', 'support@shop.example'], options = {}) =>
	desk.cli(['capture', ...args], {input: octets, ...options});

test('a mail on standard input is a thread after exit 0', async () => {
	const octets = plainMail({subject: 'captured'});
	capture(octets);
	const thread = await desk.thread(client, 'captured');
	const {messages} = await client.get(`/threads/${thread.id}`);
	assert.deepEqual(messages[0].envelope, {from: 'jane@customer.example', to: ['support@shop.example']});
	assert.equal((await client.source(messages[0].id)).toString(), octets);
});

test('any user may', {skip: !isRoot && 'needs root to become another user'}, async () => {
	capture(plainMail({subject: 'from another user'}), undefined, {uid: 12345, gid: 12345});
	await desk.thread(client, 'from another user');
});

test('the same mail again is no second message', async () => {
	const octets = plainMail({subject: 'twice'});
	capture(octets);
	const thread = await desk.thread(client, 'twice');
	capture(octets);
	capture(plainMail({subject: 'after twice'}));
	await desk.thread(client, 'after twice');
	assert.equal((await client.get(`/threads/${thread.id}`)).messages.length, 1);
});

test('a pipe transport for contact addresses only', {skip: skipPostfix}, async () => {
	const replies = await desk.send({to: 'support+x@shop.example', octets: plainMail({subject: 'piped'})});
	assert.match(replies.at(-2), /^250 /);
	const thread = await desk.thread(client, 'piped');
	assert.equal(thread.contact.name, 'Support');
	assert.equal(desk.postfix.mails('support').length, 0);
	const {messages} = await client.get(`/threads/${thread.id}`);
	assert.deepEqual(messages[0].envelope, {from: 'jane@customer.example', to: ['support+x@shop.example']});
});

test('while Belfry is down capture exits 75, and Postfix keeps the mail for later', async () => {
	await desk.end();
	const done = capture(plainMail({subject: 'down'}), undefined, {mayFail: true});
	assert.equal(done.status, 75);
	assert.ok(done.stderr.length > 10);
	if (skipPostfix) return;
	await desk.send({to: 'support@shop.example', octets: plainMail({subject: 'piped while down'})});
	await until('a deferred delivery', () => /status=deferred/.test(desk.postfix.log()));
});
