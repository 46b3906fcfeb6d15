// Sends mails through the milter's socket and reads them back over the API.
import crypto from 'node:crypto';
import {until} from '../e2e/support/system.mjs';
import {Milter} from '../e2e/support/milter.mjs';

export const recipient = (at) => `case+${at}@shop.example`;

// All of them in order, the n-th to recipient(n). mails: [{from, raw}]. Throws when one is not taken.
export async function sendAll(desk, mails) {
	const milter = await Milter.connect(desk.milterSocket);
	for (const [at, {from, raw}] of mails.entries()) {
		const verdict = await milter.send({from, to: recipient(at), raw, id: `CASE${at}`});
		if (!'ca'.includes(verdict)) throw new Error(`mail ${at}: verdict "${verdict}"`);
	}
	milter.close();
}

const listed = async (client, page) => client.get(`/threads?folder=all&sort=id&limit=1000&page=${page}`);

async function threadIds(client) {
	const ids = [];
	for (let page = 1; ; page++) {
		const {threads} = await listed(client, page);
		ids.push(...threads.map(({id}) => id));
		if (threads.length < 1000) return ids;
	}
}

// All messages of a thread, each with its envelope.
async function wholeThread(client, id) {
	const thread = await client.get(`/threads/${id}?limit=1000`);
	while (thread.messages.length < thread.messages_total) {
		const {messages} = await client.get(`/threads/${id}?limit=1000&before=${thread.messages[0].id}`);
		thread.messages.unshift(...messages);
	}
	return thread;
}

async function octets(client, path) {
	const reply = await client.fetch(`/api/v1${path}`);
	if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
	return Buffer.from(await reply.arrayBuffer());
}

const hash = (name, data) => crypto.createHash(name).update(data).digest('hex');

async function readAttachment(client, message, {id, name, size}) {
	const data = await octets(client, `/messages/${message}/attachments/${id}`);
	if (data.length !== size) throw new Error(`attachment ${id} of message ${message}: ${data.length} octets instead of ${size}`);
	return {name, size, sha256: hash('sha256', data), md5: hash('md5', data)};
}

async function reading(client, thread, message) {
	const attachments = [];
	for (const one of message.attachments) attachments.push(await readAttachment(client, message.id, one));
	const body = message.text_more ? (await octets(client, `/messages/${message.id}/text`)).toString() : message.text;
	return {
		message: message.id, thread, subject: message.subject, body, reply: message.reply, attachments, bounce: message.bounce,
		from_addr: message.from?.address ?? '', from_name: message.from?.name ?? '',
		reply_to: message.reply_to?.[0]?.address ?? '', to: message.to.map((one) => one.address), cc: message.cc.map((one) => one.address),
		date: message.date, message_id: message.message_id, in_reply_to: message.in_reply_to,
		is_auto: message.auto, is_bounce: Boolean(message.bounce), is_feedback: message.report === 'complaint', language: message.language,
	};
}

// Threads linked as related count as one: each by the lowest id it hangs together with.
function heads(threads) {
	const parent = new Map(threads.map(({id}) => [id, id]));
	const head = (id) => { while (parent.get(id) !== id) id = parent.get(id); return id; };
	for (const {id, related} of threads) {
		for (const other of related) {
			if (!parent.has(other)) continue;
			const [low, high] = [head(id), head(other)].sort((a, b) => a - b);
			parent.set(high, low);
		}
	}
	return head;
}

// What became of COUNT mails once all are sorted: Map from n to its readings, one where all is well.
export async function readAll(client, count) {
	await until('all mails sorted', async () => (await (await client.fetch('/health')).json()).sort_lag === 0, 300);
	const threads = [];
	for (const id of await threadIds(client)) threads.push(await wholeThread(client, id));
	const head = heads(threads), readings = new Map(), at = new Map(Array.from({length: count}, (_, n) => [recipient(n), n]));
	for (const {id, messages} of threads) {
		for (const message of messages) {
			const mine = message.envelope?.to.map((to) => at.get(to)).filter((n) => n !== undefined) ?? [];
			const made = mine.length ? await reading(client, head(id), message) : null;
			for (const n of mine) readings.set(n, [...(readings.get(n) ?? []), made]);
		}
	}
	return readings;
}
