// list.mjs [OUT.json]: the list at a million threads, through the API: every page, sort and filter that the table names, each asked 200 times a round.
import {best, number, report, rounds} from '../support/measure.mjs';
import {asked, askInTurns, startFilled} from '../support/filled.mjs';

const THREADS = 1_000_000, REQUESTS = 200;
const FIGURES = [
	['list', 'list: pages, sorts, drop-downs, id, dates', 15],
	['text', 'list: text filters', 100],
	['search', 'list: `q` of a rare word and of one in 95 % of the messages', 50],
	['counters', 'list: counters', 15],
	['screen', 'list: the whole first screen, all its calls at once', 50],
];

const desk = await startFilled(THREADS);
const shown = (path) => path.replace('/api/v1/', '').replace('threads?limit=50', 'page 1').replace('page 1&', '').replace(/ .*/, ' …');
// Of each path the best round's 99th percentile; of these the worst.
function line([kind, figure, reach], all) {
	const paths = asked(THREADS)[kind];
	const worst = paths.map((path) => ({path, p99: best(all.map((times) => times[path].p99), false), p50: best(all.map((times) => times[path].p50), false),
		spread: all.map((times) => times[path].p99)})).sort((one, other) => other.p99 - one.p99)[0];
	return {figure, how: `p99 of ${REQUESTS}, ms; best of ${rounds} rounds, the worst of ${paths.length}: ${shown(worst.path)}`,
		reached: `${number(worst.p99)} (${number(Math.min(...worst.spread))}–${number(Math.max(...worst.spread))}; median request ${number(worst.p50)})`, reach: `≤ ${reach}`, met: worst.p99 <= reach};
}

try {
	const client = await desk.client(), paths = Object.values(asked(THREADS)).flat(), all = [];
	for (let round = 0; round < rounds; round++) {
		all.push(await askInTurns(desk, client, paths, REQUESTS));
		console.error(`  round ${round + 1}: ${Object.entries(all.at(-1)).map(([path, {p99}]) => `${shown(path)} ${number(p99)}`).join(', ')}`);
	}
	report(FIGURES.map((figure) => line(figure, all)));
} finally {
	await desk.putBack();
}
