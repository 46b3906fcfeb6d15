// After a round: what the senders, the staff and the bell know is held against both files of the store.
import {execFile} from 'node:child_process';
import path from 'node:path';
import {promisify} from 'node:util';
import {until} from '../../e2e/support/system.mjs';
import {tagOf} from './ledger.mjs';
import {Sql} from './sql.mjs';

const SETTLE = 60; // seconds that sorting, and then the bell, may need

// Each of KEYS by how many of ROWS have it.
function countBy(rows, key) {
	const counts = new Map();
	for (const row of rows) counts.set(row[key], (counts.get(row[key]) ?? 0) + 1);
	return counts;
}

export class Audit {
	#desk;
	#parties;
	#raw;
	#rows;
	#mail = 0; // all in raw.db up to here, and
	#message = 0; // all messages up to here were audited
	#thread = new Map(); // of each tag
	#read = 0; // of the log
	figures = {mails: 0, doubled: 0, lost: 0, repeats: 0};

	// parties: {ledger, clerks, listener}
	constructor(desk, parties) {
		this.#desk = desk;
		this.#parties = parties;
	}

	#open() {
		const store = path.join(this.#desk.dir, 'store');
		this.#raw = new Sql(path.join(store, 'raw.db'));
		this.#rows = new Sql(path.join(store, 'desk.db'));
	}

	async #close() {
		await Promise.all([this.#raw.close(), this.#rows.close()]);
	}

	async #with(work) {
		this.#open();
		try {
			return await work();
		} finally {
			await this.#close();
		}
	}

	async #first(file, text) {
		return (await file.ask(text))[0];
	}

	// What is there now was not sent by those who are audited.
	begin() {
		return this.#with(() => this.#begin());
	}

	async #begin() {
		this.#mail = (await this.#first(this.#raw, 'SELECT coalesce(max(id), 0) AS last FROM mail')).last;
		this.#message = (await this.#first(this.#rows, 'SELECT coalesce(max(id), 0) AS last FROM message')).last;
	}

	async #settle() {
		const {last} = await this.#first(this.#raw, 'SELECT coalesce(max(id), 0) AS last FROM mail');
		await until(`mail ${last} to be sorted`, async () => Number((await this.#first(this.#rows, "SELECT value FROM fact WHERE name = 'sorted'")).value) >= last, SETTLE);
	}

	// Each mail that was taken is in raw.db once, and once more at most for each attempt whose end was unsure.
	async #captured(problems) {
		const rows = (await this.#raw.ask(`SELECT id, sender FROM mail WHERE id > ${this.#mail} AND door IN ('milter', 'capture')`))
			.map(({id, sender}) => ({id, tag: tagOf(sender)}));
		const counts = countBy(rows, 'tag');
		const {mails} = this.#parties.ledger;
		for (const [tag, {attempts}] of mails) {
			const count = counts.get(tag) ?? 0, most = 1 + attempts.filter(({isUncertain}) => isUncertain).length;
			if (!count && ++this.figures.lost) problems.push(`${tag} was taken and is not in raw.db`);
			if (count > most && ++this.figures.doubled) problems.push(`${tag} is ${count} times in raw.db: ${JSON.stringify(attempts)}`);
			this.figures.repeats += Math.max(count - 1, 0);
		}
		for (const tag of counts.keys()) if (!mails.has(tag)) problems.push(`${tag} is in raw.db, and nobody sent it`);
		this.figures.mails += mails.size;
		return rows;
	}

	// Each raw mail is one message, or a repeat of the message that it is; each mail is one message, in the thread of the one it answers.
	async #sorted(rows, problems) {
		const from = `WHERE mail_id > ${this.#mail}`;
		const messages = await this.#rows.ask(`SELECT mail_id, message_ref, thread_id, state FROM message ${from} AND kind = 'customer'`);
		const repeats = await this.#rows.ask(`SELECT r.mail_id, m.message_ref, m.state FROM message_repeat r JOIN message m ON m.id = r.message_id ${from.replace('mail_id', 'r.mail_id')}`);
		const tagOfMail = new Map(rows.map(({id, tag}) => [id, tag]));
		for (const {mail_id: id, message_ref: ref, state} of [...messages, ...repeats])
			if (tagOfMail.get(id) !== tagOf(ref) || state !== 'ok') problems.push(`raw mail ${id} of ${tagOfMail.get(id)} was sorted as ${ref}, ${state}`);
		const sorted = countBy([...messages, ...repeats], 'mail_id'), once = countBy(messages, 'message_ref');
		for (const {id, tag} of rows)
			if (sorted.get(id) !== 1) problems.push(`raw mail ${id} of ${tag} was sorted ${sorted.get(id) ?? 0} times`);
		for (const {message_ref: ref, thread_id: thread} of messages) this.#thread.set(tagOf(ref), thread);
		for (const [tag, {parent}] of this.#parties.ledger.mails) {
			if (once.get(`${tag}@customer.example`) !== 1) problems.push(`${tag} became ${once.get(`${tag}@customer.example`) ?? 0} messages`);
			if (parent && this.#thread.get(parent) !== this.#thread.get(tag)) problems.push(`${tag} is not in the thread of ${parent}`);
		}
	}

	// Each answer that the desk took is there once, and has one row to leave by.
	async #replies(problems) {
		const rows = await this.#rows.ask(`SELECT m.id, m.text, (SELECT count(*) FROM outbox o WHERE o.message_id = m.id) AS ways
			FROM message m WHERE m.id > ${this.#message} AND m.kind = 'employee'`);
		const counts = countBy(rows, 'text');
		const said = this.#parties.clerks.flatMap(({replies}) => replies.splice(0));
		for (const text of said) if (counts.get(text) !== 1) problems.push(`"${text}" is ${counts.get(text) ?? 0} times in its thread`);
		if (rows.length !== said.length) problems.push(`${rows.length} answers are there, ${said.length} were taken`);
		for (const {text, ways} of rows) if (ways !== 1) problems.push(`"${text}" is ${ways} times in the outbox`);
	}

	async #statuses(problems) {
		for (const {own, statuses} of this.#parties.clerks) {
			const told = await this.#rows.ask(`SELECT json_extract(data, '$.to') AS status FROM event WHERE kind = 'status' AND thread_id = ${own} ORDER BY id`);
			if (told.map(({status}) => status).join() !== statuses.join())
				problems.push(`thread ${own} was set to ${statuses.slice(-5)}…, its events say ${told.slice(-5).map(({status}) => status)}…`);
		}
	}

	// The courier may still add some. That they come one by one in order the listener sees to.
	async #events(problems) {
		const {last, count} = await this.#first(this.#rows, 'SELECT max(id) AS last, count(*) AS count FROM event');
		if (count !== last) problems.push(`${count} events are numbered up to ${last}`);
		await until(`event ${last} on the bell`, () => this.#parties.listener.last >= last, SETTLE);
	}

	// A mail that was put off was put off for the one reason that a busy disk gives.
	#log(problems) {
		const lines = this.#desk.log().slice(this.#read).split('\n');
		this.#read = this.#desk.log().length;
		problems.push(...lines.filter((line) => /: tempfailed /.test(line) && !/the disk or another writer is too slow/.test(line)));
	}

	// Not waited for in one go: the relay that the command looks at lives in this process.
	async #deep(problems) {
		const {program, confFile} = this.#desk;
		const {stdout} = await promisify(execFile)(program, ['-c', confFile, 'check', '--deep']).catch((error) => error);
		const lines = stdout.split('\n').filter((line) => /^\w+ deep: /.test(line));
		if (!lines.length) problems.push(`belfry check --deep says nothing:\n${stdout}`);
		problems.push(...lines.filter((line) => !line.startsWith('ok ')));
	}

	async #count(problems) {
		await this.#settle();
		const rows = await this.#captured(problems);
		await this.#sorted(rows, problems);
		await this.#replies(problems);
		await this.#statuses(problems);
		await this.#events(problems);
		await this.#begin();
		this.#parties.ledger.mails.clear();
	}

	// All that is wrong, as lines. The load must rest.
	async look() {
		const problems = [];
		await this.#with(() => this.#count(problems));
		this.#log(problems);
		await this.#deep(problems);
		return problems;
	}

	// After the last round, when all that can leave has left: each answer has arrived once at most, or is shown as doubtful.
	leaving(relay, problems) {
		return this.#with(() => this.#leaving(relay, problems));
	}

	async #leaving(relay, problems) {
		const arrived = countBy(relay.mails.map(({octets}) => ({ref: /^Message-ID: <(.*)>/m.exec(octets)[1]})), 'ref');
		const figures = {sent: 0, doubtful: 0};
		for (const {message_ref: ref, state} of await this.#rows.ask("SELECT message_ref, state FROM outbox WHERE kind = 'reply'")) {
			const times = arrived.get(ref) ?? 0;
			figures[state]++;
			if (times > 1) problems.push(`the answer ${ref} arrived ${times} times`);
			if (!times && state !== 'doubtful') problems.push(`the answer ${ref} is ${state}, and has not arrived`);
		}
		return figures;
	}

	hasLeft() {
		return this.#with(async () =>
			(await this.#first(this.#rows, "SELECT count(*) AS count FROM outbox WHERE state IN ('queued', 'delayed', 'handing')")).count === 0);
	}
}
