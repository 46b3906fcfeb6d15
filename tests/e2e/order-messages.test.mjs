// Order messages: by the API and in a browser.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks} from './support/system.mjs';

const skip = lacks('chromium');
let desk, browser, admin, agent, page;

before(async () => {
	desk = await startDesk();
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
const errors = async (reply, status = 422) => {
	const problem = await reply.json();
	assert.equal(reply.status, status, JSON.stringify(problem));
	return (problem.errors ?? []).map(({field, code, detail}) => `${field} ${code}: ${detail}`);
};
const noMessages = async () => {
	const {order_messages: all} = await admin.get('/order-messages?limit=1000');
	if (all.length) await ask(admin, 'DELETE', `/order-messages?ids=${all.map(({id}) => id).join(',')}`);
};

test('created, read, changed against its version, deleted', async () => {
	const made = await admin.post('/order-messages', {name: {en: 'Delay', fr: 'En\nretard'}, message: {en: 'It is late.\r\nSorry.', fr: 'Désolé.'}});
	assert.deepEqual(made.name, {en: 'Delay', fr: 'En retard', nl: '', pl: ''});
	assert.equal(made.message.en, 'It is late.\nSorry.');
	const reply = await ask(admin, 'GET', `/order-messages/${made.id}`);
	assert.equal(reply.headers.get('etag'), `"${made.version}"`);
	assert.equal((await ask(admin, 'PATCH', `/order-messages/${made.id}`, {name: {en: 'Late'}})).status, 428);
	const changed = await ask(admin, 'PATCH', `/order-messages/${made.id}`, {name: {en: 'Late'}}, made.version);
	assert.deepEqual((await changed.json()).name, {en: 'Late', fr: 'En retard', nl: '', pl: ''}, 'what is not named stays');
	assert.equal((await ask(admin, 'PATCH', `/order-messages/${made.id}`, {name: {en: 'Second'}}, made.version)).status, 412);
	assert.equal((await admin.get(`/order-messages/${made.id}`)).name.en, 'Late');
	assert.equal((await ask(admin, 'DELETE', `/order-messages/${made.id}`)).status, 204);
	assert.equal((await ask(admin, 'DELETE', `/order-messages/${made.id}`)).status, 404);
});

test('what is wrong is named, with its language', async () => {
	await admin.post('/order-messages', {name: {en: 'Taken', fr: 'Pris'}, message: {en: 'x'}});
	const post = (name, message) => ask(admin, 'POST', '/order-messages', {name, message});
	assert.deepEqual(await errors(await post({fr: 'Seul'}, {en: 'x'})), ['name.en required_default: The field name is required at least in your default language. - Language: English']);
	assert.deepEqual(await errors(await post({en: 'ok', fr: 'é'.repeat(129)}, {en: 'x', pl: 'ż'.repeat(1201)})), [
		'name.fr too_long: This value is too long. It should have 128 characters or less. - Language: French',
		'message.pl too_long: This value is too long. It should have 1200 characters or less. - Language: Polish']);
	assert.equal((await post({en: 'é'.repeat(128)}, {en: 'ż'.repeat(1200)})).status, 201);
	assert.deepEqual(await errors(await post({en: 'New', fr: 'pris'}, {en: 'x'})), ['name.fr order_message_taken: An order message with the same name already exists in French. - Language: French']);
	assert.deepEqual(await errors(await post('text', {en: 'x'})), ['name texts: name must be an object with a text for each language.',]);
	await noMessages();
});

test('the list: filters, sort, pages; agents read, only admins write', async () => {
	for (const [name, text] of [['Über delay', 'alpha beta'], ['Stock', 'Gamma'], ['Address', 'alpha']]) await admin.post('/order-messages', {name: {en: name}, message: {en: text}});
	const names = async (search) => (await agent.get(`/order-messages${search}`)).order_messages.map(({name}) => name);
	assert.deepEqual(await names('?sort=name'), ['Address', 'Stock', 'Über delay']);
	assert.deepEqual(await names('?sort=-id'), ['Address', 'Stock', 'Über delay']);
	assert.deepEqual(await names('?message=ALPHA&sort=id'), ['Über delay', 'Address']);
	assert.deepEqual(await names('?name=uber'), ['Über delay']);
	assert.deepEqual(await names('?limit=2&page=2'), ['Address']);
	assert.equal((await agent.get('/order-messages?limit=2')).total, 3);
	assert.equal((await ask(agent, 'GET', '/order-messages?sort=text')).status, 400);
	assert.equal((await ask(agent, 'POST', '/order-messages', {name: {en: 'a'}, message: {en: 'b'}})).status, 403);
	assert.equal((await ask(agent, 'DELETE', '/order-messages?ids=1')).status, 403);
	await noMessages();
});

test('in the browser: added in two languages, refused where it is wrong, nothing typed is lost', {skip}, async () => {
	await page.getByRole('navigation', {name: 'Main'}).getByRole('link', {name: 'Order messages'}).click();
	await page.getByText('No records found').waitFor();
	await page.getByRole('link', {name: 'Add new order message'}).click();
	await page.getByRole('button', {name: 'Save'}).click();
	await page.getByText('The field Name is required at least in your default language. - Language: English').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.getAttribute('name')), 'name', 'the first wrong field has the focus');
	await page.getByRole('textbox', {name: 'Name'}).fill('Delay');
	await page.getByRole('textbox', {name: 'Message'}).fill('It takes longer.');
	await page.getByRole('combobox', {name: 'Language of Name'}).selectOption('fr');
	await page.getByRole('textbox', {name: 'Name'}).fill('R'.repeat(129));
	await page.getByRole('combobox', {name: 'Language of Name'}).selectOption('en');
	await page.getByRole('button', {name: 'Save'}).click();
	await page.getByText('This value is too long. It should have 128 characters or less. - Language: French').waitFor();
	assert.equal(await page.getByRole('textbox', {name: 'Name'}).inputValue(), 'R'.repeat(129), 'the wrong language is shown');
	await page.getByRole('textbox', {name: 'Name'}).fill('Retard');
	await page.getByRole('button', {name: 'Save'}).click();
	await page.getByText('Successful creation').waitFor();
	await page.getByRole('cell', {name: 'Delay', exact: true}).waitFor();
	const {order_messages: [row]} = await admin.get('/order-messages');
	assert.deepEqual((await admin.get(`/order-messages/${row.id}`)).name, {en: 'Delay', fr: 'Retard', nl: '', pl: ''});
});

test('in the browser: who is second is told, and can reload', {skip}, async () => {
	await page.getByRole('link', {name: 'Edit Delay'}).click();
	await page.getByRole('heading', {name: 'Edit: Delay'}).waitFor();
	const {order_messages: [row]} = await admin.get('/order-messages');
	await ask(admin, 'PATCH', `/order-messages/${row.id}`, {name: {en: 'By another'}}, row.version);
	await page.getByRole('textbox', {name: 'Name'}).fill('By me');
	await page.getByRole('button', {name: 'Save'}).click();
	await page.getByText('Somebody else changed this meanwhile.').waitFor();
	assert.equal(await page.getByRole('textbox', {name: 'Name'}).inputValue(), 'By me', 'what was typed is still there');
	assert.equal((await admin.get(`/order-messages/${row.id}`)).name.en, 'By another', 'nothing is overwritten');
	await page.getByRole('button', {name: 'Reload'}).click();
	await page.getByRole('heading', {name: 'Edit: By another'}).waitFor();
	await page.getByRole('textbox', {name: 'Name'}).fill('By me');
	await page.getByRole('button', {name: 'Save'}).click();
	await page.getByText('Successful update').waitFor();
	await page.getByRole('cell', {name: 'By me', exact: true}).waitFor();
});

test('in the browser: filters and pages in the address, chosen ones deleted together', {skip}, async () => {
	for (let i = 1; i <= 11; i++) await admin.post('/order-messages', {name: {en: `Number ${i}`}, message: {en: i % 2 ? 'odd' : 'even'}});
	await page.goto(`${desk.url}/order-messages?limit=10`);
	await page.getByText('Page 1 of 2').waitFor();
	await page.getByRole('button', {name: 'Next page'}).click();
	await page.getByText('Page 2 of 2').waitFor();
	assert.match(page.url(), /page=2/);
	await page.goBack();
	await page.getByText('Page 1 of 2').waitFor();
	const search = page.getByRole('button', {name: 'Search', exact: true});
	assert.equal(await search.isDisabled(), true, 'nothing typed, nothing to search');
	await page.getByRole('textbox', {name: 'Search Message'}).fill('even');
	await search.click();
	await page.locator('[data-total="5"]').waitFor();
	assert.match(page.url(), /message=even/);
	await page.getByRole('button', {name: 'Name', exact: true}).click();
	assert.equal(await page.getByRole('columnheader', {name: 'Name'}).getAttribute('aria-sort'), 'ascending');
	await page.getByRole('checkbox', {name: 'Select all'}).check();
	await page.getByRole('button', {name: /Delete selection/}).click();
	await page.getByText('Are you sure you want to delete the selected item(s)?').waitFor();
	await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
	await page.getByText('The selection has been successfully deleted.').waitFor();
	await page.getByText('No records found').waitFor();
	await page.getByRole('button', {name: 'Reset'}).click();
	await page.locator('[data-total="7"]').waitFor();
	assert.equal((await admin.get('/order-messages?limit=100')).total, 7);
	assert.deepEqual(page.problems, []);
});

test('in the browser: an agent has no such page', {skip}, async () => {
	const other = await openDesk(browser, desk, {...employees.ben, password});
	assert.equal(await other.getByRole('link', {name: 'Order messages'}).count(), 0);
	await other.goto(`${desk.url}/order-messages`);
	await other.getByText('This page does not exist').waitFor();
	await other.context().close();
});
