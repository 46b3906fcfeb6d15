// What the senders know of their mails. A mail has a tag of its own, which stands in its envelope's sender and in its
// Message-ID, so that it can be told in both files of the store.
const AUTHORS = 40;
const LONG = 10_000; // octets from which on a mail is a file: words would only make the store's index long
const LINE = `${'AllTheLettersOfALongMailStandHere+/'.repeat(3).slice(0, 76)}\r\n`;

export const senderOf = (tag) => `${tag}@bounces.customer.example`;
export const tagOf = (address) => address.split('@')[0];

export class Ledger {
	#random;
	#count = 0;
	#deferred = []; // to be tried again: {mail, due}
	#talk = []; // the last mail of each author that was taken
	mails = new Map(); // by tag: all that were not audited yet

	constructor(random) {
		this.#random = random;
	}

	// Most are small; a few are long enough to be killed in their middle.
	#size() {
		const chance = this.#random(200);
		if (chance === 0) return 2_000_000;
		return chance < 10 ? 200_000 : 500;
	}

	#recipients() {
		return [['support@shop.example'], ['orders@shop.example'], ['support@shop.example', 'orders@shop.example']][this.#random(3)];
	}

	// A mail of which nobody knows yet. parent: the tag of the mail it answers, of the same author, or null.
	make() {
		const author = this.#random(AUTHORS);
		const parent = this.#random(3) === 0 ? this.#talk[author] ?? null : null;
		const mail = {tag: `k${++this.#count}`, author, parent, to: this.#recipients(), size: this.#size(), attempts: [], isTaken: false};
		this.mails.set(mail.tag, mail);
		return mail;
	}

	octets({tag, author, parent, to, size}) {
		const lines = [`From: Kim ${author} <kim${author}@customer.example>`, `To: ${to.join(', ')}`, `Subject: Soak ${tag}`,
			`Message-ID: <${tag}@customer.example>`, 'Date: Mon, 06 May 2024 10:00:00 +0000',
			...(parent ? [`In-Reply-To: <${parent}@customer.example>`] : []),
			...(size > LONG ? ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64'] : [])];
		return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${LINE.repeat(Math.ceil(size / LINE.length))}`, 'latin1');
	}

	// The next mail that is due, or a new one if MAY_BE_NEW; null: nothing to do.
	next(mayBeNew) {
		const at = this.#deferred.findIndex(({due}) => due <= Date.now());
		if (at >= 0) return this.#deferred.splice(at, 1)[0].mail;
		return mayBeNew ? this.make() : null;
	}

	// An attempt ended. {opened, ended: ms, answer: '' when it was taken, isUncertain: it may have been kept all the same}
	note(mail, attempt) {
		mail.attempts.push({ended: Date.now(), ...attempt});
		mail.isTaken = !attempt.answer;
		if (mail.isTaken) this.#talk[mail.author] = mail.tag;
		else this.#deferred.push({mail, due: Date.now() + 50 * mail.attempts.length + this.#random(200)});
	}

	get hasOpen() {
		return [...this.mails.values()].some(({isTaken}) => !isTaken);
	}
}
