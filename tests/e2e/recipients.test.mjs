// Who gets a mail: keep and take with mixed recipients, extensions, addresses of nobody here.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, sleep, until} from './support/system.mjs';

const skip = lacks('postfix');
let desk, client;

before(async () => {
	if (skip) return;
	desk = await startDesk({postfix: true});
	client = await desk.client();
});
after(() => desk?.stop());

async function send(subject, ...to) {
	const replies = await desk.send({to, octets: plainMail({subject, to: to.join(', ')})});
	assert.match(replies.at(-2), /^250 /);
}

// Maildirs which hold a mail of that subject.
const holders = (subject) => ['support', 'orders', 'anna', 'others'].filter((name) =>
	desk.postfix.mails(name).some((file) => fs.readFileSync(file, 'latin1').includes(`Subject: ${subject}\r\n`)
		|| fs.readFileSync(file, 'latin1').includes(`Subject: ${subject}\n`)));
const delivered = (subject, names) => until(`"${subject}" at ${names}`, () => holders(subject).join() === names.join(), 5);

test('keep: the mail goes on to the mailbox too', {skip}, async () => {
	await send('keep', 'support@shop.example');
	assert.equal((await desk.thread(client, 'keep')).contact.name, 'Support');
	await delivered('keep', ['support']);
});

test('take: the desk alone has it', {skip}, async () => {
	await send('take', 'orders@shop.example');
	assert.equal((await desk.thread(client, 'take')).contact.name, 'Orders');
	await sleep(500);
	assert.deepEqual(holders('take'), []);
});

test('mixed recipients: one thread of the first contact, others get theirs, the taken one does not', {skip}, async () => {
	await send('mixed', 'anna@shop.example', 'orders@shop.example', 'support@shop.example');
	const thread = await desk.thread(client, 'mixed');
	assert.equal(thread.contact.name, 'Orders');
	const {messages} = await client.get(`/threads/${thread.id}`);
	assert.deepEqual(messages[0].envelope.to, ['orders@shop.example', 'support@shop.example']);
	await delivered('mixed', ['support', 'anna']);
	const {threads} = await client.get('/threads?folder=all');
	assert.equal(threads.filter(({subject}) => subject === 'mixed').length, 1);
});

test('contact+extension, in any case, belongs to the contact', {skip}, async () => {
	await send('extension', 'SUPPORT+Order-42@Shop.Example');
	assert.equal((await desk.thread(client, 'extension')).contact.name, 'Support');
	await send('taken extension', 'orders+x@shop.example');
	assert.equal((await desk.thread(client, 'taken extension')).contact.name, 'Orders');
	await sleep(500);
	assert.deepEqual(holders('taken extension'), []);
});

test('mail of nobody here goes its way and leaves no trace', {skip}, async () => {
	await send('other', 'anna@shop.example');
	await delivered('other', ['anna']);
	await send('after', 'support@shop.example');
	await desk.thread(client, 'after');
	const {threads} = await client.get('/threads?folder=all');
	assert.ok(!threads.some(({subject}) => subject === 'other'));
});

test('a new contact is followed without restart', {skip}, async () => {
	await send('too early', 'new@shop.example');
	desk.cli(['contact', 'add', 'new@shop.example', '--name', 'New']);
	await sleep(2000);
	await send('in time', 'new@shop.example');
	assert.equal((await desk.thread(client, 'in time')).contact.name, 'New');
});
