import assert from 'node:assert/strict';
import test from 'node:test';
import {load} from './build.mjs';

process.env.TZ = 'Europe/Paris';
globalThis.navigator ??= {languages: []};
const {eventTime} = await load('eventTime.ts');
const plain = (text) => text.replace(/[\u2009\u202f\u00a0]/g, ' ').replace(/ ?[–-] ?/, '–').replace(/ at /g, ', ');

const cases = [
	[{start: '2024-05-14T09:00:00', end: '2024-05-14T10:30:00', zone: 'America/Chicago'}, /14.*9:00.*10:30.*\(America\/Chicago\)$/],
	[{start: '2024-05-14T09:00:00Z', end: '2024-05-14T10:30:00Z'}, /14.*11:00.*12:30.*\(Europe\/Paris\)$/],
	[{start: '2024-05-14T09:00:00'}, /14.*9:00/],
	[{start: '2024-05-14', end: '2024-05-15'}, /^[^–]*14[^–]*$/],
	[{start: '2024-05-14', end: '2024-05-17'}, /14.*–.*16/],
	[{start: '2024-05-14T09:00:00', end: '2024-05-13T09:00:00'}, /^[^–]*14[^–]*$/],
	[{start: '9999-99-99T99:99:99'}, /^$/],
	[{}, /^$/],
];
test('an event is when its mail says', () => {
	for (const [event, shown] of cases) assert.match(plain(eventTime(event)), shown, JSON.stringify(event));
});
