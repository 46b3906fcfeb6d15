import assert from 'node:assert/strict';
import test from 'node:test';
import {load} from './build.mjs';

const {fold, linkify} = await load('fold.ts');
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
