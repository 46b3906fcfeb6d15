// One of the staff at work: lists, opens, answers, sets a status; tries again until the desk has it.
import {sleep} from '../../e2e/support/system.mjs';

const statuses = ['pending1', 'pending2', 'closed', 'open'];

export class Clerk {
	#client;
	#name;
	#random;
	#count = 0;
	#isWelcome = false;
	#isBusy = false;
	#isOver = false;
	replies = []; // texts of the answers that the desk took, not audited yet
	statuses = []; // those that this clerk's own thread was set to, in order
	figures = {lists: 0, opened: 0, replies: 0, statuses: 0, refused: 0};

	// own: a thread that nobody else touches.
	constructor({client, name, random, own}) {
		[this.#client, this.#name, this.#random, this.own] = [client, name, random, own];
	}

	start() {
		this.done = this.#work();
	}

	go() {
		this.#isWelcome = true;
	}

	async pause() {
		this.#isWelcome = false;
		while (this.#isBusy) await sleep(10);
	}

	end() {
		this.#isOver = true;
		return this.done;
	}

	// The answer's JSON, as soon as there is one; the connection may break and the server be away.
	async #ask(path, options) {
		for (;;) {
			try {
				const reply = await this.#client.fetch(`/api/v1${path}`, options);
				const text = await reply.text();
				if (reply.ok) return JSON.parse(text);
				if (reply.status < 500 && reply.status !== 429) throw Object.assign(new Error(`${path}: ${reply.status} ${text}`), {isFinal: true});
			} catch (error) {
				if (error.isFinal) throw error;
			}
			this.figures.refused++;
			await sleep(50);
		}
	}

	async #reply(id) {
		const text = `Answer ${++this.#count} by ${this.#name}.`;
		const headers = {'idempotency-key': `${this.#name}-${this.#count}`};
		await this.#ask(`/threads/${id}/messages`, {method: 'POST', headers, body: {text, undo: 0}});
		this.replies.push(text);
		this.figures.replies++;
	}

	async #setStatus() {
		const status = statuses[this.figures.statuses++ % statuses.length];
		await this.#ask(`/threads/${this.own}`, {method: 'PATCH', body: {status}});
		this.statuses.push(status);
	}

	async #workOnce() {
		const {threads} = await this.#ask('/threads?limit=50');
		this.figures.lists++;
		const others = threads.filter(({subject}) => subject.startsWith('Soak '));
		if (others.length) {
			const {id} = others[this.#random(others.length)];
			await this.#ask(`/threads/${id}`);
			this.figures.opened++;
			if (this.#random(2)) await this.#reply(id);
		}
		await this.#setStatus();
	}

	async #work() {
		while (!this.#isOver) {
			this.#isBusy = this.#isWelcome;
			if (this.#isBusy) await this.#workOnce();
			this.#isBusy = false;
			await sleep(10 + this.#random(60));
		}
	}
}
