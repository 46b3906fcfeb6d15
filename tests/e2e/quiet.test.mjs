// Of a mail without a contact no header and no body crosses the milter's socket: what stands between sees it.
import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {converse, plainMail} from './support/smtp.mjs';
import {lacks} from './support/system.mjs';

const skip = lacks('postfix');
let desk;

before(async () => {
	if (!skip) desk = await startDesk({postfix: true, proxy: true});
});
beforeEach(() => {
	if (desk) desk.proxy.packets.length = 0;
});
after(() => desk?.stop());

// L header, N end of headers, B body, E end of message.
const content = () => desk.proxy.commands().replace(/[^LNBE]/g, '');

test('a mail with a contact crosses whole', {skip}, async () => {
	await desk.send({to: 'support@shop.example', octets: plainMail({subject: 'seen'})});
	assert.match(content(), /^L+NB+E$/);
});

test('a mail without a contact is let go at DATA', {skip}, async () => {
	const replies = await desk.send({to: ['anna@shop.example', 'ben@shop.example'], octets: plainMail({subject: 'unseen'})});
	assert.match(replies.at(-2), /^250 /);
	assert.match(desk.proxy.commands(), /T/, 'it was asked at DATA');
	assert.equal(content(), '');
});

test('nor on a connection that brings mail with and without', {skip}, async () => {
	const mail = (to, subject) => ['MAIL FROM:<jane@customer.example>', `RCPT TO:<${to}>`, 'DATA',
		Buffer.from(`${plainMail({subject, to})}.\r\n`)];
	await converse(desk.postfix.port, ['EHLO client.example', ...mail('support@shop.example', 'one'), ...mail('anna@shop.example', 'secret'),
		...mail('support@shop.example', 'two'), 'QUIT']);
	const headers = desk.proxy.packets.filter(({command}) => command === 'L').map(({data}) => data.toString());
	assert.equal(headers.filter((header) => header.startsWith('Subject')).length, 2);
	assert.ok(!headers.some((header) => header.includes('secret')));
});
