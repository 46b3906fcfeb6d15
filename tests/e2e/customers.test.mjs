// Customers and their orders: over the API, on their page, and on the pages of their threads.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, client, ben, kim;

before(async () => {
	desk = await startDesk();
	client = await desk.client();
	ben = await desk.client('ben');
});
after(() => desk?.stop());

const write = (from, subject) => desk.cli(['capture', '--from', from, '--to', 'support@shop.example'], {input: plainMail({from, subject})});
const send = (who, method, path, body, version) => who.fetch(`/api/v1${path}`, {method, body, headers: version ? {'if-match': `"${version}"`} : {}});
const fields = async (reply) => (await reply.json()).errors.map(({field}) => field).sort();

test('a customer takes over the threads of their address', async () => {
	write('Kim@Customer.example', 'before');
	const visited = await desk.thread(client, 'before');
	assert.equal(visited.customer, null);
	const reply = await send(client, 'POST', '/customers', {firstname: 'Kim', lastname: 'Müller', email: 'kim@customer.example', registered: '2023-04-05T06:07:08Z'});
	assert.equal(reply.status, 201);
	assert.equal(reply.headers.get('etag'), '"1"');
	kim = await reply.json();
	assert.equal(kim.registered, '2023-04-05T06:07:08.000Z');
	assert.deepEqual(kim.threads.map(({subject}) => subject), ['before']);
	write('kim@customer.example', 'after');
	await desk.thread(client, 'after');
	assert.deepEqual((await client.get('/threads')).threads.map(({customer}) => customer?.lastname), ['Müller', 'Müller']);
});

test('what is wrong is named, all at once', async () => {
	const customer = await send(client, 'POST', '/customers', {firstname: 7, lastname: '', email: 'nonsense', registered: 'yesterday', shop: 'x'});
	assert.equal(customer.status, 422);
	assert.deepEqual(await fields(customer), ['email', 'firstname', 'lastname', 'registered', 'shop']);
	assert.deepEqual(await fields(await send(client, 'POST', '/customers', {lastname: 'Other', email: 'KIM@customer.example'})), ['email']);
	const order = await send(client, 'POST', '/orders', {reference: '', customer: 'kim', currency: 'euro', total: '1,5', created: 'now', states: [{}], lines: [{name: 'Lamp', quantity: 1.5, price: 'x'}]});
	assert.equal(order.status, 422);
	assert.deepEqual(await fields(order), ['created', 'currency', 'customer', 'lines.0.price', 'lines.0.quantity', 'reference', 'states.0.name', 'total']);
	assert.deepEqual(await fields(await send(client, 'POST', '/orders', {reference: 'A', currency: 'EUR', total: 1, customer: 99})), ['customer']);
});

test('an agent reads, an admin changes', async () => {
	for (const [method, path] of [['POST', '/customers'], ['PATCH', `/customers/${kim.id}`], ['DELETE', `/customers/${kim.id}`], ['DELETE', '/customers?ids=1'],
		['POST', '/orders'], ['PATCH', '/orders/1'], ['DELETE', '/orders/1'], ['DELETE', '/orders?ids=1']]) {
		assert.equal((await send(ben, method, path, method === 'DELETE' ? undefined : {}, 1)).status, 403, `${method} ${path}`);
	}
	assert.equal((await ben.get(`/customers/${kim.id}`)).lastname, 'Müller');
	assert.equal((await ben.get('/customers?email=kim@customer.example')).total, 1);
});

test('the second to change it is told', async () => {
	assert.equal((await send(client, 'PATCH', `/customers/${kim.id}`, {firstname: 'Kimberley'})).status, 428);
	const first = await send(client, 'PATCH', `/customers/${kim.id}`, {firstname: 'Kimberley'}, 1);
	assert.equal(first.headers.get('etag'), '"2"');
	assert.equal((await first.json()).lastname, 'Müller', 'what is not named stays');
	assert.equal((await send(client, 'PATCH', `/customers/${kim.id}`, {firstname: 'Kimmy'}, 1)).status, 412);
	assert.equal((await client.get(`/customers/${kim.id}`)).firstname, 'Kimberley');
});

test('orders: made, found, changed, added up by currency', async () => {
	const valid = (name, created) => ({name, valid: true, created});
	const orders = [
		{reference: 'XKBKNABJK', total: '29.90', currency: 'EUR', states: [{name: 'Awaiting payment', created: '2024-05-01T10:00:00Z'}, valid('Shipped', '2024-05-02T11:00:00Z')], lines: [{name: 'Lamp', quantity: 2, price: 14.95}]},
		{reference: 'OHSATSERP', total: 10.1, currency: 'EUR', states: [valid('Payment accepted', '2024-05-03T10:00:00Z')]},
		{reference: 'UOYEVOLI', total: 7, currency: 'PLN', states: [valid('Delivered', '2024-05-04T10:00:00Z')]},
		{reference: 'FFATNOMMJ', total: 99, currency: 'EUR', states: [valid('Payment accepted', '2024-05-05T10:00:00Z'), {name: 'Canceled', valid: false, created: '2024-05-06T10:00:00Z'}]},
	];
	for (const order of orders) assert.equal((await send(client, 'POST', '/orders', {...order, customer: kim.id})).status, 201);
	const {orders: [found]} = await ben.get('/orders?reference=xkbknabjk');
	assert.equal(found.total, '29.90');
	assert.deepEqual(found.state, {name: 'Shipped', valid: true, created: '2024-05-02T11:00:00.000Z'});
	const whole = await ben.get(`/orders/${found.id}`);
	assert.deepEqual(whole.lines, [{name: 'Lamp', quantity: 2, price: '14.95'}]);
	assert.equal(whole.states.length, 2);
	assert.deepEqual((await ben.get(`/orders?customer=${kim.id}&sort=reference`)).orders.map(({reference}) => reference), ['FFATNOMMJ', 'OHSATSERP', 'UOYEVOLI', 'XKBKNABJK']);
	assert.deepEqual((await client.get(`/customers/${kim.id}`)).orders, {count: 3,
		totals: [{currency: 'EUR', amount: '40.00', count: 2}, {currency: 'PLN', amount: '7.00', count: 1}]});
	assert.deepEqual(await fields(await send(client, 'POST', '/orders', {...orders[0], customer: kim.id})), ['reference']);
	assert.equal((await send(client, 'PATCH', `/orders/${found.id}`, {total: '1'}, 9)).status, 412);
});

test('on the thread page and on their own page all of it is true', {skip}, async () => {
	const browser = await startBrowser();
	try {
		const page = await openDesk(browser, desk, {...employees.ben, password});
		const thread = await desk.thread(client, 'after');
		await page.goto(`${desk.url}/threads/${thread.id}`);
		const side = page.getByRole('complementary', {name: 'About this thread'});
		await side.getByText('2 orders validated for a total amount of €40.00').waitFor();
		await side.getByText('1 order validated for a total amount of PLN 7.00').waitFor();
		await side.getByText('Customer since: 5 Apr 2023').waitFor();
		await page.getByRole('main').getByRole('link', {name: 'Kimberley Müller (kim@customer.example)'}).click();
		await page.getByRole('heading', {name: 'Kimberley Müller', level: 1}).waitFor();
		assert.equal(new URL(page.url()).pathname, `/customers/${kim.id}`);
		await page.getByRole('row', {name: /XKBKNABJK.*Shipped.*€29\.90/}).getByRole('img', {name: 'Counts as validated'}).waitFor();
		assert.equal(await page.getByRole('row', {name: /FFATNOMMJ/}).getByRole('img').count(), 0, 'cancelled');
		await page.getByRole('region', {name: 'Threads'}).getByRole('link', {name: /before/}).click();
		await page.getByRole('heading', {name: /before/}).waitFor();
		assert.deepEqual(page.problems, []);
	} finally {
		await browser.close();
	}
});

test('the list is searched, sorted and opened', {skip}, async () => {
	for (let n = 1; n <= 25; n++) await send(client, 'POST', '/customers', {firstname: `First${n}`, lastname: `Last${String(n).padStart(2, '0')}`, email: `c${n}@many.example`});
	const browser = await startBrowser();
	try {
		const page = await openDesk(browser, desk, {...employees.ben, password});
		await page.getByRole('link', {name: 'Customers', exact: true}).click();
		const names = () => page.locator('tbody td.crud-name').allTextContents();
		await page.getByRole('link', {name: 'First1 Last01'}).waitFor();
		await page.getByRole('columnheader', {name: 'Name'}).getByRole('button').click();
		await page.locator('tbody tr').first().getByText('Kimberley Müller').waitFor();
		await page.getByRole('textbox', {name: /email/i}).fill('c7@many');
		await page.keyboard.press('Enter');
		await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
		assert.deepEqual(await names(), ['First7 Last07']);
		assert.match(page.url(), /email=c7/);
		await page.getByRole('link', {name: 'First7 Last07'}).click();
		await page.getByText('No orders validated for the moment').waitFor();
		assert.equal(await page.getByRole('button', {name: /delete/i}).count(), 0);
		await page.goBack();
		await page.getByRole('link', {name: 'First7 Last07'}).waitFor();
		await page.goto(`${desk.url}/customers/99999`);
		await page.getByText('This customer does not exist.').waitFor();
	} finally {
		await browser.close();
	}
});

test('many orders and threads come in pages, and a new thread by itself', {skip}, async () => {
	const pat = await (await send(client, 'POST', '/customers', {firstname: 'Pat', lastname: 'Often', email: 'pat@customer.example'})).json();
	const two = (n) => String(n).padStart(2, '0');
	for (let n = 1; n <= 45; n++) await send(client, 'POST', '/orders', {reference: `P${two(n)}`, customer: pat.id, total: n, currency: 'EUR', created: `2024-01-01T00:${two(n)}:00Z`});
	for (let n = 1; n <= 22; n++) write('pat@customer.example', `matter ${two(n)}`);
	await until('the threads', async () => (await client.get(`/customers/${pat.id}`)).thread_total === 22);
	const second = await client.get(`/customers/${pat.id}?limit=20&orders=3&threads=2`);
	assert.deepEqual(second.order_list.map(({reference}) => reference), ['P05', 'P04', 'P03', 'P02', 'P01']);
	assert.deepEqual([second.order_total, second.threads.length], [45, 2]);
	assert.equal((await client.fetch(`/api/v1/customers/${pat.id}?orders=0`)).status, 400);
	const browser = await startBrowser();
	try {
		const page = await openDesk(browser, desk, {...employees.ben, password});
		await page.goto(`${desk.url}/customers/${pat.id}`);
		const orders = page.getByRole('table', {name: 'Orders'});
		const threads = page.getByRole('region', {name: 'Threads'});
		await orders.getByRole('link', {name: 'P45'}).waitFor();
		assert.equal(await orders.locator('tbody tr').count(), 20);
		const pages = page.getByRole('navigation', {name: 'Pages of orders'});
		await pages.getByRole('button', {name: 'Next page'}).click();
		await orders.getByRole('link', {name: 'P25'}).waitFor();
		await pages.getByRole('button', {name: 'Next page'}).click();
		await orders.getByRole('link', {name: 'P01'}).waitFor();
		await pages.getByText('41–45 of 45').waitFor();
		await page.goBack();
		await orders.getByRole('link', {name: 'P25'}).waitFor();
		assert.equal(new URL(page.url()).search, '?orders=2');
		assert.equal(await threads.getByRole('listitem').count(), 20);
		write('pat@customer.example', 'one more');
		await threads.getByRole('link', {name: /one more/}).waitFor();
		const {id} = await desk.thread(client, 'one more');
		await client.patch(`/threads/${id}`, {status: 'closed'});
		await threads.locator(`[data-thread="${id}"]`).getByText('Closed').waitFor();
		await orders.getByRole('link', {name: 'P25'}).waitFor();
		await page.getByRole('navigation', {name: 'Pages of threads'}).getByRole('button', {name: 'Next page'}).click();
		await threads.getByRole('link', {name: /matter 01/}).waitFor();
		assert.equal(new URL(page.url()).search, '?orders=2&threads=2');
		await page.context().setOffline(true);
		await page.locator('[data-link=lost]').waitFor({state: 'attached'});
		write('pat@customer.example', 'while away');
		await desk.thread(client, 'while away');
		await page.context().setOffline(false);
		await threads.getByRole('link', {name: /matter 04/}).waitFor();
		await page.goto(`${desk.url}/customers/${pat.id}?threads=9`);
		await threads.getByRole('link', {name: /matter 01/}).waitFor();
		assert.equal(new URL(page.url()).search, '?threads=2', 'there is no ninth page');
		assert.deepEqual(page.problems, []);
	} finally {
		await browser.close();
	}
});

test('gone, their threads are a visitor\'s again', async () => {
	assert.equal((await send(client, 'DELETE', `/customers/${kim.id}`)).status, 204);
	assert.equal((await send(client, 'DELETE', `/customers/${kim.id}`)).status, 404);
	assert.equal((await desk.thread(client, 'before')).customer, null);
	assert.deepEqual((await (await send(client, 'DELETE', '/orders?ids=1,2,99')).json()).deleted, [1, 2]);
});
