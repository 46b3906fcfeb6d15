// What is done to a store besides its use: old threads are erased, old mail is read again, backups are made. Each is a program of its own.
import fs from 'node:fs';
import path from 'node:path';
import {spawn} from 'node:child_process';
import {pick} from './chance.mjs';
import {ask} from './staff.mjs';

const DAYS_MS = 400 * 86_400_000; // longer ago than anything in the bin may lie there
const TOOK_MAX = 5000;            // threads to go at once

// Runs to its end without holding up this process; resolves to what it said, throws when it fails.
export function runAside(program, args, input = '') {
	return new Promise((done, fail) => {
		const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'pipe']});
		let said = '';
		for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { said += text; });
		child.stdin.on('error', () => {});
		child.on('error', fail);
		child.on('close', (status) => status === 0 ? done(said) : fail(Object.assign(new Error(`${args.slice(2).join(' ')}: ${status}: ${said.slice(-500)}`), {status})));
		child.stdin.end(input);
	});
}

const cli = (desk, args, input) => runAside(desk.program, ['-c', desk.confFile, ...args], input);
// Under the lock of Belfry's writers, as one of them.
export const sql = (desk, text) => runAside('flock', [path.join(desk.dir, 'store/desk.db.lock'), 'sqlite3', '-cmd', '.timeout 20000', path.join(desk.dir, 'store/desk.db'), text]);

export const capture = (desk, {from, to, octets}) => cli(desk, ['capture', '--from', from, '--to', to], octets);

// All but the newest KEEP threads go into the bin, and long ago: they are erased as soon as the sorter next looks, for which a notice that is over is cause.
async function erase(desk, client, keep) {
	const ids = (await sql(desk, `SELECT id FROM thread WHERE binned IS NULL AND merged_into IS NULL ORDER BY id DESC LIMIT ${TOOK_MAX} OFFSET ${keep}`)).split('\n').filter(Boolean);
	for (let at = 0; at < ids.length; at += 100) await ask(client, 'DELETE', `/threads?ids=${ids.slice(at, at + 100).join(',')}`);
	await sql(desk, `UPDATE thread SET binned = binned - ${DAYS_MS} WHERE binned IS NOT NULL`);
	await ask(client, 'POST', '/employees/2/reset', {body: {}});
}

const resort = (desk) => cli(desk, ['resort', ...pick([['--unreadable'], ['--contact', 'support@shop.example'], ['--all']])]);

async function backup(desk) {
	const copy = path.join(desk.dir, 'run/backup');
	fs.rmSync(copy, {recursive: true, force: true});
	await cli(desk, ['backup', copy]);
	await cli(desk, ['backup', '--verify', copy]);
}

const check = (desk) => cli(desk, ['check', '--deep']);

export const chores = [erase, backup, erase, resort, erase, check];
