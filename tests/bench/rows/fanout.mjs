// fanout.mjs [OUT.json]: one event, a status that somebody sets, until the last of many open bells has it; and what a bell costs the server.
import {startDesk} from '../../e2e/support/desk.mjs';
import {capture, ids, numbered} from '../../e2e/support/list.mjs';
import {sleep} from '../../e2e/support/system.mjs';
import {fillStaff, privateOf, startLoader} from '../support/load.mjs';
import {best, median, number, report, rounds, told} from '../support/measure.mjs';

const CROWDS = {1000: 40, 5000: 200}; // bells: ms that the last of them may wait
const EVENTS = 20; // a round
const OCTETS = 6; // KB of the server's own memory, each

const median_of = (events, figure) => median(events.map((event) => event[figure]));

// One crowd of its own sessions, at a desk that was just started: how long the last bell waited, each event; KiB of the server's, each bell.
async function round(desk, tokens, crowd, thread) {
	await desk.restart();
	const [web] = desk.role('web');
	const before = privateOf(web);
	const bells = startLoader('load_bells', [desk.port, crowd, tokens, thread]);
	try {
		const {open_s} = await bells.hear();
		await sleep(500);
		const each = (privateOf(web) - before) / crowd;
		const events = [];
		for (let i = 0; i < EVENTS; i++) {
			events.push(await bells.tell(i % 2 ? 'open' : 'closed'));
			await sleep(100);
		}
		if (events.some(({missing}) => missing)) throw new Error(`bells were not told: ${JSON.stringify(events)}`);
		return {open_s, each, first_ms: median_of(events, 'first_ms'), last_ms: median_of(events, 'last_ms'), answer_ms: median_of(events, 'answer_ms')};
	} finally {
		await bells.end();
	}
}

const desk = await startDesk();
try {
	await capture(desk, await desk.client(), numbered(1));
	const thread = (await ids(await desk.client()))['Question 0'];
	const tokens = fillStaff(desk, Math.max(...Object.keys(CROWDS)));
	const all = Object.fromEntries(Object.keys(CROWDS).map((crowd) => [crowd, []]));
	for (let i = 0; i < rounds; i++)
		for (const crowd of Object.keys(CROWDS)) {
			all[crowd].push(await round(desk, tokens, Number(crowd), thread));
			console.error(`  round ${i + 1}: ${crowd}: ${JSON.stringify(all[crowd].at(-1))}`);
		}
	report(Object.entries(CROWDS).flatMap(([crowd, most]) => {
		const of = (figure) => all[crowd].map((one) => one[figure]);
		const last = best(of('last_ms'), false);
		return [
			{figure: `fan-out, ${crowd} bells`, how: `from the request that sets a status to the last bell's frame, a session each; median of ${EVENTS} events, best of the rounds`,
				reached: `${number(last)} ms, ${told(of('last_ms'))}`, reach: `≤ ${most} ms`, met: last <= most,
				beside: `its answer ${told(of('answer_ms'))} ms, the first bell ${told(of('first_ms'))} ms`},
			{figure: '… memory of each', how: 'private to the server', reached: `${told(of('each'))} KiB`, reach: `≤ ${OCTETS} KB`,
				met: median(of('each')) * 1.024 <= OCTETS, beside: `${crowd} opened in ${told(of('open_s'))} s`},
		];
	}));
} finally {
	await desk.stop();
}
