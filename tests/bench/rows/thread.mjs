// thread.mjs [OUT.json]: the page of a thread of 5,000 messages, in a store of a million threads: its newest 50 messages and all that stands beside them.
import {best, number, report, rounds} from '../support/measure.mjs';
import {askInTurns, startFilled} from '../support/filled.mjs';

const THREADS = 1_000_000, REQUESTS = 200; // the last thread is the long one
const PATH = `/api/v1/threads/${THREADS}?limit=50`;

const desk = await startFilled(THREADS);
try {
	const client = await desk.client(), all = [];
	for (let round = 0; round < rounds; round++) all.push((await askInTurns(desk, client, [PATH], REQUESTS))[PATH]);
	const p99 = all.map((times) => times.p99), reached = best(p99, false);
	report([{figure: 'thread page: a thread of 5,000 messages', how: `first 50 messages, p99 of ${REQUESTS}, ms; best of ${rounds} rounds`,
		reached: `${number(reached)} (${number(reached)}–${number(Math.max(...p99))}; median request ${number(best(all.map((times) => times.p50), false))})`, reach: '≤ 20', met: reached <= 20}]);
} finally {
	await desk.putBack();
}
