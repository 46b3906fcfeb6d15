// Replies leave: through a real Postfix, and through a server that does all that servers do.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, test} from 'node:test';
import {startPostfix} from './support/postfix.mjs';
import {startRelay} from './support/relay.mjs';
import {build, isRoot, isSanitized, lacks, peakOf, run, sleep, start, until} from './support/system.mjs';

const user = isRoot ? 'nobody' : os.userInfo().username;
const owner = isRoot ? {uid: Number(run('id', ['-u', user]).stdout), gid: Number(run('id', ['-g', user]).stdout)} : {};
const skip = lacks('sqlite3', 'make');
const dirs = [];
after(() => dirs.forEach((dir) => fs.rmSync(dir, {recursive: true, force: true})));
if (!skip) run('make', [`BUILD=${build}`, `${build}/tests/fill_outbox`], {timeout: 600_000});

// A store with an outbox, and couriers on it.
class Outbox {
	constructor(courier) {
		this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-courier-'));
		dirs.push(this.dir);
		fs.chmodSync(this.dir, 0o755);
		for (const name of ['belfry', 'tests/fill_outbox']) fs.copyFileSync(path.join(build, name), path.join(this.dir, path.basename(name)));
		fs.mkdirSync(path.join(this.dir, 'store'));
		if (isRoot) fs.chownSync(path.join(this.dir, 'store'), owner.uid, owner.gid);
		this.log = path.join(this.dir, 'log');
		this.couriers = [];
		this.configure(courier);
		this.cli('migrate');
	}

	configure(courier) {
		const lines = Object.entries(courier).map(([key, value]) => `${key} = ${value}`);
		fs.writeFileSync(path.join(this.dir, 'conf'), `[belfry]\nuser = ${isRoot ? user : ''}\nstore = ${this.dir}/store\n[milter]\nmin_free = 1M\n[courier]\n${lines.join('\n')}\n`);
	}

	cli = (...args) => run(path.join(this.dir, 'belfry'), ['-c', path.join(this.dir, 'conf'), ...args], {mayFail: true});
	fill = (count, ...addresses) => run(path.join(this.dir, 'fill_outbox'), [path.join(this.dir, 'store'), String(count), ...addresses], owner);
	sql = (text) => run('sqlite3', ['-cmd', '.timeout 5000', path.join(this.dir, 'store/desk.db'), text], owner).stdout.trim();
	states = () => this.sql('SELECT group_concat(state) FROM (SELECT state FROM outbox ORDER BY id)');
	says = () => fs.readFileSync(this.log, 'utf8');

	start() {
		const courier = start(path.join(this.dir, 'belfry'), ['-c', path.join(this.dir, 'conf'), 'courier'], this.log);
		this.couriers.push(courier);
		return courier;
	}

	async stop() {
		for (const courier of this.couriers) courier.kill('SIGTERM');
		await Promise.all(this.couriers.map((courier) => courier.ended));
		this.couriers = [];
		if (fs.existsSync(this.log)) assert.doesNotMatch(this.says(), /Sanitizer|runtime error:/, 'a sanitizer complained');
	}
}

async function withRelay(t, options, courier = {}) {
	const relay = await startRelay(options);
	const outbox = new Outbox({relay: `127.0.0.1:${relay.port}`, ...courier});
	t.after(async () => {
		await outbox.stop();
		await relay.stop();
	});
	return {relay, outbox};
}

test('a reply leaves through Postfix and lies in the mailbox', {skip: skip || lacks('postfix')}, async (t) => {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-courier-'));
	dirs.push(dir);
	fs.chmodSync(dir, 0o755);
	const postfix = await startPostfix({dir, milter: 'inet:127.0.0.1:1', user, mailboxes: ['kim'], settings: {smtpd_milters: '', non_smtpd_milters: ''}});
	const outbox = new Outbox({relay: `127.0.0.1:${postfix.port}`});
	t.after(async () => {
		await outbox.stop();
		await postfix.stop();
	});
	outbox.fill(3, 'kim@shop.example');
	outbox.start();
	await until('three mails to be sent', () => outbox.states() === 'sent,sent,sent');
	await until('three mails in the mailbox', () => postfix.mails('kim').length === 3);
	const mail = fs.readFileSync(postfix.mails('kim')[0], 'utf8');
	assert.match(mail, /^From: Support <support@shop\.example>$/m);
	assert.match(mail, /^In-Reply-To: <.*@customer\.example>$/m);
	assert.match(mail, /^Content-Type: multipart\/alternative;/m);
	const [id, answer] = outbox.sql('SELECT queue_id, answer FROM outbox WHERE id = 1').split('|');
	assert.match(answer, /queued as/);
	assert.ok(postfix.log().includes(id));
	assert.equal(outbox.sql('SELECT count(DISTINCT mail_id) FROM message WHERE mail_id IS NOT NULL AND kind = \'employee\''), '3');
});

test('what the server says of a recipient is kept, and put off is tried again', {skip}, async (t) => {
	let isBusy = true;
	const rcpt = (address) => address.startsWith('no') ? '550 5.1.1 unknown user' : address.startsWith('busy') && isBusy ? '451 4.3.2 try later' : null;
	const {relay, outbox} = await withRelay(t, {answers: {rcpt}});
	outbox.fill(3, 'no@a.example', 'busy@b.example', 'yes@c.example');
	outbox.start();
	await until('all three to be answered', () => outbox.states() === 'failed,delayed,sent');
	assert.equal(outbox.sql('SELECT answer FROM outbox WHERE id = 1'), '550 5.1.1 unknown user');
	assert.equal(outbox.sql('SELECT (due - answered) / 1000 FROM outbox WHERE id = 2'), '60');
	assert.equal(outbox.sql("SELECT count(*) FROM notice WHERE kind = 'undelivered'"), '1');
	assert.match(outbox.cli('queue', 'list').stdout, /^1\tfailed\t1\t.*no@a\.example\t550 5\.1\.1 unknown user\n2\tdelayed\t1\t.*451/);
	isBusy = false;
	assert.equal(outbox.cli('queue', 'retry', '2').status, 0);
	await until('the second to be sent', () => outbox.states() === 'failed,sent,sent');
	assert.deepEqual(relay.mails.map((mail) => mail.to[0]).sort(), ['busy@b.example', 'yes@c.example']);
	assert.ok(relay.commands.some((line) => /^RCPT TO:<yes@c\.example> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;yes@c\.example$/.test(line)));
	assert.match(relay.mails[0].line, / RET=HDRS ENVID=belfry\./);
	assert.equal(outbox.cli('queue', 'retry', '3').status, 1);
});

test('cut off after the last octets it is doubtful, and not sent again by itself', {skip}, async (t) => {
	const {relay, outbox} = await withRelay(t, {answers: {data: () => relay.mails.length === 1 ? 'drop' : null}});
	outbox.fill(1, 'kim@a.example');
	outbox.start();
	await until('it to be in doubt', () => outbox.states() === 'doubtful');
	await outbox.stop();
	outbox.start();
	outbox.fill(1, 'lee@a.example');
	await until('the next one to be sent', () => outbox.states() === 'doubtful,sent');
	assert.equal(relay.mails.length, 2);
	assert.equal(outbox.cli('queue', 'retry', '1').status, 0);
	await until('the first one to be sent', () => outbox.states() === 'sent,sent');
	assert.equal(relay.mails[2].octets, relay.mails[0].octets);
});

test('killed before the answer it is doubtful; what had not been handed over leaves once', {skip}, async (t) => {
	let isHeld = true;
	const {relay, outbox} = await withRelay(t, {answers: {data: () => isHeld ? new Promise(() => {}) : null}});
	outbox.fill(30, 'kim@a.example', 'lee@b.example', 'max@c.example');
	const courier = outbox.start();
	await until('mails to be handed over', () => relay.mails.length >= 6);
	courier.kill('SIGKILL');
	await courier.ended;
	outbox.couriers = [];
	isHeld = false;
	const held = relay.mails.length;
	outbox.start();
	await until('the others to be sent', () => /^\d+\|0$/.test(outbox.sql("SELECT count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state NOT IN ('sent', 'doubtful')) FROM outbox")));
	assert.equal(Number(outbox.sql("SELECT count(*) FROM outbox WHERE state = 'doubtful'")), held);
	const ids = relay.mails.map((mail) => mail.octets.match(/^Message-ID: (.*)$/m)[1]);
	assert.equal(ids.length, 30);
	assert.equal(new Set(ids).size, 30);
});

test('two couriers share a store, and a mail leaves once; told to stop, one ends what it handed over', {skip}, async (t) => {
	let release;
	const held = new Promise((done) => { release = done; });
	const {relay, outbox} = await withRelay(t, {answers: {data: async () => relay.mails.length === 1 ? held.then(() => null) : null}});
	const first = outbox.start();
	await until('one to be ready', () => outbox.says().includes('ready'));
	outbox.start();
	outbox.fill(1, 'kim@a.example');
	await until('it to be handed over', () => relay.mails.length === 1);
	first.kill('SIGTERM');
	await sleep(300);
	release();
	assert.equal((await first.ended).code, 0);
	assert.equal(outbox.states(), 'sent');
	outbox.fill(20, 'lee@b.example');
	await until('the other one to go on', () => outbox.sql("SELECT count(*) FROM outbox WHERE state = 'sent'") === '21');
	assert.equal(relay.mails.length, 21);
});

test('a slow destination does not hold up another', {skip}, async (t) => {
	const rcpt = (address) => address.endsWith('slow.example') ? new Promise(() => {}) : null;
	const {relay, outbox} = await withRelay(t, {answers: {rcpt}});
	outbox.fill(60, 'kim@slow.example');
	outbox.start();
	await until('sessions to hang', () => relay.commands.filter((line) => line.startsWith('RCPT')).length >= 2);
	outbox.fill(20, 'lee@quick.example', 'max@quick.example');
	await until('the others to be sent', () => outbox.sql("SELECT count(*) FROM outbox WHERE state = 'sent' AND domain = 'quick.example'") === '20', 10);
});

const key = () => {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-courier-'));
	dirs.push(dir);
	fs.chmodSync(dir, 0o755);
	run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
		'-keyout', `${dir}/key.pem`, '-out', `${dir}/cert.pem`]);
	fs.writeFileSync(`${dir}/password`, 'secret\n');
	fs.chmodSync(`${dir}/password`, 0o644);
	return {dir, secure: {key: fs.readFileSync(`${dir}/key.pem`), cert: fs.readFileSync(`${dir}/cert.pem`)}};
};

test('nothing leaves over a line that is not as it should be', {skip: skip || lacks('openssl')}, async (t) => {
	const {dir, secure} = key();
	const login = {user: 'desk', password_file: `${dir}/password`};
	const cases = [
		[{secure}, {tls: 'starttls'}, /certificate/],
		[{}, {tls: 'starttls'}, /STARTTLS/],
		[{}, {tls: 'none', ...login}, /no log-in \(AUTH\)/],
		[{secure}, {tls: 'starttls', ca_file: `${dir}/cert.pem`, ...login}, /no log-in \(AUTH\)/],
		[{secure, offers: ['AUTH PLAIN'], answers: {auth: () => '535 5.7.8 wrong password'}}, {tls: 'starttls', ca_file: `${dir}/cert.pem`, ...login}, /535 5\.7\.8/],
	];
	for (const [options, settings, reason] of cases) {
		const relay = await startRelay(options);
		const outbox = new Outbox({relay: `127.0.0.1:${relay.port}`, ...settings});
		t.after(() => outbox.stop());
		outbox.fill(1, 'kim@a.example');
		outbox.start();
		await until('it to be put off', () => outbox.states() === 'delayed');
		assert.match(outbox.sql('SELECT answer FROM outbox'), reason);
		assert.ok(!relay.commands.some((line) => line.startsWith('MAIL')));
		await outbox.stop();
		await relay.stop();
	}
});

test('over TLS, logged in', {skip: skip || lacks('openssl')}, async (t) => {
	const {dir, secure} = key();
	const {relay, outbox} = await withRelay(t, {secure, offers: ['AUTH PLAIN LOGIN', 'PIPELINING']},
		{tls: 'starttls', ca_file: `${dir}/cert.pem`, user: 'desk', password_file: `${dir}/password`});
	outbox.fill(3, 'kim@a.example');
	outbox.start();
	await until('three mails to be sent', () => outbox.states() === 'sent,sent,sent');
	const auth = relay.commands.find((line) => line.startsWith('AUTH'));
	assert.equal(auth, `AUTH PLAIN ${Buffer.from('\0desk\0secret').toString('base64')}`);
	assert.equal(relay.commands.filter((line) => line.startsWith('MAIL')).length, 3);
});

test('without pipelining and without DSN', {skip}, async (t) => {
	const {relay, outbox} = await withRelay(t, {offers: []});
	outbox.fill(2, 'kim@a.example');
	outbox.start();
	await until('two mails to be sent', () => outbox.states() === 'sent,sent');
	assert.ok(relay.commands.includes('RCPT TO:<kim@a.example>'));
	assert.match(relay.mails[0].line, /^MAIL FROM:<support\+t1-[^ ]*@shop\.example>$/);
});

test('over TLS from the first octet, and not with a certificate that nobody has signed', {skip: skip || lacks('openssl')}, async (t) => {
	const {dir, secure} = key();
	const {relay, outbox} = await withRelay(t, {sealed: secure}, {tls: 'implicit', ca_file: `${dir}/cert.pem`});
	outbox.fill(2, 'kim@a.example');
	outbox.start();
	await until('two mails to be sent', () => outbox.states() === 'sent,sent');
	await outbox.stop();
	outbox.configure({relay: `127.0.0.1:${relay.port}`, tls: 'implicit'});
	outbox.fill(1, 'kim@a.example');
	outbox.start();
	await until('the third to be put off', () => outbox.states() === 'sent,sent,delayed');
	assert.match(outbox.sql('SELECT answer FROM outbox WHERE id = 3'), /certificate/);
	assert.equal(relay.mails.length, 2);
});

test('addresses beyond ASCII leave where the relay takes them, and say why where it does not', {skip}, async (t) => {
	const {relay, outbox} = await withRelay(t, {offers: ['PIPELINING', '8BITMIME', 'DSN', 'SMTPUTF8']});
	const plain = await startRelay();
	t.after(() => plain.stop());
	outbox.fill(2, 'zoë@bücher.example', 'kim@bücher.example');
	outbox.start();
	await until('both to be sent', () => outbox.states() === 'sent,sent');
	const line = (start) => relay.commands.map((one) => Buffer.from(one, 'latin1').toString('utf8')).filter((one) => one.startsWith(start));
	const [first, second] = line('RCPT').sort().reverse();
	assert.equal(first, 'RCPT TO:<zoë@xn--bcher-kva.example> NOTIFY=SUCCESS,FAILURE,DELAY');
	assert.equal(second, 'RCPT TO:<kim@xn--bcher-kva.example> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;kim@xn--bcher-kva.example');
	assert.equal(line('MAIL').filter((one) => one.includes(' BODY=8BITMIME SMTPUTF8 ')).length, 1);
	const octets = relay.mails.map((mail) => Buffer.from(mail.octets, 'latin1').toString('utf8')).sort();
	assert.equal(octets.filter((one) => /^To: .*<zoë@xn--bcher-kva\.example>$/m.test(one)).length, 1);
	assert.equal(octets.filter((one) => /^To: .*<kim@xn--bcher-kva\.example>$/m.test(one)).length, 1);
	await outbox.stop();
	outbox.configure({relay: `127.0.0.1:${plain.port}`});
	outbox.fill(2, 'zoë@bücher.example', 'kim@bücher.example');
	outbox.start();
	await until('one to be refused, the other to be sent', () => outbox.states() === 'sent,sent,failed,sent');
	assert.equal(outbox.sql('SELECT answer FROM outbox WHERE id = 3'), '553 5.6.7 our mail server does not take addresses with letters beyond ASCII');
	assert.equal(plain.commands.filter((one) => one.startsWith('MAIL')).length, 1);
});

test('a file of 25 MB leaves, and the courier does not grow with it', {skip}, async (t) => {
	const {relay, outbox} = await withRelay(t, {offers: ['PIPELINING', '8BITMIME', 'DSN']});
	const courier = outbox.start();
	outbox.fill(1, 'kim@a.example');
	await until('a small one to be sent', () => outbox.states() === 'sent');
	const before = peakOf(courier.pid);
	const file = path.join(outbox.dir, 'file');
	const octets = Buffer.alloc(25_000_000, 'A file that is made of words.\r\n');
	fs.writeFileSync(file, octets);
	assert.equal(run(path.join(outbox.dir, 'fill_outbox'), [path.join(outbox.dir, 'store'), '1', '--file', file, 'lee@a.example'], owner).status, 0);
	await until('it to be sent', () => outbox.states() === 'sent,sent', 60);
	const sent = relay.mails[1].octets;
	const part = sent.slice(sent.indexOf('\r\n\r\n', sent.indexOf('filename=')) + 4);
	const received = Buffer.from(part.slice(0, part.indexOf('\r\n--')), 'base64');
	assert.ok(received.equals(octets));
	const grown = peakOf(courier.pid) - before;
	t.diagnostic(`courier's memory: ${before} KiB, with 25 MB on its way ${grown} KiB more`);
	assert.ok(isSanitized(courier.pid) || grown < 16 * 1024, `${grown} KiB more`);
});
