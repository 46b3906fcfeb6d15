// Roles that die and come back: nothing is missed, nothing comes twice, in order. And a restart keeps the data.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openBell} from './support/bell.mjs';
import {openDesk, startBrowser, titleCount} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('postfix');
const skipPage = skip || lacks('chromium');
let desk, browser;

before(async () => {
	if (skip) return;
	desk = await startDesk({postfix: true});
	if (!skipPage) browser = await startBrowser();
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

async function send(subject) {
	const replies = await desk.send({to: 'support@shop.example', octets: plainMail({subject})});
	assert.match(replies.at(-2), /^250 /);
}

function kill(role) {
	const [pid] = desk.role(role);
	assert.ok(pid, `no ${role} runs`);
	process.kill(pid, 'SIGKILL');
	return pid;
}

const isBack = (role, old) => until(`a new ${role}`, () => desk.role(role).some((pid) => pid !== old));
const isServing = () => until('the desk', async () => (await fetch(`${desk.url}/health`)).ok);

test('events missed while web was dead come after reconnect, once and in order', {skip}, async () => {
	const client = await desk.client();
	const bell = await openBell(client);
	await send('before');
	await bell.wait('message');
	const last = bell.frames.at(-1);
	kill('web');
	for (const subject of ['missed 1', 'missed 2', 'missed 3']) await send(subject);
	await isServing();
	const again = await openBell(client, {since: last.event});
	await send('after');
	const frames = await again.wait('message', 4);
	assert.equal(again.frames[0].epoch, last.epoch, 'a killed web is no reason to reload');
	const threads = await Promise.all(['missed 1', 'missed 2', 'missed 3', 'after'].map((subject) => desk.thread(client, subject)));
	assert.deepEqual(frames.map(({thread}) => thread), threads.map(({id}) => id));
	const events = frames.map(({event}) => event);
	assert.deepEqual(events, [...new Set(events)].sort((a, b) => a - b));
	assert.ok(events[0] > last.event);
	bell.close();
	again.close();
});

test('an open page finds its way back by itself', {skip: skipPage}, async () => {
	const page = await openDesk(browser, desk, {...employees.ben, password});
	const count = await titleCount(page);
	kill('web');
	await send('page missed');
	await until('the count', async () => (await titleCount(page)) === count + 1);
	await send('page live');
	await until('the count', async () => (await titleCount(page)) === count + 2);
	assert.deepEqual(page.problems, []);
});

test('a killed sort files the mail when it is back', {skip}, async () => {
	const client = await desk.client();
	const old = kill('sort');
	await send('sort was dead');
	await desk.thread(client, 'sort was dead');
	await isBack('sort', old);
});

test('a killed milter is back before a sender notices', {skip}, async () => {
	const client = await desk.client();
	const old = kill('milter');
	await isBack('milter', old);
	await send('milter was dead');
	await desk.thread(client, 'milter was dead');
});

test('a restart keeps the data, the session and the events', {skip}, async () => {
	const client = await desk.client();
	const bell = await openBell(client);
	const {event, epoch} = bell.frames[0];
	const ids = (await client.get('/threads?folder=all&limit=1000')).threads.map(({id}) => id);
	await desk.restart();
	assert.deepEqual((await client.get('/threads?folder=all&limit=1000')).threads.map(({id}) => id), ids);
	const again = await openBell(client, {since: event});
	assert.equal(again.frames[0].epoch, epoch);
	await send('after the restart');
	await again.wait('message');
	again.close();
});
