// Senders without a pause: SMTP sessions through Postfix that try again as mail servers do, and "belfry capture" run as pipes run it.
import {spawn} from 'node:child_process';
import {sleep} from '../../e2e/support/system.mjs';
import {senderOf} from './ledger.mjs';
import {Refusal, Session} from '../../e2e/support/session.mjs';

const MAILS_A_SESSION = 4;
const IDLE = 10; // ms

export class Loader {
	#desk;
	#ledger;
	#random;
	#outages;
	#busy = 0;
	#isWelcome = false; // new mails are written
	#isOver = false;
	figures = {mails: 0, captures: 0, tempfailed: 0, cut: 0, unreached: 0, putOff: 0, longest: 0, waited: 0, longestWait: 0};
	problems = [];

	constructor({desk, ledger, random, outages, sessions, pipes}) {
		Object.assign(this, {sessions, pipes});
		[this.#desk, this.#ledger, this.#random, this.#outages] = [desk, ledger, random, outages];
	}

	start() {
		const each = (count, one) => Array.from({length: count}, () => one());
		this.done = Promise.all([...each(this.sessions, () => this.#send()), ...each(this.pipes, () => this.#pipe())]);
	}

	go() {
		this.#isWelcome = true;
	}

	// Until all that was begun is taken.
	async pause() {
		this.#isWelcome = false;
		while (this.#busy || this.#ledger.hasOpen) await sleep(IDLE);
	}

	end() {
		this.#isOver = true;
		return this.done;
	}

	async #each(work) {
		while (!this.#isOver) {
			const mail = this.#ledger.next(this.#isWelcome);
			if (!mail) {
				await sleep(IDLE);
				continue;
			}
			this.#busy++;
			await work(mail);
			this.#busy--;
		}
	}

	#send() {
		return this.#each(async (mail) => {
			const session = new Session(this.#desk.postfix.port);
			let next = mail;
			for (let left = 1 + this.#random(MAILS_A_SESSION); next && await this.#offer(session, next); next = --left && this.#ledger.next(this.#isWelcome)) {}
			session.close();
			this.#note(session);
		});
	}

	#note({opened, longest}) {
		this.figures.longest = Math.max(this.figures.longest, longest);
		if (!this.#outages.makesWait(opened)) return;
		this.figures.waited++;
		this.figures.longestWait = Math.max(this.figures.longestWait, longest);
	}

	// One mail in a session; false when the session is of no more use.
	async #offer(session, mail) {
		try {
			if (!session.isGreeted) await session.greet();
			session.isGreeted = true;
			await session.send({from: senderOf(mail.tag), to: mail.to, octets: this.#ledger.octets(mail)});
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			this.#fail(mail, {opened: session.opened, answer: error.message, isUncertain: session.hasSent});
			if (error.message === 'unreached') await sleep(100);
			return false;
		}
		this.figures.mails++;
		this.#ledger.note(mail, {opened: session.opened, answer: ''});
		return true;
	}

	// That the disk is too slow for the time a mail may take is said in so many words; why stands in the log, which the audit reads.
	#fail(mail, attempt) {
		const isPutOff = /could not be stored, (please )?try again later/.test(attempt.answer);
		this.figures[attempt.answer in this.figures ? attempt.answer : isPutOff ? 'putOff' : 'tempfailed']++;
		this.#ledger.note(mail, attempt);
		if (/^5/.test(attempt.answer)) this.problems.push(`${mail.tag} was refused: ${attempt.answer}`);
		else if (!isPutOff && !this.#outages.excuses(mail.attempts.at(-1))) this.problems.push(`${mail.tag} failed without a reason: ${JSON.stringify(mail.attempts.at(-1))}`);
	}

	#pipe() {
		return this.#each(async (mail) => {
			const opened = Date.now();
			const {code, signal, said} = await this.#capture(mail);
			if (code === 0) {
				this.figures.captures++;
				this.#ledger.note(mail, {opened, answer: ''});
			} else this.#fail(mail, {opened, answer: signal ?? `${code === 75 ? 4 : 5} capture ended with ${code}: ${said}`, isUncertain: true});
			await sleep(this.#random(100));
		});
	}

	#capture(mail) {
		const {program, confFile} = this.#desk;
		const child = spawn(program, ['-c', confFile, 'capture', '--from', senderOf(mail.tag), ...mail.to.flatMap((address) => ['--to', address])]);
		let said = '';
		child.stderr.on('data', (data) => { said += data; });
		child.stdin.on('error', () => {});
		child.stdin.end(this.#ledger.octets(mail));
		return new Promise((done) => child.once('close', (code, signal) => done({code, signal, said})));
	}
}
