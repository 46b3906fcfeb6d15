import assert from 'node:assert/strict';
import test from 'node:test';
import {load} from './build.mjs';

const {isQuiet, wanted} = await load('notify.ts');
const {browserName} = await load('settings/browserName.ts');
const at = (time) => new Date(`2024-05-06T${time}:00`);

test('quiet hours go over midnight', () => {
	const night = {from: '22:00', to: '07:00'};
	for (const [time, quiet] of [['21:59', false], ['22:00', true], ['00:00', true], ['06:59', true], ['07:00', false], ['12:00', false]])
		assert.equal(isQuiet(night, at(time)), quiet, time);
	const noon = {from: '12:00', to: '13:30'};
	for (const [time, quiet] of [['11:59', false], ['12:00', true], ['13:29', true], ['13:30', false]]) assert.equal(isQuiet(noon, at(time)), quiet, time);
	assert.equal(isQuiet({from: '08:00', to: '08:00'}, at('03:00')), true);
	assert.equal(isQuiet(null, at('03:00')), false);
});

test('only the kinds that are wanted are heard, and none in quiet hours', () => {
	const notify = {bell: ['message', 'assigned'], sound: ['assigned'], desktop: [], quiet: {from: '22:00', to: '07:00'}};
	const entries = [{kind: 'message'}, {kind: 'assigned'}];
	assert.deepEqual(wanted(entries, notify, 'sound', at('12:00')), [{kind: 'assigned'}]);
	assert.deepEqual(wanted(entries, notify, 'sound', at('23:00')), []);
	assert.deepEqual(wanted(entries, notify, 'desktop', at('12:00')), []);
});

test('a browser by its name', () => {
	assert.equal(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'), 'Firefox, Linux');
	assert.equal(browserName('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0'), 'Edge, Windows');
	assert.equal(browserName('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/604.1'), 'Safari, iPhone');
	assert.equal(browserName('curl/8.0'), 'curl/8.0');
	assert.equal(browserName(''), '?');
});
