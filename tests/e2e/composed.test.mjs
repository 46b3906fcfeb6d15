// Mail as it leaves, read by Python's email package with its strict policy: names, subjects and files in many scripts arrive as they were put in, and
// nothing that is put into any field becomes a header.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {startRelay} from './support/relay.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, run, top, until} from './support/system.mjs';

const skip = lacks('python3');
let desk, anna, relay, count = 0;

before(async () => {
	if (skip) return;
	relay = await startRelay();
	desk = await startDesk({conf: {courier: {relay: `127.0.0.1:${relay.port}`}}});
	anna = await desk.client();
});
after(async () => {
	await desk?.stop();
	await relay?.stop();
});

const scripts = {
	Latin: 'Zażółć gęślą jaźń Øystein Ÿ', Greek: 'Ξεσκεπάζω τὴν ψυχοφθόρα', Cyrillic: 'Съешь же ещё этих мягких булок', Hebrew: 'דג סקרן שט בים מאוכזב', Arabic: 'نص حكيم له سر قاطع',
	Devanagari: 'ऋषियों को सताने वाले', Thai: 'เป็นมนุษย์สุดประเสริฐ', Chinese: '視野無限廣窗外有藍天', Japanese: 'いろはにほへとちりぬるを', Korean: '키스의 고유조건은 입술끼리', Georgian: 'გთხოვთ ახლავე', Tamil: 'யாமறிந்த மொழிகளிலே',
	Emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 🙂', Mixed: 'Ünïcødé "quoted", (paren) <angle> \\ back; semi: colon = ? _', '300 characters': `${'長い名前 '.repeat(60)}`.trim(), '300 letters': 'abcdefghij'.repeat(30),
	'Right to left marks': 'abc ‏שלום‎ ‪def‬',
};
const word = (text) => { // encoded words of whole characters
	const words = [];
	for (const char of text) {
		if (!words.length || Buffer.byteLength(words.at(-1) + char) > 40) words.push('');
		words[words.length - 1] += char;
	}
	return words.map((one) => `=?utf-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
};

// What Python makes of a mail of ours.
function read(mail) {
	const file = path.join(desk.dir, `mail${++count}`);
	fs.writeFileSync(file, Buffer.from(mail.octets, 'latin1'));
	return JSON.parse(run('python3', [path.join(top, 'tests/e2e/support/mail.py'), file]).stdout)[0];
}
const arrived = (ref) => until('the mail', () => relay.taken.find(({octets}) => octets.includes(`<${ref}>`)));

async function newThread(from, fields) {
	const before = (await anna.get('/threads?folder=all')).total;
	desk.cli(['capture', '--from', from, '--to', 'support@shop.example'], {input: plainMail({body: 'Hello?', ...fields})});
	return until('the thread', async () => {
		const {total, threads} = await anna.get('/threads?folder=all&sort=-id&limit=1');
		return total > before && threads[0];
	});
}

async function upload(thread, name, type = 'text/plain') {
	const reply = await anna.fetch(`/api/v1/threads/${thread}/uploads?name=${encodeURIComponent(name)}`, {method: 'POST', headers: {'content-type': type}, body: 'x'});
	return {status: reply.status, ...await reply.json()};
}
const squeezed = (text) => text.replace(/\s+/g, '');

test('names, subjects, files and texts in many scripts', {skip}, async () => {
	for (const [script, text] of Object.entries(scripts)) {
		const {id, subject} = await newThread('kim@customer.example', {from: `${word(text)} <kim@customer.example>`, subject: word(text)});
		const shown = (await anna.get(`/threads/${id}/reply`)).to[0].name;
		const {id: file, name, status, detail} = await upload(id, `${text.slice(0, 200)}.txt`);
		assert.equal(status, 201, `${script}: ${detail}`);
		const sent = await anna.post(`/threads/${id}/messages`, {text: `${text}\n\n${text}`, undo: 0, uploads: [file]});
		const mail = read(await arrived(sent.message_id));
		assert.deepEqual(mail.defects, [], script);
		assert.equal(squeezed(mail.subject), squeezed(`Re: ${subject}`), script); // this parser keeps a blank between encoded words that stands for none
		assert.equal(squeezed(mail.to[0][0]), squeezed(shown), script);
		assert.equal(squeezed(shown), squeezed(text), `${script}: the desk knows the whole name`);
		assert.equal(mail.to[0][1], 'kim@customer.example');
		assert.deepEqual(mail.files.map((one) => one.name), [name], script);
		assert.ok(squeezed(mail.text).includes(squeezed(text)), script);
		assert.ok(mail.html.includes(text.slice(0, 3).replace(/[<>&"]/g, '')), script);
	}
});

const evils = ['a\r\nX-Evil: 1', 'a\nBcc: evil@elsewhere.example', 'a\rX-Evil: 1', 'a\r\n\r\nX-Evil body', 'a\u2028X-Evil: 1', 'a\u0085X-Evil: 1', 'a\u0000X-Evil: 1', '"\r\nX-Evil: 1\r\n"', '\u000b\u000cX-Evil: 1', '=?utf-8?Q?a=0D=0AX-Evil:_1?='];

function assertHarmless(mail, of) {
	assert.deepEqual(mail.defects, [], of);
	for (const name of ['x-evil', 'bcc']) assert.ok(!mail.names.includes(name), of);
	for (const name of ['from', 'to', 'subject', 'message-id', 'date', 'mime-version', 'content-type']) assert.equal(mail.names.filter((one) => one === name).length, 1, `${of}: ${name}`);
}

test('what a customer puts into name and subject', {skip}, async () => {
	for (const evil of evils) {
		const {id} = await newThread('kim@customer.example', {from: `=?utf-8?B?${Buffer.from(evil).toString('base64')}?= <kim@customer.example>`, subject: `=?utf-8?B?${Buffer.from(evil).toString('base64')}?=`,
			headers: {'Message-ID': `<x${count}@customer.example>`, 'Reply-To': `=?utf-8?B?${Buffer.from(evil).toString('base64')}?= <kim@customer.example>`}});
		const sent = await anna.post(`/threads/${id}/messages`, {text: 'Yes.', undo: 0});
		const mail = read(await arrived(sent.message_id));
		assertHarmless(mail, JSON.stringify(evil));
		assert.deepEqual(mail.to.map(([, address]) => address), ['kim@customer.example']);
	}
});

test('what staff put into texts, names of files, comments and recipients', {skip}, async () => {
	const {id} = await newThread('kim@customer.example', {subject: 'Staff'});
	for (const evil of evils) {
		const file = evil.includes('\0') ? {} : await upload(id, evil, 'text/plain; charset="a"'); // libwebsockets hangs up at %00
		const type = await upload(id, 'plain.txt', 'text/x; name="a');
		const uploads = [file, type].filter(({status}) => status === 201).map((one) => one.id);
		const reply = await anna.fetch(`/api/v1/threads/${id}/messages`, {method: 'POST', body: {text: evil, undo: 0, uploads}});
		if (reply.status !== 201) {
			assert.ok([400, 422].includes(reply.status), `${JSON.stringify(evil)}: ${reply.status}`);
			continue;
		}
		const mail = read(await arrived((await reply.json()).message_id));
		assertHarmless(mail, JSON.stringify(evil));
		for (const {name} of mail.files) assert.doesNotMatch(name, /[\u0000-\u001f\u007f]/, JSON.stringify(evil));
		for (const to of [[`kim@customer.example${evil.slice(1)}`], [`${evil}@customer.example`]]) {
			const refused = await anna.fetch(`/api/v1/threads/${id}/messages`, {method: 'POST', body: {text: 'x', undo: 0, to}});
			assert.ok([400, 422].includes(refused.status), `${JSON.stringify(to)}: ${refused.status}`);
		}
		const refused = await anna.fetch(`/api/v1/threads/${id}/forward`, {method: 'POST', body: {email: `x@elsewhere.example${evil.slice(1)}`, comment: ''}});
		assert.ok([400, 422].includes(refused.status), `${JSON.stringify(evil)}: ${refused.status}`);
		const count = relay.taken.length;
		const forward = await anna.fetch(`/api/v1/threads/${id}/forward`, {method: 'POST', body: {email: 'maker@elsewhere.example', comment: evil}});
		if (forward.status < 300) {
			const taken = await until('the forward', () => relay.taken.slice(count).find(({to}) => to[0] === 'maker@elsewhere.example'));
			assertHarmless(read(taken), JSON.stringify(evil));
		} else {
			assert.ok([400, 422].includes(forward.status), `${forward.status}`);
		}
	}
});
