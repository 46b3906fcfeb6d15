// Mails made to cost time, memory or disk, by the milter's socket and by `belfry capture`: one thread each, shown as far as its bounds, and nobody waits for it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {after, before, test} from 'node:test';
import {bombs} from './support/bombs.mjs';
import {startDesk} from './support/desk.mjs';
import {asShown, Milter} from './support/milter.mjs';
import {plainMail} from './support/smtp.mjs';
import {isRoot, isSanitized, peakOf, until} from './support/system.mjs';

const WAIT = 60; // seconds in which a mail behind a bomb is filed at the latest, however busy the machine is; a quiet one needs less than 2
const ANSWER_MAX = 12 << 20; // octets of an answer about one message
const LARGE = 256 << 10; // octets: larger ones come by one door only, to save time
const from = 'mallory@hostile.example', to = 'support@shop.example';
const figures = [];
let desk, client, milter, parser, filed = 0;

// The threads of the mails filed so far, in their order.
const threadsFiled = () => [...new Set([...desk.log().matchAll(/filed mail=\d+ thread=(\d+)/g)].map(([, id]) => Number(id)))];
const total = async () => (await client.get('/threads?folder=all&limit=1')).total;
const parserNow = () => desk.role('parse')[0];
// Seconds of the processor that a process has used.
const cpuOf = (pid) => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
const forgetPeak = (pid) => { if (isRoot) fs.writeFileSync(`/proc/${pid}/clear_refs`, '5'); };

before(async () => {
	desk = await startDesk();
	client = await desk.client();
	milter = await Milter.connect(desk.milterSocket);
	parser = await until('the parser', parserNow);
});

after(async () => {
	milter?.close();
	await desk?.stop();
	const most = (key) => figures.reduce((top, each) => each[key] > top[key] ? each : top, figures[0]);
	for (const key of ['parse', 'sort', 'milter', 'peak', 'behind', 'answer']) console.log(`# most ${key}: ${JSON.stringify(most(key))}`);
	console.log(`# ${figures.length} bombs, ${figures.filter(({state}) => state === 'partial').length} shown in part`);
});

// Hands RAW over as a mail server does, again after a 451; resolves when it is the desk's.
async function deliver(raw, id) {
	await until(`${id} to be taken`, async () => /[ca]/.test(await milter.send({from, to, raw, id})), WAIT);
}

// A plain mail, and how long it takes from its 250 to its thread, ms.
async function deliverBehind(name) {
	await deliver(Buffer.from(plainMail({subject: `behind ${name}`, from: `${name}@customer.example`})), `b-${name}`);
	const began = Date.now();
	filed += 2;
	await until('the mail behind', () => threadsFiled().length >= filed, WAIT);
	return Date.now() - began;
}

async function sizeOf(path) {
	const reply = await client.fetch(`/api/v1${path}`);
	assert.equal(reply.status, 200, path);
	return (await reply.arrayBuffer()).byteLength;
}

for (const {name, make} of bombs) {
	test(name, async () => {
		const {raw, isPartial, shows} = make(), roles = {milter: desk.role('milter')[0], sort: desk.role('sort')[0], parse: parser};
		const spent = () => Object.fromEntries(Object.entries(roles).map(([role, pid]) => [role, cpuOf(pid)]));
		const before = spent();
		forgetPeak(parser);
		await deliver(raw, name);
		const behind = await deliverBehind(name);
		assert.equal(await total(), filed, 'one thread each');
		const thread = threadsFiled().at(-2);
		const {messages} = await client.get(`/threads/${thread}`);
		const [{id, state, note, text, has_html, attachments}] = messages;
		assert.equal(messages.length, 1);
		assert.equal(parserNow(), parser, 'the parser lives');
		assert.notEqual(state, 'unreadable', note);
		assert.equal(state === 'partial', note !== '');
		if (isPartial !== null) assert.equal(state, isPartial ? 'partial' : 'ok', note);
		if (shows) assert.equal(text.trim(), shows);
		assert.ok(attachments.length <= 500);
		assert.ok((await client.source(id)).equals(asShown(raw)), 'its source is what was sent');
		const answer = Math.max(await sizeOf(`/threads/${thread}`), await sizeOf(`/threads?folder=all&id=${thread}`));
		if (has_html) await sizeOf(`/messages/${id}/html`);
		await sizeOf(`/messages/${id}/text`);
		assert.ok(answer < ANSWER_MAX, `${answer} octets of JSON`);
		const cpu = Object.fromEntries(Object.entries(spent()).map(([role, seconds]) => [role, Number((seconds - before[role]).toFixed(2))]));
		figures.push({name, state, ...cpu, peak: Math.round(peakOf(parser) / 1024), behind, answer});
	});
}

test('the same mails by `belfry capture` are no second threads', async () => {
	for (const {make} of bombs) {
		const {raw} = make();
		if (raw.length < LARGE) desk.cli(['capture', '--from', from, '--to', to], {input: asShown(raw)});
	}
	await deliver(Buffer.from(plainMail({subject: 'after all'})), 'after');
	await desk.thread(client, 'after all');
	assert.equal(await total(), filed + 1);
	assert.equal(parserNow(), parser);
});

test('no mail was too much for the parser', () => {
	assert.doesNotMatch(desk.log(), /could not be read|unsorted/);
});

test('the parser\'s time and memory stay far from their bounds', {skip: !isRoot && 'needs root to measure each mail alone'}, () => {
	if (isSanitized(parser)) return;
	for (const {name, parse, peak} of figures) {
		assert.ok(parse < 10, `${name}: ${parse} s`);
		assert.ok(peak < 400, `${name}: ${peak} MB`);
	}
});
