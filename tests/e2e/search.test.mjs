// The search over all text, with its hits marked in the list and on the thread page; saved filters; charts; the palette.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {capture, ids, numbered, path, row, rows, shows, toast} from './support/list.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, browser, page, client, id;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	client = await desk.client();
	await capture(desk, client, [
		...numbered(3),
		{from: 'kim@customer.example', subject: 'Holiday', body: 'My <b>parcel</b> waits in the café of Zürich & so do I.\n\nThe café is nice.'},
		{from: 'lee@customer.example', subject: 'Zurich', body: 'Nothing else.'},
	]);
	id = await ids(client);
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password}, {permissions: ['clipboard-read', 'clipboard-write']});
	await row(page, id.Holiday).waitFor();
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

const find = async (words) => {
	await page.getByRole('searchbox', {name: 'Search all text'}).fill(words);
	await page.keyboard.press('Enter');
};
const marks = (root) => root.locator('mark').allInnerTexts();

test('words and beginnings, case and accents ignored; hits are marked under the row', {skip}, async () => {
	await find('ZURICH caf');
	await shows(page, [id.Holiday]);
	assert.deepEqual(await marks(row(page, id.Holiday)), ['café', 'Zürich', 'café']);
	assert.match(await row(page, id.Holiday).locator('.col-hit').innerText(), /<b>parcel<\/b> waits in the café of Zürich & so do I\./);
	await find('zurich');
	await shows(page, [id.Zurich, id.Holiday]);
	assert.equal(path(page), '/?q=zurich');
	assert.deepEqual(await marks(row(page, id.Zurich)), ['Zurich'], 'in the subject, too');
	await find('urich');
	await page.getByText('No records found').waitFor();
});

test('the thread page marks them in the message', {skip}, async () => {
	await page.goto(`${desk.url}/?q=zurich+cafe`);
	await row(page, id.Holiday).locator('.col-email').click();
	await until('marks', async () => String(await marks(page.locator('article.message'))) === 'café,Zürich,café');
	await page.reload();
	await until('marks after a reload', async () => (await marks(page.locator('article.message'))).length === 3);
	await page.goto(`${desk.url}/threads/${id.Holiday}`);
	await page.locator('article.message').waitFor();
	assert.equal((await marks(page.locator('article.message'))).length, 0);
});

test('a filter is saved under a name, counted live, renamed and deleted', {skip}, async () => {
	await page.goto(`${desk.url}/?email=visitor&status=open`);
	await page.getByRole('button', {name: 'Save this filter'}).click();
	const saving = page.getByRole('dialog', {name: 'Save this filter'});
	await saving.getByRole('button', {name: 'Save', exact: true}).click();
	await saving.getByRole('alert').waitFor();
	await saving.getByLabel('Name of the filter').fill('Visitors <open>');
	await page.keyboard.press('Enter');
	await toast(page, 'The filter has been saved.');
	const link = page.locator('[data-saved]');
	await until('three', async () => /^Visitors <open>\s*3$/.test((await link.innerText()).trim()));
	assert.equal(await link.getAttribute('aria-current'), 'page');
	await capture(desk, client, numbered(5).slice(4));
	await until('four, live', async () => /4$/.test((await link.innerText()).trim()));
	await page.locator('[data-folder=all]').click();
	await link.click();
	await until('the filter', () => path(page) === '/?email=visitor&status=open');
	await page.getByRole('button', {name: 'Manage filters'}).click();
	const dialog = page.getByRole('dialog', {name: 'Saved filters'});
	await dialog.getByRole('textbox').fill('Guests');
	await page.keyboard.press('Enter');
	await until('the new name', async () => /^Guests/.test((await link.innerText()).trim()));
	await dialog.getByRole('button', {name: 'Delete the filter Guests'}).focus();
	await page.keyboard.press('Enter');
	await until('no filter', async () => (await link.count()) === 0);
	await page.keyboard.press('Escape');
});

test('filters are refused with the field named, and are nobody else\'s', {skip}, async () => {
	const refused = async (body, field) => {
		const reply = await client.fetch('/api/v1/filters', {method: 'POST', body});
		assert.equal(reply.status, 422);
		assert.deepEqual((await reply.json()).errors.map((error) => error.field), field);
	};
	await refused({name: ' ', query: 'status=open'}, ['name']);
	await refused({name: 'x'.repeat(61), query: 'status=lost'}, ['name', 'query']);
	await refused({}, ['name', 'query']);
	const mine = await client.post('/filters', {name: 'Mine', query: 'status=open'});
	assert.equal(mine.count, 6);
	await refused({name: 'MINE', query: ''}, ['name']);
	const ben = await desk.client('ben');
	assert.deepEqual(await ben.get('/filters'), {filters: []});
	for (const method of ['PATCH', 'DELETE']) {
		const reply = await ben.fetch(`/api/v1/filters/${mine.id}`, {method, body: method === 'PATCH' ? {name: 'Taken'} : undefined, headers: {'if-match': '"1"'}});
		assert.equal(reply.status, 404);
	}
	const rename = async (headers) => (await client.fetch(`/api/v1/filters/${mine.id}`, {method: 'PATCH', body: {name: 'Ours'}, headers})).status;
	assert.deepEqual([await rename({}), await rename({'if-match': '"1"'}), await rename({'if-match': '"1"'}), await rename({'if-match': '"2"'})], [428, 200, 412, 200]);
	assert.equal((await client.fetch(`/api/v1/filters/${mine.id}`, {method: 'DELETE'})).status, 204);
});

test('charts: what came today, drawn and as a table, by a file that is asked for only then', {skip}, async () => {
	const {days} = await client.get('/charts');
	assert.equal(days.length, 30);
	assert.deepEqual(days[29], {day: new Date().toISOString().slice(0, 10), in: 6, out: 0, answered: 0, response_hours: null});
	const asked = [];
	page.on('request', (request) => /charts-.*\.js$/.test(request.url()) && asked.push(request.url()));
	await page.goto(desk.url);
	await row(page, id.Holiday).waitFor();
	assert.equal(asked.length, 0);
	await page.getByRole('button', {name: 'Charts'}).click();
	await until('two drawings', async () => (await page.locator('.chart canvas').count()) === 2);
	assert.equal(asked.length, 1);
	const shape = page.getByRole('img', {name: 'Messages per day, the last 30 days: From customers 6, From employees 0'});
	await shape.waitFor();
	await page.locator('.chart').first().getByText('Show as a table').click();
	assert.match(await page.locator('.chart').first().locator('tbody tr').first().innerText(), /6\s+0$/);
	await page.getByRole('button', {name: 'Charts'}).click();
	assert.deepEqual(page.problems, []);
});

const choose = async (typed) => {
	await page.keyboard.press('Control+k');
	await page.getByRole('combobox', {name: 'Type a command'}).fill(typed);
	await page.keyboard.press('Enter');
};

test('the palette goes to folders, pages and threads, and acts', {skip}, async () => {
	await page.locator('[data-filter=email]').focus(); // while typing, too
	await choose('unass');
	await until('the folder', () => path(page) === '/?folder=unassigned');
	await choose(`#${id.Holiday}`);
	await page.locator('h1').getByText('Holiday').waitFor();
	await choose('mark handled');
	await toast(page, 'The status has been successfully updated.');
	assert.equal((await client.get(`/threads/${id.Holiday}`)).status, 'closed');
	await choose('profile');
	await until('the profile', () => path(page) === '/profile');
	await choose('zebra walnut');
	await until('a search', () => path(page) === '/?q=zebra+walnut');
	await page.goto(desk.url);
	await row(page, id['Question 1']).getByRole('checkbox').check();
	await choose('pending 1');
	await toast(page, 'Update successful');
	assert.equal((await client.get(`/threads/${id['Question 1']}`)).status, 'pending1');
	await page.keyboard.press('Control+k');
	await page.getByRole('dialog', {name: 'Commands'}).waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({state: 'detached'});
});

test('keys: next, select a range, copy, close and next; off when switched off', {skip}, async () => {
	await page.goto(desk.url);
	await row(page, id.Zurich).waitFor();
	for (const key of ['j', 'x', 'j', 'j', 'Shift+X']) await page.keyboard.press(key);
	assert.equal(await page.locator('tbody input:checked').count(), 3);
	const [, , third] = await rows(page);
	await page.keyboard.press('.');
	await until('the number', async () => (await page.evaluate(() => navigator.clipboard.readText())) === `#${third}`);
	await page.keyboard.press('Enter');
	await until('the thread', () => path(page) === `/threads/${third}`);
	await page.locator('article.message').waitFor();
	await page.keyboard.press('Escape');
	await until('the list', () => path(page) === '/');
	await page.keyboard.press('?');
	await page.getByRole('switch', {name: 'Use keyboard shortcuts'}).uncheck();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({state: 'detached'});
	await page.keyboard.press('Control+k');
	await page.keyboard.press('b');
	await page.waitForTimeout(300);
	assert.equal(await page.getByRole('dialog').count(), 0);
	assert.deepEqual(page.problems, []);
});
