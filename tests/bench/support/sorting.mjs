// How fast mail of the seeded corpus is sorted into a store (tests/bench/corpus.c, feed.c, sort_rate.c).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {build, isRoot, run} from '../../e2e/support/system.mjs';

const user = 'nobody'; // as the desks of the tests
const idOf = (option) => Number(run('id', [option, user]).stdout);
const owner = isRoot ? {uid: idOf('-u'), gid: idOf('-g')} : {};
const minutes = {timeout: 1_200_000};

// COUNT mails of SEED as a Maildir below a directory of its own: {maildir, octets, remove()}.
export function makeCorpus(count, seed = 1) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-corpus-'));
	fs.chmodSync(dir, 0o755);
	const maildir = path.join(dir, 'mails');
	const {octets} = JSON.parse(run(path.join(build, 'bench/corpus'), [maildir, String(count), String(seed)], minutes).stdout);
	return {maildir, octets, remove: () => fs.rmSync(dir, {recursive: true, force: true})};
}

// A copy where "nobody" may run it: the clone may lie where they cannot go.
function copied(desk, name) {
	const file = path.join(desk.dir, name);
	if (fs.existsSync(file)) return file;
	fs.copyFileSync(path.join(build, 'bench', name), file);
	fs.chmodSync(file, 0o755);
	return file;
}

// Takes COUNT mails of the corpus, from the FIRST on, into the store of DESK (a Desk that is ended): none of them is sorted.
export function feed(desk, maildir, {first = 0, count, recipient = 'support@shop.example'} = {}) {
	const range = [String(first), ...count ? [String(count)] : []];
	return JSON.parse(run(copied(desk, 'feed'), [path.join(desk.dir, 'store'), maildir, recipient, ...range], {...owner, ...minutes}).stdout);
}

// Sorts all that waits in DESK's store, with the role sort alone running on it: {mails, seconds, processor (seconds), rate (mails a second)}.
export function sortAll(desk) {
	const log = fs.openSync(desk.logFile, 'a');
	const words = [path.join(desk.dir, 'store'), desk.program, '-c', desk.confFile, 'sort'];
	const {stdout} = run(copied(desk, 'sort_rate'), words, {...owner, ...minutes, stdio: ['ignore', 'pipe', log]});
	fs.closeSync(log);
	const done = JSON.parse(stdout);
	return {...done, rate: done.mails / done.seconds};
}

// For figures at different sizes of a store: mails a second with which COUNT mails more, which no other call for this store names, are sorted.
export function sortingRate(desk, maildir, first, count) {
	feed(desk, maildir, {first, count});
	return sortAll(desk).rate;
}
