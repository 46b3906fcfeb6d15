// Staff of the mixed load: what people do at the desk, one step at a time, by the API.
import {randomBytes} from 'node:crypto';
import {below, pick, prose} from './chance.mjs';

const folders = ['inbox', 'all', 'mine', 'spam', 'bin'];
const states = ['open', 'closed', 'pending1', 'pending2'];
const FILE_MAX = 800_000, ANSWERED_MAX = 6; // no thread grows without end

// All of an answer, read to its end; throws on a failure of the server.
export async function ask(client, method, path, {body, octets, headers = {}} = {}) {
	const reply = octets === undefined ? await client.fetch(`/api/v1${path}`, {method, body, headers})
		: await fetch(`${client.url}/api/v1${path}`, {method, headers: {cookie: client.cookie, origin: client.url, ...headers}, body: octets});
	const all = Buffer.from(await reply.arrayBuffer());
	if (reply.status >= 500 || reply.status === 401)
		throw Object.assign(new Error(`${method} ${path}: ${reply.status} ${all.toString('utf8', 0, 300)}`), {isBusy: reply.status === 503});
	return {status: reply.status, etag: reply.headers.get('etag'), octets: all, json: () => JSON.parse(all)};
}

const someThreads = async (client, query = '') => (await ask(client, 'GET', `/threads?folder=${query ? 'all' : pick(folders)}&limit=50&${query}`)).json().threads ?? [];

async function someThread(client) {
	const {id} = pick(await someThreads(client, 'q=').then((all) => all.length ? all : [{}]));
	const reply = id && await ask(client, 'GET', `/threads/${id}`);
	return reply?.status === 200 ? reply.json() : null;
}

async function read(client) {
	const thread = await someThread(client);
	if (!thread) return;
	await ask(client, 'POST', `/threads/${thread.id}/read`, {body: {}});
	const {id} = pick(thread.messages);
	for (const part of ['text', 'html', 'source', 'attachments.zip']) await ask(client, 'GET', `/messages/${id}/${part}`);
}

const search = (client) => ask(client, 'GET', `/threads?folder=all&limit=50&q=${encodeURIComponent(prose(1 + below(3)))}`);
const pages = ['/threads.csv?folder=all', '/kpis', '/statistics', '/folders', '/charts', '/notifications', '/contacts/summary', '/customers', '/employees', '/profile',
	'/profile/sessions', '/openapi.json', '/order-messages', '/filters', '/settings/retention'];
const look = (client) => ask(client, 'GET', pick(pages));

async function reply(client) {
	const thread = await someThread(client);
	if (!thread || thread.messages.length > ANSWERED_MAX) return;
	const form = await ask(client, 'GET', `/threads/${thread.id}/reply`);
	if (form.status !== 200) return;
	await ask(client, 'PUT', `/threads/${thread.id}/draft`, {body: {text: prose(10), to: [], employee: null}});
	await ask(client, 'POST', `/threads/${thread.id}/preview`, {body: {html: `<p>${prose(30)}</p>`, text: ''}});
	const headers = {'idempotency-key': randomBytes(8).toString('hex')};
	await ask(client, 'POST', `/threads/${thread.id}/messages`, {headers, body: {text: prose(50), undo: below(2), ...(below(5) === 0 && {private: true})}});
}

async function upload(client) {
	const thread = await someThread(client);
	if (!thread || thread.messages.length > ANSWERED_MAX) return;
	const added = await ask(client, 'POST', `/threads/${thread.id}/uploads?name=photo.jpg`, {octets: randomBytes(below(FILE_MAX)), headers: {'content-type': 'image/jpeg'}});
	if (added.status !== 201) return;
	const {id} = added.json();
	await ask(client, 'GET', `/threads/${thread.id}/uploads/${id}`);
	if (below(2)) await ask(client, 'DELETE', `/threads/${thread.id}/uploads/${id}`);
	else await ask(client, 'POST', `/threads/${thread.id}/messages`, {body: {text: prose(5), undo: 0, uploads: [id]}});
}

async function change(client) {
	const thread = await someThread(client);
	if (thread) await ask(client, 'PATCH', `/threads/${thread.id}`, {body: pick([{status: pick(states)}, {employee: 1 + below(2)}, {spam: below(20) === 0}])});
}

const changeMany = async (client) => ask(client, 'PATCH', '/threads', {body: {ids: (await someThreads(client)).slice(0, 20).map(({id}) => id), status: pick(states)}});

async function logInAndOut(client, {again}) {
	const other = await again();
	await look(other);
	await ask(other, 'DELETE', '/session');
}

async function addAndDrop(client, path, body) {
	const added = await ask(client, 'POST', path, {body});
	if (added.status === 201) await ask(client, 'DELETE', `${path}/${added.json().id}`);
}
const shelve = (client) => addAndDrop(client, '/filters', {name: randomBytes(6).toString('hex'), query: 'status=open'});

export const agentSteps = [read, read, read, search, search, look, reply, reply, upload, change, change, changeMany, logInAndOut, shelve];

const tokens = (client) => addAndDrop(client, '/tokens', {name: randomBytes(6).toString('hex'), role: 'viewer'});
const spamRules = (client) => addAndDrop(client, '/spam-rules', {header: `X-${randomBytes(4).toString('hex')}`, match: 'contains', value: 'junk', where: 'above'});
const questions = ['SELECT count(*) FROM customer_message', 'SELECT * FROM customer_thread LIMIT 200', 'SELECT nonsense FROM nowhere'];
const query = (client) => ask(client, 'POST', '/queries/run', {body: {sql: pick(questions)}});

async function setting(client) {
	const {etag} = await ask(client, 'GET', '/settings/retention');
	await ask(client, 'PATCH', '/settings/retention', {body: {spam_days: 20 + below(10)}, headers: {'if-match': etag}});
}

export const adminSteps = [...agentSteps, tokens, spamRules, query, setting];
