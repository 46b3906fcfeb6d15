// growth.mjs [OUT.json]: the same requests for the list, and the same mail to sort, at 10 k, 100 k and 1 M threads, the sizes in turns.
import {best, median, number, report, rounds, takeTurns} from '../support/measure.mjs';
import {asked, askInTurns, startFilled} from '../support/filled.mjs';
import {makeCorpus, sortingRate} from '../support/sorting.mjs';

const SIZES = [10_000, 100_000, 1_000_000], PAGE = 100 /* which the smallest has too */, REQUESTS = 20, MAILS = 1000;
const named = (size) => `${size / 1000} k`;

const desks = new Map();
for (const size of SIZES) desks.set(named(size), {size, desk: await startFilled(size)});
const contenders = (measure) => Object.fromEntries([...desks].map(([name, one]) => [name, () => measure(one)]));
const medians = (all) => Object.values(all).map(median);
const spread = (values) => Math.max(...values) / Math.min(...values);

// Of each path the median request at each size, that of the best round: most take less than a millisecond, and what else the machine does at times tells more of a
// worse one than the number of threads.
async function measureList() {
	const of = (size) => Object.values(asked(size, PAGE)).flat();
	for (const one of desks.values()) one.client = await one.desk.client();
	const all = await takeTurns(contenders(({desk, client, size}) => askInTurns(desk, client, of(size), REQUESTS)));
	const paths = of(SIZES[0]).map((path, i) => ({path, times: [...desks].map(([name, {size}]) => best(all[name].map((times) => times[of(size)[i]].p50), false))}));
	const told = ({path, times}) => `${path.replace('/api/v1/', '').replace(/ .*/, ' …')}: ${times.map((ms) => number(ms)).join(', ')} ms`;
	const far = paths.filter(({times}) => spread(times) > 2).sort((one, other) => spread(other.times) - spread(one.times));
	console.error(paths.map((path) => `  ${number(spread(path.times))} ${told(path)}`).join('\n'));
	const worst = Math.max(...paths.map(({times}) => spread(times)));
	const sums = [...desks.keys()].map((_, i) => paths.reduce((sum, {times}) => sum + times[i], 0));
	return {figure: 'growth: list', how: `all requests of row list at ${[...desks.keys()].join(', ')} threads, the median request of the best round: largest ÷ smallest`,
		reached: `${number(worst)}; ${paths.length - far.length} of ${paths.length} within 2; all of them together ${sums.map((ms) => number(ms)).join(', ')} ms; beyond: ${far.map(told).join('; ') || 'none'}`,
		reach: '≤ 2', met: far.length === 0};
}

async function measureSorting() {
	const corpus = makeCorpus(MAILS * rounds, Math.floor(Date.now() / 1000)); // others than in an earlier run over these stores
	try {
		for (const one of desks.values()) { one.next = 0; await one.desk.end(); }
		const all = await takeTurns(contenders(async (one) => sortingRate(one.desk, corpus.maildir, MAILS * one.next++, MAILS)));
		const rates = medians(all);
		return {figure: 'growth: sorting', how: `${MAILS} mails more into ${[...desks.keys()].join(', ')} threads, messages/s: largest ÷ smallest median`,
			reached: `${number(spread(rates))} (${rates.map((rate) => number(rate, 0)).join(', ')})`, reach: '≤ 2', met: spread(rates) <= 2};
	} finally {
		corpus.remove();
	}
}

try {
	report([await measureList(), await measureSorting()]);
} finally {
	for (const {desk} of desks.values()) await desk.putBack();
}
