// The Customer Service page's list: columns, sorts, filters, Search and Reset, pages, all of it in the address.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {capture, ids, numbered, path, row, rows, shows} from './support/list.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, browser, page, client, id;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	client = await desk.client();
	await capture(desk, client, [
		{from: 'Kim Müller <kim@customer.example>', subject: 'Lamp', body: 'The lamp broke yesterday and nobody seems to care about it'},
		{from: 'lee@other.example', subject: 'Chair', body: 'Señor, the chair arrived', to: 'orders@shop.example'},
		{from: 'max@other.example', subject: 'Table', body: 'Bonjour, je voudrais savoir où se trouve ma table, merci beaucoup et à bientôt, bien cordialement'},
		...numbered(23),
	]);
	id = await ids(client);
	await client.patch(`/threads/${id.Lamp}`, {status: 'closed'});
	await client.patch(`/threads/${id.Chair}`, {status: 'pending1'});
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
	await row(page, id['Question 22']).waitFor();
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

const field = (name) => page.locator(`[data-filter=${name}]`);
const search = () => page.locator('.filter-buttons').getByRole('button', {name: 'Search'});
const reset = () => page.locator('.filter-buttons').getByRole('button', {name: 'Reset'});
const cell = (thread, column) => row(page, thread).locator(`.col-${column}`).innerText();

test('twelve columns in their order, newest last message first', {skip}, async () => {
	const heads = await page.locator('.heads th').allInnerTexts();
	assert.deepEqual(heads.slice(1), ['ID', 'Customer', 'Email', 'Type', 'Language', 'Status', 'Employee', 'Messages', 'Private', 'Last message', 'Actions']);
	assert.equal((await rows(page)).length, 20);
	assert.equal((await rows(page))[0], id['Question 22']);
	assert.equal(await page.locator('th.col-last_message').getAttribute('aria-sort'), 'descending');
});

test('a row says what the thread is', {skip}, async () => {
	await page.goto(`${desk.url}/?id=${id.Lamp}`);
	await shows(page, [id.Lamp]);
	assert.match(await cell(id.Lamp, 'id'), new RegExp(`${id.Lamp}$`));
	assert.equal(await cell(id.Lamp, 'customer'), '--');
	assert.equal(await cell(id.Lamp, 'email'), 'kim@customer.example');
	assert.equal(await cell(id.Lamp, 'contact'), 'Support');
	assert.equal(await cell(id.Lamp, 'language'), 'English');
	assert.equal(await row(page, id.Lamp).locator('select').inputValue(), 'closed');
	assert.equal(await cell(id.Lamp, 'employee'), '--');
	const message = await cell(id.Lamp, 'message');
	assert.match(message, /^The lamp broke yesterday.*…$/);
	assert.ok([...message].length <= 41, message);
	assert.match(await cell(id.Lamp, 'last_message'), /^\d\d\/\d\d\/\d{4}, \d\d:\d\d$/);
	assert.equal(await row(page, id.Lamp).locator('.col-private .visually-hidden').innerText(), 'No');
});

test('every column but Actions sorts both ways, and says so', {skip}, async () => {
	await page.goto(desk.url);
	for (const name of ['id', 'customer', 'email', 'contact', 'language', 'status', 'employee', 'message', 'private', 'last_message']) {
		const head = page.locator(`th.col-${name}`);
		for (const order of name === 'last_message' ? ['descending', 'ascending'] : ['ascending', 'descending']) {
			await head.getByRole('button').click();
			await until(`${name} ${order}`, async () => (await head.getAttribute('aria-sort')) === order);
			const wanted = (await client.get(`/threads?sort=${order === 'descending' ? '-' : ''}${name}`)).threads.map((thread) => thread.id);
			await shows(page, wanted);
		}
	}
	assert.equal(await page.locator('th.col-actions button').count(), 0);
});

for (const [name, typed, found] of [
	['id', '#1', ['Lamp']],
	['email', 'OTHER lee', ['Chair']],
	['contact', {label: 'Orders'}, ['Chair']],
	['language', {label: 'French'}, ['Table']],
	['status', {label: 'Pending 1'}, ['Chair']],
	['message', 'senor arriv', ['Chair']],
	['customer', 'nobody', []],
	['employee', 'nobody', []],
	['private', {label: 'Yes'}, []],
]) {
	test(`filter by ${name}, then Reset`, {skip}, async () => {
		await page.goto(desk.url);
		await row(page, id['Question 22']).waitFor();
		assert.equal(await search().isDisabled(), true, 'Search is off at first');
		assert.equal(await reset().count(), 0);
		if (typeof typed === 'string') await field(name).fill(typed);
		else await field(name).selectOption(typed);
		await search().click();
		await shows(page, found.map((subject) => id[subject]));
		await until('Search is off again', () => search().isDisabled());
		if (!found.length) await page.getByText('No records found').waitFor();
		await reset().click();
		await until('all rows', async () => (await rows(page)).length === 20);
		assert.equal(path(page), '/');
		await until('an empty field', async () => (await field(name).inputValue()) === '');
	});
}

test('from–to are whole days, both included', {skip}, async () => {
	const today = new Date().toISOString().slice(0, 10);
	const yesterday = new Date(Date.now() - 86400_000).toISOString().slice(0, 10);
	await page.goto(desk.url);
	await field('from').fill(today);
	await field('to').fill(today);
	await search().click();
	await until('the day in the address', () => path(page) === `/?from=${today}&to=${today}`);
	await until('all rows', async () => (await rows(page)).length === 20);
	await field('from').fill(yesterday);
	await field('to').fill(yesterday);
	await page.keyboard.press('Enter');
	await shows(page, []);
});

test('pages begin above 20 rows; sort and search are kept over them; Back undoes them one by one', {skip}, async () => {
	await page.goto(desk.url);
	await page.locator('th.col-id').getByRole('button').click();
	await until('sorted', () => path(page) === '/?sort=id');
	await shows(page, Array.from({length: 20}, (_, at) => at + 1));
	await field('email').fill('visitor');
	await search().click();
	await until('23 found', async () => (await page.locator('.list-count').innerText()) === '23');
	await page.getByRole('button', {name: 'Next page'}).click();
	await until('page 2', async () => (await rows(page)).length === 3);
	assert.equal(path(page), '/?email=visitor&sort=id&page=2');
	assert.equal(await page.locator('.pager-range').innerText(), '21–23 of 23');
	assert.equal(await page.getByRole('button', {name: 'Next page'}).isDisabled(), true);
	assert.deepEqual(await page.getByLabel('Rows per page').locator('option').allInnerTexts(), ['20', '50', '300', '1000']);
	await page.goBack();
	await until('page 1', async () => (await rows(page)).length === 20);
	await page.goBack();
	await until('no filter', () => path(page) === '/?sort=id');
	await until('an empty field', async () => (await field('email').inputValue()) === '');
	await page.getByLabel('Rows per page').selectOption('50');
	await until('all 26', async () => (await rows(page)).length === 26);
	await field('id').fill('1');
	await page.keyboard.press('Enter');
	await until('no pages for one row', async () => (await page.locator('.pager').count()) === 0);
});

test('a click on a row opens the thread in the same tab; Back returns to the list as it was', {skip}, async () => {
	await page.goto(`${desk.url}/?email=visitor&sort=-id&page=2`);
	await row(page, id['Question 1']).locator('.col-email').click();
	await page.locator('h1').getByText('Question 1').waitFor();
	await page.goBack();
	await row(page, id['Question 1']).waitFor();
	assert.equal(path(page), '/?email=visitor&sort=-id&page=2');
	await row(page, id['Question 1']).getByRole('link', {name: 'View'}).click();
	await page.locator('h1').getByText('Question 1').waitFor();
	assert.deepEqual(page.problems, []);
});

test('after Search and Reset, whose buttons go, the focus is on the list', {skip}, async () => {
	const onList = () => until('the focus on the list', () => page.evaluate(() => document.activeElement?.matches('section.list')));
	await page.goto(`${desk.url}/`);
	await field('email').fill('visitor2');
	await search().click();
	await row(page, id['Question 2']).waitFor();
	await onList();
	await reset().click();
	await row(page, id['Question 10']).waitFor();
	await onList();
	await page.keyboard.press('j');
	await until('the first row', () => page.evaluate(() => document.activeElement?.matches('tr[data-thread]:first-child')));
});

test('from a thread one is back where the list was', {skip}, async () => {
	await page.setViewportSize({width: 1280, height: 600});
	await page.goto(`${desk.url}/?limit=50`);
	const wanted = row(page, id['Question 10']);
	await wanted.waitFor();
	await wanted.evaluate((element) => scrollBy(0, element.getBoundingClientRect().top - 300));
	const top = () => wanted.evaluate((element) => Math.round(element.getBoundingClientRect().top));
	const before = await top();
	for (const back of [() => page.goBack(), () => page.getByRole('link', {name: 'Back to the list'}).click(), () => page.keyboard.press('u')]) {
		await wanted.locator('.col-email').click();
		await page.locator('article.message').waitFor();
		await back();
		await wanted.waitFor();
		await until('the row where it was', async () => Math.abs(await top() - before) <= 2);
	}
	assert.deepEqual(page.problems, []);
});
