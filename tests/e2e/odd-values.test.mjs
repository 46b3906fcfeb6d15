// Every route of the API's description with numbers, words and JSON that nobody means: refused or answered, never an error of ours, never a thing that
// is not there.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';

let desk, anna, web, operations;

before(async () => {
	desk = await startDesk();
	anna = await desk.client('anna');
	[web] = desk.role('web');
	const {paths} = await anna.get('/openapi.json');
	operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({path, method: method.toUpperCase(), ...operation})));
});
after(() => desk?.stop());

const ids = ['0', '-1', '1.5', '1e3', '0x1', '9223372036854775807', '9223372036854775808', '18446744073709551617', '9'.repeat(400), '1%20', '1%00', '%31', '1;1', '1,2', "1'", '{id}', '..', '%2e%2e', '1%2f..%2f1'];
const values = ['0', '-1', '1.5', '9223372036854775807', '-9223372036854775809', '9'.repeat(400), '', 'NaN', '%00', '%ff', "'", ','.repeat(500), '%F0%9F%92%A3'.repeat(100), '0000-01-01', '99999-01-01', '%0d%0aX:%20y'];
const deep = (open, close) => open.repeat(20_000) + close.repeat(20_000);
const bodies = [deep('[', ']'), deep('{"a":', '}').replace('}', '1}'), '[]', 'null', '1', '"a"', '', '{', '{}', '{"a":1,}', '{"id":1e400}', '{"id":-0}', `{"id":${'9'.repeat(400)}}`, '{"ids":[9223372036854775808]}',
	'{"ids":[1.5]}', `{"ids":[${'1,'.repeat(20_000)}1]}`, `{"name":"${'a'.repeat(60_000)}"}`, '{"name":"\\u0000"}', '{"name":"\\ud800"}', '{"name":"\xff"}', '{"name":1,"name":2}', '{"":""}',
	`{${Array.from({length: 3000}, (_, at) => `"k${at}":${at}`)}}`, '{"text":["a"],"name":{"en":["x"]},"email":5,"subject":null,"status":"gone","employee":"me","upto":-1,"ids":{},"thread":[]}',
	'{"ids":[0,-1,9223372036854775807],"status":"open","upto":9223372036854775807,"employee":9223372036854775807,"contact":9223372036854775807,"order":-9223372036854775808}',
	'{"name":{"en":"\\u202e"},"message":{"xx":"a"},"addresses":["@","a@","\\"@b","a@b\\r\\nRCPT TO:<c@d>"],"shops":[9223372036854775807,-1,0]}'];

// Some at a time.
async function each(all, act, at = 12) {
	const left = [...all];
	await Promise.all(Array.from({length: at}, async () => {
		for (let one; (one = left.shift());) await act(one);
	}));
}

const seen = {};
async function ask({method, url, body, type = 'application/json'}) {
	const reply = await fetch(desk.url + url, {method, redirect: 'manual', headers: {cookie: anna.cookie, origin: desk.url, 'if-match': '"1"', ...(body !== undefined && {'content-type': type})},
		body: body === undefined ? undefined : Buffer.from(body, 'latin1')});
	const text = await reply.text();
	seen[reply.status] = (seen[reply.status] ?? 0) + 1;
	assert.ok(reply.status < 500, `${method} ${url.slice(0, 200)} ${body?.slice(0, 100)}: ${reply.status} ${text.slice(0, 200)}`);
	if (reply.status >= 400) assert.equal(reply.headers.get('content-type'), 'application/problem+json', `${method} ${url}`);
	return reply.status;
}
const hasBody = (method) => ['POST', 'PUT', 'PATCH'].includes(method);
// Those that end our own session, or others', would end the test.
const isOurs = ({path, method}) => !/\/session$|\/profile\/sessions/.test(path) || method === 'GET';

test('numbers in paths: of what is not there', async () => {
	const asked = operations.filter(({path}) => path.includes('{')).flatMap(({path, method}) => ids.map((id) => ({method, url: path.replace('{id}', id).replace(/\{\w+\}/g, id), body: hasBody(method) ? '{}' : undefined})));
	assert.ok(asked.length > 800);
	await each(asked, async (one) => {
		const status = await ask(one);
		const isPage = /%2f|\.\.|%2e/.test(one.url); // which may lead to another path
		if (!isPage && !/\/%31(\/|$)/.test(one.url)) assert.ok([400, 403, 404, 405, 409, 412, 415, 422].includes(status), `${one.method} ${one.url.slice(0, 200)}: ${status}`);
	});
});

test('arguments of every kind', async () => {
	const asked = operations.filter(isOurs).flatMap(({path, method, parameters}) => parameters.filter((each_) => each_.in === 'query').flatMap(({name}) =>
		values.map((value) => ({method, url: `${path.replaceAll(/\{\w+\}/g, '1')}?${name}=${value}`, body: hasBody(method) ? '{}' : undefined}))));
	assert.ok(asked.length > 300);
	await each(asked, ask);
});

test('bodies of every kind', async () => {
	const asked = operations.filter(({method}) => hasBody(method)).filter(isOurs).flatMap(({path, method}) => bodies.map((body) => ({method, url: path.replaceAll(/\{\w+\}/g, '1'), body})));
	assert.ok(asked.length > 800);
	await each(asked, ask);
	await each(operations.filter(({method}) => hasBody(method)).filter(isOurs), ({path, method}) => ask({method, url: path.replaceAll(/\{\w+\}/g, '1'), body: '<a/>', type: 'text/xml'}));
});

test('it lives, and has nothing to complain of', (t) => {
	t.diagnostic(JSON.stringify(seen));
	assert.deepEqual(desk.role('web'), [web]);
	assert.doesNotMatch(desk.log(), /belfry web: (error|warning)/);
});
