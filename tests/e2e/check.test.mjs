// belfry check against a real Postfix: a healthy setup and broken ones, each proven broken (or well) by a real mail.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {converse, plainMail} from './support/smtp.mjs';
import {lacks, run, sleep, until} from './support/system.mjs';

const skip = lacks('postfix');
let desk;

before(async () => {
	if (skip) return;
	desk = await startDesk({postfix: true});
	fs.chmodSync(path.join(desk.dir, 'store'), 0o750);
	desk.writeConf(relay());
});
after(() => desk?.stop());

const relay = () => ({courier: {relay: `127.0.0.1:${desk.postfix.port}`}});

// Its exit status and its lines; what is wrong is never said without what to do.
function check(...options) {
	const {status, stdout, stderr} = desk.cli(['check', '--postfix', desk.postfix.etc, ...options], {mayFail: true});
	assert.equal(stderr, '');
	const lines = stdout.trimEnd().split('\n');
	for (const line of lines.slice(0, -1)) assert.match(line, /^(ok|skip) |^(warning|error) .+; mend: .+/);
	const of = (kind) => lines.filter((line) => line.startsWith(`${kind} `));
	assert.equal(lines.at(-1).startsWith(`${of('error').length} error`), true);
	assert.equal(status, of('error').length ? 1 : 0);
	return {status, errors: of('error'), warnings: of('warning'), oks: of('ok'), lines};
}

function assertError(found, pattern) {
	assert.equal(found.status, 1);
	assert.ok(found.errors.some((line) => pattern.test(line)), `no error like ${pattern} in:\n${found.lines.join('\n')}`);
}
const has = (lines, pattern) => lines.some((line) => pattern.test(line));

async function reply(subject) {
	return (await desk.send({to: 'support@shop.example', octets: plainMail({subject})})).at(-2);
}

// What Postfix says to a sender it cannot take mail from.
async function refusal() {
	return (await converse(desk.postfix.port, ['EHLO client.example', 'MAIL FROM:<jane@customer.example>', 'QUIT']))[2];
}

// Postfix waits a second or two before it reads a file that was just written: these look older.
function settle() {
	for (const name of ['main.cf', 'master.cf']) fs.utimesSync(path.join(desk.postfix.etc, name), 1e9, 1e9);
}

function postconf(...words) {
	run('postconf', ['-c', desk.postfix.etc, ...words]);
	settle();
}

async function reload() {
	run('postfix', ['-c', desk.postfix.etc, 'reload']);
	await sleep(1500); // the old daemons end after what they have in hand
	await until('Postfix', async () => /^250/.test((await converse(desk.postfix.port, ['EHLO client.example', 'QUIT']))[1]));
}

test('a healthy setup: no error, no warning', {skip}, async () => {
	const client = await desk.client();
	assert.match(await reply('healthy'), /^250 /);
	await desk.thread(client, 'healthy');
	const found = check('--deep');
	assert.deepEqual([...found.errors, ...found.warnings], []);
	for (const part of ['store', 'rights', 'disk', 'milter', 'capture', 'sort', 'courier', 'relay', 'web', 'smtpd_milters', 'non_smtpd_milters',
		'recipient_delimiter', 'message_size_limit', 'recipients', 'deep']) {
		assert.ok(has(found.oks, new RegExp(`^ok ${part}: `)), part);
	}
	assert.ok(has(found.oks, /^ok recipients: .*takes mail for contacts \(addresses: 2\), with extensions too/));
	assert.ok(has(found.oks, /^ok deep: counters agree with the rows/));
	const {threads} = await client.get('/threads?folder=all');
	assert.deepEqual(threads.map(({subject}) => subject), ['healthy'], 'check itself sends no mail');
});

test('socket not reachable from the chroot', {skip}, async () => {
	const service = `127.0.0.1:${desk.postfix.port}/inet/chroot`;
	postconf('-F', `${service}=y`);
	await reload();
	assert.match(await refusal(), /^451 4\.7\.1 /);
	assertError(check(), /^error smtpd_milters: smtpd of \S+ is chrooted in .*not reachable; mend: \[milter\] socket = unix:\S+\/postfix\/queue\/belfry\/milter\.sock.* take smtpd out of the chroot/);
	postconf('-F', `${service}=n`);
	await reload();
	assert.match(await reply('no longer chrooted'), /^250 /);
	assert.deepEqual(check().errors, []);
});

test('the same socket inside the queue directory is fine, chrooted and relative', {skip}, async () => {
	const queue = path.join(desk.postfix.home, 'queue');
	const conf = {milter: {socket: `unix:${queue}/belfry/milter.sock`, socket_group: 'postfix'}};
	const service = `127.0.0.1:${desk.postfix.port}/inet/chroot`;
	desk.writeConf({...relay(), ...conf});
	const own = desk.milterSocket;
	desk.milterSocket = `${queue}/belfry/milter.sock`;
	await desk.restart();
	postconf('-F', `${service}=y`);
	postconf('-e', 'smtpd_milters={ unix:belfry/milter.sock, default_action=tempfail }');
	await reload();
	assert.match(await reply('inside the chroot'), /^250 /);
	assert.deepEqual(check().errors, []);
	desk.milterSocket = own;
	desk.writeConf(relay());
	await desk.restart();
	postconf('-F', `${service}=n`);
	postconf('-e', `smtpd_milters={ unix:${own}, default_action=tempfail }`);
	await reload();
});

test('wrong rights: the socket itself, and a directory on the way to it', {skip}, async () => {
	fs.chmodSync(desk.milterSocket, 0o600);
	assert.match(await refusal(), /^451 4\.7\.1 /);
	assertError(check(), /^error smtpd_milters: Postfix cannot connect: \S+milter\.sock is nobody:postfix 0600: postfix may not connect; mend: .*socket_mode = 0660/);
	fs.chmodSync(desk.milterSocket, 0o660);
	const directory = path.dirname(desk.milterSocket);
	const {mode} = fs.statSync(directory);
	fs.chmodSync(directory, 0o700);
	assert.match(await refusal(), /^451 4\.7\.1 /);
	assertError(check(), /^error smtpd_milters: Postfix cannot connect: \S+\/run is \S+ 0700: postfix may not pass; mend: .*chmod o\+x/);
	fs.chmodSync(directory, mode & 0o777);
	assert.match(await reply('open again'), /^250 /);
	assert.deepEqual(check().errors, []);
});

test('store and keys that others may read', {skip}, () => {
	const keys = path.join(desk.dir, 'store/keys');
	fs.chmodSync(keys, 0o644);
	assertError(check(), /^error rights: \S+\/keys has mode 0644: .*; mend: chmod go= /);
	fs.chmodSync(keys, 0o600);
	assert.deepEqual(check().errors, []);
});

test('a password or a key beside the store that others may read, or the roles may not', {skip}, () => {
	const secret = path.join(desk.dir, 'relay.password'), conf = fs.readFileSync(desk.confFile, 'utf8');
	fs.writeFileSync(secret, 'of the relay\n', {mode: 0o600});
	fs.writeFileSync(desk.confFile, conf.replace('[courier]\n', `[courier]\nuser = desk\npassword_file = ${secret}\n`));
	assertError(check(), /^error rights: \[courier\] password_file: \S+ is root:root 0600: nobody may not read it/);
	fs.chmodSync(secret, 0o644);
	assertError(check(), /^error rights: \[courier\] password_file: \S+ has mode 0644: .*; mend: chmod o= /);
	run('chown', ['nobody', secret]);
	fs.chmodSync(secret, 0o400);
	assert.deepEqual(check().errors.filter((line) => /rights/.test(line)), []);
	fs.writeFileSync(desk.confFile, conf);
});

test('delimiter not set, and addresses that Postfix then refuses', {skip}, async () => {
	const boxes = path.join(desk.postfix.etc, 'mailboxes');
	const known = fs.readFileSync(boxes, 'utf8');
	fs.writeFileSync(boxes, known.replace(/^@.*\n/m, '')); // no catch-all: only names that are known
	postconf('-e', 'recipient_delimiter=');
	await reload();
	const found = check();
	assertError(found, /^error recipient_delimiter: Postfix has none, Belfry has "\+".*; mend: postconf -e recipient_delimiter=\+/);
	assertError(found, /^error recipients: Postfix refuses support\+belfry-check@shop\.example: "550 5\.1\.1 .*; mend: postconf -e recipient_delimiter=\+/);
	fs.writeFileSync(boxes, known.replace(/^@.*\n/m, '').replace(/^orders.*\n/m, ''));
	postconf('-e', 'recipient_delimiter=+');
	await reload();
	const missing = check();
	assertError(missing, /^error recipients: Postfix refuses orders@shop\.example: "550 5\.1\.1 .*; mend: make it known to Postfix/);
	assert.equal(has(missing.errors, /support/), false);
	fs.writeFileSync(boxes, known);
	await reload();
	assert.deepEqual(check().errors, []);
});

test('what main.cf says is told as what comes of it', {skip}, () => {
	const ours = `unix:${desk.milterSocket}`;
	const cases = [
		[`smtpd_milters={ ${ours}, default_action=accept }`, 'warning', /while Belfry is down mail flows past it \(accept\)/],
		[`smtpd_milters={ ${ours}, default_action=reject }`, 'error', /while Belfry is down mail is refused for good \(reject\)/],
		[`smtpd_milters=${ours}, inet:127.0.0.1:8891`, 'warning', /milters stand behind Belfry/],
		['smtpd_milters=inet:127.0.0.1:8891', 'error', /Belfry's socket .* is not among them/],
		['smtpd_milters=', 'error', /no mail reaches Belfry; mend: in main\.cf: smtpd_milters = \{ unix:/],
		['non_smtpd_milters=', 'warning', /a shop's mail\(\)\) is not captured/],
		['internal_mail_filter_classes=', 'warning', /does not reach the desk; mend: postconf -e internal_mail_filter_classes=bounce/],
		['milter_protocol=2', 'error', /milter_protocol: it is 2/],
		['message_size_limit=0', 'warning', /Postfix has no limit, Belfry stores up to 50 MB/],
		['message_size_limit=104857600', 'warning', /Postfix takes up to 100 MB, Belfry stores up to 50 MB/],
		['header_size_limit=1000', 'warning', /longer header fields are cut/],
	];
	const main = path.join(desk.postfix.etc, 'main.cf');
	const well = fs.readFileSync(main);
	for (const [setting, kind, pattern] of cases) {
		postconf('-e', setting);
		const found = check();
		assert.ok(has(kind === 'error' ? found.errors : found.warnings, pattern), `${setting}:\n${found.lines.join('\n')}`);
		fs.writeFileSync(main, well);
		settle();
	}
	const master = path.join(desk.postfix.etc, 'master.cf');
	const lines = fs.readFileSync(master);
	postconf('-e', 'content_filter=smtp-amavis:[127.0.0.1]:10024');
	const back = '127.0.0.1:10025 inet n - n - - smtpd\n\t-o content_filter=\n';
	fs.appendFileSync(master, back);
	settle();
	assert.ok(has(check().warnings, /content filters: 127\.0\.0\.1:10025 takes mail back .* twice; mend: .*no_milters/));
	fs.appendFileSync(master, '\t-o receive_override_options=no_milters\n');
	settle();
	assert.equal(has(check().warnings, /content filters/), false);
	fs.writeFileSync(master, lines);
	fs.writeFileSync(main, well);
	settle();
});

test('roles that do not run', {skip}, async () => {
	await desk.end();
	const found = check();
	for (const role of ['milter', 'capture', 'sort', 'courier', 'web', 'smtpd_milters']) assertError(found, new RegExp(`^error ${role}: .*; mend: start Belfry`));
	await desk.start();
	assert.deepEqual(check().errors, []);
});

test('backup while it runs, and back: what came later is named and kept aside', {skip}, async () => {
	const place = path.join(desk.dir, 'backups');
	fs.mkdirSync(place);
	run('chown', ['nobody', place]);
	const copy = path.join(place, 'one');
	assert.match(desk.cli(['backup', copy]).stdout, /complete, up to raw mail \d+/);
	assert.match(desk.cli(['backup', '--verify', copy]).stdout, /well; taken /);
	const again = desk.cli(['backup', copy], {mayFail: true});
	assert.equal(again.status, 1);
	assert.match(again.stderr, /is not empty/);
	assert.match(await reply('after the backup'), /^250 /);
	await desk.thread(await desk.client(), 'after the backup');

	const busy = desk.cli(['restore', copy], {mayFail: true});
	assert.equal(busy.status, 1);
	assert.match(busy.stderr, /is at work on it: stop Belfry first/);
	await desk.end();
	const {stdout} = desk.cli(['restore', copy]);
	assert.match(stdout, /what it held before is in \S+before-restore\./);
	assert.match(stdout, /came or left after the backup is in \S+\/raw\.db alone: 1 of it/);
	await desk.start();
	const client = await desk.client();
	const {threads} = await client.get('/threads?folder=all');
	assert.ok(threads.some(({subject}) => subject === 'healthy'));
	assert.ok(!threads.some(({subject}) => subject === 'after the backup'));
	assert.match(await reply('after the restore'), /^250 /);
	await desk.thread(client, 'after the restore');
	await until('a store that is well', () => check('--deep').errors.length === 0);

	fs.writeFileSync(path.join(copy, 'keys'), 'x');
	const spoilt = desk.cli(['backup', '--verify', copy], {mayFail: true});
	assert.equal(spoilt.status, 1);
	assert.match(spoilt.stderr, /keys has 1 octets, the manifest says/);
});
