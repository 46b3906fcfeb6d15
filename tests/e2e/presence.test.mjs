// Who looks at a thread, who writes there: told at once to who looks too, and to the lists of those who may see it.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openBell} from './support/bell.mjs';
import {Client} from './support/api.mjs';
import {password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, run, until} from './support/system.mjs';

const skip = lacks('sqlite3');
let desk, anna, ben, eva, thread;
const bells = {};

before(async () => {
	if (skip) return;
	desk = await startDesk();
	desk.addEmployee({email: 'eva@shop.example', firstname: 'Eva', lastname: 'East', role: 'agent'});
	run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, 'store/desk.db'), // Eva sees the contact "Orders" alone
		"UPDATE employee SET has_all = 0 WHERE email = 'eva@shop.example'; INSERT INTO employee_contact SELECT e.id, a.contact_id FROM employee e, contact_address a"
		+ " WHERE e.email = 'eva@shop.example' AND a.address = 'orders@shop.example'"]);
	[anna, ben] = [await desk.client('anna'), await desk.client('ben')];
	eva = new Client(desk.url);
	await eva.logIn('eva@shop.example', password);
	desk.cli(['capture', '--to', 'support@shop.example'], {input: plainMail({subject: 'lamp'})});
	thread = (await desk.thread(anna, 'lamp')).id;
	for (const [name, client] of Object.entries({anna, ben, eva})) bells[name] = await openBell(client);
});
after(async () => {
	for (const bell of Object.values(bells)) bell.close();
	await desk?.stop();
});

// What BELL was told last of the thread: "Ben Baker writes, …".
const told = (bell) => bell.of('presence').filter((frame) => frame.thread === thread).at(-1)?.viewers
	.map(({firstname, writing}) => `${firstname} ${writing ? 'writes' : 'looks'}`).join(', ');
const hears = (name, what) => until(`${name} to hear "${what}", has "${told(bells[name])}"`, () => told(bells[name]) === what);

test('who looks and writes is told to who looks too, and to lists', {skip}, async () => {
	bells.anna.send({kind: 'list'});
	bells.ben.send({kind: 'view', thread});
	await hears('anna', 'Ben looks');
	bells.ben.send({kind: 'write', thread});
	await hears('anna', 'Ben writes');
	bells.anna.send({kind: 'view', thread});
	await hears('ben', 'Anna looks');
	assert.deepEqual((await anna.get(`/threads/${thread}`)).viewers.map(({firstname, writing}) => [firstname, writing]), [['Ben', true]]);
	bells.anna.send({kind: 'write', thread});
	await hears('ben', 'Anna writes');
});

test('rows of the list say it from the beginning', {skip}, async () => {
	const row = async (client) => (await client.get('/threads')).threads.find(({id}) => id === thread);
	assert.deepEqual((await row(ben)).viewers.map(({firstname, writing}) => [firstname, writing]), [['Anna', true]]);
	bells.anna.send({kind: 'list'});
	await hears('ben', '');
	assert.deepEqual((await row(ben)).viewers, []);
});

test('a list that comes later is told what is so', {skip}, async () => {
	const late = await openBell(anna);
	late.send({kind: 'list'});
	await late.wait('presence');
	assert.deepEqual(late.of('presence')[0].viewers.map(({firstname}) => firstname), ['Ben']);
	late.close();
});

test('who writes no more stops writing by itself, and by leaving', {skip}, async () => {
	await hears('anna', 'Ben looks');
	bells.ben.send({kind: 'write', thread});
	await hears('anna', 'Ben writes');
	bells.ben.send({kind: 'leave'});
	await hears('anna', '');
});

test('who may not see the thread hears nothing, and is not seen there', {skip}, async () => {
	bells.eva.send({kind: 'list'});
	bells.ben.send({kind: 'view', thread});
	await hears('anna', 'Ben looks');
	bells.eva.send({kind: 'write', thread});
	desk.cli(['capture', '--to', 'orders@shop.example'], {input: plainMail({subject: 'order'})});
	const order = (await desk.thread(eva, 'order')).id;
	bells.eva.send({kind: 'list'});
	bells.ben.send({kind: 'view', thread: order});
	await until('Eva to hear of the order', () => bells.eva.of('presence').some((frame) => frame.thread === order && frame.viewers.length));
	assert.deepEqual(bells.eva.of('presence').filter((frame) => frame.thread === thread), []);
	assert.ok(bells.anna.of('presence').every(({viewers}) => viewers.every(({firstname}) => firstname !== 'Eva')));
});

test('who says what no page says is let go', {skip}, async () => {
	for (const word of [{kind: 'write'}, {kind: 'write', thread: -1}, {kind: 'shout'}, {}]) {
		const bell = await openBell(ben);
		bell.send(word);
		await until('the end', () => bell.closed);
	}
});
