// Desks over stores of many threads (tests/bench/fill_desk.c). A store is filled once, minutes for a million, and kept in $BUILD/bench for the rows after; what a row
// sorts into it stays there.
import fs from 'node:fs';
import path from 'node:path';
import {startDesk} from '../../e2e/support/desk.mjs';
import {build, isRoot, run} from '../../e2e/support/system.mjs';
import {loader} from './load.mjs';

const LONG = 3_600_000; // ms
const user = 'nobody'; // as the desks of the tests
const idOf = (option) => Number(run('id', [option, user]).stdout);
const owner = isRoot ? {uid: idOf('-u'), gid: idOf('-g')} : {};
const kept = (threads) => path.join(build, 'bench', `store-${threads}`);
const storeOf = (desk) => path.join(desk.dir, 'store');
const move = (from, to) => run('mv', [from, to], {timeout: LONG});

async function fill(threads) {
	const desk = await startDesk();
	try {
		await desk.end();
		const program = path.join(desk.dir, 'fill_desk'); // a copy: the clone may lie where "nobody" cannot go
		fs.copyFileSync(path.join(build, 'bench/fill_desk'), program);
		fs.chmodSync(program, 0o755);
		console.error(`  filled: ${run(program, [storeOf(desk), String(threads)], {...owner, timeout: LONG}).stdout.trim()}`);
		move(storeOf(desk), kept(threads));
		fs.mkdirSync(storeOf(desk));
	} finally {
		await desk.stop();
	}
}

// A desk whose store has so many threads, started; its putBack() ends it and keeps the store. OPTIONS: startDesk's.
export async function startFilled(threads, options) {
	if (!fs.existsSync(kept(threads))) await fill(threads);
	const desk = await startDesk(options);
	desk.putBack = async () => {
		await desk.end();
		move(storeOf(desk), kept(threads));
		fs.mkdirSync(storeOf(desk));
		await desk.stop();
	};
	await desk.end();
	fs.rmSync(storeOf(desk), {recursive: true});
	move(kept(threads), storeOf(desk));
	desk.cli(['migrate'], {timeout: LONG});
	await desk.start();
	return desk;
}

// What is asked of a list of THREADS threads, PAGE among it: {kind: [path]}; the numbers in them are of threads and contacts that fill_desk made.
const list = (query) => `/api/v1/threads?limit=50${query && `&${query}`}`;
const day = (before) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);
const SORTS = ['id', 'customer', 'email', 'contact', 'language', 'status', 'employee', 'message', 'private'];
export const asked = (threads, page = 1000) => ({
	list: ['', `page=${page}`, ...SORTS.flatMap((sort) => [`sort=${sort}`, `sort=-${sort}`]), 'contact=5', 'language=fr', 'language=pl', 'status=open', 'status=closed',
		'private=yes', 'private=no', `id=${threads / 2}`, `from=${day(90)}&to=${day(60)}`].map(list),
	text: ['customer=maria', 'customer=jakub+ba', 'email=example', 'email=visitor77', 'employee=ba', 'message=order', 'message=zanzibar'].map(list),
	search: ['q=zanzibar', 'q=order'].map(list), // in five threads, in 95 % of the messages
	counters: ['/api/v1/statistics', '/api/v1/kpis', '/api/v1/folders', '/api/v1/contacts/summary'],
	screen: [['/api/v1/session/look', '/api/v1/threads?limit=20', '/api/v1/kpis', '/api/v1/statistics', '/api/v1/folders', '/api/v1/contacts/summary', '/api/v1/filters',
		'/api/v1/notifications'].join(' ')],
});

// Each of PATHS asked COUNT times by CLIENT, in turns, what is asked at once after the others, as idle connections are not kept: {path: {p50, p99, max, bytes}}, ms.
export async function askInTurns(desk, client, paths, count) {
	const atOnce = paths.filter((path) => path.includes(' ')), alone = paths.filter((path) => !path.includes(' '));
	const ask = (some) => (some.length ? loader('ask', [desk.port, client.cookie, count, ...some]) : {});
	return {...await ask(alone), ...await ask(atOnce)};
}
