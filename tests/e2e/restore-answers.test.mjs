// A backup made while replies waited, brought back after they had left: nothing goes out twice before staff say so, and no number that customers
// hold is given out again.
import assert from 'node:assert/strict';
import path from 'node:path';
import fs from 'node:fs';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {startRelay} from './support/relay.mjs';
import {plainMail} from './support/smtp.mjs';
import {sleep, until} from './support/system.mjs';

let desk, anna, relay;

before(async () => {
	relay = await startRelay({answers: {greet: '421 4.3.2 not yet'}});
	desk = await startDesk({conf: {courier: {relay: `127.0.0.1:${relay.port}`}}});
	anna = await desk.client();
});
after(async () => {
	await desk?.stop();
	await relay?.stop();
});

async function newThread(subject, from = 'kim@customer.example') {
	desk.cli(['capture', '--from', from, '--to', 'support@shop.example'], {input: plainMail({from, subject})});
	return (await desk.thread(anna, subject)).id;
}
const reply = (id, undo = 0) => anna.post(`/threads/${id}/messages`, {text: 'On its way.', undo});
const deliveryOf = async (id, message) => (await anna.get(`/threads/${id}`)).messages.find((one) => one.id === message).delivery;
const state = (id, message, wanted) => until(`state ${wanted}`, async () => (await deliveryOf(id, message)).state === wanted);
const ref = ({octets}) => /^Message-ID: <(.*)>/m.exec(octets)[1];

test('restored, what had left since is in doubt; what is in doubt goes once more when staff say so', async () => {
	const ids = [await newThread('One'), await newThread('Two'), await newThread('Three')];
	const sent = [await reply(ids[0]), await reply(ids[1])];
	for (const [i, {id}] of sent.entries()) await state(ids[i], id, 'delayed');
	sent.push(await reply(ids[2], 10)); // queued still, with its undo
	const copy = path.join(desk.dir, 'run/backup');
	fs.chmodSync(path.dirname(copy), 0o777);
	desk.cli(['backup', copy]);
	relay.answers = {};
	desk.cli(['queue', 'retry', 'all']);
	for (const [i, {id}] of sent.entries()) await state(ids[i], id, 'sent');
	const after = await newThread('After the backup', 'lee@customer.example');
	const afterReply = await reply(after);
	await state(after, afterReply.id, 'sent');
	assert.equal(relay.mails.length, 4);
	await desk.end();
	const {stdout} = desk.cli(['restore', copy]);
	assert.match(stdout, /mails of ours that waited then, and may have left since: 3;/);
	await desk.start();
	anna = await desk.client();
	await sleep(2500); // the courier looks each second
	assert.equal(relay.mails.length, 4, 'nothing left again');
	for (const [i, {id}] of sent.entries()) {
		const {state: its, detail, undo_until: undo} = await deliveryOf(ids[i], id);
		assert.deepEqual([its, undo], ['doubtful', null]);
		assert.match(detail, /^waited when the backup of \d{4}-.* was made, which was brought back: it may have left since$/);
	}
	assert.equal((await anna.get('/notifications')).entries.filter(({kind}) => kind === 'undelivered').length, 3);
	await anna.post(`/messages/${sent[0].id}/settle`, {sent: true});
	await anna.post(`/messages/${sent[1].id}/settle`, {sent: false});
	await state(ids[1], sent[1].id, 'sent');
	assert.deepEqual(relay.mails.slice(4).map(ref), [sent[1].message_id]);
	const next = await newThread('After the restore', 'max@customer.example');
	assert.ok(next > after, `thread ${next} after ${after}`);
	const nextReply = await reply(next);
	assert.notEqual(nextReply.message_id, afterReply.message_id);
	assert.ok(nextReply.id > afterReply.id);
});
