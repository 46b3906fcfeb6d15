// What the client sent is what GET /messages/ID/source gives, byte for byte.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks} from './support/system.mjs';

const skip = lacks('postfix');
let desk, client;

before(async () => {
	if (skip) return;
	desk = await startDesk({postfix: true});
	client = await desk.client();
});
after(() => desk?.stop());

const octets = (...codes) => Buffer.from(codes);
const mail = (subject, change = {}) => Buffer.from(plainMail({subject, ...change}));
const withBody = (subject, body) => Buffer.concat([mail(subject, {body: ''}).subarray(0, -2), body, octets(13, 10)]);
const high = Buffer.from(Array.from({length: 128}, (_, i) => 128 + i));
const controls = Buffer.from(Array.from({length: 31}, (_, i) => i + 1).filter((code) => code !== 10 && code !== 13));

const cases = {
	'plain': mail('plain'),
	'folded headers': mail('folded headers', {headers: {'X-Folded': 'one\r\n two\r\n\tthree', 'X-Tab': '\tvalue'}}),
	'odd spacing': Buffer.from(mail('odd spacing').toString().replace('\r\nDate: ', '\r\nX-None:value\r\nX-Empty:\r\nX-Blanks:  a  \r\nDate: ')),
	'empty body': mail('empty body', {body: ''}),
	'8-bit headers': Buffer.concat([Buffer.from('X-Raw: '), high, octets(13, 10), mail('8-bit headers')]),
	'8-bit body': withBody('8-bit body', high),
	'controls': withBody('controls', controls),
	'dots': mail('dots', {body: '.\n..\n.a\nb.\n.'}),
	'long line': mail('long line', {body: 'x'.repeat(5000)}),
	'trailing blank lines': mail('trailing blank lines', {body: 'a\n\n\n\n  \n'}),
	'large': mail('large', {body: `${'0123456789'.repeat(7)}\n`.repeat(30_000)}),
	'many headers': mail('many headers', {headers: Object.fromEntries(Array.from({length: 500}, (_, i) => [`X-Header-${i}`, `value ${i}`]))}),
};

for (const [subject, sent] of Object.entries(cases)) {
	test(subject, {skip}, async () => {
		const replies = await desk.send({to: 'support@shop.example', octets: sent});
		assert.match(replies.at(-2), /^250 /);
		const thread = await desk.thread(client, subject);
		const {messages} = await client.get(`/threads/${thread.id}`);
		const source = await client.source(messages[0].id);
		assert.ok(source.equals(sent), `sent ${sent.length} octets, got ${source.length}:\n${source.subarray(0, 2000).toString('latin1')}`);
	});
}
