// Our loaders in C, and what rows about the web have in common.
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import {employees, password} from '../../e2e/support/desk.mjs';
import {build, run} from '../../e2e/support/system.mjs';

export const program = (name) => path.join(build, 'bench', name);

// Runs a loader to its end without holding up this process: what it printed, parsed.
export function loader(name, args) {
	const child = spawn(program(name), args.map(String), {stdio: ['ignore', 'pipe', 'inherit']});
	let said = '';
	child.stdout.on('data', (data) => { said += data; });
	return new Promise((done, fail) => child.once('close', (code) => {
		if (code) fail(new Error(`${name} ${args.join(' ')}: ${code}`));
		else done(JSON.parse(said));
	}));
}

// load_http at the URLs, with the cookie of CLIENT (none: null).
export const askHttp = (urls, client, options) => loader('load_http', [...options, ...(client ? ['-H', `Cookie: ${client.cookie}`] : []), ...[urls].flat()]);

// A loader that is told by lines and answers each with a line of JSON.
export function startLoader(name, args) {
	const child = spawn(program(name), args.map(String), {stdio: ['pipe', 'pipe', 'inherit']});
	const lines = readline.createInterface({input: child.stdout})[Symbol.asyncIterator]();
	const hear = async () => {
		const {value, done} = await lines.next();
		if (done) throw new Error(`${name} ended`);
		return JSON.parse(value);
	};
	return {
		hear,
		tell: (line) => { child.stdin.write(`${line}\n`); return hear(); },
		end: () => new Promise((done) => { child.once('close', done); child.stdin.end(); }),
	};
}

// Agents of the desk, each logged in once: their cookies, one a line, in a file.
export function fillStaff(desk, count) {
	const owner = process.getuid() === 0 ? {uid: Number(run('id', ['-u', 'nobody']).stdout), gid: Number(run('id', ['-g', 'nobody']).stdout)} : {};
	const copy = path.join(desk.dir, 'fill_staff'); // the clone may lie where "nobody" cannot go
	fs.copyFileSync(program('fill_staff'), copy);
	fs.chmodSync(copy, 0o755);
	const tokens = path.join(desk.dir, 'tokens');
	fs.writeFileSync(tokens, run(copy, [path.join(desk.dir, 'store'), String(count)], owner).stdout);
	return tokens;
}

export const admin = {...employees.anna, password};

// Of a process, without what it shares with others: KiB.
export const privateOf = (pid) => fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Private_\w+: +(\d+) kB$/gm).reduce((sum, line) => sum + Number(/\d+/.exec(line)[0]), 0);
// Its share of what it has in memory, what is shared divided by who shares it: KiB.
export const pssOf = (pid) => Number(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss: +(\d+) kB$/m)[1]);
