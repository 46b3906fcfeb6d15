// What a role asks of the kernel, by strace: writes and syncs of the store's logs, and answers.
import fs from 'node:fs';
import path from 'node:path';
import {start, until} from './system.mjs';

const CALLS = 'trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg';

// A line of strace -f: a whole call, or the end of one that others interrupted, by its process and what it began with.
function* calls(text) {
	const begun = new Map();
	for (const line of text.split('\n')) {
		const [, pid, rest] = /^(\d+) +(.*)$/.exec(line) ?? [];
		if (!rest) continue;
		const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(rest), resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
		if (unfinished) begun.set(pid, unfinished[1]);
		else if (resumed) yield `${begun.get(pid)}${resumed[1]}`;
		else yield rest;
	}
}

export class Trace {
	#child;
	#file;

	// Null when this kernel, or this account, lets nobody be traced.
	static async of(pid, file) {
		const trace = new Trace();
		trace.#file = file;
		trace.#child = start('strace', ['-f', '-yy', '-s', '40', '-e', CALLS, '-o', file, '-p', String(pid)], `${file}.said`);
		const isOver = await Promise.race([trace.#child.ended, until('strace', () => /attached/.test(fs.readFileSync(`${file}.said`, 'utf8'))).then(() => null)]);
		return isOver ? null : trace;
	}

	async end() {
		this.#child.kill('SIGINT');
		await this.#child.ended;
	}

	// In order: {kind: 'write' or 'sync', file: "raw.db"…} of the logs that commits go to, and {kind: 'answer'} for what ANSWER (a pattern) takes for one.
	steps(answer) {
		const steps = [];
		for (const call of calls(fs.readFileSync(this.#file, 'utf8'))) {
			const [, name, file] = /^(\w+)\(\d+<([^>]*)>/.exec(call) ?? [];
			const log = file?.endsWith('-wal') ? path.basename(file, '-wal') : null;
			if (log && name === 'pwrite64') steps.push({kind: 'write', file: log});
			else if (log && /sync$/.test(name) && / = 0$/.test(call)) steps.push({kind: 'sync', file: log});
			else if (answer.test(call)) steps.push({kind: 'answer'});
		}
		return steps;
	}
}
