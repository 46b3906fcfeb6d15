// A mail server at the milter's socket: hands over mails that no real one would let through as they are.
import net from 'node:net';

const noHelo = 0x2, noConnect = 0x1, noMail = 0x4, noRcpt = 0x8, noBody = 0x10, noHeader = 0x20, noEnd = 0x40, noData = 0x200;
const quietHeader = 0x80, quietConnect = 0x1000, quietHelo = 0x2000, quietMail = 0x4000, quietRcpt = 0x8000, quietData = 0x10000,
	quietEnd = 0x40000, quietBody = 0x80000, leadingSpace = 0x100000;
const everything = 0x1fffff;
const verdicts = 'acdrtys'; // accept, continue, discard, reject, tempfail, reply code, skip
const chunk = 65535;

const fieldLine = /^[!-9;-~]+[ \t]*:/;
const bytes = (text) => Buffer.from(text, 'latin1');
const strings = (...texts) => Buffer.concat(texts.map((text) => Buffer.concat([Buffer.from(text), Buffer.from([0])])));

// RAW as a mail server shows it: its header fields [[name, value]], LF within them, and its body with CRLF.
// The header ends at the first line that is none of a header.
export function dissect(raw) {
	const lines = raw.toString('latin1').replaceAll('\r\n', '\n').split('\n');
	const fields = [];
	let at = 0;
	for (; at < lines.length; at++) {
		if (/^[ \t]/.test(lines[at]) && fields.length) fields.at(-1)[1] += `\n${lines[at]}`;
		else if (fieldLine.test(lines[at])) {
			const colon = lines[at].indexOf(':');
			fields.push([lines[at].slice(0, colon).trimEnd(), lines[at].slice(colon + 1)]);
		} else break;
	}
	if (lines[at] === '') at++;
	return {fields: fields.map(([name, value]) => [name, value.replaceAll('\0', '')]), body: lines.slice(at).join('\r\n')};
}

// The octets a filter that keeps what it is shown has in the end.
export function asShown(raw) {
	const {fields, body} = dissect(raw);
	return bytes(`${fields.map(([name, value]) => `${name}:${value.replaceAll('\n', '\r\n')}\r\n`).join('')}\r\n${body}`);
}

export class Milter {
	#socket;
	#read = Buffer.alloc(0);
	#wake = () => {};
	#protocol = 0;

	// At the socket of that path; says that a client has come.
	static async connect(path) {
		const milter = new Milter();
		milter.#socket = net.connect(path);
		milter.#socket.on('data', (data) => { milter.#read = Buffer.concat([milter.#read, data]); milter.#wake(); });
		milter.#socket.on('close', () => { milter.#read = null; milter.#wake(); });
		milter.#socket.on('error', () => {});
		await milter.#negotiate();
		await milter.#step('C', strings('mx.customer.example').toString('latin1') + '4\x9c\x40203.0.113.9\0', noConnect, quietConnect, {j: 'mail.shop.example'});
		await milter.#step('H', 'mx.customer.example\0', noHelo, quietHelo);
		return milter;
	}

	#send(command, data) {
		const body = Buffer.isBuffer(data) ? data : bytes(data);
		const head = Buffer.alloc(5);
		head.writeUInt32BE(body.length + 1);
		head.write(command, 4);
		this.#socket.write(Buffer.concat([head, body]));
	}

	async #answer() {
		for (;;) {
			if (!this.#read) throw new Error('the milter hung up');
			const length = this.#read.length >= 4 ? this.#read.readUInt32BE() : Infinity;
			if (this.#read.length >= 4 + length) {
				const packet = this.#read.subarray(4, 4 + length);
				this.#read = this.#read.subarray(4 + length);
				return packet;
			}
			await new Promise((done) => { this.#wake = done; });
		}
	}

	async #negotiate() {
		const offer = Buffer.alloc(12);
		[6, 0x1ff, everything].forEach((value, at) => offer.writeUInt32BE(value, at * 4));
		this.#send('O', offer);
		this.#protocol = (await this.#answer()).readUInt32BE(9);
	}

	// One command; its verdict, "c" where the filter does not want to be told or asked.
	async #step(command, data, unwanted, quiet, macros) {
		if (macros) this.#send('D', Buffer.concat([bytes(command), strings(...Object.entries(macros).flat())]));
		if (this.#protocol & unwanted) return 'c';
		this.#send(command, data);
		if (this.#protocol & quiet) return 'c';
		return this.#verdict();
	}

	async #verdict() {
		for (;;) {
			const packet = await this.#answer(), verdict = String.fromCharCode(packet[0]);
			if (verdict === 'y') this.reply = packet.subarray(1).toString('latin1').replace(/\0$/, ''); // as it is for the sender
			if (verdicts.includes(verdict)) return verdict;
		}
	}

	// The verdict on RAW (octets) from FROM for TO, both bare addresses: "c" or "a" when it is taken.
	async send({from, to, raw, id}) {
		const {fields, body} = dissect(raw);
		await this.#step('M', strings(`<${from}>`), noMail, quietMail, {i: id});
		await this.#step('R', strings(`<${to}>`), noRcpt, quietRcpt, {'{rcpt_addr}': to});
		if (await this.#step('T', '', noData, quietData, {i: id}) !== 'c') return this.#giveUp('a');
		for (const [name, value] of fields) {
			const shown = this.#protocol & leadingSpace ? value : value.replace(/^ /, '');
			await this.#step('L', `${name}\0${shown}\0`, noHeader, quietHeader);
		}
		await this.#step('N', '', noEnd, quietEnd);
		for (let at = 0; at < body.length; at += chunk)
			await this.#step('B', body.slice(at, at + chunk), noBody, quietBody);
		return this.#step('E', '', 0, 0, {i: id});
	}

	#giveUp(verdict) {
		this.#send('A', '');
		return verdict;
	}

	close() {
		this.#send('Q', '');
		this.#socket.end();
	}
}
