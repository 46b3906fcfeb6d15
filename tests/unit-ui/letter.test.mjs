// What an employee writes, as a letter: cleaned HTML, its text, recipients, drafts.
import assert from 'node:assert/strict';
import test from 'node:test';
import {load} from './build.mjs';

globalThis.navigator ??= {languages: []};
const {cleanLetter, letterText, textLetter, linkTarget, isPlain} = await load('reply/letter.ts');
const {withRecipient, withoutRecipient, freePeople, keptRecipients} = await load('reply/recipients.ts');
const {firstLetter, freshLetter, letterBody, isUntouched, takesOver} = await load('reply/draft.ts');

// A tree as the editor has it: text, or [name, attributes, ...children].
function tree(part) {
	if (typeof part === 'string') return {nodeType: 3, nodeName: '#text', nodeValue: part, childNodes: []};
	const [name, attributes, ...children] = part;
	return {nodeType: 1, nodeName: name.toUpperCase(), nodeValue: null, childNodes: children.map(tree), getAttribute: (key) => attributes[key] ?? null};
}
const clean = (...parts) => cleanLetter(tree(['div', {}, ...parts]));

for (const [name, parts, html] of [
	['bare text is a paragraph', ['Hello'], '<p>Hello</p>'],
	['lines that browsers make of div are paragraphs', [['div', {}, 'one'], ['div', {}, 'two']], '<p>one</p><p>two</p>'],
	['empty ones go', [['p', {}, ['br', {}]], ['p', {}, 'x', ['br', {}]], ['p', {}, '  ']], '<p>x</p>'],
	['b and i become strong and em', [['p', {}, ['b', {}, 'x', ['i', {}, 'y']]]], '<p><strong>x<em>y</em></strong></p>'],
	['a mark around paragraphs is in each of them', [['b', {}, ['p', {}, 'x'], ['p', {}, 'y']]], '<p><strong>x</strong></p><p><strong>y</strong></p>'],
	['lists', [['ul', {}, ['li', {}, 'a'], ['li', {}, ['p', {}, 'b'], ['p', {}, 'c']]]], '<ul><li>a</li><li>b<br>c</li></ul>'],
	['signs are escaped', ['<script>&"'], '<p>&lt;script&gt;&amp;&quot;</p>'],
	['scripts, styles and pictures go, with what they say', [['p', {}, 'a', ['script', {}, 'alert(1)'], ['style', {}, 'p{}'], ['img', {src: 'x'}], 'b']], '<p>ab</p>'],
	['unknown elements go, their text stays', [['p', {}, ['span', {style: 'color:red'}, 'red'], ['font', {}, ' and']]], '<p>red and</p>'],
	['links lead to the web and to mail only', [['p', {}, ['a', {href: 'javascript:alert(1)'}, 'bad'], ' ', ['a', {href: 'https://x.example/?a="b'}, 'good']]], '<p>bad <a href="https://x.example/?a=&quot;b">good</a></p>'],
	['blanks of the source are one', [['p', {}, 'a\n\t  b']], '<p>a b</p>'],
	['those of pre are kept', [['pre', {}, 'a\n  b']], '<p>a<br>  b</p>'],
]) test(name, () => assert.equal(clean(...parts), html));

test('what is nested without end is cut, not followed', () => {
	let deep = 'x';
	for (let i = 0; i < 2000; i++) deep = ['span', {}, deep];
	assert.equal(clean(deep), '');
});

test('text of a letter, and back', () => {
	assert.equal(letterText('<p>A &amp; <strong>b</strong><br>c</p><ul><li>one</li><li>two</li></ul><p>end</p>'), 'A & b\nc\n\n- one\n- two\n\nend');
	assert.equal(textLetter('Dear <you>,\r\n\r\nline\nline\n\n\n'), '<p>Dear &lt;you&gt;,</p><p>line<br>line</p>');
	assert.equal(letterText(textLetter('a\n\nb\nc')), 'a\n\nb\nc');
	assert.deepEqual(['<p>a<br>b</p>', '<p><em>a</em></p>', '<ul><li>a</li></ul>'].map(isPlain), [true, false, false]);
});

test('where a link leads', () => {
	assert.deepEqual(['https://a.example/x', 'a.example', 'me@a.example', 'javascript:alert(1)', 'a b.example', 'data:text/html,x', '//x.example'].map(linkTarget),
		['https://a.example/x', 'https://a.example', 'mailto:me@a.example', null, null, null, null]);
});

const people = ['a', 'b', 'c'].map((name) => ({name, address: `${name}@x.example`}));

test('recipients', () => {
	const now = {to: ['a@x.example'], cc: []};
	assert.deepEqual(withRecipient(now, 'cc', 'b@x.example'), {to: ['a@x.example'], cc: ['b@x.example']});
	assert.deepEqual(withRecipient(now, 'cc', 'A@x.example'), {to: [], cc: ['A@x.example']}, 'nobody twice');
	assert.deepEqual(withoutRecipient(now, 'a@X.example'), {to: [], cc: []});
	assert.deepEqual(freePeople(people, {to: ['A@x.example'], cc: ['c@x.example']}).map(({name}) => name), ['b']);
	assert.deepEqual(keptRecipients({to: ['b@x.example', 'gone@x.example'], cc: null}, now, people), {to: ['b@x.example'], cc: []});
	assert.deepEqual(keptRecipients({to: ['gone@x.example'], cc: []}, now, people), now);
	assert.deepEqual(keptRecipients({to: null, cc: null}, now, people), now);
});

const start = {draft: null, uploads: [], text: 'Hi', html: '<p>Hi</p>', to: [people[0]], cc: [], people, from: null, language: 'en', seen: 7, limits: {}, employees: [], undo_seconds: 10};
const draft = {text: 'Half', html: '<p>Half</p>', private: true, to: ['b@x.example'], cc: [], status: 'pending1', employee: null, seen: 5, updated: '2026-01-01T00:00:00.000Z'};

test('a draft, else what a reply begins with', () => {
	assert.deepEqual(firstLetter(start), {html: '<p>Hi</p>', private: false, to: ['a@x.example'], cc: [], status: 'closed', employee: undefined, seen: 7});
	assert.deepEqual(firstLetter({...start, draft}), {html: '<p>Half</p>', private: true, to: ['b@x.example'], cc: [], status: 'pending1', employee: null, seen: 5});
	assert.equal(firstLetter({...start, draft: {...draft, html: null}}).html, '<p>Half</p>');
	assert.equal(isUntouched(freshLetter(start), start), true);
	assert.equal(isUntouched({...freshLetter(start), status: 'open'}, start), false);
});

test('what is sent: HTML only where it says more than the text', () => {
	const body = letterBody(freshLetter(start));
	assert.deepEqual([body.text, body.html, 'employee' in body], ['Hi', '', false]);
	assert.equal(letterBody({...freshLetter(start), html: '<p><em>Hi</em></p>', employee: null}).employee, null);
	assert.equal(letterBody({...freshLetter(start), html: '<p><em>Hi</em></p>'}).html, '<p><em>Hi</em></p>');
});

test('what another tab has kept takes over unless something waits here', () => {
	const later = {...draft, updated: '2026-01-02T00:00:00.000Z'};
	assert.equal(takesOver(later, {waiting: false, updated: draft.updated}), true);
	assert.equal(takesOver(later, {waiting: true, updated: draft.updated}), false);
	assert.equal(takesOver(draft, {waiting: false, updated: later.updated}), false);
	assert.equal(takesOver(null, {waiting: false, updated: draft.updated}), true, 'sent or discarded there');
	assert.equal(takesOver(null, {waiting: false, updated: null}), false);
});
