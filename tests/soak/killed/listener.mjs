// A page that keeps its bell: when the connection is lost it comes back and names the last event it saw.
import {openBell} from '../../e2e/support/bell.mjs';
import {sleep} from '../../e2e/support/system.mjs';

export class Listener {
	#client;
	#bell = null;
	#isOver = false;
	#epoch;
	last; // the newest event that came
	problems = [];
	figures = {events: 0, reconnects: 0};

	constructor(client) {
		this.#client = client;
	}

	async start() {
		await this.#open();
		this.done = this.#keep();
	}

	async #open() {
		this.#bell = await openBell(this.#client, {since: this.last});
		const [hello] = this.#bell.frames;
		this.#epoch ??= hello.epoch;
		this.last ??= hello.event;
		if (hello.reload || hello.epoch !== this.#epoch) this.problems.push(`told to reload: ${JSON.stringify(hello)}`);
	}

	// Every event comes once, in order: this employee may see them all.
	#take() {
		for (const frame of this.#bell?.frames.splice(0) ?? []) {
			if (frame.kind === 'hello' || frame.event === undefined) continue;
			if (frame.event !== this.last + 1) this.problems.push(`after event ${this.last} came ${frame.event}`);
			this.last = frame.event;
			this.figures.events++;
		}
	}

	async #keep() {
		while (!this.#isOver) {
			this.#take();
			if (this.#bell.closed) {
				this.#take();
				await this.#open().then(() => { this.figures.reconnects++; }, () => sleep(50));
			} else await sleep(10);
		}
	}

	async end() {
		this.#isOver = true;
		await this.done;
		this.#bell.close();
	}
}
