// Access tokens for programs: made in the browser, used at the API and for the bell, revoked.
import assert from 'node:assert/strict';
import http from 'node:http';
import {after, before, test} from 'node:test';
import {Client, Machine} from './support/api.mjs';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, browser, anna;

before(async () => {
	desk = await startDesk();
	anna = await desk.client();
	if (!skip) browser = await startBrowser();
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

const make = async (client, name, role) => client.post('/tokens', {name, role});
const status = async (client, path, method = 'GET', body = undefined) => (await client.fetch(`/api/v1${path}`, {method, body})).status;

// {closed}, or throws with the status that refused it.
function openSocket(token, origin) {
	return new Promise((done, fail) => {
		const request = http.get(`${desk.url}/api/v1/bell`, {headers: {connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13',
			'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-protocol': 'bell', authorization: `Bearer ${token}`, ...(origin && {origin})}});
		request.on('upgrade', (reply, socket, head) => {
			const bell = {closed: false, text: head.toString('latin1')};
			socket.on('data', (octets) => { bell.text += octets.toString('latin1'); });
			socket.on('close', () => { bell.closed = true; });
			socket.on('error', () => {});
			bell.end = () => socket.destroy();
			done(bell);
		});
		request.on('response', (reply) => { reply.resume(); fail(new Error(String(reply.statusCode))); });
		request.on('error', fail);
	});
}

test('a token is made in the browser, shown once, used, and revoked', {skip}, async () => {
	const page = await openDesk(browser, desk, {...employees.ben, password});
	await page.goto(`${desk.url}/profile`);
	const tokens = page.getByRole('region', {name: 'Your access tokens'});
	await tokens.getByText('There is no access token.').waitFor();
	await tokens.getByRole('button', {name: 'Make the token'}).click();
	await tokens.getByText('The field Name is required.').waitFor();
	assert.deepEqual(await tokens.locator('[name=role]').locator('option').allInnerTexts(), ['Viewer', 'Agent']);
	await tokens.getByLabel('Name').fill('Night robot');
	await tokens.locator('[name=role]').selectOption('agent');
	await tokens.getByRole('button', {name: 'Make the token'}).click();
	const token = await tokens.getByLabel('Access token', {exact: true}).and(page.locator('input')).inputValue();
	assert.match(token, /^belfry_[a-z2-7]{32}$/);
	await tokens.getByText('never used').waitFor();
	const robot = new Machine(desk.url, token);
	assert.equal((await robot.get('/session')).email, employees.ben.email);
	await page.reload();
	await tokens.getByText('last used now').waitFor();
	assert.equal(await tokens.getByLabel('Access token', {exact: true}).count(), 0);

	const admin = await openDesk(browser, desk, {...employees.anna, password});
	await admin.goto(`${desk.url}/team`);
	await admin.getByText('Night robot').waitFor();
	await admin.getByText(/^Ben Baker · made/).waitFor();
	await admin.getByRole('button', {name: 'Revoke Night robot'}).click();
	await admin.getByRole('dialog').getByRole('button', {name: 'Revoke', exact: true}).click();
	await admin.getByText('The token is revoked.').waitFor();
	const reply = await robot.fetch('/api/v1/session');
	assert.equal(reply.status, 401);
	assert.match(reply.headers.get('www-authenticate'), /^Bearer/);
	assert.deepEqual([...page.problems, ...admin.problems], []);
	await page.context().close();
	await admin.context().close();
});

test('it changes things without an Origin, where a cookie may not', async () => {
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject: 'For robots'})});
	const {id} = await desk.thread(anna, 'For robots');
	const robot = new Machine(desk.url, (await make(anna, 'robot', 'agent')).token);
	assert.equal(await status(robot, `/threads/${id}`, 'PATCH', {status: 'closed'}), 200);
	robot.origin = 'https://elsewhere.example';
	assert.equal(await status(robot, `/threads/${id}`, 'PATCH', {status: 'open'}), 200);
	const wrong = new Machine(desk.url, 'belfry_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
	wrong.cookie = anna.cookie; // a wrong token is not helped by a right cookie
	assert.equal(await status(wrong, '/threads'), 401);
	assert.equal(await status(wrong, `/threads/${id}`, 'PATCH', {status: 'open'}), 401);
	assert.equal((await wrong.fetch('/api/v1/session', {method: 'POST', body: {email: employees.anna.email, password}})).status, 403, 'log-in needs our Origin');
});

test('it may no more than its role, and never more than its employee', async () => {
	const viewer = new Machine(desk.url, (await make(anna, 'reader', 'viewer')).token);
	assert.equal(await status(viewer, '/threads'), 200);
	assert.equal(await status(viewer, '/threads/1', 'PATCH', {status: 'closed'}), 403);
	assert.equal(await status(viewer, '/employees'), 403);
	const ben = await desk.client('ben');
	const refused = await ben.fetch('/api/v1/tokens', {method: 'POST', body: {name: 'too much', role: 'admin'}});
	assert.deepEqual([refused.status, (await refused.json()).errors[0].code], [422, 'token_role']);
	const admin = new Machine(desk.url, (await make(anna, 'manager', 'admin')).token);
	assert.equal(await status(admin, '/employees'), 200);
	assert.equal(await status(admin, '/tokens', 'POST', {name: 'child', role: 'viewer'}), 403, 'tokens make no tokens');
	for (const [method, path] of [['PATCH', '/profile'], ['POST', '/profile/password'], ['POST', '/profile/totp'], ['DELETE', '/profile/sessions']])
		assert.equal(await status(admin, path, method, method === 'DELETE' ? undefined : {}), 403, path);
	assert.equal(await status(ben, '/tokens?everyone=1'), 200);
	assert.equal((await ben.get('/tokens?everyone=1')).tokens.some(({name}) => name === 'manager'), false);
	const {tokens} = await anna.get('/tokens');
	assert.equal(await status(ben, `/tokens/${tokens[0].id}`, 'DELETE'), 404);
	assert.ok(tokens.every((each) => !('token' in each)));
});

test('the bell opens to it, without an Origin, and closes when it is revoked', async () => {
	const {id, token} = await make(anna, 'listener', 'viewer');
	const bell = await openSocket(token);
	await until('the hello', () => /"kind":"hello"/.test(bell.text));
	await assert.rejects(openSocket('belfry_nothing'), /401/);
	assert.equal(await status(anna, `/tokens/${id}`, 'DELETE'), 204);
	await until('the bell to close', () => bell.closed, 2);
	await assert.rejects(openSocket(token), /401/);
});

test('it dies with its employee\'s account, and is less when they become less', async () => {
	const person = await anna.post('/employees', {firstname: 'Eve', lastname: 'Early', email: 'eve@shop.example', role: 'agent', password});
	const eve = new Client(desk.url);
	await eve.logIn('eve@shop.example', password);
	const {token} = await make(eve, 'eve', 'agent');
	const robot = new Machine(desk.url, token);
	const bell = await openSocket(token);
	const change = async (body, version) => (await anna.fetch(`/api/v1/employees/${person.id}`, {method: 'PATCH', body, headers: {'if-match': `"${version}"`}})).json();
	const viewer = await change({role: 'viewer'}, person.version);
	assert.equal(await status(robot, '/threads/1', 'PATCH', {status: 'closed'}), 403);
	const gone = await change({active: false}, viewer.version);
	assert.equal(gone.active, false);
	assert.equal(await status(robot, '/threads'), 401);
	await until('the bell to close', () => bell.closed, 2);
});
