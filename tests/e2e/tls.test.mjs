// TLS by ourselves: what is offered, what is served over it, and a certificate that is renewed while we serve.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openBell} from './support/bell.mjs';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, run, until} from './support/system.mjs';
import {elliptic, makeCertificate, replace, shake} from './support/tls.mjs';

const skip = lacks('openssl');
let desk;
before(async () => { if (!skip) desk = await startDesk({tls: true}); });
after(() => desk?.stop());

const send = (subject) => desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject})});
const isSaid = (text) => until(`"${text}" in the log`, () => desk.log().includes(text));

test('the cookie is for TLS and this host alone, and browsers are told to stay with TLS', {skip}, async () => {
	const reply = await fetch(`${desk.url}/api/v1/session`, {method: 'POST', body: JSON.stringify({email: employees.anna.email, password}),
		headers: {'content-type': 'application/json', origin: desk.url}});
	assert.equal(reply.status, 200);
	assert.match(reply.headers.get('set-cookie'), /^__Host-belfry=[a-z2-7]{32}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/);
	for (const page of ['/', '/api/v1/session', '/health', '/nothing.js'])
		assert.match((await fetch(desk.url + page)).headers.get('strict-transport-security') ?? `none at ${page}`, /^max-age=31536000$/);
});

test('a mail rings, and a large file comes back as it was', {skip}, async () => {
	const client = await desk.client();
	const bell = await openBell(client);
	send('over TLS');
	await bell.wait('message');
	const {id} = await desk.thread(client, 'over TLS');
	const octets = crypto.randomBytes(9_000_001);
	const upload = await fetch(`${desk.url}/api/v1/threads/${id}/uploads?name=big.bin`,
		{method: 'POST', body: octets, headers: {cookie: client.cookie, origin: desk.url, 'content-type': 'application/octet-stream'}});
	assert.equal(upload.status, 201);
	const back = await client.fetch(`/api/v1/threads/${id}/uploads/${(await upload.json()).id}`);
	assert.deepEqual(Buffer.from(await back.arrayBuffer()), octets);
	bell.close();
});

test('a browser works over it, and complains of nothing', {skip: skip || lacks('chromium')}, async () => {
	const browser = await startBrowser();
	const page = await openDesk(browser, desk, {...employees.ben, password}, {ignoreHTTPSErrors: true});
	assert.deepEqual(page.problems, []);
	await browser.close();
});

test('TLS 1.2 and 1.3 only, and only ciphers with forward secrecy and authenticated encryption', {skip: skip || lacks('sslscan')}, () => {
	const {stdout} = run('sslscan', ['--xml=-', '--no-failed', `127.0.0.1:${desk.port}`]);
	const enabled = [...stdout.matchAll(/<protocol type="(\w+)" version="([\d.]+)" enabled="1"/g)].map(([, type, version]) => `${type} ${version}`);
	assert.deepEqual(enabled, ['tls 1.2', 'tls 1.3']);
	const ciphers = [...stdout.matchAll(/<cipher status="\w+" sslversion="[^"]+" bits="(\d+)" cipher="([^"]+)"/g)];
	assert.ok(ciphers.length >= 6, stdout);
	for (const [, bits, cipher] of ciphers) {
		assert.match(cipher, /^(TLS_AES_\d+_GCM|TLS_CHACHA20_POLY1305|ECDHE-\w+-(AES\d+-GCM|CHACHA20-POLY1305))/);
		assert.ok(Number(bits) >= 128);
	}
	assert.doesNotMatch(stdout, /<heartbleed [^>]*vulnerable="1"|<compression supported="1"|<renegotiation supported="1"/);
});

test('older protocols and weaker ciphers are refused, plain HTTP gets no answer, and nobody is worse off', {skip}, async () => {
	await assert.rejects(shake(desk.port, {minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0'}));
	await assert.rejects(shake(desk.port, {maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0'}));
	const answer = await new Promise((done) => {
		let said = '';
		const socket = net.connect(desk.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
		socket.on('data', (octets) => { said += octets.toString('latin1'); });
		socket.on('error', () => {});
		socket.on('close', () => done(said));
	});
	assert.doesNotMatch(answer, /HTTP\/1/);
	assert.equal((await shake(desk.port)).protocol, 'TLSv1.3');
});

test('who connects and never shakes hands keeps nobody waiting', {skip}, async () => {
	const silent = Array.from({length: 300}, () => net.connect(desk.port, '127.0.0.1').on('error', () => {}));
	await until('their connections', () => silent.every((socket) => !socket.connecting));
	assert.equal((await fetch(`${desk.url}/health`)).status, 200);
	for (const socket of silent) socket.destroy();
});

test('a renewed certificate is taken up on SIGHUP; who is there stays', {skip}, async () => {
	const bell = await openBell(await desk.client());
	const next = makeCertificate(desk.dir, 'next');
	assert.equal((await shake(desk.port)).name, 'desk');
	replace(next.certificate, desk.tls.certificate);
	desk.child.kill('SIGHUP');
	await isSaid('the certificate of before goes on: [web] key: ');
	assert.equal((await shake(desk.port)).name, 'desk', 'half of a pair is not taken up');
	replace(next.key, desk.tls.key);
	desk.child.kill('SIGHUP');
	await until('the new one', async () => (await shake(desk.port)).name === 'next');
	for (const servername of ['', 'default', 'desk.elsewhere.example']) assert.equal((await shake(desk.port, {servername})).name, 'next', `by the name "${servername}"`);
	send('after the renewal');
	await bell.wait('message');
	assert.equal(bell.closed, false);
	bell.close();
	const later = await openBell(await desk.client());
	send('to who came later');
	await later.wait('message');
	later.close();
});

test('one that cannot be used is named, and that of before goes on', {skip}, async () => {
	const {name} = await shake(desk.port);
	fs.writeFileSync(desk.tls.certificate, 'no certificate');
	desk.child.kill('SIGHUP');
	await isSaid('does not begin with a certificate in PEM');
	assert.equal((await shake(desk.port)).name, name);
	fs.rmSync(desk.tls.certificate);
	desk.child.kill('SIGHUP');
	await isSaid(`${desk.tls.certificate} cannot be read by the account`);
	assert.equal((await shake(desk.port)).name, name);
});

test('started with what does not fit together, web says which line to mend', {skip}, () => {
	const own = makeCertificate(desk.dir, 'own', elliptic), other = makeCertificate(desk.dir, 'other', elliptic);
	const complaints = [
		[{certificate: own.certificate, key: other.key}, /\[web\] key: .*other\.key does not hold that certificate's key/],
		[{certificate: own.certificate, key: ''}, /\[web\] key: is needed too/],
		[{certificate: '', key: own.key}, /\[web\] certificate: is needed too/],
		[{...own, url: `http://localhost:${desk.port}`}, /\[web\] url: begins with https:/],
		[{certificate: path.join(desk.dir, 'none'), key: own.key}, /\[web\] certificate: .* cannot be read/],
	];
	run('chmod', ['644', own.key, other.key]);
	for (const [web, complaint] of complaints) {
		const file = path.join(desk.dir, 'wrong.conf');
		const lines = Object.entries({listen: `127.0.0.1:${desk.port + 50}`, url: desk.url, ...web}).map(([key, value]) => `${key} = ${value}\n`);
		fs.writeFileSync(file, `${fs.readFileSync(desk.confFile, 'utf8').replace(/\[web\]\n[^[]*/, '')}\n[web]\n${lines.join('')}`);
		const {status, stderr} = run(desk.program, ['-c', file, 'web'], {mayFail: true});
		assert.equal(status, 1);
		assert.match(stderr, complaint);
	}
});
