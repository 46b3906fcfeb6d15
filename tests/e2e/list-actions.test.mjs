// What is done with the list's threads: status in place, select all, the five bulk actions, delete, bin and restore; and
// what others do meanwhile, which arrives without disturbing what one is about.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {capture, ids, numbered, row, rows, shows, toast} from './support/list.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, browser, page, client, id;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	client = await desk.client('ben');
	await capture(desk, client, numbered(6));
	id = await ids(client);
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
	await row(page, id['Question 5']).waitFor();
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

const statusOf = async (thread) => (await client.get(`/threads/${thread}`)).status;
const bulk = () => page.getByRole('button', {name: 'Bulk actions'});
const box = (thread) => row(page, thread).getByRole('checkbox');
const number = (name) => page.locator(`[data-statistic=${name}]`).innerText();

test('a status is changed in place', {skip}, async () => {
	await row(page, id['Question 0']).locator('select').selectOption({label: 'Pending 2'});
	await toast(page, 'Update successful');
	assert.equal(await statusOf(id['Question 0']), 'pending2');
	await until('the numbers', async () => (await number('pending_threads')) === '1');
	assert.equal(await page.locator('[data-kpi=pending_threads]').innerText(), '6');
});

test('bulk actions are off until a row is selected; select all takes the page and gives it back', {skip}, async () => {
	assert.equal(await bulk().isDisabled(), true);
	const all = page.getByRole('checkbox', {name: 'Select all'});
	await all.check();
	assert.equal(await page.locator('tbody input:checked').count(), 6);
	assert.equal(await bulk().isEnabled(), true);
	await all.uncheck();
	assert.equal(await page.locator('tbody input:checked').count(), 0);
	assert.equal(await bulk().isDisabled(), true);
});

for (const [text, status] of [['Mark as "closed"', 'closed'], ['Mark as "pending 1"', 'pending1'], ['Mark as "pending 2"', 'pending2'], ['Mark as "opened"', 'open']]) {
	test(`bulk: ${text}`, {skip}, async () => {
		await page.reload();
		await row(page, id['Question 1']).waitFor();
		for (const name of ['Question 1', 'Question 2']) await box(id[name]).check();
		await bulk().click();
		assert.deepEqual((await page.getByRole('menuitem').allInnerTexts()).map((one) => one.trim()),
			['Mark as "opened"', 'Mark as "closed"', 'Mark as "pending 1"', 'Mark as "pending 2"', 'Choose who is in charge…', 'Delete selection']);
		await page.getByRole('menuitem', {name: text}).click();
		await toast(page, 'Update successful');
		for (const name of ['Question 1', 'Question 2']) assert.equal(await statusOf(id[name]), status);
		assert.equal(await statusOf(id['Question 3']), 'open');
	});
}

const dialog = () => page.getByRole('dialog').filter({hasText: 'Are you sure you want to delete the selected item(s)?'});

test('delete asks first; the cross and Cancel change nothing', {skip}, async () => {
	for (const way of ['Close', 'Cancel']) {
		await row(page, id['Question 0']).getByRole('button', {name: 'Delete'}).click();
		await dialog().getByRole('button', {name: way}).click();
		await dialog().waitFor({state: 'detached'});
	}
	assert.equal((await rows(page)).includes(id['Question 0']), true);
	await row(page, id['Question 0']).getByRole('button', {name: 'Delete'}).click();
	await dialog().getByRole('button', {name: 'Delete', exact: true}).click();
	await toast(page, 'Successful deletion.');
	await until('gone', async () => !(await rows(page)).includes(id['Question 0']));
});

test('bulk: Delete selection', {skip}, async () => {
	for (const name of ['Question 1', 'Question 2']) await box(id[name]).check();
	await bulk().click();
	await page.getByRole('menuitem', {name: 'Delete selection'}).click();
	await dialog().getByRole('button', {name: 'Delete', exact: true}).click();
	await toast(page, 'The selection has been successfully deleted.');
	await shows(page, ['Question 5', 'Question 4', 'Question 3'].map((name) => id[name]));
	assert.equal(await bulk().isDisabled(), true);
});

test('the bin holds them, and gives one back', {skip}, async () => {
	await page.locator('[data-folder=bin]').click();
	await until('three in the bin', async () => (await rows(page)).length === 3);
	await until('the count', async () => (await page.locator('[data-folder=bin] .folder-count').innerText()) === '3');
	await row(page, id['Question 2']).getByRole('button', {name: 'Restore'}).click();
	await until('two left', async () => (await rows(page)).length === 2);
	await page.locator('[data-folder=all]').click();
	await shows(page, ['Question 5', 'Question 4', 'Question 3', 'Question 2'].map((name) => id[name]));
});

test('what comes while one works moves in place: selection, typed text and focus stay', {skip}, async () => {
	await page.evaluate(() => { window.sameDocument = true; });
	await box(id['Question 3']).check();
	const typed = page.locator('[data-filter=email]');
	await typed.pressSequentially('half an addr');
	const kept = await row(page, id['Question 3']).elementHandle();
	await capture(desk, client, [{from: 'New One <new@customer.example>', subject: 'Just now', body: 'Something new'}]);
	const fresh = (await ids(client))['Just now'];
	await shows(page, [fresh, ...['Question 5', 'Question 4', 'Question 3', 'Question 2'].map((name) => id[name])]);
	assert.equal(await box(id['Question 3']).isChecked(), true);
	assert.equal(await typed.inputValue(), 'half an addr');
	assert.equal(await typed.evaluate((input) => document.activeElement === input), true);
	assert.equal(await kept.evaluate((element) => element.isConnected && element.dataset.thread), String(id['Question 3']), 'the row is the same element');
	await client.patch(`/threads/${id['Question 4']}`, {status: 'closed'});
	await until('the other one\'s change', async () => (await row(page, id['Question 4']).locator('select').inputValue()) === 'closed');
	await client.json(`/api/v1/threads/${id['Question 5']}`, {method: 'DELETE'});
	await until('the other one\'s deletion', async () => !(await rows(page)).includes(id['Question 5']));
	assert.equal(await box(id['Question 3']).isChecked(), true);
	assert.equal(await page.evaluate(() => window.sameDocument), true);
});

test('contact blocks count live and lead to the message that waits longest', {skip}, async () => {
	const block = page.locator('.contact', {hasText: 'Support'});
	await until('the count', async () => /^3 new messages$/.test((await block.getByRole('link').innerText()).trim()));
	await block.getByRole('link').click();
	await page.locator('h1').getByText('Question 2').waitFor();
	const {messages} = await client.get(`/threads/${id['Question 2']}`);
	await until('the message has the focus', () => page.evaluate((message) => document.activeElement?.id === `message-${message}`, messages[0].id));
	assert.match(page.url(), new RegExp(`#message-${messages[0].id}$`));
	assert.match(await page.locator('.contact', {hasText: 'Orders'}).count() === 0 ? 'away' : '', /away/);
	await page.goBack();
	await page.locator('.contact', {hasText: 'Orders'}).getByText('No new message').waitFor();
});

test('the tiles\' icons recompute', {skip}, async () => {
	const tile = page.locator('[data-kpi=messages_per_thread]');
	await until('the number', async () => (await tile.innerText()) === '1.0');
	const asked = page.waitForRequest(/kpis\?refresh=messages_per_thread/);
	await page.getByRole('button', {name: 'Refresh: Messages per thread'}).click();
	await asked;
	assert.deepEqual(page.problems, []);
});

test('the bin gives back all that is chosen in it', {skip}, async () => {
	await page.locator('[data-folder=bin]').click();
	await until('three in the bin', async () => (await rows(page)).length === 3);
	const binned = await rows(page);
	await page.getByRole('checkbox', {name: 'Select all'}).check();
	await bulk().click();
	assert.equal(await page.getByRole('menuitem', {name: 'Delete selection'}).count(), 0);
	const said = toast(page, '3 threads are back from the bin.');
	await page.getByRole('menuitem', {name: 'Restore selection'}).click();
	await said;
	await page.getByText('No records found').waitFor();
	for (const thread of binned) assert.equal((await client.get(`/threads/${thread}`)).folder, 'normal');
});

test('a deletion is taken back where it is told', {skip}, async () => {
	await page.goto(desk.url);
	const undo = page.locator('.toasts').getByRole('button', {name: 'Undo'});
	for (const way of [() => undo.click(), () => page.keyboard.press('z')]) {
		await row(page, id['Question 3']).getByRole('button', {name: 'Delete'}).click();
		await dialog().getByRole('button', {name: 'Delete', exact: true}).click();
		await until('gone', async () => !(await rows(page)).includes(id['Question 3']));
		await undo.waitFor();
		await way();
		await row(page, id['Question 3']).waitFor();
		assert.equal(await undo.count(), 0);
	}
});

test('a status chosen by the key gives the keys back to the row', {skip}, async () => {
	await row(page, id['Question 3']).focus();
	await page.keyboard.press('s');
	const select = row(page, id['Question 3']).locator('select');
	await until('the choice', () => select.evaluate((element) => element === document.activeElement));
	await select.selectOption('pending1');
	await until('the row', () => row(page, id['Question 3']).evaluate((element) => element === document.activeElement));
	assert.deepEqual(page.problems, []);
});
