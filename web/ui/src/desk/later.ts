// Work that can wait: done in small portions while the browser has nothing better to do, in the order it was asked for.
const queue = new Set<() => void>();
let asked = false;

interface Deadline {
	timeRemaining(): number;
}

const whenIdle: (call: (deadline: Deadline) => void) => void = 'requestIdleCallback' in globalThis
	? (call) => requestIdleCallback(call)
	: (call) => setTimeout(() => { const end = Date.now() + 8; call({timeRemaining: () => end - Date.now()}); }, 30);

function work(deadline: Deadline): void {
	for (const call of queue) {
		if (deadline.timeRemaining() < 2) break;
		queue.delete(call);
		call();
	}
	asked = false;
	if (queue.size) ask();
}

function ask(): void {
	if (asked) return;
	asked = true;
	whenIdle(work);
}

export function later(call: () => void): void {
	queue.add(call);
	ask();
}

export function never(call: () => void): void {
	queue.delete(call);
}
