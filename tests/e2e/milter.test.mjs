// The odd steps of a milter's life, by miltertest (milter/steps.lua tells them).
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {lacks, run, top, until} from './support/system.mjs';

const skip = lacks('miltertest');
let desk;
before(async () => {
	if (!skip) desk = await startDesk();
});
after(() => desk?.stop());

test('aborts, several mails a connection, close first: whole mails are filed, others not', {skip}, async () => {
	const [pid] = desk.role('milter');
	run('miltertest', ['-D', `socket=unix:${desk.milterSocket}`, '-s', `${top}/tests/e2e/milter/steps.lua`]);
	const client = await desk.client();
	await desk.thread(client, 'last');
	const {threads} = await client.get('/threads?folder=all');
	assert.deepEqual(threads.map(({subject}) => subject).sort(), ['after the aborts', 'last', 'whole 1', 'whole 2']);
	assert.deepEqual(desk.role('milter'), [pid], 'the milter lived through it');
});

test('employees who have logged in: an answer is held, told by its header, and filed; the rest is let go', {skip: skip || lacks('sqlite3')}, async () => {
	run('sqlite3', ['-cmd', '.timeout 5000', `${desk.dir}/store/desk.db`, "INSERT INTO setting (name, value) VALUES ('employee_clients', '1')"]);
	await desk.restart();
	run('miltertest', ['-D', `socket=unix:${desk.milterSocket}`, '-s', `${top}/tests/e2e/milter/employee.lua`]);
	const client = await desk.client();
	const {id} = await desk.thread(client, 'whole 1');
	const {messages} = await until('the answer', async () => {
		const thread = await client.get(`/threads/${id}`);
		return thread.messages.length === 2 && thread;
	});
	assert.deepEqual([messages[1].kind, messages[1].subject, messages[1].author.firstname], ['employee', 'answer', 'Anna']);
	const {threads} = await client.get('/threads?folder=all');
	assert.ok(threads.every(({subject}) => !subject.startsWith('never')));
	assert.match(desk.log(), /EMPL1: captured mail=\d+ contact=none/);
	assert.equal(desk.log().match(/EMPL\d: captured/g).length, 1);
});

test('each has its log line with its queue id, and no content', {skip}, () => {
	for (const id of ['WHOLE1', 'WHOLE2', 'ABORT4']) assert.match(desk.log(), new RegExp(`${id}: captured mail=\\d+ contact=\\d+ size=\\d+ ms=\\d+`));
	for (const id of ['ABORT1', 'ABORT2', 'ABORT3', 'CLOSE1', 'OTHER1']) assert.doesNotMatch(desk.log(), new RegExp(`${id}: captured`));
	assert.doesNotMatch(desk.log(), /Hello from|whole 1/);
});
