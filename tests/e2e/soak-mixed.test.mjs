// A short run of tests/soak/mixed.mjs (make soak-mixed runs an hour): all that a shop does at once, and nothing of it goes wrong. And that its judge sees a leak.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {build, isRoot, lacks, run, top} from './support/system.mjs';
import {judge} from '../soak/mixed/trend.mjs';

const skip = !isRoot ? 'needs root: a private Postfix is started' : lacks('postfix', 'sqlite3', 'flock');
const seconds = 12;

// An hour's samples, each ten seconds: VALUE of the time in seconds.
const series = (value) => Array.from({length: 360}, (_, i) => [i * 10, value(i * 10)]);
const noise = (seconds) => 3 * Math.sin(seconds * 1.7) + (seconds % 300 === 0 ? 40 : 0); // log-ins and backups make peaks

test('growth is told from noise and peaks', () => {
	for (const [name, value, grows] of [
		['steady', (at) => 50 + noise(at), false],
		['8 MiB an hour', (at) => 50 + at / 450 + noise(at), true],
		['2 MiB an hour', (at) => 50 + at / 1800 + noise(at), false],
		['shrinks', (at) => 80 - at / 100 + noise(at), false],
	]) assert.equal(judge(series(value), 3).grows, grows, name);
	assert.equal(judge(series((at) => 20 + Math.floor(at / 900)), 2).grows, true, 'a descriptor each quarter of an hour');
});

test('mail, answers, searches, files, erasing, resort and backups at once: nothing fails', {skip}, (t) => {
	const done = run('node', [path.join(top, 'tests/soak/mixed.mjs'), String(seconds / 60)], {timeout: 300_000, mayFail: true});
	assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
	const figures = JSON.parse(done.stdout.trim().split('\n').at(-1));
	t.diagnostic(JSON.stringify(figures));
	assert.equal(figures.problems, 0);
	for (const what of ['mails', 'captured', 'steps', 'bells', 'frames', 'chores']) assert.ok(figures[what] > 0, what);
	const lines = fs.readFileSync(path.join(build, 'soak/mixed.csv'), 'utf8').trim().split('\n');
	assert.ok(lines.length > 20 && lines.every((line) => line.split(',').length === lines[0].split(',').length));
	assert.match(fs.readFileSync(path.join(build, 'soak/mixed.svg'), 'utf8'), /^<svg [^]*<polyline points="[\d.]+,[\d.]+ [^]*<\/svg>\n$/);
});
