// main.mjs [ROW...]: measures each row of tests/bench/rows (or those named) beside its peers, one after the other, and writes $BUILD/bench.md. As root.
// What other rows gave in an earlier run stays in the table when only some are named.
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {build, run, top, which} from '../e2e/support/system.mjs';

// In the order of the table; what is on the disk is measured where it is sorted.
const ROWS = ['flow', 'others', 'capture', 'tcp', 'large', 'bell', 'sorting', 'fanout', 'list', 'thread', 'attachment', 'requests', 'growth', 'memory', 'start', 'page'];
const PEERS = {postfix: 'postfix', opendkim: 'opendkim', mu: 'maildir-utils', notmuch: 'notmuch', nginx: 'nginx', chromium: 'chromium'};
const folder = path.join(build, 'bench');
const file = (name) => path.join(folder, `${name}.json`);

function measure(name) {
	console.error(`${name}:`);
	const {status} = spawnSync(process.execPath, [path.join(top, 'tests/bench/rows', `${name}.mjs`), file(name)], {stdio: 'inherit', cwd: top});
	return status === 0;
}

const version = (name) => run('dpkg-query', ['-W', '-f', '${Version}', name], {mayFail: true}).stdout || 'not there';

function machine() {
	const [cpu] = os.cpus();
	const peers = Object.entries(PEERS).filter(([program]) => which(program)).map(([program, name]) => `${program} ${version(name)}`);
	return `${os.cpus().length} × ${cpu.model}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Linux ${os.release()}; sqlite ${version('libsqlite3-0')}, `
		+ `libwebsockets ${version('libwebsockets17')}, libmilter ${version('libmilter1.0.1')}, gmime ${version('libgmime-3.0-0')}; beside it ${peers.join(', ')}`;
}

function table() {
	const lines = ROWS.filter((name) => fs.existsSync(file(name))).flatMap((name) => JSON.parse(fs.readFileSync(file(name), 'utf8')));
	const mark = {true: 'yes', false: 'no', null: ''};
	const rows = lines.map(({figure, how, reached, reach, met, beside}) => `| ${[figure, how, reached, reach, mark[met ?? null], beside ?? ''].join(' | ')} |`);
	return ['| figure | how | reached | to reach | met | beside it, in the same run |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

const names = process.argv.slice(2);
const chosen = names.length ? names : ROWS;
fs.mkdirSync(folder, {recursive: true});
for (const name of chosen) fs.rmSync(file(name), {force: true});
const failed = chosen.filter((name) => !measure(name));
fs.writeFileSync(path.join(build, 'bench.md'), `${machine()}\n\n${table()}\n`);
console.log(fs.readFileSync(path.join(build, 'bench.md'), 'utf8'));
if (failed.length) console.error(`not measured: ${failed.join(', ')}`);
process.exit(failed.length ? 1 : 0);
