// memory.mjs [OUT.json]: what all processes of Belfry have in memory, each page shared out among those who share it (PSS): at rest, at the most while
// mail comes in through the milter and is sorted, the list is asked for over 64 connections, and 1,000 bells hear of it, all at once, and at rest again.
import {capture, ids, numbered} from '../../e2e/support/list.mjs';
import {startDesk} from '../../e2e/support/desk.mjs';
import {processesOf, sleep} from '../../e2e/support/system.mjs';
import {milterLoad, untilSorted} from '../support/flow.mjs';
import {askHttp, fillStaff, pssOf, startLoader} from '../support/load.mjs';
import {best, median, number, report, takeTurns, told} from '../support/measure.mjs';

const IDLE = 48, LOADED = 192; // MB
const SECONDS = 12, LOOK_MS = 200;
const CONNECTIONS = 16, SIZE = 11 * 1024; // of mail
const BELLS = 1000;
const REST_MS = 15_000; // after which who has nothing to do has given back what the last work took
const LIST = '/api/v1/threads?status=open&limit=20';

const rolesOf = (desk) => processesOf(desk.program).flatMap(({pid, args}) => {
	try {
		return [{role: args.at(-1), mb: pssOf(pid) * 1024 / 1e6}];
	} catch {
		return []; // it has ended meanwhile
	}
});
const sum = (roles) => roles.reduce((all, {mb}) => all + mb, 0);
const say = (roles) => roles.map(({role, mb}) => `${role} ${number(mb, 0)}`).join(', ');

// The moment with the most, until WORK is done.
async function most(desk, work) {
	let isOver = false, highest = [];
	void work.finally(() => { isOver = true; }).catch(() => {});
	while (!isOver) {
		const now = rolesOf(desk);
		if (sum(now) > sum(highest)) highest = now;
		await sleep(LOOK_MS);
	}
	await work;
	return highest;
}

async function mails(desk) {
	const until = Date.now() + SECONDS * 1000;
	let count = 0;
	while (Date.now() < until) {
		await milterLoad(desk.milterSocket, {connections: CONNECTIONS, mails: 25, size: SIZE});
		count += CONNECTIONS * 25;
	}
	return count;
}

async function load(desk, client, tokens, thread) {
	const bells = startLoader('load_bells', [desk.port, BELLS, tokens, thread]);
	try {
		await bells.hear();
		const list = askHttp(desk.url + LIST, client, ['-c', 64, '-s', SECONDS]);
		const changes = (async () => {
			for (let i = 0; i < SECONDS; i++) {
				await bells.tell(i % 2 ? 'open' : 'closed');
				await sleep(1000);
			}
		})();
		const [{per_s}, count] = await Promise.all([list, mails(desk), changes]);
		return {requests: per_s, mails: count / SECONDS};
	} finally {
		await bells.end();
	}
}

const desk = await startDesk();
try {
	await capture(desk, await desk.client(), numbered(60));
	const client = await desk.client();
	const thread = (await ids(client))['Question 0'];
	const tokens = fillStaff(desk, BELLS);
	const all = await takeTurns({
		belfry: async () => {
			await desk.restart();
			await client.get('/threads'); // somebody has looked
			await sleep(REST_MS);
			const idle = rolesOf(desk);
			let rates;
			const loaded = await most(desk, (async () => { rates = await load(desk, client, tokens, thread); })());
			await untilSorted({desk}, 240);
			await sleep(REST_MS);
			const rested = rolesOf(desk);
			return {idle: sum(idle), loaded: sum(loaded), rested: sum(rested), idleRoles: say(idle), loadedRoles: say(loaded), restedRoles: say(rested), ...rates};
		},
	});
	const of = (figure) => all.belfry.map((figures) => figures[figure]);
	const last = all.belfry.at(-1);
	report([
		{figure: 'memory, idle', how: `PSS of all processes ${REST_MS / 1000} s after a start and a look at the list; best of the rounds, each with more in the store`,
			reached: `${number(best(of('idle'), false))} MB, ${told(of('idle'))}`, reach: `≤ ${IDLE} MB`, met: best(of('idle'), false) <= IDLE, beside: last.idleRoles},
		{figure: '… under the whole load', how: `mail through the milter over ${CONNECTIONS} connections (${number(median(of('mails')), 0)}/s of 11 KB), sorting, the list over 64 connections`
			+ ` (${number(median(of('requests')), 0)}/s), ${BELLS} bells; the highest moment, median of the rounds`,
			reached: `${told(of('loaded'))} MB`, reach: `≤ ${LOADED} MB`, met: median(of('loaded')) <= LOADED, beside: last.loadedRoles},
		{figure: '… at rest again', how: `${REST_MS / 1000} s after the last mail of that was sorted`, reached: `${told(of('rested'))} MB`, reach: '', met: null, beside: last.restedRoles},
	]);
} finally {
	await desk.stop();
}
