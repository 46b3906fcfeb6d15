// Chance that a seed repeats.

// A function of BELOW that gives whole numbers from 0 to BELOW - 1.
export function dice(seed) {
	let state = seed;
	return (below) => {
		state = (state * 1103515245 + 12345) % 2147483648;
		return Math.floor(state / 2147483648 * below);
	};
}

// All of LIST in an order of chance, again and again in another one.
export function* deck(list, random) {
	for (;;) {
		const left = [...list];
		while (left.length) yield left.splice(random(left.length), 1)[0];
	}
}
