// How figures are taken: contenders take turns, so that a noisy minute hits all of them, and what is said of the rounds.
import fs from 'node:fs';

export const rounds = Number(process.env.BENCH_ROUNDS ?? 5);

export const sorted = (values) => [...values].sort((one, other) => one - other);
// The value that SHARE (0 to 1) of them do not exceed.
export const quantile = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
export const median = (values) => quantile(values, 0.5);
export const best = (values, higher = true) => (higher ? Math.max : Math.min)(...values);
export const number = (value, digits = value < 10 ? 2 : value < 100 ? 1 : 0) => value.toFixed(digits);
// "12.3 (11.9–14.0)": the median, and between what the rounds lay.
export const told = (values, unit = '') => `${number(median(values))}${unit} (${number(Math.min(...values))}–${number(Math.max(...values))})`;

// Runs each of {name: async () => figures} once a round, the first of each round another one: {name: [figures]}.
export async function takeTurns(contenders, count = rounds) {
	const names = Object.keys(contenders);
	const all = Object.fromEntries(names.map((name) => [name, []]));
	for (let round = 0; round < count; round++) {
		for (let i = 0; i < names.length; i++) {
			const name = names[(i + round) % names.length];
			const figures = await contenders[name]();
			all[name].push(figures);
			console.error(`  round ${round + 1}: ${name}: ${JSON.stringify(figures)}`);
		}
	}
	return all;
}

// The quotient of each round's two, so that a slow round counts against both.
export const ratios = (mine, theirs) => mine.map((value, i) => value / theirs[i]);

// Lines of the table: {figure, how, reached (text), reach (text), met (true, false, or null where nothing is promised), beside (text)}.
export function report(lines) {
	for (const {figure, reached, reach} of lines) console.error(`  ${figure}: ${reached} (to reach ${reach})`);
	if (process.argv[2]) fs.writeFileSync(process.argv[2], JSON.stringify(lines));
}
