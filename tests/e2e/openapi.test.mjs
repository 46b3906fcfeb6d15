// The API's description is true: what GET calls answer is as it says.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {until} from './support/system.mjs';

let desk, anna, document, ids, numbers;

before(async () => {
	desk = await startDesk();
	anna = await desk.client('anna');
	desk.cli(['capture', '--to', 'support@shop.example', '--from', 'jane@customer.example'], {input: 'From: Jane <jane@customer.example>\r\nTo: support@shop.example\r\n'
		+ 'Subject: Lamp\r\nMessage-ID: <1@test.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>It broke</p>\r\n'
		+ '--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: kim@customer.example\r\nSubject: Older\r\nDate: Mon, 06 May 2024 12:00:00 +0200\r\n\r\nIt works\r\n'
		+ '--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\nSUMMARY:Delivery\r\nDTSTART:20240514\r\nEND:VEVENT\r\n'
		+ '--b\r\nContent-Type: text/plain; name=note.txt\r\nContent-Disposition: attachment; filename=note.txt\r\n\r\nnote\r\n--b--\r\n'});
	const thread = await until('the thread', async () => (await anna.get('/threads')).threads[0]);
	const query = await anna.post('/queries', {name: 'One', sql: 'SELECT 1, NULL, \'a\''});
	const customer = await anna.post('/customers', {firstname: 'Kim', lastname: 'Lee', email: 'kim@customer.example'});
	const order = await anna.post('/orders', {reference: 'A1', total: '12.50', currency: 'EUR', customer: customer.id,
		states: [{name: 'Paid', valid: true}], lines: [{name: 'Lamp', quantity: 1, price: '12.50'}]});
	const message = await anna.post('/order-messages', {name: {en: 'Late'}, message: {en: 'Sorry'}});
	await anna.post('/filters', {name: 'Mine', query: '?folder=mine'});
	await anna.post('/tokens', {name: 'Robot', role: 'viewer'});
	const blocked = await anna.post('/blocked-senders', {sender: 'spammer@elsewhere.example'});
	const {messages} = await anna.get(`/threads/${thread.id}`);
	const session = await anna.get('/session');
	ids = {threads: thread.id, messages: messages[0].id, queries: query.id, customers: customer.id, orders: order.id, 'order-messages': message.id,
		employees: session.id, contacts: thread.contact.id, 'blocked-senders': blocked.id};
	const upload = await anna.fetch(`/api/v1/threads/${thread.id}/uploads?name=a.txt`, {method: 'POST', body: 'a'});
	numbers = {uploads: (await upload.json()).id};
	await anna.post(`/threads/${thread.id}/messages`, {text: 'An answer', status: 'open'});
	await anna.fetch(`/api/v1/threads/${thread.id}/draft`, {method: 'PUT', body: {text: 'Half a', to: [], employee: null}});
	document = await anna.get('/openapi.json');
});

after(() => desk?.stop());

const resolve = (schema) => (schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : schema);

// Where VALUE is not as SCHEMA says; "" when it is.
function fault(value, schema, at = '') {
	const {anyOf, type, properties = {}, required = [], items, format} = resolve(schema);
	if (anyOf) return anyOf.some((each) => !fault(value, each)) ? '' : fault(value, anyOf[0], at);
	if (Array.isArray(type)) return type.some((each) => !fault(value, {type: each})) ? '' : `${at} is ${JSON.stringify(value)}, not ${type}`;
	const types = {integer: Number.isInteger, number: Number.isFinite, string: (text) => typeof text === 'string', boolean: (bool) => typeof bool === 'boolean',
		array: Array.isArray, object: (object) => object !== null && typeof object === 'object' && !Array.isArray(object), null: (nothing) => nothing === null};
	if (!types[type](value)) return `${at} is ${JSON.stringify(value)}, not ${type}`;
	if (format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return `${at} is ${value}, no time`;
	if (type === 'array') return value.map((each, i) => fault(each, items, `${at}[${i}]`)).find(Boolean) ?? '';
	if (type !== 'object') return '';
	const lacking = required.find((name) => !(name in value));
	if (lacking) return `${at}.${lacking} is missing`;
	const more = Object.keys(properties).length ? Object.keys(value).filter((name) => !(name in properties)) : [];
	if (more.length) return `${at}.${more.join('+')} is not described`;
	return Object.entries(properties).map(([name, each]) => (name in value ? fault(value[name], each, `${at}.${name}`) : '')).find(Boolean) ?? '';
}

test('it is OpenAPI 3.1: every operation has an id of its own, a summary and answers', () => {
	assert.match(document.openapi, /^3\.1\./);
	const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
	assert.ok(operations.length > 80);
	assert.equal(new Set(operations.map(({operationId}) => operationId)).size, operations.length);
	for (const [path, methods] of Object.entries(document.paths))
		for (const {summary, responses, parameters} of Object.values(methods)) {
			assert.ok(summary.length > 3 && responses.default);
			const named = parameters.filter((each) => each.in === 'path').map(({name}) => `{${name}}`);
			assert.deepEqual(named, path.match(/\{\w+\}/g) ?? []);
		}
});

test('it says who may: a stranger is refused wherever it says so', async () => {
	const {Client} = await import('./support/api.mjs');
	const stranger = new Client(desk.url);
	for (const [path, methods] of Object.entries(document.paths))
		for (const [method, {security}] of Object.entries(methods)) {
			if (!security.length) continue;
			const reply = await stranger.fetch(path.replaceAll(/\{\w+\}/g, '1'), {method: method.toUpperCase(), body: ['post', 'put', 'patch'].includes(method) ? {} : undefined});
			assert.equal(reply.status, 401, `${method} ${path}`);
		}
});

test('nothing is left open', () => {
	const open = [];
	const look = (schema, at) => {
		if (!schema.$ref && !schema.type && !schema.anyOf) open.push(at);
		for (const [name, each] of Object.entries(schema.properties ?? {})) look(each, `${at}.${name}`);
		for (const each of [schema.items, ...schema.anyOf ?? []]) if (each) look(each, at);
	};
	for (const [name, schema] of Object.entries(document.components.schemas)) look(schema, name);
	for (const [path, methods] of Object.entries(document.paths))
		for (const [method, {responses}] of Object.entries(methods))
			for (const {content = {}} of Object.values(responses)) for (const {schema} of Object.values(content)) look(schema, `${method} ${path}`);
	assert.deepEqual(open, []);
});

test('what GET answers is as described', async () => {
	let checked = 0;
	const faults = [];
	for (const [path, {get}] of Object.entries(document.paths)) {
		if (!get) continue;
		const [noun, , inner] = path.split('/').slice(3);
		const own = path.replace('{id}', ids[noun] ?? 1).replace('{n}', numbers[inner] ?? 1);
		const reply = await anna.fetch(own);
		const [[status, {content}]] = Object.entries(get.responses);
		const body = await reply.text();
		assert.equal(reply.status, Number(status), `${own}: ${body.slice(0, 200)}`);
		const [[type, {schema}]] = Object.entries(content);
		const given = reply.headers.get('content-type').split(';')[0];
		if (type !== 'application/octet-stream') assert.equal(given, type, own);
		const wrong = type === 'application/json' && fault(JSON.parse(body), schema);
		if (wrong) faults.push(`${own}: ${wrong}`);
		checked++;
	}
	assert.deepEqual(faults, []);
	assert.ok(checked > 35, `${checked} checked`);
});

// A noun's life: made, changed by its version, deleted, each answer as described.
const lives = {
	'queries': [{name: 'Two', sql: 'SELECT 2'}, {name: 'Three'}],
	'customers': [{firstname: 'Ann', lastname: 'Other', email: 'ann@customer.example'}, {firstname: 'Anne'}],
	'orders': [{reference: 'B2', total: '1.00', currency: 'EUR'}, {total: '2.00'}],
	'order-messages': [{name: {en: 'Early'}, message: {en: 'Thanks'}}, {message: {en: 'Many thanks'}}],
	'contacts': [{name: {en: 'Press'}, addresses: ['press@shop.example'], shops: [1]}, {taking: true}],
	'employees': [{firstname: 'New', lastname: 'One', email: 'new@shop.example', role: 'agent'}, {lastname: 'Two'}],
	'filters': [{name: 'Theirs', query: '?status=closed'}, {name: 'Closed'}],
	'tokens': [{name: 'Second', role: 'viewer'}, null],
	'spam-rules': [{header: 'X-Filter', value: 'spam'}, {match: 'contains'}],
	'blocked-senders': [{sender: 'junk.example', reason: 'Junk'}, {reason: 'Still junk'}],
};

async function assertAs(path, method, options, one) {
	const {responses} = document.paths[path][method];
	const [[status, {content}]] = Object.entries(responses);
	const reply = await anna.fetch(path.replace('{id}', one), {method: method.toUpperCase(), ...options});
	const text = await reply.text();
	assert.equal(reply.status, Number(status), `${method} ${path}: ${text}`);
	if (!content) return assert.equal(text, '');
	const body = JSON.parse(text);
	assert.equal(fault(body, content['application/json'].schema), '', `${method} ${path}`);
	return {body, tag: reply.headers.get('etag')};
}

for (const [noun, [made, changed]] of Object.entries(lives))
	test(`what changes ${noun} answers as described`, async () => {
		const path = `/api/v1/${noun}`;
		const {body: {id}, tag} = await assertAs(path, 'post', {body: made});
		if (changed) await assertAs(`${path}/{id}`, 'patch', {body: changed, headers: tag ? {'if-match': tag} : {}}, id);
		if (noun === 'employees') await assertAs(`${path}/{id}/reset`, 'post', {}, id);
		await assertAs(`${path}/{id}`, 'delete', {}, id);
	});

test('settings and threads answer changes as described', async () => {
	for (const [path, body] of [['/api/v1/settings/contact', {file_upload: false}], ['/api/v1/settings/retention', {bin_days: 31}]]) {
		const {tag} = await assertAs(path, 'get', {});
		await assertAs(path, 'patch', {body, headers: {'if-match': tag}});
	}
	await assertAs('/api/v1/threads', 'patch', {body: {ids: [ids.threads], status: 'closed'}});
	await assertAs('/api/v1/threads/{id}', 'patch', {body: {status: 'open'}}, ids.threads);
	await assertAs('/api/v1/threads/{id}/read', 'post', {body: {upto: ids.messages}}, ids.threads);
	await assertAs('/api/v1/notifications/seen', 'post', {body: {upto: 1}});
	await assertAs('/api/v1/profile/trusted-senders', 'post', {body: {address: 'jane@customer.example'}});
	await assertAs('/api/v1/threads/{id}', 'delete', {}, ids.threads);
	await assertAs('/api/v1/threads/{id}/restore', 'post', {}, ids.threads);
});
