// Mail servers at their worst, behind the relay and as the relay: what is told of each reply, and that each arrives once or is in doubt.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {startRelay} from './support/relay.mjs';
import {plainMail} from './support/smtp.mjs';
import {freePort, lacks, run, sleep, until} from './support/system.mjs';

const skip = lacks('postfix', 'sqlite3', 'openssl');
let desk, anna, relay, count = 0;

const sql = (text) => run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store/desk.db'), text]).stdout.trim();

// Postfix is there from the beginning; which relay the courier has is each test's: restart({relay, …}).
before(async () => {
	if (skip) return;
	const behind = await freePort(); // the customer's server
	desk = await startDesk({postfix: true, settings: {transport_maps: `inline:{ {customer.example=smtp:[127.0.0.1]:${behind}} }`, virtual_mailbox_domains: 'shop.example',
		relay_domains: 'customer.example', minimal_backoff_time: '1s', maximal_backoff_time: '1s', queue_run_delay: '1s', delay_warning_time: '1s', bounce_queue_lifetime: '1h'},
		services: () => 'smtp unix - - n - - smtp\nrelay unix - - n - - smtp\nscache unix - - n - 1 scache\n'});
	desk.behind = behind;
	relay = await startRelay();
});
after(async () => {
	await relay?.stop();
	await desk?.stop();
});

async function useRelay(courier) {
	await desk.end();
	desk.writeConf({courier});
	await desk.start();
	anna = await desk.client();
}

// From now on it answers so, and what it was told before is forgotten.
const answering = (answers) => Object.assign(relay, {answers, commands: [], mails: [], taken: []});

// The number of a file of so many octets, for an answer in that thread.
async function upload(id, size) {
	const reply = await fetch(`${desk.url}/api/v1/threads/${id}/uploads?name=file.bin`, {method: 'POST', body: crypto.randomBytes(size),
		headers: {cookie: anna.cookie, origin: desk.url, 'content-type': 'application/octet-stream'}});
	return (await reply.json()).id;
}

// A thread of a new customer (or of one with FRIENDS in Cc), answered with TEXT and a FILE of so many octets: {id, message, address}.
async function answer({text = 'It is on its way.', friends = [], file = 0} = {}) {
	const address = `kim${++count}@customer.example`;
	const subject = `Fault ${count}`;
	const headers = friends.length ? {Cc: friends.join(', ')} : {};
	desk.cli(['capture', '--from', address, '--to', 'support@shop.example'], {input: plainMail({from: `Kim <${address}>`, subject, headers})});
	const {id} = await desk.thread(anna, subject);
	const uploads = file ? [await upload(id, file)] : [];
	const sent = await anna.post(`/threads/${id}/messages`, {text, undo: 0, uploads, ...(friends.length && {cc: friends})});
	return {id, message: sent.id, address, ref: sent.message_id};
}

const thread = (id) => anna.get(`/threads/${id}`);
const delivery = async ({id, message}) => (await thread(id)).messages.find((one) => one.id === message).delivery;
const state = (one, wanted, seconds) => {
	let last;
	return until(`state ${wanted}`, async () => (last = await delivery(one)).state === wanted && last, seconds).catch((error) => {
		throw new Error(`${error.message}; it is ${JSON.stringify(last)}`);
	});
};
const ref = ({octets}) => /^Message-ID: <(.*)>/m.exec(octets)[1];
// As if the time of its next try had come.
const hurry = ({message}) => sql(`UPDATE outbox SET due = 1 WHERE message_id = ${message} AND state = 'delayed'`);

async function deliverNow(one) {
	hurry(one);
	const got = await state(one, 'sent');
	assert.equal(relay.taken.filter((mail) => ref(mail) === one.ref).length, 1, 'once');
	return got;
}

// --- the relay itself ---

test('a relay that refuses for good: failed at once, with its words', {skip}, async () => {
	await useRelay({relay: `127.0.0.1:${relay.port}`});
	for (const step of ['mail', 'rcpt', 'go', 'data']) {
		answering({[step]: `554 5.7.1 not at ${step}`});
		const one = await answer();
		const got = await state(one, 'failed');
		assert.equal(got.detail, `554 5.7.1 not at ${step}`);
		assert.deepEqual(got.recipients.map(({state: its, answer: text}) => [its, text]), [['failed', `554 5.7.1 not at ${step}`]]);
		assert.equal(got.next_try, null);
		assert.ok((await anna.get('/notifications')).entries.some((entry) => entry.kind === 'undelivered' && entry.thread === one.id), 'it rings for its sender');
	}
});

test('a relay that puts off: delayed with its words and the next try, then sent once', {skip}, async () => {
	for (const step of ['mail', 'rcpt', 'go', 'data']) {
		answering({[step]: `451 4.7.1 later at ${step}`});
		const one = await answer();
		const got = await state(one, 'delayed');
		assert.equal(got.detail, `451 4.7.1 later at ${step}`);
		assert.equal(got.tries, 1);
		const wait = new Date(got.next_try) - Date.now();
		assert.ok(wait > 40_000 && wait <= 60_000, `${wait} ms`);
		answering({});
		const sent = await deliverNow(one);
		assert.deepEqual([sent.detail, sent.queue_id, sent.tries], ['250 2.0.0 Ok: queued as Q1', 'Q1', 2]);
	}
});

test('the connection breaks before the last dot: tried again; after it: in doubt, until staff decide', {skip}, async () => {
	const long = 6e6; // octets: more than the system keeps for who does not read
	for (const step of ['greet', 'mail', 'rcpt', 'go', 'octets']) {
		answering({[step]: 'drop'});
		for (const kept of relay.sockets) kept.destroy(); // who is connected already is greeted no more
		const one = await answer({file: step === 'octets' ? long : 0});
		assert.ok((await state(one, 'delayed')).detail, step);
		assert.equal(relay.mails.length, 0);
		answering({});
		await deliverNow(one);
	}
	answering({data: 'drop'});
	const [one, two] = [await answer(), await answer()];
	for (const doubtful of [one, two]) await state(doubtful, 'doubtful');
	assert.equal(relay.mails.length, 2, 'never again by itself');
	answering({});
	await anna.post(`/messages/${one.message}/settle`, {sent: true});
	await state(one, 'sent');
	await anna.post(`/messages/${two.message}/settle`, {sent: false});
	await state(two, 'sent');
	assert.deepEqual(relay.taken.map(ref), [two.ref], 'only the one that was to go again');
	assert.equal(relay.mails.length, 1);
});

test('421 and nonsense instead of an answer', {skip}, async () => {
	for (const [step, text, wanted] of [['mail', '421 4.3.2 closing', 'delayed'], ['go', '421 4.3.2 closing', 'delayed'], ['rcpt', 'what?', 'delayed'], ['data', 'what?', 'doubtful'],
		['data', '421 4.3.2 closing', 'delayed']]) {
		answering({[step]: text});
		const one = await answer();
		await state(one, wanted);
		assert.equal(relay.taken.length, 0);
		answering({});
		if (wanted === 'delayed') await deliverNow(one);
	}
});

test('slow answers at every step are waited for', {skip}, async () => {
	const slowly = () => sleep(1200);
	answering({greet: slowly, mail: slowly, rcpt: slowly, go: slowly, data: slowly});
	const [slow, other] = await Promise.all([answer(), answer()]);
	for (const one of [slow, other]) await state(one, 'sent');
	assert.equal(relay.taken.length, 2);
});

test('a recipient that is refused does not keep the others from theirs', {skip}, async () => {
	answering({rcpt: (address) => address.startsWith('friend@') ? '550 5.1.1 nobody here' : undefined});
	const one = await answer({friends: ['friend@customer.example']});
	const got = await state(one, 'failed');
	assert.deepEqual(got.recipients.map(({address, state: its, answer: text}) => [address, its, text]),
		[[one.address, 'sent', '250 2.0.0 Ok: queued as Q1'], ['friend@customer.example', 'failed', '550 5.1.1 nobody here']]);
	assert.deepEqual(relay.taken[0].to, [one.address]);
	answering({});
	await anna.post(`/messages/${one.message}/resend`, {address: 'friends@customer.example'});
	await state(one, 'sent');
	assert.deepEqual(relay.taken.map(({to}) => to), [['friends@customer.example']], 'only who has not got it');
});

test('a recipient that is put off is tried again alone', {skip}, async () => {
	answering({rcpt: (address) => address.startsWith('friend@') ? '450 4.2.0 greylisted' : undefined});
	const one = await answer({friends: ['friend@customer.example']});
	const got = await state(one, 'delayed');
	assert.deepEqual(got.recipients.map(({state: its}) => its), ['sent', 'waiting']);
	answering({});
	hurry(one);
	await state(one, 'sent');
	assert.deepEqual(relay.taken.map(({to}) => to), [['friend@customer.example']]);
});

test('one slow recipient does not hold up the others', {skip}, async () => {
	answering({rcpt: (address) => address === 'friend@dead.example' ? sleep(8000) : undefined});
	const slow = await answer({friends: ['friend@dead.example']});
	await until('the slow one', () => relay.commands.some((line) => line.includes('friend@dead.example')));
	const started = Date.now();
	const others = [];
	for (let i = 0; i < 5; i++) others.push(await answer());
	for (const one of others) await state(one, 'sent');
	assert.ok(Date.now() - started < 7000, `${Date.now() - started} ms`);
	assert.equal((await delivery(slow)).state, 'queued');
	await state(slow, 'sent');
});

test('the relay is down when Belfry starts: what waits leaves when it is back', {skip}, async () => {
	await relay.stop();
	await useRelay({relay: `127.0.0.1:${relay.port}`});
	const one = await answer();
	const got = await state(one, 'delayed');
	assert.match(got.detail, /refused|connect/i);
	assert.equal((await fetch(`${desk.url}/health`)).status, 200);
	const port = relay.port;
	relay = await startRelay({port});
	await deliverNow(one);
});

// --- TLS and log-in ---

const put = (name, text) => {
	const file = path.join(desk.dir, name);
	fs.writeFileSync(file, text);
	fs.chmodSync(file, 0o644);
	return file;
};

// A certificate of its own word for NAME: {file, secure}.
function certify(name) {
	const [key, cert] = ['key', 'cert'].map((end) => path.join(desk.dir, `${name}.${end}.pem`));
	run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
		'-addext', `subjectAltName=${/^[0-9.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`, '-keyout', key, '-out', cert]);
	return {file: put(`${name}.pem`, fs.readFileSync(cert)), secure: {key: fs.readFileSync(key), cert: fs.readFileSync(cert)}};
}

test('a line that is not as it should be: nothing leaves in clear, and the reply says why; then all is well', {skip}, async () => {
	const [own, other] = [certify('127.0.0.1'), certify('other.example')];
	const login = {user: 'shop', password_file: put('password', 'secret\n')};
	const logIn = ['AUTH PLAIN'];
	const cases = [
		['no AUTH', {}, login, /offers no log-in/],
		['no STARTTLS', {offers: logIn}, {...login, tls: 'starttls', ca_file: own.file}, /STARTTLS/],
		['STARTTLS that fails', {offers: logIn, secure: own.secure, answers: {starttls: '454 4.7.0 not now'}}, {...login, tls: 'starttls', ca_file: own.file}, /454 4\.7\.0 not now/],
		['nobody vouches for it', {offers: logIn, secure: own.secure}, {...login, tls: 'starttls'}, /certificate/i],
		['another\'s certificate', {offers: logIn, secure: other.secure}, {...login, tls: 'starttls', ca_file: other.file}, /certificate|subject/i],
		['TLS from the start', {offers: logIn}, {...login, tls: 'implicit', ca_file: own.file}, /TLS|SSL|wrong version/i],
	];
	for (const [name, options, courier, why] of cases) {
		await relay.stop();
		relay = await startRelay(options);
		await useRelay({relay: `127.0.0.1:${relay.port}`, ...courier});
		const one = await answer();
		const {detail} = await state(one, 'delayed');
		assert.match(detail, why, name);
		assert.ok(relay.commands.every((line) => !/^(MAIL|AUTH)/.test(line)), `${name}: ${relay.commands}`);
		assert.doesNotMatch(detail, /secret/);
		desk.cli(['queue', 'remove', 'all']);
		await state(one, 'failed');
	}
	await relay.stop();
	relay = await startRelay({offers: logIn, secure: own.secure, answers: {auth: '535 5.7.8 wrong password'}});
	await useRelay({relay: `127.0.0.1:${relay.port}`, ...login, tls: 'starttls', ca_file: own.file});
	const one = await answer();
	assert.match((await state(one, 'delayed')).detail, /535 5\.7\.8 wrong password/);
	answering({});
	await deliverNow(one);
	const words = relay.commands.map((line) => line.split(' ')[0]);
	assert.ok(words.indexOf('STARTTLS') < words.indexOf('AUTH') && words.indexOf('AUTH') < words.indexOf('MAIL'), words.join(' '));
});

// --- a customer's server behind the real Postfix ---

test('the customer\'s server refuses, at each step: not delivered, with its words', {skip}, async () => {
	await relay.stop();
	relay = await startRelay({port: desk.behind, offers: ['PIPELINING', '8BITMIME']});
	await useRelay({relay: `127.0.0.1:${desk.postfix.port}`});
	for (const step of ['mail', 'rcpt', 'go', 'data']) {
		answering({[step]: `554 5.7.1 not at ${step}`});
		const one = await answer();
		const got = await state(one, 'failed');
		assert.match(got.recipients[0].answer, new RegExp(`not at ${step}`));
		assert.equal(got.detail, got.recipients[0].answer);
		assert.ok(got.queue_id, 'the relay took it');
		assert.equal((await thread(one.id)).status, 'closed');
	}
});

test('the customer\'s server puts off: delayed, then handed on', {skip}, async () => {
	answering({rcpt: '450 4.2.0 greylisted'});
	const one = await answer();
	const got = await state(one, 'delayed', 30);
	assert.match(got.recipients[0].answer, /greylisted/);
	answering({});
	await until('the mail there', () => relay.taken.length === 1, 30);
	await state(one, 'sent', 30); // Postfix says "relayed" where the next server knows no DSN
});

test('the customer\'s server hangs up after the last dot: Postfix tries again, we do not', {skip}, async () => {
	answering({data: 'drop'});
	const one = await answer();
	const got = await until('Postfix to have tried', () => relay.mails.length >= 2, 30);
	assert.ok(got);
	answering({});
	await until('the mail there', () => relay.taken.length === 1, 30);
	const {queue_id: queued, tries} = await delivery(one);
	assert.ok(queued, 'our server has it');
	assert.equal(tries, 1);
	assert.equal(desk.postfix.log().match(/client=/g).length > 0, true);
});

test('what arrives there is the mail that left, octet for octet', {skip}, async () => {
	answering({});
	const one = await answer({text: 'First line\n.a dot\n..two dots\nFrom the start\n\nlast'});
	await until('the mail there', () => relay.taken.length === 1, 30);
	const source = (await anna.source(one.message)).toString('latin1');
	const arrived = relay.taken[0].octets;
	assert.ok(arrived.endsWith(source), 'all that Postfix added stands above');
	assert.match(arrived.slice(0, -source.length), /^Received: /);
});
