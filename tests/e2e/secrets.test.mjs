// A day at the desk with everything in it that is secret or somebody's own: none of it stands in the log, at the level that says most,
// and what the store keeps of it nobody can read without the keys, which stand beside it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {Client, Machine} from './support/api.mjs';
import {openBell} from './support/bell.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {startRelay} from './support/relay.mjs';
import {plainMail} from './support/smtp.mjs';
import {isRoot, lacks, processesOf, run, until} from './support/system.mjs';
import {totpCode} from './support/totp.mjs';

const relayPassword = 'relay-entry-9d71';
const told = { // what people say; each found nowhere else
	subject: 'Zebrafinch subject', body: 'zebrafinch body of a mail', sender: 'zebrafinch-sender@customer.example', name: 'Zebrafinch Sender',
	answer: 'zebrafinch answer to it', note: 'zebrafinch note between us', search: 'zebrafinch search', file: 'zebrafinch-file.txt',
	content: 'zebrafinch content of a file', reason: 'zebrafinch reason', hash: 'zebrafinch wrong password',
};
let desk, relay;
const secrets = {password, relayPassword}; // name: text

before(async () => {
	relay = await startRelay({offers: ['AUTH PLAIN', 'PIPELINING', 'DSN']});
	const file = path.join(fs.mkdtempSync('/tmp/belfry-secret-'), 'password');
	fs.writeFileSync(file, `${relayPassword}\n`, {mode: 0o600});
	if (isRoot) {
		run('chown', ['-R', 'nobody', path.dirname(file)]);
		fs.chmodSync(path.dirname(file), 0o755);
	}
	desk = await startDesk({conf: {log: {level: 'debug'}, courier: {relay: `127.0.0.1:${relay.port}`, user: 'desk', password_file: file}}});
	desk.passwordFile = file;
});
after(async () => {
	await desk?.stop();
	await relay?.stop();
	if (desk) fs.rmSync(path.dirname(desk.passwordFile), {recursive: true});
});

const call = (client, method, where, body) => client.json(`/api/v1${where}`, {method, body});

async function captureAndAnswer(anna) {
	desk.cli(['capture', '--from', told.sender, '--to', 'support@shop.example'],
		{input: plainMail({subject: told.subject, body: told.body, from: `${told.name} <${told.sender}>`})});
	const {id} = await desk.thread(anna, told.subject);
	const upload = await fetch(`${desk.url}/api/v1/threads/${id}/uploads?name=${told.file}`,
		{method: 'POST', body: told.content, headers: {cookie: anna.cookie, origin: desk.url, 'content-type': 'text/plain'}});
	assert.equal(upload.status, 201);
	await anna.post(`/threads/${id}/messages`, {text: told.answer, uploads: [(await upload.json()).id]});
	await anna.post(`/threads/${id}/messages`, {text: told.note, private: true});
	await anna.get(`/threads?q=${encodeURIComponent(told.search)}`);
	await anna.post('/queries/run', {sql: `SELECT '${told.search}' FROM nowhere`}).catch(() => {});
	await anna.post('/blocked-senders', {sender: 'spammer@elsewhere.example', reason: told.reason});
	await until('the answer at the relay', () => relay.taken.length > 0, 40);
}

async function useTwoSteps() {
	const ben = await desk.client('ben');
	const {secret, ticket} = await call(ben, 'POST', '/profile/totp', {password});
	const {recovery} = await call(ben, 'PUT', '/profile/totp', {ticket, code: totpCode(secret)});
	Object.assign(secrets, {totp: secret.replaceAll(' ', ''), ticket, recovery: recovery[0]});
	await new Client(desk.url).logIn(employees.ben.email, password).catch(() => {});
	const again = new Client(desk.url);
	await call(again, 'POST', '/session', {email: employees.ben.email, password, totp: totpCode(secret, 1)});
	secrets.cookieOfBen = again.cookie.split('=')[1];
}

async function useLinksAndTokens(anna) {
	const {token} = await anna.post('/tokens', {name: 'Robot', role: 'viewer'});
	await new Machine(desk.url, token).get('/threads');
	const {employees: staff} = await anna.get('/employees');
	const {id} = staff.find(({email}) => email === employees.ben.email);
	const {url} = await call(anna, 'POST', `/employees/${id}/reset`, {});
	await fetch(url);
	await fetch(url.replace('/reset/', '/reset/../reset/'));
	await call(new Client(desk.url), 'POST', '/reset/look', {token: url.split('/').at(-1)});
	Object.assign(secrets, {token, link: url.split('/').at(-1)});
}

test('a day at the desk', async () => {
	const anna = await desk.client();
	secrets.cookie = anna.cookie.split('=')[1];
	const bell = await openBell(anna);
	await new Client(desk.url).logIn(employees.anna.email, told.hash).catch(() => {});
	await captureAndAnswer(anna);
	await useTwoSteps();
	await useLinksAndTokens(anna);
	bell.close();
	secrets.key = fs.readFileSync(path.join(desk.dir, 'store/keys'), 'utf8').match(/[0-9a-f]{64}/)[0];
	assert.ok(Object.values(secrets).every((secret) => secret.length >= 12), JSON.stringify(Object.keys(secrets)));
	assert.ok(relay.commands.some((line) => line.startsWith('AUTH PLAIN')), 'the relay was logged in to');
});

test('the log, at its most talkative, tells no secret and nothing that people wrote', () => {
	const log = desk.log();
	assert.match(log, /\/api\/v1\/threads\/\d+\/messages 201/, 'it is the talkative one');
	assert.match(log, /\/reset\/… 200/);
	for (const [name, text] of Object.entries({...secrets, ...told})) {
		const forms = [text, encodeURIComponent(text), Buffer.from(text).toString('base64').replace(/=+$/, '')];
		for (const form of forms) assert.ok(!log.toLowerCase().includes(form.toLowerCase()), `${name} in the log: ${log.split('\n').find((line) => line.toLowerCase().includes(form.toLowerCase()))}`);
	}
});

test('the store holds no secret that can be read: hashes, and what the keys seal', () => {
	for (const name of ['desk.db', 'desk.db-wal', 'raw.db', 'raw.db-wal']) {
		const octets = fs.readFileSync(path.join(desk.dir, 'store', name));
		for (const [what, text] of Object.entries(secrets).filter(([secret]) => secret !== 'link'))
			for (const form of [text, text.toLowerCase(), text.replaceAll('-', '')])
				assert.equal(octets.includes(form), false, `${what} in ${name}`);
		assert.equal(octets.includes(Buffer.from(secrets.key, 'hex')), false, `the key itself in ${name}`);
	}
});

// The mail with the link is in the outbox like any other until it has left.
test('a link to set a password is forgotten as soon as it has left', {skip: lacks('sqlite3')}, async () => {
	await until('the mail with it', () => relay.taken.some(({octets}) => octets.includes(secrets.link.slice(0, 20))), 40);
	const ask = (sql) => run('sqlite3', [`file:${path.join(desk.dir, 'store/desk.db')}?mode=ro`, sql]).stdout.trim();
	await until('no row with it', () => ask(`SELECT count(*) FROM outbox WHERE instr(text || coalesce(html, ''), '${secrets.link}')`) === '0', 60);
	assert.equal(ask('SELECT count(*) FROM password_reset'), '1', 'by its hash it is still good');
});

test('the keys stand beside the store\'s files, for their owner alone', () => {
	const {mode, uid} = fs.statSync(path.join(desk.dir, 'store/keys'));
	assert.equal(mode & 0o7777, 0o600);
	assert.equal(uid, fs.statSync(path.join(desk.dir, 'store/desk.db')).uid);
});

test('no process tells a secret in its words or its environment', {skip: !isRoot && 'needs root: a role is not to be looked into'}, () => {
	for (const {pid} of processesOf(desk.program)) {
		const shown = ['cmdline', 'environ'].map((file) => fs.readFileSync(`/proc/${pid}/${file}`, 'latin1')).join('\0');
		for (const [name, text] of Object.entries(secrets)) assert.ok(!shown.includes(text), `${name} of ${pid}`);
	}
});
