// Contacts: what admins set, and that mail follows it.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
const withMail = !lacks('postfix');
let desk, browser, admin, agent, page;

before(async () => {
	desk = await startDesk({postfix: withMail, mailboxes: ['sales', 'info']});
	admin = await desk.client();
	agent = await desk.client('ben');
	if (skip) return;
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

const ask = (client, method, path, body, version) =>
	client.fetch(`/api/v1${path}`, {method, body, headers: version === undefined ? {} : {'if-match': `"${version}"`}});
// The milter learns of a new address by a nudge, a moment after the API has answered.
const capture = (to, subject) => until(`${to} to be taken`, () =>
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', to], {input: plainMail({subject}), mayFail: true}).status === 0);
const sales = (more = {}) => ({name: {en: 'Sales'}, description: {en: 'Offers'}, addresses: ['Sales@Shop.example', '@sales.example'], shops: [1], ...more});
async function refused(reply, ...wanted) {
	const problem = await reply.json();
	assert.equal(reply.status, 422, JSON.stringify(problem));
	assert.deepEqual(problem.errors.map(({field, code}) => `${field} ${code}`), wanted);
}
const contactOf = async (name) => (await admin.get('/contacts')).contacts.find((contact) => contact.name === name);

test('the two that are there at first, and those of the command line', async () => {
	const {contacts} = await admin.get('/contacts');
	assert.deepEqual(contacts.map(({name}) => name), ['Webmaster', 'Customer service', 'Support', 'Orders']);
	assert.deepEqual(contacts.map(({position}) => position), contacts.map(({position}) => position).sort((one, other) => one - other));
});

test('made, changed against its version, in every language', async () => {
	const made = await admin.post('/contacts', sales());
	assert.deepEqual(made.addresses, ['sales@shop.example', '@sales.example'], 'in one form, the sending one first');
	assert.deepEqual(made.name, {en: 'Sales', fr: 'Sales', nl: 'Sales', pl: 'Sales'});
	assert.equal(made.saving, true);
	assert.equal(made.taking, false);
	const path = `/contacts/${made.id}`;
	assert.equal((await ask(admin, 'PATCH', path, {taking: true})).status, 428);
	const reply = await ask(admin, 'PATCH', path, {taking: true, name: {fr: 'Ventes'}}, made.version);
	assert.equal(reply.headers.get('etag'), `"${made.version + 1}"`);
	const changed = await reply.json();
	assert.deepEqual([changed.taking, changed.name.fr, changed.addresses.length], [true, 'Ventes', 2]);
	assert.equal((await ask(admin, 'PATCH', path, {taking: false}, made.version)).status, 412);
	assert.equal((await ask(admin, 'PATCH', '/contacts/999', {taking: false}, 1)).status, 404);
	assert.equal((await ask(agent, 'POST', '/contacts', sales())).status, 403);
	assert.equal((await ask(agent, 'PATCH', path, {taking: false}, changed.version)).status, 403);
	assert.equal((await ask(agent, 'DELETE', path)).status, 403);
});

test('what is wrong is named', async () => {
	const post = (more) => ask(admin, 'POST', '/contacts', sales({addresses: [], ...more}));
	await refused(await post({name: {fr: 'Ventes'}}), 'name.en required_default');
	await refused(await post({name: {en: 'x', pl: 'ż'.repeat(256)}}), 'name.pl longer');
	await refused(await post({addresses: ['nobody']}), 'addresses address');
	await refused(await post({addresses: ['@other.example']}), 'addresses sender');
	await refused(await post({addresses: ['new@shop.example', 'SUPPORT@shop.example']}), 'addresses address_taken');
	await refused(await post({saving: false}), 'addresses nowhere');
	await refused(await post({shops: []}), 'shops shops');
	await refused(await post({shops: [99]}), 'shops shops');
	await refused(await post({saving: 'yes', taking: 1}), 'saving switch', 'taking switch');
	assert.equal(await contactOf('x'), undefined);
	const {id, version} = await contactOf('Sales');
	await refused(await ask(admin, 'PATCH', `/contacts/${id}`, {saving: false, addresses: []}, version), 'addresses nowhere');
});

test('mail follows at once, without a restart', {skip: !withMail && 'needs a private Postfix'}, async () => {
	const reply = await desk.send({to: 'sales@shop.example', octets: plainMail({subject: 'to sales'})});
	assert.match(reply.at(-2), /^250 /);
	assert.equal((await desk.thread(admin, 'to sales')).contact.name, 'Sales');
	const {id, version} = await contactOf('Sales');
	assert.equal((await ask(admin, 'PATCH', `/contacts/${id}`, {addresses: ['sales@shop.example', 'info@shop.example']}, version)).status, 200);
	await until('the new address', async () => {
		await desk.send({to: 'info@shop.example', octets: plainMail({subject: 'to info'})});
		return (await admin.get('/threads?limit=100')).threads.some(({subject}) => subject === 'to info');
	}, 5);
});

test('the order is the blocks\' order, and is only taken whole', async () => {
	const {contacts} = await admin.get('/contacts');
	const ids = contacts.map(({id}) => id).reverse();
	assert.equal((await ask(admin, 'PUT', '/contacts/order', {ids: ids.slice(1)})).status, 412);
	assert.equal((await ask(admin, 'PUT', '/contacts/order', {ids: [...ids.slice(1), ids[1]]})).status, 412);
	assert.equal((await ask(agent, 'PUT', '/contacts/order', {ids})).status, 403);
	assert.deepEqual((await admin.get('/contacts')).contacts.map(({id}) => id), [...ids].reverse(), 'nothing moved');
	assert.equal((await ask(admin, 'PUT', '/contacts/order', {ids})).status, 200);
	assert.deepEqual((await admin.get('/contacts/summary')).map(({id}) => id), ids);
});

test('a deleted one\'s threads move, or stay without', async () => {
	const doomed = await admin.post('/contacts', sales({name: {en: 'Doomed'}, addresses: ['doomed@shop.example']}));
	await capture('doomed@shop.example', 'moves along');
	const moved = await desk.thread(admin, 'moves along');
	assert.equal((await admin.get(`/contacts/${doomed.id}`)).threads, 1);
	const support = await contactOf('Support');
	const before = await admin.get('/statistics');
	await refused(await ask(admin, 'DELETE', `/contacts/${doomed.id}?threads=999`), 'threads no_target');
	await refused(await ask(admin, 'DELETE', `/contacts/${doomed.id}?threads=${doomed.id}`), 'threads no_target');
	assert.equal((await ask(admin, 'DELETE', `/contacts/${doomed.id}?threads=${support.id}`)).status, 204);
	const after = await admin.get(`/threads/${moved.id}`);
	assert.equal(after.contact.id, support.id);
	assert.equal(after.timeline[0].kind, 'contact');

	const second = await admin.post('/contacts', sales({name: {en: 'Doomed'}, addresses: ['doomed@shop.example']}));
	await capture('doomed@shop.example', 'stays alone');
	const alone = await desk.thread(admin, 'stays alone');
	assert.equal((await ask(admin, 'DELETE', `/contacts/${second.id}`)).status, 204);
	assert.equal((await admin.get(`/threads/${alone.id}`)).contact, null);
	assert.deepEqual({...await admin.get('/statistics'), total_threads: 0, unread_threads: 0, customer_messages: 0}, {...before, total_threads: 0, unread_threads: 0, customer_messages: 0});
	assert.equal((await admin.get('/statistics')).total_threads, before.total_threads + 1);
	assert.match(desk.cli(['check', '--deep'], {mayFail: true}).stdout, /^ok deep: counters agree with the rows/m);
});

test('in the browser: made, moved by keyboard, changed and deleted', {skip}, async () => {
	await page.getByRole('button', {name: 'Shop parameters'}).click();
	await page.getByRole('menuitem', {name: 'Contact'}).click();
	await page.getByRole('heading', {name: 'Contacts', level: 1}).waitFor();
	await page.getByRole('link', {name: 'Add new contact'}).click();
	await page.getByRole('textbox', {name: 'Title'}).fill('Returns');
	await page.getByRole('textbox', {name: 'Email addresses'}).fill('support@shop.example');
	await page.getByRole('button', {name: 'Save', exact: true}).click();
	await page.getByText('One of these addresses belongs to another contact already.').waitFor();
	assert.equal(await page.getByRole('textbox', {name: 'Title'}).inputValue(), 'Returns');
	await page.getByRole('textbox', {name: 'Email addresses'}).fill('returns@shop.example\nback@shop.example');
	await page.getByRole('radio', {name: /^Take/}).check();
	await page.getByRole('button', {name: 'Save', exact: true}).click();
	await page.getByText('Successful creation').waitFor();
	const made = await contactOf('Returns');
	assert.deepEqual([made.taking, made.addresses.sort()], [true, ['back@shop.example', 'returns@shop.example']]);

	const up = page.getByRole('button', {name: 'Move Returns up'});
	await up.focus();
	await page.keyboard.press('Enter');
	await until('one place up', async () => (await admin.get('/contacts')).contacts.at(-2).name === 'Returns');
	await until('the focus stays', () => up.evaluate((button) => button === document.activeElement));

	await page.getByRole('row', {name: /Returns/}).getByText('returns@shop.example').click();
	await page.getByRole('heading', {name: 'Edit: Returns'}).waitFor();
	await page.getByRole('switch', {name: 'Save messages?'}).uncheck();
	await page.getByRole('textbox', {name: 'Email addresses'}).fill('');
	await page.getByRole('button', {name: 'Save', exact: true}).click();
	await page.getByText('A contact that saves no messages needs an address').waitFor();
	await page.getByRole('switch', {name: 'Save messages?'}).check();
	await page.getByRole('button', {name: 'Save', exact: true}).click();
	await page.getByText('Successful update').waitFor();

	await page.getByRole('button', {name: 'Delete Returns'}).click();
	await page.getByText('Are you sure you want to delete the selected item(s)?').waitFor();
	assert.equal(await page.getByRole('radio').count(), 0, 'it has no threads: nothing to ask');
	await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
	await page.getByText('Successful deletion.').waitFor();
	await until('gone', async () => !(await contactOf('Returns')));
});

test('in the browser: dragged to another place, with the mouse and with a finger', {skip}, async () => {
	const names = async () => (await admin.get('/contacts')).contacts.map(({name}) => name);
	const before = await names();
	await page.goto(`${desk.url}/contacts`);
	const rows = page.locator('.crud-table tbody tr');
	const grip = (name) => rows.filter({has: page.getByRole('button', {name: `Move ${name} up`})}).locator('.grip');
	const middle = async (target) => { const {x, y, width, height} = await target.boundingBox(); return [x + width / 2, y + height / 2]; };
	const last = before.at(-1);
	await grip(last).waitFor();
	const take = async () => { await page.mouse.move(...await middle(grip(last))); await page.mouse.down(); };
	const [x, y] = await middle(grip(before[0]));

	await take();
	await page.mouse.move(x, y - 12, {steps: 4});
	await page.locator('.drop-before').waitFor();
	await page.keyboard.press('Escape');
	await page.locator('.drop-before').waitFor({state: 'detached'});
	await page.mouse.up();
	await take();
	await page.mouse.up();
	assert.equal(new URL(page.url()).pathname, '/contacts', 'let go on its own row, it does not open');
	assert.deepEqual(await names(), before, 'Escape leaves all as it was');

	await take();
	await page.mouse.move(x, y - 12, {steps: 4});
	await page.mouse.up();
	await until('first', async () => (await names())[0] === last);
	await rows.first().getByRole('button', {name: `Move ${last} up`}).waitFor();
	assert.deepEqual(await names(), [last, ...before.slice(0, -1)]);

	const from = await middle(grip(last));
	const to = await middle(rows.last());
	const touch = await page.context().newCDPSession(page);
	const finger = (type, ...at) => touch.send('Input.dispatchTouchEvent', {type, touchPoints: at.length ? [{x: at[0], y: at[1]}] : []});
	await finger('touchStart', ...from);
	for (const part of [0.3, 0.7, 1]) await finger('touchMove', from[0], from[1] + (to[1] + 10 - from[1]) * part);
	await page.locator('.drop-after').waitFor();
	await finger('touchEnd');
	await until('last again', async () => (await names()).at(-1) === last);
	assert.deepEqual(await names(), before);
	assert.deepEqual(page.problems, []);

	await page.setViewportSize({width: 360, height: 500}); // the first one is far above: the page scrolls along
	await grip(last).scrollIntoViewIfNeeded();
	await take();
	await page.mouse.move(100, 20, {steps: 3});
	await page.locator('tr.drop-before').and(rows.first()).waitFor();
	await page.waitForFunction(() => scrollY === 0);
	await page.mouse.up();
	await until('first', async () => (await names())[0] === last);
	await page.setViewportSize({width: 1280, height: 720});
	const {contacts} = await admin.get('/contacts');
	const ids = before.map((name) => contacts.find((each) => each.name === name).id);
	assert.equal((await ask(admin, 'PUT', '/contacts/order', {ids})).status, 200);
});

test('in the browser: deleting one with threads asks what becomes of them', {skip}, async () => {
	const doomed = await admin.post('/contacts', sales({name: {en: 'Leaving'}, addresses: ['leaving@shop.example']}));
	await capture('leaving@shop.example', 'where to?');
	const thread = await desk.thread(admin, 'where to?');
	assert.equal(thread.contact.id, doomed.id);
	await page.goto(`${desk.url}/contacts`);
	await page.getByRole('button', {name: 'Delete Leaving'}).click();
	await page.getByText('1 thread has this contact. What becomes of it?').waitFor();
	await page.getByRole('radio', {name: 'Move to another contact'}).check();
	await page.getByRole('combobox', {name: 'New contact'}).selectOption({label: 'Orders'});
	await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
	await page.getByText('Successful deletion.').waitFor();
	assert.equal((await admin.get(`/threads/${thread.id}`)).contact.name, 'Orders');
	assert.deepEqual(page.problems, []);
});
