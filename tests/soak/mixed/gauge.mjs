// What Belfry's processes hold, read from /proc, and how large its files are.
import fs from 'node:fs';
import path from 'node:path';
import {processesOf} from '../../e2e/support/system.mjs';

export const roles = ['milter', 'sort', 'parse', 'courier', 'web', 'run'];
export const measures = ['rss', 'pss', 'anon', 'fds', 'threads']; // the first three in MiB
export const files = ['desk.db', 'desk.db-wal', 'raw.db', 'raw.db-wal']; // MiB

const number = (text, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? NaN);

function measure(pid) {
	const file = (name) => fs.readFileSync(`/proc/${pid}/${name}`, 'utf8');
	const memory = file('smaps_rollup');
	return {rss: number(memory, 'Rss') / 1024, pss: number(memory, 'Pss') / 1024, anon: number(memory, 'Pss_Anon') / 1024,
		fds: fs.readdirSync(`/proc/${pid}/fd`).length, threads: number(file('status'), 'Threads')};
}

function sizeOf(file) {
	try {
		return fs.statSync(file).size / 2 ** 20;
	} catch {
		return 0;
	}
}

// {seconds, "web pss": …, "desk.db-wal": …}; what is not running just now has no value. SECONDS: when this is.
export function sample(desk, seconds) {
	const values = {seconds};
	for (const {pid, args} of processesOf(desk.program)) {
		const role = roles.find((name) => args.includes(name));
		try {
			for (const [name, value] of Object.entries(role ? measure(pid) : {})) values[`${role} ${name}`] = (values[`${role} ${name}`] ?? 0) + value;
		} catch { // it has just ended
		}
	}
	for (const file of files) values[file] = sizeOf(path.join(desk.dir, 'store', file));
	return values;
}

export const columns = ['seconds', ...roles.flatMap((role) => measures.map((name) => `${role} ${name}`)), ...files];
const short = (value) => value === undefined || Number.isNaN(value) ? '' : String(Math.round(value * 100) / 100);
export const csvLine = (values) => `${columns.map((name) => short(values[name])).join(',')}\n`;
