import assert from 'node:assert/strict';
import test from 'node:test';
import {load} from './build.mjs';

const {titleText, badgeText, faviconUrl} = await load('title.ts');
const {noticeName, newestShown} = await load('notice.ts');

test('the number stands before the title, and not when there is none', () => {
	assert.equal(titleText(3, 'Customer Service'), '(3) Customer Service · Belfry');
	assert.equal(titleText(0, 'Customer Service'), 'Customer Service · Belfry');
	assert.equal(titleText(1, ''), '(1) Belfry');
});

test('the badge has at most three characters', () => {
	assert.deepEqual([0, 1, 99, 100, 12345].map(badgeText), ['', '1', '99', '99+', '99+']);
});

test('the favicon carries the number, well formed', () => {
	for (const count of [0, 7, 42, 1000]) {
		const svg = decodeURIComponent(faviconUrl(count).replace('data:image/svg+xml,', ''));
		assert.ok(!svg.includes('undefined'), svg);
		assert.equal(/<text[^>]*>([^<]*)<\/text>/.exec(svg)?.[1] ?? '', badgeText(count));
		assert.equal((svg.match(/</g) ?? []).length, (svg.match(/>/g) ?? []).length);
	}
});

test('an entry is named by the customer, else the address; a click clears up to the newest shown', () => {
	assert.equal(noticeName({customer: {id: 1, firstname: 'Jean', lastname: 'Dupont'}, email: 'x@y.example'}), 'Jean Dupont');
	assert.equal(noticeName({customer: null, email: 'x@y.example'}), 'x@y.example');
	assert.equal(newestShown([{event: 4}, {event: 9}, {event: 2}]), 9);
	assert.equal(newestShown([]), 0);
});
