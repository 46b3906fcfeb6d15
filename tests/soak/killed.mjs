// killed.mjs [ROUNDS [SEED]]: sixteen senders through Postfix, "belfry capture", staff and a bell, without a pause, while roles, the parser, the
// supervisor, all of them or Postfix are killed or restarted. After each round the load rests and all is counted: tests/soak/killed/audit.mjs.
// Needs root for a Postfix of its own. A seed repeats what is struck when. Prints its figures as JSON in the last line.
import {startDesk} from '../e2e/support/desk.mjs';
import {startRelay} from '../e2e/support/relay.mjs';
import {plainMail} from '../e2e/support/smtp.mjs';
import {sleep, until} from '../e2e/support/system.mjs';
import {Audit} from './killed/audit.mjs';
import {Clerk} from './killed/clerk.mjs';
import {deck, dice} from './killed/dice.mjs';
import {Disasters} from './killed/disasters.mjs';
import {Ledger} from './killed/ledger.mjs';
import {Listener} from './killed/listener.mjs';
import {Loader} from './killed/loader.mjs';
import {Outages} from './killed/outages.mjs';

const rounds = Number(process.argv[2] ?? 20);
const seed = Number(process.argv[3] ?? Date.now() % 1e6);
const SESSIONS = 16, PIPES = 2;
const ROUNDS_A_STORE = 25; // then another desk begins, so that counting a store stays quick

// Sums numbers; of names that begin with "longest" and of what stands in "downtime" the greatest.
function add(into, figures, isGreatest = false) {
	for (const [name, value] of Object.entries(figures)) {
		if (typeof value === 'object') add(into[name] ??= {}, value, name === 'downtime');
		else if (isGreatest || name.startsWith('longest')) into[name] = Math.max(into[name] ?? 0, value);
		else into[name] = (into[name] ?? 0) + value;
	}
}

class Town {
	// strikes: the dice that say what happens when; load: those that say what senders and staff do, in no order that a seed could repeat.
	static async open(strikes, load) {
		const town = Object.assign(new Town(), {strikes, random: load});
		await town.#open();
		return town;
	}

	async #open() {
		this.relay = await startRelay();
		this.desk = await startDesk({postfix: true, conf: {courier: {relay: `127.0.0.1:${this.relay.port}`}},
			settings: {default_process_limit: 60, smtpd_client_connection_count_limit: 0}});
		this.outages = new Outages();
		this.ledger = new Ledger(this.random);
		this.loader = new Loader({...this, sessions: SESSIONS, pipes: PIPES});
		this.clerks = [await this.#clerk('anna'), await this.#clerk('ben')];
		this.listener = new Listener(await this.desk.client());
		this.disasters = new Disasters(this.desk, this.outages);
		this.audit = new Audit(this.desk, this);
		await this.listener.start();
		await this.audit.begin();
		for (const party of [this.loader, ...this.clerks]) party.start();
	}

	async #clerk(name) {
		const client = await this.desk.client(name);
		this.desk.cli(['capture', '--from', `own-${name}@customer.example`, '--to', 'support@shop.example'], {input: plainMail({subject: `Own ${name}`})});
		return new Clerk({client, name, random: this.random, own: (await this.desk.thread(client, `Own ${name}`)).id});
	}

	get busy() {
		return [this.loader, ...this.clerks];
	}

	// One round; what was wrong in it, as lines.
	async round(name, next) {
		for (const party of this.busy) party.go();
		await sleep(100 + this.strikes(700));
		const struck = [this.disasters.strike(name)];
		if (next) {
			await sleep(this.strikes(300));
			struck.push(this.disasters.strike(next));
		}
		await Promise.all(struck);
		this.struck = Date.now();
		await Promise.all(this.busy.map((party) => party.pause()));
		this.paused = Date.now();
		const problems = await this.audit.look();
		this.outages.forget();
		return [...problems, ...this.loader.problems.splice(0), ...this.listener.problems.splice(0)];
	}

	async close() {
		const problems = [];
		await until('all answers to have left', () => this.desk.cli(['queue', 'retry', 'all'], {mayFail: true}) && this.audit.hasLeft(), 60);
		const left = await this.audit.leaving(this.relay, problems);
		await Promise.all([...this.busy, this.listener].map((party) => party.end()));
		await this.desk.stop();
		await this.relay.stop();
		const figures = {...this.loader.figures, ...this.audit.figures, answers: left, bell: this.listener.figures, kills: this.disasters.figures,
			downtime: this.disasters.downtime};
		for (const {figures: own} of this.clerks) add(figures, {desk: own});
		return {figures, problems};
	}
}

const strikes = dice(seed), load = dice(seed + 1), order = deck(Disasters.names, strikes);
const figures = {rounds: 0, seed, problems: 0};
const began = Date.now();
let town = null;

async function end() {
	const {figures: own, problems} = await town.close();
	town = null;
	add(figures, own);
	return problems;
}

async function play(round) {
	const from = Date.now();
	town ??= await Town.open(strikes, load);
	const names = [order.next().value, ...(strikes(4) ? [] : [order.next().value])];
	const problems = await town.round(...names);
	const {struck, paused, audit} = town;
	console.log(`round ${round}: ${names.join(', ')}: back after ${struck - from} ms, all taken ${paused - struck} ms later, audited in ${Date.now() - paused} ms, ${audit.figures.mails} mails`);
	if (round % ROUNDS_A_STORE === 0 || round === rounds || problems.length) problems.push(...await end());
	return problems;
}

try {
	while (figures.rounds < rounds && !figures.problems) {
		const problems = await play(++figures.rounds);
		figures.problems += problems.length;
		for (const line of problems) console.error(`round ${figures.rounds}: ${line}`);
	}
} catch (error) {
	figures.problems++;
	console.error(`${error.stack}\n${town?.desk.log().split('\n').slice(-60).join('\n')}`);
	await town?.desk.stop().catch(() => {});
}
figures.seconds = Math.round((Date.now() - began) / 1000);
console.log(JSON.stringify(figures));
process.exit(figures.problems ? 1 : 0);
