// What every kind of answer tells the browser: what may run in it, who may frame it, what may be kept of it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {Client} from './support/api.mjs';
import {startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {top, until} from './support/system.mjs';

let desk, anna, ids;

before(async () => {
	desk = await startDesk();
	anna = await desk.client();
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'],
		{input: fs.readFileSync(path.join(top, 'tests/mail/alternative-with-inline-image.eml'))});
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject: 'plain'})});
	const thread = await until('a thread', async () => (await anna.get('/threads')).threads.find(({subject}) => subject !== 'plain'));
	const {messages} = await anna.get(`/threads/${thread.id}`);
	ids = {thread: thread.id, message: messages[0].id};
});
after(() => desk?.stop());

// Every header as a browser would see it; what is wrong with them, [] when nothing is.
function faults(headers, {isPrivate = true} = {}) {
	const of = (name) => headers.get(name) ?? '';
	const policy = Object.fromEntries(of('content-security-policy').split(';').map((part) => part.trim().split(/ (.*)/s)));
	const scripts = policy['script-src'] ?? policy['default-src'] ?? 'anything';
	const checks = {
		'nothing but what is named loads': policy['default-src'] === "'none'",
		'no inline script, no eval': ["'self'", "'none'"].includes(scripts),
		'framed by us at most': ["'none'", "'self'"].includes(policy['frame-ancestors']),
		'X-Frame-Options': policy['frame-ancestors'] === "'self'" || of('x-frame-options') === 'DENY',
		nosniff: of('x-content-type-options') === 'nosniff',
		'no referrer': of('referrer-policy') === 'no-referrer',
		'no opener': of('cross-origin-opener-policy') === 'same-origin',
		'no other origin': of('cross-origin-resource-policy') === 'same-origin',
		'not shared': !isPrivate || /^(no-store|private, max-age=600)$/.test(of('cache-control')),
		'no foreign origin let in': !headers.has('access-control-allow-origin'),
		'not told what serves': !headers.has('server') && !headers.has('x-powered-by'),
		'no HSTS without TLS': !headers.has('strict-transport-security'),
	};
	return Object.entries(checks).filter(([, ok]) => !ok).map(([what]) => `${what} (${of('content-security-policy')}; ${of('cache-control')})`);
}

const bare = (headers) => new Headers(Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => [name, value])));

test('every GET of the API, right or wrong', async () => {
	const {paths} = await anna.get('/openapi.json');
	const asked = Object.entries(paths).filter(([, methods]) => methods.get).map(([where]) => where);
	assert.ok(asked.length > 40);
	const seen = new Set();
	for (const where of asked)
		for (const client of [anna, new Client(desk.url)]) {
			const at = where.replace(/\{\w+\}/, String(/messages/.test(where) ? ids.message : ids.thread)).replaceAll(/\{\w+\}/g, '1');
			const reply = await client.fetch(at);
			await reply.arrayBuffer();
			seen.add(reply.status);
			assert.deepEqual(faults(reply.headers, {isPrivate: !where.endsWith('/openapi.json')}), [], `${at} ${reply.status}`);
		}
	for (const status of [200, 401, 404]) assert.ok(seen.has(status), `${status} was among them`);
});

test('content of strangers runs nothing and is nobody\'s origin', async () => {
	for (const what of ['html', 'text', 'source', 'attachments/1', 'attachments/1?inline=1']) {
		const reply = await anna.fetch(`/api/v1/messages/${ids.message}/${what}`);
		assert.equal(reply.status, 200, what);
		assert.match(reply.headers.get('content-security-policy'), /^sandbox; default-src 'none'/, what);
	}
});

test('pages, their files and the frame for mail', async () => {
	const page = await fetch(`${desk.url}/threads/1`);
	assert.deepEqual(faults(page.headers, {isPrivate: false}), []);
	assert.equal(page.headers.get('cache-control'), 'no-cache');
	const html = await page.text();
	assert.doesNotMatch(html, /<script(?![^>]* src=)|\son\w+=|<style/i, 'nothing inline');
	for (const [, file] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
		const reply = await fetch(desk.url + file);
		assert.equal(reply.status, 200, file);
		assert.deepEqual(faults(reply.headers, {isPrivate: false}), [], file);
		const again = await fetch(desk.url + file, {headers: {'if-none-match': reply.headers.get('etag')}});
		assert.equal(again.status, 304);
		assert.deepEqual(faults(again.headers, {isPrivate: false}), [], file);
	}
	const frame = await fetch(`${desk.url}/frame.html?remote=1`);
	assert.deepEqual(faults(frame.headers, {isPrivate: false}), []);
	assert.match(frame.headers.get('content-security-policy'), /frame-ancestors 'self'/);
});

const refusals = {
	'401 wrong password': ['/session', {method: 'POST', body: {email: 'anna@shop.example', password: 'wrong password'}}],
	'403 foreign origin': ['/notifications/seen', {method: 'POST', body: {upto: 1}, headers: {origin: 'https://evil.example'}}],
	'404 nowhere': ['/nowhere', {}],
	'404 no such thread': ['/threads/99999', {}],
	'405 wrong method': ['/kpis', {method: 'PATCH', body: {}}],
	'405 OPTIONS': ['/threads', {method: 'OPTIONS'}],
	'413 too much': ['/profile', {method: 'PATCH', body: {signature: 'x'.repeat(70_000)}}],
	'422 a wrong value': ['/profile', {method: 'PATCH', body: {theme: 'pink'}}],
	'400 no JSON': ['/session', {method: 'POST', body: 'x'}],
};
for (const [what, [where, options]] of Object.entries(refusals)) {
	test(`a refusal: ${what}`, async () => {
		const reply = await anna.fetch(`/api/v1${where}`, options);
		assert.ok(reply.status >= 400, String(reply.status));
		assert.deepEqual(faults(reply.headers), []);
	});
}

test('answers without a body: HEAD, 204 and what says who is logged in', async () => {
	const stranger = new Client(desk.url);
	for (const reply of [await anna.fetch('/api/v1/threads', {method: 'HEAD'}), await stranger.fetch('/api/v1/session/look'),
		await anna.fetch('/health'), await anna.fetch('/metrics'), await stranger.fetch('/api/v1/session', {method: 'DELETE'})]) {
		assert.ok(reply.status < 300);
		assert.deepEqual(faults(reply.headers), [], reply.url);
	}
});

test('what never becomes a request, and a bell that is refused', async () => {
	const answer = await new Promise((done) => {
		let said = '';
		const socket = net.connect(desk.port, '127.0.0.1', () => socket.write('GET / HTTP/9.9\r\nHost: x\r\n\r\n'));
		socket.on('data', (octets) => { said += octets.toString('latin1'); });
		socket.on('close', () => done(said));
		socket.on('error', () => done(said));
	});
	const [head] = answer.split('\r\n\r\n');
	const pairs = head.split('\r\n').slice(1).map((line) => line.split(/: (.*)/s).slice(0, 2));
	assert.match(head, /^HTTP\/1\.1 [45]/);
	assert.deepEqual(faults(new Headers(pairs)), []);
	const refused = await new Promise((done) => {
		http.get(`${desk.url}/api/v1/bell`, {headers: {connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13',
			'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-protocol': 'bell', origin: desk.url}}, done);
	});
	assert.equal(refused.statusCode, 401);
	assert.deepEqual(faults(bare(refused.headers)), []);
	refused.destroy();
});
