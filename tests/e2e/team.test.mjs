// The staff, by an admin: accounts, rights, links for a new password, sessions; in a browser and at the API.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Client} from './support/api.mjs';
import {openBell} from './support/bell.mjs';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, browser, admin, anna;

before(async () => {
	desk = await startDesk();
	admin = await desk.client();
	if (skip) return;
	browser = await startBrowser();
	anna = await openDesk(browser, desk, {...employees.anna, password});
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

const ask = (client, method, path, body, version) => client.fetch(`/api/v1${path}`, {method, body, headers: version ? {'if-match': `"${version}"`} : {}});
async function refused(reply, status, field, code) {
	const problem = await reply.json();
	assert.equal(reply.status, status, JSON.stringify(problem));
	if (field) assert.deepEqual(problem.errors.map((each) => [each.field, each.code]), [[field, code]]);
	return problem;
}
const someone = (more = {}) => ({firstname: 'Carl', lastname: 'Cook', email: 'carl@shop.example', role: 'agent', ...more});
async function logIn(email, secret = password) {
	const client = new Client(desk.url);
	await client.logIn(email, secret);
	return client;
}

test('an employee is made, changed and removed; the second of two who change is told', async () => {
	const made = await ask(admin, 'POST', '/employees', someone());
	assert.equal(made.status, 201);
	const carl = await made.json();
	assert.equal(made.headers.get('etag'), `"${carl.version}"`);
	assert.deepEqual([carl.role, carl.active, carl.all_contacts, carl.has_password, carl.totp], ['agent', true, true, false, false]);
	await refused(await ask(admin, 'PATCH', `/employees/${carl.id}`, {role: 'viewer'}), 428);
	const changed = await ask(admin, 'PATCH', `/employees/${carl.id}`, {role: 'viewer', all_contacts: false, contacts: [2, 1]}, carl.version);
	const viewer = await changed.json();
	assert.deepEqual([viewer.role, viewer.all_contacts, viewer.contacts, viewer.firstname], ['viewer', false, [1, 2], 'Carl']);
	await refused(await ask(admin, 'PATCH', `/employees/${carl.id}`, {role: 'agent'}, carl.version), 412);
	const version = viewer.version;
	for (const [login, code] of [['Ben@shop.example', 'taken'], ['with blanks', undefined]])
		await refused(await ask(admin, 'PATCH', `/employees/${carl.id}`, {mail_login: login}, version), 422, 'mail_login', code);
	assert.equal((await (await ask(admin, 'PATCH', `/employees/${carl.id}`, {mail_login: 'carl-mail'}, version)).json()).mail_login, 'carl-mail');
	assert.equal((await admin.get(`/employees/${carl.id}`)).role, 'viewer');
	const list = await admin.get('/employees?sort=-email&limit=2');
	assert.deepEqual([list.total, list.page, list.limit, list.employees.map(({email}) => email)], [3, 1, 2, ['carl@shop.example', 'ben@shop.example']]);
	assert.equal((await admin.get('/employees?name=cook&role=viewer&active=yes')).total, 1);
	assert.equal((await ask(admin, 'GET', '/employees?sort=password')).status, 400);
	assert.equal((await ask(admin, 'DELETE', `/employees/${carl.id}`)).status, 204);
	assert.equal((await ask(admin, 'GET', `/employees/${carl.id}`)).status, 404);
});

test('what is wrong is named, all at once, and nothing is made', async () => {
	const problem = await refused(await ask(admin, 'POST', '/employees', {firstname: ' ', lastname: 'x'.repeat(101), email: 'no address', role: 'owner', password: 'short'}), 422);
	assert.deepEqual(problem.errors.map(({field, code}) => [field, code ?? '']), [['firstname', 'required'], ['lastname', 'too_long'], ['email', 'email'], ['role', '']]);
	await refused(await ask(admin, 'POST', '/employees', someone({password: '11 letters '})), 422, 'password', 'password_short');
	await refused(await ask(admin, 'POST', '/employees', someone({email: 'BEN@shop.example'})), 422, 'email', 'email_taken');
	await refused(await ask(admin, 'POST', '/employees', someone({all_contacts: false, contacts: [99]})), 422, 'contacts', 'contact_gone');
	assert.equal((await admin.get('/employees')).total, 2);
});

test('only admins see the staff', async () => {
	const ben = await desk.client('ben');
	for (const [method, path] of [['GET', '/employees'], ['POST', '/employees'], ['GET', '/employees/1'], ['PATCH', '/employees/1'], ['DELETE', '/employees/1'],
		['GET', '/employees/1/sessions'], ['DELETE', '/employees/1/sessions'], ['POST', '/employees/1/reset'], ['DELETE', '/employees/1/totp']])
		assert.equal((await ask(ben, method, path, method === 'GET' || method === 'DELETE' ? undefined : {})).status, 403, `${method} ${path}`);
});

test('the last active admin stays', async () => {
	const {version} = await admin.get('/employees/1');
	await refused(await ask(admin, 'PATCH', '/employees/1', {role: 'agent'}, version), 422, 'role', 'last_admin');
	await refused(await ask(admin, 'PATCH', '/employees/1', {active: false}, version), 422, 'role', 'last_admin');
	await refused(await ask(admin, 'DELETE', '/employees/1'), 422, 'role', 'last_admin');
	const other = await (await ask(admin, 'POST', '/employees', someone({role: 'admin'}))).json();
	await refused(await ask(admin, 'DELETE', '/employees/1'), 422, 'role', 'last_admin'); // who has no password cannot log in
	const able = await (await ask(admin, 'PATCH', `/employees/${other.id}`, {password}, other.version)).json();
	const agent = await (await ask(admin, 'PATCH', '/employees/1', {role: 'agent'}, version)).json();
	assert.equal(agent.role, 'agent');
	const carl = await logIn('carl@shop.example');
	await refused(await ask(carl, 'DELETE', `/employees/${able.id}`), 422, 'role', 'last_admin');
	assert.equal((await ask(carl, 'PATCH', '/employees/1', {role: 'admin'}, agent.version)).status, 200);
	assert.equal((await ask(carl, 'DELETE', `/employees?ids=${able.id}`)).status, 200);
});

test('of several to be deleted, those who can be are; of the others it is told why', {skip}, async () => {
	const gone = await (await ask(admin, 'POST', '/employees', someone({firstname: 'Gus', email: 'gus@shop.example'}))).json();
	const own = (await admin.get('/session')).id;
	for (const each of (await admin.get('/employees?role=admin')).employees.filter(({id}) => id !== own)) await ask(admin, 'DELETE', `/employees/${each.id}`);
	const answer = await ask(admin, 'DELETE', `/employees?ids=${own},${gone.id},999`);
	assert.equal(answer.status, 200);
	const {deleted, refused: left} = await answer.json();
	assert.deepEqual([deleted, left.map(({id, code}) => [id, code])], [[gone.id], [[own, 'last_admin']]]);
	await ask(admin, 'POST', '/employees', someone({firstname: 'Gil', email: 'gil@shop.example'}));
	await anna.goto(`${desk.url}/team?email=shop.example`);
	for (const name of ['Anna', 'Gil']) await anna.getByRole('row', {name: new RegExp(name)}).getByRole('checkbox').check();
	await anna.getByRole('button', {name: /^Delete selection/}).click();
	await anna.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
	const told = anna.getByRole('dialog', {name: '1 could not be deleted'});
	await told.getByText('This is the last active administrator who can log in').waitFor();
	assert.match(await told.getByRole('listitem').textContent(), /^Anna/);
	await told.getByRole('button', {name: 'Close'}).last().click();
	await anna.getByRole('row', {name: /Gil/}).waitFor({state: 'detached'});
	assert.equal(await anna.getByRole('row', {name: /Anna/}).count(), 1);
});

test('a new employee by the browser: refused, mended, made, let in by a link that works once', {skip}, async () => {
	await anna.goto(`${desk.url}/team`);
	await anna.getByRole('link', {name: 'Add an employee'}).click();
	await anna.getByLabel('First name').fill('Dora');
	await anna.getByLabel('Email').fill('ben@shop.example');
	await anna.getByRole('button', {name: 'Save'}).click();
	await anna.getByText('The field Last name is required.').waitFor();
	assert.equal(await anna.getByLabel('First name').inputValue(), 'Dora');
	await anna.getByLabel('Last name').fill('Doe');
	await anna.getByRole('button', {name: 'Save'}).click();
	await anna.getByText('Another employee has this email address.').waitFor();
	await anna.getByLabel('Email').fill('dora@shop.example');
	await anna.getByLabel('Only threads of these contacts').check();
	await anna.getByLabel('Support').check();
	await anna.getByRole('button', {name: 'Save'}).click();
	await anna.getByRole('heading', {name: 'Dora Doe'}).waitFor();
	await anna.getByRole('button', {name: 'Make a link'}).click();
	const link = await anna.getByLabel('Link to set a password').and(anna.locator('input')).inputValue();
	assert.match(link, new RegExp(`^${desk.url}/reset/[a-z2-7]{32}$`));

	const context = await browser.newContext({locale: 'en-GB'});
	const dora = await context.newPage();
	await dora.goto(link);
	await dora.getByText('For dora@shop.example').waitFor();
	await dora.locator('[name=password]').fill('too short');
	await dora.getByRole('button', {name: 'Set the password'}).click();
	await dora.getByText('The password must have 12 characters or more.').waitFor();
	await dora.locator('[name=password]').fill('a horse of my own');
	await dora.locator('[name=again]').fill('a horse of my own');
	await dora.getByRole('button', {name: 'Set the password'}).click();
	await dora.getByText('Your password is set.').waitFor();
	await dora.locator('[name=email]').fill('dora@shop.example');
	await dora.locator('[name=password]').fill('a horse of my own');
	await dora.getByRole('button', {name: 'Log in'}).click();
	await dora.locator('[data-link=up]').waitFor({state: 'attached'});
	assert.equal(await dora.getByRole('link', {name: 'Team'}).count(), 0);
	await dora.goto(`${desk.url}/team`);
	await dora.getByText('This page does not exist').waitFor();
	await dora.goto(link);
	await dora.getByText('This link is too old, or was used already.').waitFor();
	await context.close();
});

test('two admins at one form: the second is told, what was typed stays', {skip}, async () => {
	const {id, version} = (await admin.get('/employees?email=dora')).employees[0];
	await anna.goto(`${desk.url}/team/${id}`);
	await anna.getByLabel('First name').fill('Theodora');
	assert.equal((await ask(admin, 'PATCH', `/employees/${id}`, {lastname: 'Dane'}, version)).status, 200);
	await anna.getByRole('button', {name: 'Save'}).click();
	await anna.getByText('Somebody else changed this meanwhile.').waitFor();
	assert.equal(await anna.getByLabel('First name').inputValue(), 'Theodora');
	assert.equal((await admin.get(`/employees/${id}`)).firstname, 'Dora');
	await anna.getByRole('button', {name: 'Reload'}).click();
	await until('the new name', async () => (await anna.getByLabel('Last name').inputValue()) === 'Dane');
});

test('other rights show at once in an open page, without a reload', {skip}, async () => {
	for (const [name, subject] of [['support', 'For support'], ['orders', 'For orders']])
		desk.cli(['capture', '--from', 'jane@customer.example', '--to', `${name}@shop.example`], {input: plainMail({subject})});
	await desk.thread(admin, 'For orders');
	await desk.thread(admin, 'For support');
	const page = await openDesk(browser, desk, {email: 'dora@shop.example', password: 'a horse of my own'});
	await page.evaluate(() => { window.sameDocument = true; });
	const rows = () => page.locator('.threads tbody tr').count();
	await until('the one thread', async () => (await rows()) === 1);
	const {id, version} = (await admin.get('/employees?email=dora')).employees[0];
	await ask(admin, 'PATCH', `/employees/${id}`, {all_contacts: true, role: 'viewer'}, version);
	await until('both threads', async () => (await rows()) === 2, 6);
	assert.equal(await page.evaluate(() => window.sameDocument), true);
	await page.context().close();
});

test('who is deactivated is out at once: page, bell, session, and cannot log in', {skip}, async () => {
	const page = await openDesk(browser, desk, {email: 'dora@shop.example', password: 'a horse of my own'});
	const dora = await logIn('dora@shop.example', 'a horse of my own');
	const bell = await openBell(dora);
	const {id, version} = (await admin.get('/employees?email=dora')).employees[0];
	const link = await admin.post(`/employees/${id}/reset`);
	await ask(admin, 'PATCH', `/employees/${id}`, {active: false}, version);
	await until('the bell to close', () => bell.closed, 2);
	await page.waitForURL(/\/login/, {timeout: 5000});
	assert.equal((await dora.fetch('/api/v1/session')).status, 401);
	await assert.rejects(logIn('dora@shop.example', 'a horse of my own'), /401/);
	const token = link.url.split('/').at(-1);
	assert.equal((await ask(new Client(desk.url), 'POST', '/reset', {token, password: 'another long one'})).status, 404);
	await page.context().close();
});

test('an admin sees and ends an employee\'s sessions', {skip}, async () => {
	const page = await openDesk(browser, desk, {...employees.ben, password});
	await anna.goto(`${desk.url}/team/2`);
	await anna.getByRole('button', {name: /^End the session of Chrome/}).first().waitFor();
	await anna.getByRole('button', {name: 'End all sessions'}).click();
	await anna.getByText('No open session.').waitFor();
	await page.waitForURL(/\/login/, {timeout: 5000});
	await page.context().close();
});

test('a link ends sessions when it is used, and is replaced by the next one', async () => {
	const ben = await desk.client('ben');
	const [first, second] = [await admin.post('/employees/2/reset'), await admin.post('/employees/2/reset')].map(({url}) => url.split('/').at(-1));
	const stranger = new Client(desk.url);
	assert.equal((await ask(stranger, 'POST', '/reset/look', {token: first})).status, 404);
	assert.equal((await stranger.post('/reset/look', {token: second})).email, employees.ben.email);
	await refused(await ask(stranger, 'POST', '/reset', {token: second, password: 'short'}), 422, 'password', 'password_short');
	assert.equal((await ask(stranger, 'POST', '/reset', {token: second, password})).status, 204);
	assert.equal((await ben.fetch('/api/v1/session')).status, 401);
	assert.equal((await ask(stranger, 'POST', '/reset', {token: second, password})).status, 404);
});

test('nothing went wrong in the page', {skip}, () => assert.deepEqual(anna.problems, []));
