// What the machine gives: programs, ports, processes.
import {spawn, spawnSync} from 'node:child_process';
import dns from 'node:dns';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

dns.setDefaultResultOrder('ipv4first'); // Node 18 tries one address of localhost only

export const top = fileURLToPath(new URL('../../..', import.meta.url));
export const build = path.resolve(top, process.env.BUILD || 'build');
export const isRoot = process.getuid() === 0;
export {sleep};

export function which(program) {
	const places = `${process.env.PATH}:/usr/sbin:/sbin`.split(':');
	return places.map((place) => path.join(place, program)).find((file) => fs.existsSync(file)) ?? null;
}

// Why tests that need these cannot run here, for node:test's skip; false when they can.
export function lacks(...needs) {
	if (needs.includes('postfix') && !isRoot) return 'needs root: a private Postfix cannot be started without';
	const missing = needs.filter((program) => !which(program));
	return missing.length ? `needs ${missing.join(', ')}` : false;
}

let nextPort = 9250;
export async function freePort() {
	for (; nextPort < 9300; nextPort++) {
		const port = nextPort;
		const free = await new Promise((done) => {
			const server = net.createServer().once('error', () => done(false));
			server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
		});
		if (free) return nextPort++;
	}
	throw new Error('no free port from 9250 to 9299');
}

// Runs to its end; throws with what it said when it fails. {input} goes to its stdin.
export function run(program, args, options = {}) {
	const done = spawnSync(program, args, {encoding: 'utf8', timeout: 60_000, cwd: top, ...options});
	if (done.error) throw done.error;
	if (done.status !== 0 && !options.mayFail) throw new Error(`${program} ${args.join(' ')}: ${done.status}\n${done.stdout}${done.stderr}`);
	return done;
}

// Starts in the background; all it says goes to the file.
export function start(program, args, logFile, options = {}) {
	const log = fs.openSync(logFile, 'a');
	const child = spawn(program, args, {stdio: ['ignore', log, log], cwd: top, ...options});
	child.ended = new Promise((done) => child.once('exit', (code, signal) => done({code, signal})));
	fs.closeSync(log);
	return child;
}

// Asks until the answer is true; the last error or the reason tells what was missing.
export async function until(reason, ask, seconds = 20) {
	let problem = '';
	for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) {
		try {
			const answer = await ask();
			if (answer) return answer;
		} catch (error) {
			problem = `: ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`;
		}
	}
	throw new Error(`waited ${seconds} s for ${reason}${problem}`);
}

// A sanitizer keeps what was freed: nothing can be said of a program's memory then.
export const isSanitized = (pid) => /lib[at]san/.test(fs.readFileSync(`/proc/${pid}/maps`, 'utf8'));
// What a process held in memory of its own at its highest, KiB.
export const peakOf = (pid) => Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB$/m)[1]);

// Processes of one program file: {pid, args}.
export function processesOf(file) {
	return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
		try {
			if (fs.readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '') !== file) return [];
			return [{pid: Number(pid), args: fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean)}];
		} catch {
			return [];
		}
	});
}
