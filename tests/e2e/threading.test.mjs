// Which thread a mail belongs to, whatever programs make of ids on their way (SPEC 2.6): mails go in by the door, threads are read over the API.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {startRelay} from './support/relay.mjs';
import {until} from './support/system.mjs';

let desk, relay, anna, count = 0;

before(async () => {
	relay = await startRelay();
	desk = await startDesk({conf: {courier: {relay: `127.0.0.1:${relay.port}`}}});
	anna = await desk.client();
});
after(async () => {
	await desk?.stop();
	await relay?.stop();
});

// Sends a mail of KIM unless HEADERS say otherwise; the thread it went to, as the API shows it. What came before is sorted before.
async function write(headers, {to = 'support@shop.example', body} = {}) {
	const text = body ?? `Mail ${++count}.`;
	const all = {From: 'Kim <kim@customer.example>', To: to, Subject: `mail ${count}`, ...headers};
	const lines = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\r\n`);
	desk.cli(['capture', '--from', 'bounce@customer.example', '--to', to], {input: `${lines.join('')}\r\n${text}\r\n`});
	const {threads: [{id}]} = await until(text, async () => {
		const found = await anna.get(`/threads?folder=all&q=${encodeURIComponent(`"${text}"`)}`);
		return found.threads.length && found;
	});
	return anna.get(`/threads/${id}`);
}
const idOf = async (...mail) => (await write(...mail)).id;
const linked = async (one, other) => (await anna.get(`/threads/${one}`)).related.includes(other);
let ids = 0;
const fresh = () => `${++ids}.${Date.now()}@mail.customer.example`;

test('a late parent joins two threads already begun', async () => {
	const parent = fresh();
	const older = await idOf({'In-Reply-To': `<${parent}>`, 'Message-ID': `<${fresh()}>`});
	const younger = await idOf({References: `<${parent}>`, 'Message-ID': `<${fresh()}>`});
	const stranger = await idOf({'From': 'eve@evil.example', References: `<${parent}>`});
	assert.notEqual(older, younger);
	await anna.patch(`/threads/${older}`, {status: 'closed'});
	await anna.patch(`/threads/${younger}`, {employee: 2});
	const joined = await write({'Message-ID': `<${parent}>`});
	assert.deepEqual([joined.id, joined.status, joined.messages.length, joined.employee.firstname], [older, 'open', 3, 'Ben']);
	const moved = await anna.fetch(`/api/v1/threads/${younger}`);
	assert.deepEqual([moved.status, moved.headers.get('location')], [301, `/api/v1/threads/${older}`]);
	assert.ok(await linked(older, stranger), 'a stranger\'s child is only linked');
	assert.equal(await idOf({References: `<${parent}>`}), older);
});

// How the ids that name FIRST and LAST of a conversation reach us, in a field; the thread must be found by it.
const shapes = {
	'in order': (first, last) => ({References: `<${first}> <${last}>`, 'In-Reply-To': `<${last}>`}),
	'reversed': (first, last) => ({References: `<${last}> <${first}>`}),
	'truncated in front': (first, last) => ({References: `omer.example> <${last}>`}),
	'cut off at the end': (first) => ({References: `<${first}> <abc@cust`}),
	'the middle is missing': (first, last) => ({References: `<${first}> <lost@elsewhere.example> <${last}>`}),
	'folded within an id': (first, last) => ({References: `<${first.slice(0, 5)}\r\n ${first.slice(5)}>\r\n\t<${last.replace('@', '\r\n @')}>`}),
	'without blanks': (first, last) => ({References: `<${first}><${last}>`}),
	'with commas': (first, last) => ({References: `<${first}>,<${last}>`}),
	'without brackets': (first, last) => ({References: `${first} ${last}`}),
	'a bracket lost': (first) => ({'In-Reply-To': `<${first}`}),
	'an encoded word': (first) => ({'In-Reply-To': `=?utf-8?q?=3C${first.replace('@', '=40').replaceAll('.', '=2E')}=3E?=`}),
	'encoded words, folded': (first) => ({'In-Reply-To': `=?utf-8?q?=3C${first.slice(0, 6)}?=\r\n =?utf-8?q?${first.slice(6)}=3E?=`}),
	'several ids in In-Reply-To': (first) => ({'In-Reply-To': `<unknown@elsewhere.example> <${first}>`}),
	'several fields': (first) => ({'In-Reply-To': '<unknown@elsewhere.example>', References: `<other@elsewhere.example>\r\nReferences: <${first}>`}),
	'a sentence around it': (first) => ({'In-Reply-To': `Your message of "Mon, 2 Nov 2026 10:00:00 +0100" <${first}>`}),
	'the writer\'s address before it': (first) => ({'In-Reply-To': `Message from Shop <support@shop.example> of "Mon" (nice) <${first}>`}),
	'rewritten, the old one kept in References': (first) => ({'In-Reply-To': '<gate-1@gateway.example>', References: `<gate-0@gateway.example> <${first}>`}),
	'250 of them': (first, last) => ({References: `<${first}> ${Array.from({length: 250}, (_, i) => `<pad${i}@elsewhere.example>`).join('\r\n ')} <${last}>`}),
	'a blank field beside it': (first) => ({'In-Reply-To': '', References: `<${first}>`}),
};
for (const [name, shape] of Object.entries(shapes))
	test(`ids: ${name}`, async () => {
		const [first, last] = [fresh(), fresh()];
		const thread = await idOf({'Message-ID': `<${first}>`});
		assert.equal(await idOf({'Message-ID': `<${last}>`, 'In-Reply-To': `<${first}>`}), thread);
		assert.equal(await idOf(shape(first, last)), thread);
	});

test('two mails with one Message-ID are two mails, and both are answered', async () => {
	const id = fresh();
	const one = await write({'Message-ID': `<${id}>`}), other = await write({'Message-ID': `<${id}>`});
	assert.notEqual(one.id, other.id);
	assert.equal((await write({'In-Reply-To': `<${id}>`})).id, one.id);
	assert.ok(await linked(one.id, other.id));
	const again = await write({'Message-ID': `<${id}>`}, {body: one.messages[0].text.trim()}); // the same in all but its subject
	assert.notEqual(again.messages.at(-1).id, one.messages[0].id);
});

test('mails without a Message-ID are what they say', async () => {
	const parent = fresh();
	const thread = await idOf({'Message-ID': `<${parent}>`});
	assert.equal(await idOf({'Message-ID': null, 'In-Reply-To': `<${parent}>`}), thread);
	assert.notEqual(await idOf({'Message-ID': null}), await idOf({'Message-ID': null}));
	assert.notEqual(await idOf({'Message-ID': 'no brackets, no at'}), thread);
});

test('references that go round end somewhere', async () => {
	const [a, b, c] = [fresh(), fresh(), fresh()];
	const thread = await idOf({'Message-ID': `<${a}>`, 'In-Reply-To': `<${c}>`, References: `<${a}> <${c}> <${b}>`});
	assert.equal(await idOf({'Message-ID': `<${b}>`, 'In-Reply-To': `<${a}>`}), thread);
	assert.equal(await idOf({'Message-ID': `<${c}>`, 'In-Reply-To': `<${b}>`, References: `<${c}> <${c}>`}), thread);
	assert.equal((await anna.get(`/threads/${thread}`)).messages.length, 3);
	assert.ok(!(await anna.get(`/threads/${thread}`)).related.includes(thread));
});

test('a newsletter\'s answers by many people stay apart, before it comes and after', async () => {
	const letter = fresh(), answer = (n) => idOf({From: `reader${n}@customer.example`, References: `<${letter}>`, 'In-Reply-To': `<${letter}>`});
	const early = [await answer(1), await answer(2)];
	const news = await idOf({From: 'News <news@agency.example>', To: 'readers@agency.example', 'Message-ID': `<${letter}>`, 'List-Id': '<news.agency.example>'});
	const late = [await answer(3), await answer(4)];
	assert.equal(new Set([...early, news, ...late]).size, 5);
	for (const id of [...early, ...late]) assert.equal((await anna.get(`/threads/${id}`)).messages.length, 1);
});

test('a stranger who knows an id gets a thread of their own, linked', async () => {
	const id = fresh();
	const thread = await write({'Message-ID': `<${id}>`, Cc: 'lee@customer.example'});
	const stranger = await write({From: 'eve@evil.example', 'In-Reply-To': `<${id}>`});
	assert.notEqual(stranger.id, thread.id);
	assert.deepEqual(stranger.related, [thread.id]);
	assert.equal(await idOf({From: 'Eve <eve@evil.example>', 'Reply-To': 'kim@customer.example', 'In-Reply-To': `<${id}>`}) === thread.id, false,
		'nor by an address that they only name');
	assert.equal(await idOf({From: 'LEE@customer.example', 'In-Reply-To': `<${id}>`}), thread.id, 'who was written to takes part');
});

test('what nobody here has links what the same person wrote about it, and nobody else\'s', async () => {
	const ticket = fresh();
	const one = await idOf({References: `<${ticket}>`}), two = await idOf({References: `<${ticket}>`});
	const other = await idOf({From: 'lee@customer.example', References: `<${ticket}>`});
	assert.notEqual(one, two);
	assert.ok(await linked(two, one));
	assert.deepEqual((await anna.get(`/threads/${other}`)).related, []);
});

test('the person who is answered is no id', async () => {
	const one = await idOf({'In-Reply-To': '"Support" <support@shop.example>'}), two = await idOf({'In-Reply-To': '<support@shop.example>'});
	assert.deepEqual([one === two, (await anna.get(`/threads/${two}`)).related], [false, []]);
});

test('a mail that refers to two threads goes to the nearest, and links the other', async () => {
	const [a, b] = [fresh(), fresh()];
	const one = await idOf({'Message-ID': `<${a}>`}), two = await idOf({'Message-ID': `<${b}>`});
	assert.equal(await idOf({'In-Reply-To': `<${b}>`, References: `<${a}> <${b}>`}), two);
	assert.ok(await linked(two, one));
});

// An answer of ours, as the customer has it: its id, the address to answer to, and the marker in the subject.
async function answered() {
	const thread = await write({'Message-ID': `<${fresh()}>`});
	const sent = relay.taken.length;
	await anna.post(`/threads/${thread.id}/messages`, {text: 'A new one is on its way.', undo: 0});
	const mail = await until('the answer', () => relay.taken[sent]);
	const field = (name) => new RegExp(`^${name}: ?((?:.*\\r\\n[ \\t])*.*)`, 'mi').exec(mail.octets)[1].replace(/\r\n\s/g, ' ');
	return {thread: thread.id, id: /<(.*)>/.exec(field('Message-ID'))[1], plus: /<(.*)>/.exec(field('Reply-To'))?.[1] ?? field('Reply-To'), marker: /#ct\S+ #tc\S+/.exec(field('Subject'))[0]};
}

test('our signed id, our plus-address and our marker: each alone suffices, changed none does', async () => {
	await fetch(`${desk.url}/api/v1/settings/answering`, {headers: {cookie: anna.cookie}}).then((reply) => reply.json())
		.then(({version}) => anna.patch('/settings/answering', {subject_marker: true}, version));
	const {thread, id, plus, marker} = await answered();
	const change = (text) => text.replace(/.(?=@|$)/, (last) => (last === 'a' ? 'b' : 'a'));
	const ways = {
		id: (which) => write({From: 'new@customer.example', 'In-Reply-To': `<${which(id)}>`}),
		plus: (which) => write({From: 'new@customer.example'}, {to: which(plus)}),
		marker: (which) => write({From: 'new@customer.example', Subject: `Re: lamp ${which(marker)}`}),
	};
	for (const [name, way] of Object.entries(ways)) {
		assert.notEqual((await way(change)).id, thread, `${name}, changed`);
		assert.notEqual((await way((text) => text.replace(/(?<=[.t])\d+/, (number) => Number(number) + 1))).id, thread, `${name}, of another thread`);
	}
	for (const [name, way] of Object.entries(ways)) {
		const joined = await way((text) => text);
		assert.equal(joined.id, thread, name);
		assert.equal(joined.messages.at(-1).new_sender, name === 'id', `${name}: marked the first time`);
	}
	assert.equal((await ways.id((text) => text.toUpperCase())).id, thread, 'in capitals');
	assert.equal((await write({From: 'new@customer.example', Subject: `=?utf-8?q?AW=3A_${marker.replaceAll(' ', '_').replaceAll('#', '=23')}?=`})).id, thread, 'in an encoded subject');
});
