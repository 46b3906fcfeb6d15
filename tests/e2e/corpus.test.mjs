// Real mail of the world, with what is right of it, through the milter and back over the API. The mail is not ours to
// keep: it lies at CORPUS (make check-corpus), a directory with cases.jsonl, smoke.jsonl and what they name.
// FAILS=n shows the first n that are wrong, KEY=subject those of one key, SOURCE=name those of one source.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, {after, before} from 'node:test';
import {print, score} from '../corpus/score.mjs';
import {readAll, sendAll} from '../corpus/read.mjs';
import {startDesk} from './support/desk.mjs';
import {asShown} from './support/milter.mjs';
import {build, top} from './support/system.mjs';

const corpus = path.resolve(top, process.env.CORPUS || '../shared/corpus');
const there = fs.existsSync(path.join(corpus, 'cases.jsonl'));
const skip = there ? false : `no mail at ${corpus}`;

const rowsOf = (file) => fs.readFileSync(path.join(corpus, file), 'utf8').split('\n').filter(Boolean).map((text) => JSON.parse(text));

const plainAddress = /^[\x21-\x7e]+@[\x21-\x7e]+$/;
const senderOf = ({mail_from, expect}) => mail_from ?? (plainAddress.test(expect?.from_addr ?? '') ? expect.from_addr : 'kunde@customer.example');

function mailOf(one) {
	let raw = fs.readFileSync(path.join(corpus, one.raw_path));
	if (one.mbox_from) raw = raw.subarray(raw.indexOf(10) + 1);
	return {from: senderOf(one), raw};
}

function show(result) {
	const {FAILS = 0, KEY, SOURCE} = process.env;
	const cut = (value) => JSON.stringify(value)?.slice(0, 300);
	const wrong = result.fails.filter(({id, key}) => (!KEY || key === KEY) && (!SOURCE || id.startsWith(SOURCE)));
	for (const {id, key, kind, want, got} of wrong.slice(0, FAILS)) console.log(`WRONG ${kind} ${id} ${key}\n   want ${cut(want)}\n   got  ${cut(got)}`);
	console.log(print(result));
}

let desk, client, cases, smoke, readings, result;

before(async () => {
	if (skip) return;
	cases = rowsOf('cases.jsonl');
	smoke = rowsOf('smoke.jsonl');
	desk = await startDesk();
	client = await desk.client();
	desk.cli(['contact', 'add', 'case@shop.example', '--name', 'Cases']);
	const mails = [...cases, ...smoke].map(mailOf);
	await sendAll(desk, mails);
	readings = await readAll(client, mails.length);
	result = score(cases, new Map(cases.map(({id}, at) => [id, readings.get(at)?.[0]])));
	show(result);
	fs.mkdirSync(path.join(build, 'corpus'), {recursive: true});
	fs.writeFileSync(path.join(build, 'corpus/results.jsonl'),
		cases.map(({id}, at) => `${JSON.stringify({id, ...readings.get(at)?.[0]})}\n`).join(''));
});

after(() => desk?.stop());

// Of all cases that have the key: right ones, and how many.
function sum(key, kinds = ['hard']) {
	const rows = result.rows.filter((row) => row.source === 'all' && row.key === key && kinds.includes(row.kind));
	const right = rows.reduce((all, row) => all + row.right, 0);
	return {right, count: rows.reduce((all, row) => all + row.right + row.wrong, 0)};
}

function reaches(key, share) {
	const {right, count} = sum(key);
	assert.ok(right >= share * count, `${key}: ${right} of ${count}`);
}

test('every mail is stored once', {skip}, () => {
	const all = [...cases, ...smoke];
	assert.deepEqual(all.filter((one, at) => readings.get(at)?.length !== 1).map((one) => one.id ?? one.raw_path), []);
});

for (const key of ['subject', 'from_addr', 'from_name', 'date', 'body_contains', 'attachments', 'message_id'])
	test(`facts: ${key}`, {skip}, () => reaches(key, 0.995));

test('every set of mails is threaded right', {skip}, () => reaches('thread', 1));

for (const key of ['is_bounce', 'is_auto', 'is_feedback'])
	test(`recognised: ${key}`, {skip}, () => reaches(key, 0.98));

for (const key of ['not is_bounce', 'not is_auto']) {
	test(`ordinary mail: ${key}`, {skip}, () => {
		const {right, count} = sum(key, ['soft']);
		assert.ok((count - right) * 300 <= Math.max(count, 300), `${count - right} of ${count} wrongly`);
	});
}

test('read again, every mail says the same', {skip}, () => {
	const {stdout} = desk.cli(['resort', '--all', '--dry-run']);
	assert.match(stdout, /^read again: (\d+), nothing was written\n  as before: \1\n$/);
});

test('the replies of nine cases of ten are cut right', {skip}, () => {
	const replies = cases.filter(({kind}) => kind === 'reply-text');
	const wrong = new Set(result.fails.filter(({key}) => key.startsWith('reply_') && key !== 'reply_to').map(({id}) => id));
	const right = replies.filter(({id}) => !wrong.has(id)).length;
	console.log(`replies: ${right} of ${replies.length} right`);
	assert.ok(right >= 0.9 * replies.length, `${right} of ${replies.length}`);
});

// Of mails that repeat one another (SPEC 2.4) the first is kept as the message.
test('mails keep every octet', {skip}, async () => {
	const seen = new Set();
	for (const [at, one] of [...cases, ...smoke].entries()) {
		const {message} = readings.get(at)[0];
		if (seen.has(message)) continue;
		seen.add(message);
		assert.ok((await client.source(message)).equals(asShown(mailOf(one).raw)), one.raw_path);
	}
	assert.ok(seen.size > 0.95 * (cases.length + smoke.length), `${seen.size} different mails`);
});

test('nothing has died of it', {skip}, () => assert.doesNotMatch(desk.log(), /died|killed|unreadable/));
