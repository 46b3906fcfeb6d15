// Requests that are none: each gets the status that RFC 9110 and 9112 want, or nothing, and never what a proxy before us could read as another
// request. What nobody sends by accident ends the connection.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {Visitor} from './support/raw.mjs';
import {sleep} from './support/system.mjs';

let desk, web;
before(async () => {
	desk = await startDesk();
	[web] = desk.role('web');
});
after(() => desk?.stop());

const login = '{"email":"nobody@shop.example","password":"x"}';
const length = `Content-Length: ${login.length}\r\n`;
const filled = (text) => text.replaceAll('HOST', `Host: 127.0.0.1:${desk.port}`);
const get = (fields = '', line = 'GET /health HTTP/1.1') => `${line}\r\nHOST\r\n${fields}\r\n`;
const post = (fields, body = login) => `POST /api/v1/session HTTP/1.1\r\nHOST\r\nOrigin: http://127.0.0.1:${desk.port}\r\nContent-Type: application/json\r\n${fields}\r\n${body}`;
const line = (text) => get('', text);
const fields = (count) => Array.from({length: count}, (_, at) => `X-${at}: a\r\n`).join('');

// name: [octets, the statuses answered; "end" where the connection must be closed behind them]
const shapes = () => ({
	'a request': [get(), [200]],
	'HTTP/1.0, without a Host': ['GET /health HTTP/1.0\r\n\r\n', [200, 'end']],
	'a log-in': [post(length), [401]],
	'empty lines before it': [`\r\n\r\n${get()}`, [200]],
	'too many of them': [`${'\r\n'.repeat(9)}${get()}`, [400, 'end']],
	// lines
	'bare LFs': [get().replaceAll('\r', ''), [400, 'end']],
	'a bare LF that hides a field': [get('X: a\nTransfer-Encoding: chunked\r\n'), [400, 'end']],
	'a bare CR that hides a field': [get('X: a\rContent-Length: 5\r\n'), [400, 'end']],
	'a folded line': [get('X: a\r\n b\r\n'), [400, 'end']],
	'a folded length': [post('Content-Length: 1\r\n 0\r\n'), [400, 'end']],
	'a line before the first that is folded': [get().replace('\r\n', '\r\n Host: evil.example\r\n'), [400, 'end']],
	'a line without a colon': [get('Foo\r\n'), [400, 'end']],
	'a field without a name': [get(': foo\r\n'), [400, 'end']],
	'a NUL': [get('X: a\0b\r\n'), [400, 'end']],
	// the first line
	'no version': ['GET /health\r\n\r\n', [400, 'end']],
	'another version': [line('GET /health HTTP/2.0'), [505, 'end']],
	'the preface of HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [505, 'end']],
	'TLS': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400, 'end']],
	'a blank in the path': [line('GET /he alth HTTP/1.1'), [400, 'end']],
	'tabs for blanks': [line('GET\t/health\tHTTP/1.1'), [400, 'end']],
	'another site as a proxy would be asked': [line('GET http://evil.example/ HTTP/1.1'), [400, 'end']],
	'a path without a slash': [line('GET health HTTP/1.1'), [400, 'end']],
	...Object.fromEntries([';', '&'].map((mark) => [`a path that ends at a ${mark} for some`, [line(`GET /metrics${mark}a HTTP/1.1`), [400, 'end']]])),
	'a fragment': [line('GET /health#x HTTP/1.1'), [400, 'end']],
	'a very long path': [line(`GET /${'a'.repeat(20000)} HTTP/1.1`), [414, 'end']],
	'a very long query': [line(`GET /health?${'a'.repeat(20000)} HTTP/1.1`), [414, 'end']],
	'very many arguments': [line(`GET /health?${'a&'.repeat(200)} HTTP/1.1`), [414, 'end']],
	// methods
	...Object.fromEntries(['get', 'FOO', 'TRACE'].map((method) => [method, [line(`${method} /health HTTP/1.1`), [501, 'end']]])),
	'CONNECT': [line('CONNECT evil.example:80 HTTP/1.1'), [501, 'end']],
	...Object.fromEntries(['DELETE', 'OPTIONS'].map((method) => [method, [line(`${method} /health HTTP/1.1`), [405]]])),
	...Object.fromEntries(['PUT', 'PATCH', 'POST'].map((method) => [method, [get('Content-Length: 0\r\n', `${method} /health HTTP/1.1`), [405]]])),
	// hosts
	'no Host': ['GET /health HTTP/1.1\r\n\r\n', [400, 'end']],
	'two Hosts': [get('Host: evil.example\r\n'), [400, 'end']],
	'another site\'s Host': ['GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n', [421, 'end']],
	// the header
	'a header without end': [`GET /health HTTP/1.1\r\nHOST\r\nX: ${'a'.repeat(20000)}`, [431, 'end']],
	'a very long cookie': [get(`Cookie: ${'a'.repeat(20000)}\r\n`), [431, 'end']],
	'3000 fields': [get(fields(3000)), [431, 'end']],
	'100 fields': [get(fields(100)), [431, 'end']],
	'50 fields': [get(fields(50)), [200]],
	'50 cookies': [get('Cookie: a=b\r\n'.repeat(50)), [200]],
	// where the body ends
	'two lengths': [post(`${length}Content-Length: 5\r\n`), [400, 'end']],
	'the same length twice': [post(length + length), [400, 'end']],
	'a list of lengths': [post(`Content-Length: ${login.length}, ${login.length}\r\n`), [400, 'end']],
	'a length and a coding': [post(`${length}Transfer-Encoding: chunked\r\n`, '0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n'), [400, 'end']],
	'a coding and a length': [post(`Transfer-Encoding: chunked\r\n${length}`), [400, 'end']],
	'chunks': [post('Transfer-Encoding: chunked\r\n', '5\r\nabcde\r\n0\r\n\r\n'), [411, 'end']],
	'chunks of no size': [post('Transfer-Encoding: chunked\r\n', 'zz\r\n\r\n'), [411, 'end']],
	'chunks of 2^64 octets': [post('Transfer-Encoding: chunked\r\n', '10000000000000000\r\n'), [411, 'end']],
	'another coding': [post('Transfer-Encoding: xchunked\r\n'), [501, 'end']],
	'codings twice': [post('Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n'), [400, 'end']],
	'a coding with a blank before its colon': [post(`Transfer-Encoding : chunked\r\n${length}`), [400, 'end']],
	'a length with a blank before its colon': [post(`Content-Length : ${login.length}\r\n`), [400, 'end']],
	...Object.fromEntries(['-1', '+5', '0x26', '1e1', '5.0', '99999999999999999999999', '٣'].map((number) => [`a length of ${number}`, [post(`Content-Length: ${number}\r\n`), [400, 'end']]])),
	'no length': [post(''), [411, 'end']],
	'an empty length': [post('Content-Length: \r\n'), [411, 'end']],
	'too much': [post('Content-Length: 65537\r\n', ''), [413, 'end']],
	'4 GB': [post('Content-Length: 4294967296\r\n', ''), [413, 'end']],
	'a body where none belongs': [get('Content-Length: 40\r\n') + get(), [400, 'end']],
	'Expect': [post(`Expect: 100-continue\r\n${length}`, ''), [417, 'end']],
	'an upgrade to HTTP/2': [get('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'), [501, 'end']],
	// requests behind one another: one is answered, and the connection ends, so that none is read that nobody has looked at
	'two at once': [get() + get(), [200, 'end']],
	'one behind a log-in': [post(length) + get('Transfer-Encoding: a\r\nContent-Length: 1\r\n'), [401, 'end']],
	'one behind a body that is too long': [post(length, `${login}GET /metrics HTTP/1.1\r\n\r\n`), [401, 'end']],
	// paths
	...Object.fromEntries(['/%', '/%zz', '/%2', '/health%00.html', '/\xc3\xa4', '/%ff', '/%c0%ae%c0%ae/etc/passwd'].map((path) => [path.replaceAll(/[^!-~]/g, '?'), [line(`GET ${path} HTTP/1.1`), [400, 'end']]])),
});

test('every shape is answered as it must be', async (t) => {
	const all = Object.entries(shapes());
	await Promise.all(all.map(async ([name, [text, wanted]]) => {
		const visitor = new Visitor({port: desk.port}).write(filled(text));
		const count = wanted.filter(Number).length;
		await visitor.until(() => visitor.closed || (!wanted.includes('end') && visitor.answers.length >= count), 20);
		const got = [...visitor.answers.map(({status}) => status), ...visitor.closed ? ['end'] : []];
		assert.deepEqual(got, wanted, name);
		assert.equal(visitor.text, '', name);
		for (const {status, headers, body} of visitor.answers.filter((each) => each.status >= 400)) {
			assert.equal(headers['content-type'], 'application/problem+json', name);
			assert.equal(JSON.parse(body).status, status, name);
			assert.equal(headers['x-content-type-options'], 'nosniff', name);
			if (status === 405) assert.equal(headers.allow, 'GET, HEAD', name);
		}
		visitor.end();
	}));
	t.diagnostic(`${all.length} shapes`);
	assert.deepEqual(desk.role('web'), [web], 'it lives');
});

test('each octet by itself, or in the middle of a line: the same', async () => {
	const visitor = new Visitor({port: desk.port});
	visitor.socket.setNoDelay(true);
	for (const octet of filled(post(length))) {
		visitor.write(octet);
		await new Promise((next) => { setImmediate(next); });
	}
	assert.equal((await visitor.answer())?.status, 401);
	for (let i = 2; i < 5; i++) assert.equal((await visitor.write(filled(get())).answer(i))?.status, 200, 'the connection is kept');
	visitor.write('GET /health HTTP/1.1\r\nHost');
	assert.equal((await visitor.write(` : a\r\n\r\n`).answer(5))?.status, 400, 'and looked at each time');
	assert.ok(await visitor.until(() => visitor.closed));
});

test('paths lead nowhere but into the desk', async () => {
	const ask = (path) => {
		const visitor = new Visitor({port: desk.port}).write(filled(line(`GET ${path} HTTP/1.1`)));
		return visitor.answer().finally(() => visitor.end());
	};
	for (const path of ['/../../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/assets/../../etc/passwd', '/....//....//etc/passwd']) {
		const answer = await ask(path);
		assert.doesNotMatch(answer.body, /root:/, path);
		assert.match(answer.body, /<!doctype html>/, path);
	}
	for (const path of ['/api/v1/threads/..%2f..%2fhealth', '/api/v1/threads/1/../../../../etc/passwd', '/api//v1/threads', '/API/v1/threads', '/..\\..\\etc\\passwd', '/api/v1/threads%2f1']) {
		const answer = await ask(path);
		assert.doesNotMatch(answer.body, /root:|"threads":\[/, path);
	}
});

// Seconds of the processor that a process has had.
const secondsOf = (pid) => fs.readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ').slice(11, 13).reduce((sum, ticks) => sum + ticks / 100, 0);

test('who stays connected after an answer, and is silent, costs nothing', async () => {
	const visitors = Array.from({length: 20}, () => new Visitor({port: desk.port}).write(filled(get())));
	for (const visitor of visitors) assert.equal((await visitor.answer())?.status, 200);
	const before = secondsOf(web);
	await sleep(2000);
	const spent = secondsOf(web) - before;
	assert.ok(spent < 0.3, `${spent} s of 2 s`);
	for (const visitor of visitors) assert.equal((await visitor.write(filled(get())).answer(2))?.status, 200);
	for (const visitor of visitors) visitor.end();
});
