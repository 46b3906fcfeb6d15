// Visitors who speak HTTP octet by octet, from whatever address of this machine's (127.0.0.0/8 is all its own).
import net from 'node:net';
import {sleep} from './system.mjs';

// One answer at the start of TEXT: {status, headers, body, rest}; null while it is incomplete.
function readAnswer(text) {
	const end = text.indexOf('\r\n\r\n');
	if (end < 0) return null;
	const [line, ...fields] = text.slice(0, end).split('\r\n');
	const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]));
	const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1] ?? NaN);
	const size = status === 101 ? 0 : Number(headers['content-length'] ?? 0);
	if (text.length < end + 4 + size) return null;
	return {status, headers, body: text.slice(end + 4, end + 4 + size), rest: text.slice(end + 4 + size)};
}

// A connection of which all is noted: text (what came and is no whole answer yet), answers, isOpen, failed (its error's code).
export class Visitor {
	answers = [];
	text = '';
	isOpen = false;
	failed = null;
	#wake = () => {};

	// PLACE: {port, from: the address it comes from, reads: false = takes nothing of what is sent to it}.
	constructor({port, from = '127.0.0.1', reads = true}) {
		this.socket = net.connect({port, host: '127.0.0.1', localAddress: from});
		this.socket.on('connect', () => { this.isOpen = true; this.#wake(); });
		this.socket.on('error', (error) => { this.failed = error.code; });
		this.socket.on('close', () => { this.isOpen = false; this.closed = performance.now(); this.#wake(); });
		if (reads) this.socket.on('data', (octets) => this.#take(octets));
		else this.socket.pause();
	}

	#take(octets) {
		this.text += octets.toString('latin1');
		for (let answer; (answer = readAnswer(this.text)); this.text = answer.rest) this.answers.push(answer);
		this.#wake();
	}

	write(text) {
		this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
		return this;
	}

	// Whether IS became true within so many seconds.
	async until(is, seconds = 30) {
		for (const end = Date.now() + seconds * 1000; !is(this) && Date.now() < end;)
			await Promise.race([new Promise((done) => { this.#wake = done; }), sleep(Math.min(250, Math.max(1, end - Date.now())))]);
		return is(this);
	}

	// The first answer, null when the connection ended without one.
	async answer(count = 1, seconds = 30) {
		await this.until(() => this.answers.length >= count || this.closed, seconds);
		return this.answers[count - 1] ?? null;
	}

	end() {
		this.socket.destroy();
	}
}
