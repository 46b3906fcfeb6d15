import assert from 'node:assert/strict';
import test from 'node:test';
import {load} from './build.mjs';

const {parseRoute, safeNext} = await load('router.ts');
const {mergeMessages} = await load('thread/merge.ts');
const at = (address) => parseRoute(new URL(address, 'http://desk.example'));

test('addresses name screens', () => {
	assert.deepEqual(at('/'), {screen: 'desk', search: ''});
	assert.deepEqual(at('/?page=2'), {screen: 'desk', search: '?page=2'});
	assert.deepEqual(at('/threads/12'), {screen: 'thread', id: 12, message: null, q: ''});
	assert.deepEqual(at('/threads/12/#message-7'), {screen: 'thread', id: 12, message: 7, q: ''});
	assert.deepEqual(at('/threads/12?q=lamp#message-7'), {screen: 'thread', id: 12, message: 7, q: 'lamp'});
	assert.deepEqual(at('/threads/x'), {screen: 'missing'});
	assert.deepEqual(at('/contacts?page=2'), {screen: 'page', page: 'contacts', id: null, search: '?page=2'});
	assert.deepEqual(at('/contacts/new'), {screen: 'page', page: 'contacts', id: 'new', search: ''});
	assert.deepEqual(at('/order-messages/7/'), {screen: 'page', page: 'order-messages', id: 7, search: ''});
	for (const path of ['/contacts/x', '/contacts/0', '/contacts/1/2', '/nothing', '/constructor']) assert.deepEqual(at(path), {screen: 'missing'});
	assert.deepEqual(at('/login?next=%2Fthreads%2F3'), {screen: 'login', next: '/threads/3'});
});

test('after log-in one never leaves our pages', () => {
	for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/login?next=/', '', null]) assert.equal(safeNext(bad), '/');
	assert.equal(safeNext('/?folder=mine'), '/?folder=mine');
});

test('messages are merged by number, the newer answer wins, what was loaded before stays', () => {
	const list = (ids, mark) => ids.map((id) => ({id, mark}));
	assert.deepEqual(mergeMessages([], list([3, 4], 'a')).map(({id}) => id), [3, 4]);
	assert.deepEqual(mergeMessages(list([1, 2, 3, 4], 'a'), list([3, 4, 5], 'b')), [...list([1, 2], 'a'), ...list([3, 4, 5], 'b')]);
	assert.deepEqual(mergeMessages(list([1, 2], 'a'), list([3, 4], 'b')).map(({id}) => id), [1, 2, 3, 4]);
});
