// A short run of tests/soak/answers.mjs (make soak-answers runs a long one): roles killed, disk full, relay away, while replies are sent.
import assert from 'node:assert/strict';
import path from 'node:path';
import {test} from 'node:test';
import {isRoot, lacks, run, top} from './support/system.mjs';

const skip = isRoot ? lacks('sqlite3', 'unshare', 'fallocate') : 'needs root: a small disk of its own is mounted';

test('each reply arrives once at most, and none is lost but those shown as doubtful', {skip}, (t) => {
	const done = run('unshare', ['-m', 'node', path.join(top, 'tests/soak/answers.mjs'), '12'], {timeout: 300_000, mayFail: true});
	const figures = done.stdout.trim().split('\n').at(-1);
	assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
	t.diagnostic(figures);
	const {sent, lost, twice, doubtful} = JSON.parse(figures);
	assert.deepEqual({lost, twice}, {lost: 0, twice: 0});
	assert.ok(sent > 50 && doubtful < sent / 2, figures);
});
