// A short run of tests/soak/answers.mjs (make soak-answers runs a long one): roles killed, disk full, relay away, while replies are sent.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {build, isRoot, lacks, run, top} from './support/system.mjs';

const mayMount = () => run('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', os.tmpdir()], {mayFail: true}).status === 0;
const skip = !isRoot ? 'needs root: a small disk of its own is mounted' : lacks('sqlite3', 'unshare', 'fallocate') || !mayMount() && 'nothing may be mounted here';
const rounds = fs.readFileSync(path.join(build, 'belfry')).includes('__asan_init') ? '3' : '12'; // a sanitizer makes each start slow

test('each reply arrives once at most, and none is lost but those shown as doubtful', {skip}, (t) => {
	const done = run('unshare', ['-m', 'node', path.join(top, 'tests/soak/answers.mjs'), rounds], {timeout: 300_000, mayFail: true});
	const figures = done.stdout.trim().split('\n').at(-1);
	assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
	t.diagnostic(figures);
	const {sent, lost, twice, doubtful} = JSON.parse(figures);
	assert.deepEqual({lost, twice}, {lost: 0, twice: 0});
	assert.ok(sent > 50 && doubtful < sent / 2, figures);
});
