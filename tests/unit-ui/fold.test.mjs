import assert from 'node:assert/strict';
import test from 'node:test';
import {load} from './build.mjs';

const {fold, linkify, thinMarks} = await load('fold.ts');
const shape = (pieces) => pieces.map(({folded, text}) => `${folded ? '-' : '+'}${text.trim().split('\n').length}`).join(' ');

function check(text, reply, expected) {
	const pieces = fold(text, reply);
	assert.equal(pieces.map((piece) => piece.text).join(''), text, 'nothing is cut');
	assert.equal(shape(pieces), expected);
}

test('history after what was written is folded, with the line that introduces it', () => {
	check('Hello\n\nthanks.\n\nOn Monday we wrote:\n> old\n> older\n', 'Hello\n\nthanks.', '+3 -3');
});

test('history above is folded', () => check('> one\n> two\n\nBelow is my answer.\n', 'Below is my answer.', '-2 +1'));

test('answers between short quotes stay where they are', () => {
	check('> question 1\nyes\n> question 2\nno\n> question 3\n', 'yes\nno', '-1 +3 -1');
});

test('a long quote between answers is folded', () => {
	check(`first\n${'> line\n'.repeat(12)}second\n`, 'first\nsecond', '+1 -12 +1');
});

test('signature is folded, space around lines does not matter', () => check('Hi  \n bye\n-- \nJean\nMobile\n', 'Hi\nbye', '+2 -3'));

test('no quote: one piece', () => check('only this\n\nand that', 'only this\n\nand that', '+3'));

test('when the reply is not within the text, or empty, everything is shown', () => {
	check('a\nb\nc\n', 'a\nx', '+3');
	check('> all quoted\n', '', '+1');
	check('', '', '');
});

test('an early line that repeats does not hide what follows', () => check('yes\n> q\nyes\nend\n', 'yes\nyes\nend', '+4'));

test('addresses are told apart, without the punctuation after them', () => {
	assert.deepEqual(linkify('See https://shop.example/a?b=1. Or mail me@shop.example!'), [
		{text: 'See ', href: null},
		{text: 'https://shop.example/a?b=1', href: 'https://shop.example/a?b=1'},
		{text: '. Or mail ', href: null},
		{text: 'me@shop.example', href: 'mailto:me@shop.example'},
		{text: '!', href: null},
	]);
	assert.deepEqual(linkify('javascript:alert(1)'), [{text: 'javascript:alert(1)', href: null}]);
});

test('a mail address in the middle of letters that begin none, or of another script', () => {
	const found = (text) => linkify(text).filter(({href}) => href).map(({text: address}) => address);
	assert.deepEqual(found('..a.b+c@d-e.example, Zoë@shop.example'), ['a.b+c@d-e.example']);
	assert.deepEqual(found('mailto:a@b.example/c@d.example'), ['a@b.example', 'c@d.example']);
	assert.deepEqual(found('@b.example a@b a@ a@.b @'), []);
	assert.deepEqual(found('http://x.example/a@b.example HTTPS://y.example).'), ['http://x.example/a@b.example', 'HTTPS://y.example']);
	assert.deepEqual(found('a@b.example@c.example'), ['a@b.example']);
});

test('no text takes long, however much in it looks like the beginning of an address', () => {
	const size = 4 * 1024 * 1024; // as much as is kept of a mail
	for (const unit of ['a.', 'a+', 'a-', 'a@', 'a@b.', 'a@b-', 'http://', 'http://x/)', ')', '<http:']) {
		const began = performance.now(), text = `http://x/ a@b${unit.repeat(size / unit.length)}!`;
		assert.equal(linkify(text).map((span) => span.text).join(''), text);
		assert.ok(performance.now() - began < 60_000, unit);
	}
});

test('a letter keeps the marks that languages put on it, and no more than thirty', () => {
	const mark = '\u0301';
	assert.equal(thinMarks(`e${mark} a${mark.repeat(30)}b`), `e${mark} a${mark.repeat(30)}b`);
	assert.equal(thinMarks(`a${mark.repeat(1e6)}b${mark.repeat(31)}`), `a${mark.repeat(30)}b${mark.repeat(30)}`);
});
