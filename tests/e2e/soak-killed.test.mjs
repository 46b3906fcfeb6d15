// A short run of tests/soak/killed.mjs (make soak runs a long one): everything is killed while mail comes in and staff work.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {build, lacks, run, top} from './support/system.mjs';

const skip = lacks('postfix', 'sqlite3');
const rounds = fs.readFileSync(path.join(build, 'belfry')).includes('__asan_init') ? '6' : '20'; // a sanitizer makes each start slow

test('whatever is killed: what was taken is there once, and the bell tells of it once', {skip}, (t) => {
	const done = run('node', [path.join(top, 'tests/soak/killed.mjs'), rounds], {timeout: 580_000, mayFail: true});
	const figures = done.stdout.trim().split('\n').at(-1);
	assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
	t.diagnostic(figures);
	const {lost, doubled, problems, mails} = JSON.parse(figures);
	assert.deepEqual({lost, doubled, problems}, {lost: 0, doubled: 0, problems: 0});
	assert.ok(mails > Number(rounds), figures);
});
