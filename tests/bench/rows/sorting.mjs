// sorting.mjs [OUT.json]: how fast mail is sorted, beside what indexes a Maildir, and what it then takes on the disk. Contenders take turns over the same
// seeded corpus of BENCH_MAILS (20,000) mails, each with a database that is new: Belfry's role sort, from exec to the commit of the last mail; `mu index`;
// `notmuch new`, which takes longest, over the first quarter (its rate falls as its database grows, so that is in its favour). Taking the mails into raw.db
// is not timed, nor is making Belfry's store or mu's.
import fs from 'node:fs';
import path from 'node:path';
import {startDesk} from '../../e2e/support/desk.mjs';
import {run} from '../../e2e/support/system.mjs';
import {median, number, ratios, report, takeTurns, told} from '../support/measure.mjs';
import {feed, makeCorpus, sortAll} from '../support/sorting.mjs';

const count = Number(process.env.BENCH_MAILS ?? 20_000);
const corpus = makeCorpus(count);
const desk = await startDesk();
await desk.end();
const store = path.join(desk.dir, 'store'), unsorted = path.join(desk.dir, 'unsorted'), peers = fs.mkdtempSync(path.join(path.dirname(corpus.maildir), 'peers-'));
const {octets} = feed(desk, corpus.maildir);
fs.renameSync(store, unsorted);

function takeNewStore() {
	fs.rmSync(store, {recursive: true, force: true});
	run('cp', ['-a', unsorted, store], {timeout: 600_000});
}

const onDisk = (dir) => fs.readdirSync(dir, {withFileTypes: true}).reduce((sum, entry) =>
	sum + (entry.isFile() ? fs.statSync(path.join(dir, entry.name)).blocks * 512 : 0), 0);

function quarter() {
	const names = fs.readdirSync(path.join(corpus.maildir, 'cur')).sort().slice(0, Math.ceil(count / 4)), dir = path.join(peers, 'quarter');
	for (const part of ['cur', 'new', 'tmp']) fs.mkdirSync(path.join(dir, part), {recursive: true});
	for (const name of names) fs.linkSync(path.join(corpus.maildir, 'cur', name), path.join(dir, 'cur', name));
	return {dir, mails: names.length};
}

// Seconds by the clock, and of the processor.
function timed(command, environment = {}) {
	const {stderr} = run('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1', '-', ...command], {env: {...process.env, ...environment}, timeout: 1_800_000});
	const [seconds, user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
	return {seconds, processor: user + system};
}

const rated = (mails, {seconds, processor}) => ({rate: mails / seconds, each: processor * 1000 / mails}); // each: ms of the processor a mail

function mu() {
	const home = path.join(peers, 'mu');
	fs.rmSync(home, {recursive: true, force: true});
	run('mu', ['init', `--muhome=${home}`, `--maildir=${corpus.maildir}`]);
	return rated(count, timed(['mu', 'index', `--muhome=${home}`, '--quiet']));
}

const some = quarter();
function notmuch() {
	const config = path.join(peers, 'notmuch.conf'), database = path.join(peers, 'notmuch');
	fs.rmSync(database, {recursive: true, force: true});
	fs.mkdirSync(database);
	fs.writeFileSync(config, `[database]\npath=${database}\nmail_root=${some.dir}\n[new]\ntags=\n[maildir]\nsynchronize_flags=false\n`);
	return rated(some.mails, timed(['notmuch', `--config=${config}`, 'new', '--quiet']));
}

const disk = [];
function belfry() {
	takeNewStore();
	const done = sortAll(desk);
	disk.push(onDisk(store) / octets);
	return rated(count, done);
}

try {
	const all = await takeTurns({belfry, mu, notmuch});
	const of = (name, figure) => all[name].map((round) => round[figure]);
	const overMu = ratios(of('belfry', 'rate'), of('mu', 'rate')), overNotmuch = ratios(of('belfry', 'rate'), of('notmuch', 'rate'));
	report([
		{figure: 'sorting', how: `messages/s, a seeded corpus of ${count} mails, mean ${number(corpus.octets / count / 1000)} KB`,
			reached: `${told(overMu)} × mu, ${told(overNotmuch)} × notmuch; ${told(of('belfry', 'rate'))} /s, ${told(of('belfry', 'each'))} ms of the processor each`,
			reach: '≥ 3 × mu', met: median(overMu) >= 3,
			beside: ['mu', 'notmuch'].map((name) => `${name} ${told(of(name, 'rate'))} /s, ${told(of(name, 'each'))} ms`).join('; ')},
		{figure: 'disk', how: 'bytes on disk per byte of raw mail, that corpus sorted', reached: told(disk), reach: '≤ 1.6', met: median(disk) <= 1.6, beside: ''},
	]);
} finally {
	corpus.remove();
	await desk.stop();
}
