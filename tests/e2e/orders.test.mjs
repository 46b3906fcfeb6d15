// Orders: their list and page, what the API finds, and programs that keep them and the customers in step.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Machine} from './support/api.mjs';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks} from './support/system.mjs';

const skip = lacks('chromium');
let desk, browser, anna, kim, lamp, page;

const write = (from, subject) => desk.cli(['capture', '--from', from, '--to', 'support@shop.example'], {input: plainMail({from, subject})});
const references = async (search) => (await anna.get(`/orders?${search}`)).orders.map(({reference}) => reference);

before(async () => {
	desk = await startDesk();
	anna = await desk.client();
	kim = await anna.post('/customers', {firstname: 'Kim', lastname: 'Müller', email: 'kim@customer.example'});
	const lee = await anna.post('/customers', {firstname: 'Lee', lastname: 'Abel', email: 'lee@customer.example'});
	const order = (reference, customer, total, currency, created, states, lines = []) =>
		anna.post('/orders', {reference, customer, total, currency, created: `${created}T10:00:00Z`, lines, states: states.map(([name, valid], at) => ({name, valid, created: `${created}T1${at}:00:00Z`}))});
	lamp = await order('XKBKNABJK', kim.id, '1029.90', 'EUR', '2024-05-01', [['Awaiting payment', false], ['Shipped', true]],
		[{name: 'Desk lamp', quantity: 2, price: '14.95'}, {name: '<b>Chair</b>', quantity: 1, price: '1000'}]);
	await order('OHSATSERP', lee.id, '10.10', 'PLN', '2024-05-02', [['Payment accepted', true]]);
	await order('XKBOTHER', null, '5', 'EUR', '2024-05-03', []);
	for (let n = 1; n <= 60; n++) await order(`MANY${String(n).padStart(2, '0')}`, lee.id, n, 'EUR', '2023-01-01', [['Delivered', true]]);
	if (!skip) browser = await startBrowser();
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

test('the API finds by reference, customer, state and day, and sorts', async () => {
	assert.deepEqual(await references('reference=xkb&sort=reference'), ['XKBKNABJK', 'XKBOTHER']);
	assert.deepEqual(await references('exact=xkbother'), ['XKBOTHER']);
	assert.deepEqual(await references('exact=xkb'), []);
	assert.deepEqual(await references('name=mull'), ['XKBKNABJK'], 'accents do not matter');
	assert.deepEqual(await references('email=LEE@customer.example&limit=1&sort=-total'), ['MANY60']);
	assert.deepEqual(await references('state=ship'), ['XKBKNABJK']);
	assert.deepEqual(await references('from=2024-05-02&to=2024-05-03&sort=created'), ['OHSATSERP', 'XKBOTHER']);
	assert.deepEqual(await references('to=2024-05-02&from=2024-05-02'), ['OHSATSERP']);
	assert.deepEqual(await references('from=2024-01-01&sort=name'), ['XKBOTHER', 'OHSATSERP', 'XKBKNABJK'], 'by last name; who has none first');
	assert.deepEqual((await references('limit=2')), ['XKBOTHER', 'OHSATSERP'], 'newest first');
	for (const wrong of ['from=yesterday', 'to=2024-02-30', 'sort=customer', 'page=0'])
		assert.equal((await anna.fetch(`/api/v1/orders?${wrong}`)).status, 400, wrong);
});

test('the list is reached by the menu, filtered, sorted, turned, and opens an order', {skip}, async () => {
	page = await openDesk(browser, desk, {...employees.ben, password}, {viewport: {width: 1280, height: 900}});
	await page.getByRole('navigation', {name: 'Main'}).getByRole('link', {name: 'Orders', exact: true}).click();
	await page.getByRole('heading', {name: 'Orders', level: 1}).waitFor();
	const table = page.getByRole('table', {name: 'Orders'});
	const first = (reference) => table.locator('tbody tr').first().getByRole('link', {name: reference, exact: true}).waitFor();
	await first('XKBOTHER');
	await table.getByRole('row', {name: /XKBKNABJK Kim Müller €1,029\.90 Shipped.* 1 May 2024/}).waitFor();
	await table.getByRole('row', {name: /OHSATSERP Lee Abel PLN 10\.10 Payment accepted/}).waitFor();
	await table.getByRole('row', {name: /XKBOTHER -- €5\.00 --/}).waitFor();
	await page.getByText('1–50 of 63').waitFor();
	await page.getByRole('button', {name: 'Next page'}).click();
	await page.getByText('51–63 of 63').waitFor();
	await table.getByRole('button', {name: 'Total'}).click();
	await first('MANY01');
	await table.getByRole('button', {name: 'Total'}).click();
	await first('XKBKNABJK');
	await table.getByRole('textbox', {name: 'Search State'}).fill('pay');
	await table.getByRole('textbox', {name: 'Search Customer'}).fill('abel');
	await table.getByLabel('From', {exact: true}).fill('2024-05-02');
	await page.keyboard.press('Enter');
	await first('OHSATSERP');
	assert.equal(await table.locator('tbody tr').count(), 1);
	assert.deepEqual(Object.fromEntries(new URL(page.url()).searchParams), {name: 'abel', state: 'pay', from: '2024-05-02', sort: '-total'});
	await table.getByRole('button', {name: 'Reset'}).click();
	await first('XKBKNABJK');
	assert.equal(await page.getByRole('checkbox').count(), 0, 'nothing to delete here');
	await table.getByText('€1,029.90').click();
	await page.getByRole('heading', {name: 'Order XKBKNABJK', level: 1}).waitFor();
	await page.goBack();
	await first('XKBKNABJK');
	assert.deepEqual(page.problems, []);
});

test('an order shows its lines, states, customer and threads, and new threads at once', {skip}, async () => {
	write('kim@customer.example', 'Where is it?');
	const thread = await desk.thread(anna, 'Where is it?');
	await anna.patch(`/threads/${thread.id}`, {order: lamp.id});
	await page.goto(`${desk.url}/threads/${thread.id}`);
	await page.getByRole('link', {name: 'Open order XKBKNABJK'}).click();
	await page.getByRole('heading', {name: 'Order XKBKNABJK', level: 1}).waitFor();
	const lines = page.getByRole('table', {name: 'Lines'});
	await lines.getByRole('row', {name: 'Desk lamp 2 €14.95 €29.90'}).waitFor();
	await lines.getByRole('row', {name: '<b>Chair</b> 1 €1,000.00 €1,000.00'}).waitFor();
	const states = page.getByRole('region', {name: 'State history'}).getByRole('listitem');
	await states.first().getByText('Shipped').waitFor();
	assert.deepEqual((await states.allInnerTexts()).map((text) => text.split('\n')[0]), ['Shipped', 'Awaiting payment']);
	assert.equal(await states.getByRole('img', {name: 'Counts as validated'}).count(), 1);
	const threads = page.getByRole('region', {name: 'Threads'});
	await threads.getByRole('link', {name: /Where is it\?/}).waitFor();
	write('kim@customer.example', 'And now?');
	const second = await desk.thread(anna, 'And now?');
	await anna.patch(`/threads/${second.id}`, {order: lamp.id});
	await threads.getByRole('link', {name: /And now\?/}).waitFor();
	await anna.patch(`/threads/${second.id}`, {status: 'closed'});
	await threads.locator(`[data-thread="${second.id}"]`).getByText('Closed').waitFor();
	await page.getByRole('link', {name: 'Kim Müller'}).click();
	await page.getByRole('heading', {name: 'Kim Müller', level: 1}).waitFor();
	await page.getByRole('link', {name: 'XKBKNABJK'}).click();
	await page.getByRole('heading', {name: 'Order XKBKNABJK', level: 1}).waitFor();
	assert.deepEqual(page.problems, []);
	await page.goto(`${desk.url}/orders/99999`);
	await page.getByText('This order does not exist.').waitFor();
});

test('the palette goes to the orders', {skip}, async () => {
	await page.goto(desk.url);
	await page.locator('tr[data-thread]').first().waitFor();
	await page.keyboard.press('Control+k');
	const palette = page.getByRole('dialog');
	await palette.getByRole('combobox').fill('orders');
	await palette.getByRole('option', {name: 'Orders Pages'}).click();
	await page.getByRole('heading', {name: 'Orders', level: 1}).waitFor();
});

test('a program keeps customers and orders by its token, without an Origin', async () => {
	const {id, token} = await anna.post('/tokens', {name: 'shop', role: 'admin'});
	const shop = new Machine(desk.url, token);
	const customer = await shop.post('/customers', {firstname: 'Max', lastname: 'Token', email: 'max@customer.example'});
	const changed = await shop.patch(`/customers/${customer.id}`, {firstname: 'Maxi'}, customer.version);
	assert.equal(changed.firstname, 'Maxi');
	const order = await shop.post('/orders', {reference: 'TOKEN1', customer: customer.id, total: '3', currency: 'EUR'});
	assert.equal((await shop.patch(`/orders/${order.id}`, {total: '4'}, order.version)).total, '4.00');
	assert.equal((await shop.get(`/customers/${customer.id}`)).order_list[0].reference, 'TOKEN1');
	shop.origin = 'https://elsewhere.example';
	assert.equal((await shop.fetch(`/api/v1/orders/${order.id}`, {method: 'DELETE'})).status, 204);
	assert.equal((await shop.fetch(`/api/v1/customers?ids=${customer.id}`, {method: 'DELETE'})).status, 200);
	await anna.json(`/api/v1/tokens/${id}`, {method: 'DELETE'});
	for (const path of ['/orders', '/customers', `/orders/${lamp.id}`]) assert.equal((await shop.fetch(`/api/v1${path}`)).status, 401, path);
	assert.equal((await shop.fetch('/api/v1/customers', {method: 'POST', body: {lastname: 'Late', email: 'late@customer.example'}})).status, 401);
	assert.equal((await anna.get('/customers?address=late@customer.example')).total, 0);
});

test('of lesser scope it reads and writes nothing', async () => {
	const writes = [['POST', '/customers', {lastname: 'No', email: 'no@customer.example'}], ['PATCH', `/customers/${kim.id}`, {lastname: 'No'}], ['DELETE', `/customers/${kim.id}`],
		['DELETE', `/customers?ids=${kim.id}`], ['POST', '/orders', {reference: 'NO', total: 1, currency: 'EUR'}], ['PATCH', `/orders/${lamp.id}`, {total: 1}],
		['DELETE', `/orders/${lamp.id}`], ['DELETE', `/orders?ids=${lamp.id}`]];
	for (const role of ['viewer', 'agent']) {
		const reader = new Machine(desk.url, (await anna.post('/tokens', {name: role, role})).token);
		assert.equal((await reader.get(`/customers/${kim.id}`)).lastname, 'Müller');
		assert.equal((await reader.get('/customers?name=mull')).total, 1);
		assert.equal((await reader.get(`/orders/${lamp.id}`)).lines.length, 2);
		assert.equal((await reader.get('/orders?exact=XKBKNABJK')).total, 1);
		for (const [method, path, body] of writes)
			assert.equal((await reader.fetch(`/api/v1${path}`, {method, body, headers: {'if-match': '"1"'}})).status, 403, `${role} ${method} ${path}`);
	}
	assert.equal((await anna.get(`/orders/${lamp.id}`)).total, '1029.90');
	assert.equal((await anna.get('/orders?exact=NO')).total, 0);
});
