// Every sentence of the courier's own that can become a reason is known to the catalogs.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {load} from './build.mjs';

const {reasonText} = await load('reply/reasons.ts');
const said = (detail) => reasonText(detail, (key) => key);

test('the courier\'s own reasons are translated, with or without the server\'s name', () => {
	assert.equal(said('the mail server: it hung up'), 'reason.hungUp');
	assert.equal(said('127.0.0.1:25: it offers no log-in (AUTH), but a user is set'), 'reason.noAuth');
	assert.equal(said('taken out of the queue'), 'reason.removed');
});

test('what a mail server says stays', () => {
	for (const answer of ['550 5.1.1 User unknown', '250 it hung up, not', '']) assert.equal(said(answer), answer);
});

test('none of the sentences in the program is missing', () => {
	const source = ['milter/net.c', 'milter/send.c', 'store/outbox_courier.c', 'store/delivery.c']
		.map((file) => fs.readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).join('\n');
	const sentences = [...source.matchAll(/(?:NET_(?:LOST|REFUSED|STOPPED), (?:server->address, |"the mail server", )?(?:code == CURLE_OK \? )?|\.answer = |answer\[\] = | : )"((?:the mail server: )?[a-z][^"%]{9,})"/g)].map(([, text]) => text);
	assert.ok(sentences.length >= 12, sentences.join('\n'));
	for (const text of sentences) assert.notEqual(said(text), text);
});
