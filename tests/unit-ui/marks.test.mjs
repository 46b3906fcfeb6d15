import assert from 'node:assert/strict';
import test from 'node:test';
import {load} from './build.mjs';

const {markParts, hasMarks, wordsOf} = await load('marks.ts');

test('words and their beginnings, case and accents ignored', () => {
	assert.deepEqual(markParts('Where is my LAMP? The lamps…', 'lamp'), ['Where is my ', 'LAMP', '? The ', 'lamps', '…']);
	assert.deepEqual(markParts('Café in Zürich', 'zurich cafe'), ['', 'Café', ' in ', 'Zürich', '']);
	assert.deepEqual(markParts('Cafe\u0301 noir', 'café'), ['', 'Cafe\u0301', ' noir']);
	assert.deepEqual(markParts('Straße in ŁÓDŹ', 'strasse lodz'), ['', 'Straße', ' in ', 'ŁÓDŹ', '']);
	assert.deepEqual(markParts('stamp', 'amp'), ['stamp']);
});

test('parts put together are the text', () => {
	for (const q of ['', ' ', '"*', 'b script', 'o']) assert.equal(markParts('<b>bold</b> & <script> foo@b.example', q).join(''), '<b>bold</b> & <script> foo@b.example');
});

test('nothing searched, nothing marked', () => {
	assert.equal(hasMarks('lamp', ''), false);
	assert.equal(hasMarks('lamp', '"* -'), false);
	assert.deepEqual(wordsOf('"Two words"*'), ['two', 'words']);
});
