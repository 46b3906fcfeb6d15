// An SMTP session that is spoken line by line, as mail servers speak it.
import net from 'node:net';

const SILENCE = 120_000; // ms: longer than any wait that Postfix has for a milter

// How what was asked ended that was not answered 2xx or 3xx: "unreached" (no greeting came), "cut", or the reply.
export class Refusal extends Error {}

const dotStuffed = (octets) => Buffer.from(Buffer.from(octets).toString('latin1').replace(/^\./gm, '..'), 'latin1');

export class Session {
	#socket;
	#read = '';
	#wake = () => {};
	#isOver = false;
	#isReached = false;
	opened = Date.now();
	longest = 0; // ms that a reply took
	hasSent = false; // a mail to its end, and no answer to that yet

	constructor(port) {
		this.#socket = net.connect(port, '127.0.0.1');
		this.#socket.setTimeout(SILENCE, () => this.#socket.destroy());
		this.#socket.on('data', (data) => { this.#read += data.toString('latin1'); this.#wake(); });
		this.#socket.on('error', () => {});
		this.#socket.on('close', () => { this.#isOver = true; this.#wake(); });
	}

	async #reply() {
		const from = Date.now();
		for (;;) {
			const whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#read);
			if (whole || this.#isOver) {
				this.longest = Math.max(this.longest, Date.now() - from);
				if (!whole) throw new Refusal(this.#isReached ? 'cut' : 'unreached');
				this.#isReached = true;
				this.#read = this.#read.slice(whole[0].length);
				if (!/^[23]/.test(whole[0])) throw new Refusal(whole[0].trimEnd());
				return whole[0];
			}
			await new Promise((done) => { this.#wake = done; });
		}
	}

	ask(line) {
		this.#socket.write(typeof line === 'string' ? `${line}\r\n` : line);
		return this.#reply();
	}

	async greet() {
		await this.#reply();
		await this.ask('EHLO mx.customer.example');
	}

	// octets: with CRLF line ends, ending with one.
	async send({from, to, octets}) {
		await this.ask(`MAIL FROM:<${from}>`);
		for (const address of [to].flat()) await this.ask(`RCPT TO:<${address}>`);
		await this.ask('DATA');
		this.hasSent = true;
		await this.ask(Buffer.concat([dotStuffed(octets), Buffer.from('.\r\n')]));
		this.hasSent = false;
	}

	close() {
		this.#socket.end('QUIT\r\n');
		setTimeout(() => this.#socket.destroy(), 1000).unref();
	}
}
