// What happens to a desk under load, and how it is seen that all is back.
import {Milter} from '../../e2e/support/milter.mjs';
import {processesOf, run, sleep, start, until} from '../../e2e/support/system.mjs';
import path from 'node:path';

const AGAIN = 100; // ms after which a service manager starts what has ended

export class Disasters {
	#desk;
	#outages;
	#restarting = Promise.resolve(); // one after the other
	figures = {}; // how often each happened
	downtime = {milter: 0, whole: 0}; // ms, the longest until the milter answered again

	constructor(desk, outages) {
		[this.#desk, this.#outages] = [desk, outages];
	}

	static names = ['milter', 'sort', 'courier', 'web', 'parse', 'run', 'all', 'TERM milter', 'TERM sort', 'TERM courier', 'TERM web', 'TERM run', 'milter twice', 'Postfix'];

	// Ends when the milter and the desk answer again.
	async strike(name) {
		const [last, signal] = name.startsWith('TERM ') ? [name.slice(5), 'SIGTERM'] : [name, 'SIGKILL'];
		this.figures[name] = (this.figures[name] ?? 0) + 1;
		const whole = {run: () => this.#desk.child.kill(signal), all: () => this.#killAll()}[last];
		if (whole) await (this.#restarting = this.#restarting.then(() => this.#restart(whole)));
		else if (last === 'Postfix') await this.#restartPostfix();
		else if (last === 'milter twice') await this.#strikeMilter(signal, 2);
		else if (last === 'milter') await this.#strikeMilter(signal, 1);
		else this.#signal(last, signal);
		await this.#isServing();
	}

	// Who has just died of something else is none to send a signal to.
	#send(pid, signal) {
		try {
			process.kill(pid, signal);
		} catch (error) {
			if (error.code !== 'ESRCH') throw error;
		}
	}

	#signal(role, signal) {
		for (const pid of this.#desk.role(role)) this.#send(pid, signal);
	}

	// The second time as soon as it is back, for it has no sessions then but those that waited.
	async #strikeMilter(signal, times) {
		for (let left = times; left > 0; left--) {
			const isOver = this.#outages.begin('milter');
			const from = Date.now();
			this.#signal('milter', signal);
			await this.#isMilterBack();
			isOver();
			this.downtime.milter = Math.max(this.downtime.milter, Date.now() - from);
		}
	}

	// The socket waits for the next milter; whoever gets an answer there has met it.
	async #isMilterBack() {
		await until('the milter', async () => {
			const milter = await Milter.connect(this.#desk.milterSocket);
			milter.close();
			return true;
		}, 60);
	}

	async #isServing() {
		await until('the desk', async () => (await fetch(`${this.#desk.url}/health`)).ok, 60);
		await until('all roles', () => ['milter', 'sort', 'courier', 'web'].every((role) => this.#desk.role(role).length === 1), 60);
	}

	#killAll() {
		for (const {pid} of processesOf(this.#desk.program)) this.#send(pid, 'SIGKILL');
	}

	// As a service manager does: what has ended is started, until it stays.
	async #restart(strike) {
		const isOver = this.#outages.begin('whole');
		const from = Date.now();
		strike();
		await this.#desk.child.ended;
		while (!await this.#launch()) await sleep(AGAIN);
		isOver();
		this.downtime.whole = Math.max(this.downtime.whole, Date.now() - from);
	}

	// Whether it stayed: as long as roles of the last one are ending, it finds its places taken.
	async #launch() {
		const said = this.#desk.log().length;
		const child = start(this.#desk.program, ['-c', this.#desk.confFile, 'run'], this.#desk.logFile);
		this.#desk.child = child;
		const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
		await until('its milter', () => hasEnded() || / milter started pid=/.test(this.#desk.log().slice(said)), 60);
		if (hasEnded()) return false;
		await this.#isMilterBack();
		return true;
	}

	async #restartPostfix() {
		const {postfix, dir} = this.#desk;
		const isOver = this.#outages.begin('Postfix');
		await postfix.restart();
		isOver();
	}
}
