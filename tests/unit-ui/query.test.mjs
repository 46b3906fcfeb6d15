import assert from 'node:assert/strict';
import test from 'node:test';
import {load} from './build.mjs';

const {parseQuery, formatQuery, cleanFilters, sortBy, deskPath} = await load('query.ts');

test('the address says all of the list, and reads back the same', () => {
	for (const search of [
		'',
		'?folder=mine',
		'?q=walnut+table&customer=Jean+D%C3%BCp%26co&status=pending1&private=yes&from=2024-01-01&to=2024-02-29&sort=email&page=3&limit=300',
		'?folder=bin&id=12&contact=2&language=fr&employee=Kowalska&message=%23+100%25&sort=-id',
	]) assert.equal(formatQuery(parseQuery(search)), search);
});

test('defaults: everything, newest last message first, 20 rows', () => {
	const {folder, sort, descending, page, limit, filters} = parseQuery('');
	assert.deepEqual({folder, sort, descending, page, limit, filters}, {folder: '', sort: 'last_message', descending: true, page: 1, limit: 20, filters: {}});
	assert.equal(deskPath({}), '/');
	assert.equal(deskPath({filters: {email: 'a@b.example'}}), '/?email=a%40b.example');
});

test('what cannot be meant is dropped', () => {
	const query = parseQuery('?folder=attic&sort=shop&page=-4&limit=21&status=lost&from=yesterday&private=maybe&id=abc');
	assert.equal(formatQuery(query), '');
	assert.deepEqual(cleanFilters({id: ' #12 ', customer: '  Jean  ', email: ' '}), {id: '12', customer: 'Jean'});
});

test('a column sorts upwards first, the date downwards; a second click turns it', () => {
	const first = sortBy(parseQuery('?page=4'), 'email');
	assert.equal(formatQuery(first), '?sort=email');
	assert.equal(formatQuery(sortBy(first, 'email')), '?sort=-email');
	assert.equal(formatQuery(sortBy(first, 'last_message')), '');
	assert.equal(formatQuery(sortBy(parseQuery(''), 'last_message')), '?sort=last_message');
});
