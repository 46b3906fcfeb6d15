// Every page of the desk and what opens on it, for the tests that look at all of them. New pages are found by themselves.
import fs from 'node:fs';
import path from 'node:path';
import {password} from './desk.mjs';
import {startRelay} from './relay.mjs';
import {plainMail} from './smtp.mjs';
import {top, until} from './system.mjs';

const mails = ['reply-en-gmail', 'reply-fr-outlook', 'alternative-with-inline-image', 'html-only', 'hostile-images', 'auto-vacation', 'authentication-results', 'reply-pl-gmail'];

// The pages that have a screen, as pages.tsx lists them.
export function pageNames() {
	const source = fs.readFileSync(path.join(top, 'web/ui/src/pages.tsx'), 'utf8');
	return [...source.matchAll(/^\t'?([a-z-]+)'?: \{screen:/gm)].map(([, name]) => name);
}

const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

// Anna of the thread that has everything: a customer with orders, who writes again and quotes.
const again = plainMail({subject: 'Re: Question about order 1042', from: 'Anna Nowak <anna@customer.example>',
	headers: {'In-Reply-To': '<alt@customer.example>', References: '<alt@customer.example>', 'Content-Type': 'multipart/mixed; boundary=b'},
	body: `--b\nContent-Type: text/plain\n\nAny news? ${'The chair stands in the hall and waits. '.repeat(12)}\n\n> The chair is broken,\n> see the picture.\n\nhttps://shop.example/${'a-very-long-address/'.repeat(12)}
--b\nContent-Type: image/png; name="${'a long name of a picture '.repeat(4)}.png"\nContent-Transfer-Encoding: base64\n\n${picture}\n--b--`});

async function furnishShop(client) {
	const customer = await client.post('/customers', {firstname: 'Anna', lastname: 'Nowak', email: 'anna@customer.example', registered: '2023-04-05T06:07:08Z'});
	for (const [reference, currency, total, valid] of [['XKBKNABJK', 'EUR', '1229.90', true], ['OHSATSERP', 'PLN', '10.10', true], ['FFATNOMMJ', 'EUR', '99.00', false]]) {
		await client.post('/orders', {customer: customer.id, reference, currency, total, states: [{name: valid ? 'Shipped' : 'Awaiting payment', valid, created: '2024-05-02T11:00:00Z'}],
			lines: [{name: 'Lamp', quantity: 2, price: '14.95'}]});
	}
	await client.post('/order-messages', {name: {en: 'Delay', fr: 'Retard de livraison', nl: 'Vertraging', pl: 'Opóźnienie'},
		message: {en: 'It is late.', fr: 'Votre commande a pris du retard. '.repeat(8), nl: 'Het duurt langer.', pl: 'Zamówienie się opóźnia.'}});
	const query = await client.post('/queries', {name: 'Threads by address', sql: 'SELECT id_customer_thread, email, status, NULL AS absent, date_add FROM customer_thread ORDER BY 1'});
	for (const name of ['Chairs', 'A rather long name of a filter for the folders']) await client.post('/filters', {name, query: name === 'Chairs' ? 'q=chair' : 'status=open'});
	await client.post('/tokens', {name: 'Stock', role: 'viewer'});
	return {customer: customer.id, query: query.id};
}

// A few threads of every kind, and what an admin sets. Gives the ids that stations() names: of a thread that has everything a thread page shows…
export async function furnish(desk, client) {
	const shop = await furnishShop(client);
	const capture = (input) => desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input});
	for (const name of mails) capture(fs.readFileSync(path.join(top, 'tests/mail', `${name}.eml`)));
	capture(again);
	for (let i = 0; i < 24; i++) capture(plainMail({subject: `Question ${i}`, from: `Customer ${i} <customer${i}@customer.example>`, body: `Hello,\nwhere is order ${i}?\n\n> earlier\n> words`}));
	const {threads} = await until('the threads', async () => {
		const found = await client.get('/threads?folder=all&limit=100');
		return found.total >= 24 + mails.length - 1 && found;
	});
	const {id: thread} = threads.find(({email}) => email === 'anna@customer.example');
	const ids = threads.map(({id}) => id).filter((id) => id !== thread);
	for (const [at, status] of ['closed', 'pending1', 'pending2'].entries()) await client.patch(`/threads/${ids[at]}`, {status});
	await client.json(`/api/v1/threads/${ids[4]}`, {method: 'DELETE'});
	const {email: sender} = threads.find(({id}) => id === ids[6]);
	await client.post('/blocked-senders', {sender, reason: 'Writes the same every day.', spam: ids[6]});
	const [undelivered, doubtful] = await answer(desk, client, ids.slice(8, 10));
	return {...shop, thread, binned: ids[4], spam: ids[6], undelivered, doubtful};
}

// Behind a mail server that is there as long as the desk is; DATA says what it answers.
async function giveRelay(desk, data) {
	const relay = await startRelay({answers: {data}});
	const stop = desk.stop.bind(desk);
	desk.stop = async () => { await relay.stop(); await stop(); };
	desk.writeConf({courier: {relay: `127.0.0.1:${relay.port}`}});
	await desk.restart();
}

// Two threads with answers: one that the mail server refused, one of which it did not say whether it took it.
async function answer(desk, client, ids) {
	let mails = 0;
	await giveRelay(desk, () => (mails++ ? 'drop' : '550 5.7.1 Message refused'));
	for (const id of ids) {
		await client.post(`/threads/${id}/messages`, {text: 'Dear Customer,\n\nit is on its way.', undo: 0});
		await until('what became of it', async () => /failed|doubtful/.test((await client.get(`/threads/${id}`)).messages.at(-1).delivery.state));
	}
	return ids;
}

async function opened(page, selector, waits) {
	await page.locator(selector).first().click();
	if (waits) await page.locator(waits).first().waitFor();
}

const dialog = 'dialog[open]';
const rows = (page) => page.locator('tr[data-thread]').first().waitFor();

// They stay as they were left.
async function toggleCharts(page, open) {
	const button = page.locator(`.page-charts[aria-expanded=${!open}]`);
	if (await button.count()) await button.click();
}

// On the Customer Service page.
const deskStations = [
	{name: 'list', path: '/'},
	{name: 'bell', path: '/', prepare: (page) => opened(page, '.bell > button', '.bell .panel')},
	{name: 'employee menu', path: '/', prepare: (page) => opened(page, '.employee > button', '.employee .panel')},
	{name: 'rows chosen', path: '/', prepare: async (page) => { await opened(page, '.heads .col-select input'); await opened(page, '.bulk > button', '.bulk .panel'); }},
	{name: 'delete dialog', path: '/', prepare: (page) => opened(page, 'tr[data-thread] .col-actions button', dialog)},
	{name: 'shortcuts', path: '/', prepare: async (page) => { await page.keyboard.press('?'); await page.locator(dialog).waitFor(); }},
	{name: 'wheel', path: '/', prepare: (page) => opened(page, '.wheel > button', '.wheel .panel')},
	{name: 'query of the list', path: '/', prepare: async (page) => { await opened(page, '.wheel > button'); await page.locator('.wheel [role=menuitem]').nth(2).click(); await page.locator('.sql-text[aria-busy=false]').waitFor(); }},
	{name: 'palette', path: '/', prepare: async (page) => { await page.keyboard.press('Control+k'); await page.locator(`${dialog} [role=option]`).first().waitFor(); }},
	{name: 'charts', path: '/', prepare: async (page) => { await toggleCharts(page, true); await page.locator('.chart canvas').nth(1).waitFor(); await opened(page, '.chart summary', '.chart-table'); }},
	{name: 'found words', path: '/?q=chair', prepare: async (page) => { await page.locator('.col-hit mark').first().waitFor(); await toggleCharts(page, false); }},
	{name: 'save a filter', path: '/?status=pending1', prepare: (page) => opened(page, '.folder-tools button', dialog)},
	{name: 'manage filters', path: '/', prepare: (page) => opened(page, '.folder-tools button', '.filter-name')},
	{name: 'nothing found', path: '/?id=999999'},
	{name: 'bin', path: '/?folder=bin', prepare: rows},
	{name: 'spam', path: '/?folder=spam', prepare: rows},
];

const formReady = (page) => page.locator('.reply .send').waitFor();

// Answering, and what became of answers.
function replyStations({thread, undelivered, doubtful}) {
	const path = `/threads/${thread}`;
	return [
		{name: 'reply form', path, prepare: async (page) => { await formReady(page); await page.locator('.editor').focus(); }},
		{name: 'note', path, prepare: async (page) => { await formReady(page); await page.locator('.segments input').nth(1).check(); await page.locator('.reply-note').waitFor(); }},
		{name: 'draft again', path, prepare: async (page) => { await formReady(page); await page.locator('.segments input').nth(0).check(); }},
		{name: 'predefined messages', path, prepare: async (page) => { await formReady(page); await opened(page, '.predefined > button', '.predefined .panel [role=menuitem]'); }},
		{name: 'link', path, prepare: async (page) => { await formReady(page); await opened(page, '.editor-tools > button:nth-of-type(5)', dialog); }},
		{name: 'preview', path, prepare: async (page) => { await formReady(page); await page.locator('.segments input').nth(0).check(); await page.locator('.editor').fill('Dear Anna, it is on its way.'); await opened(page, '.editor-more > button:last-of-type', '.preview-frame'); }},
		{name: 'forward', path, prepare: async (page) => { await page.keyboard.press('f'); await page.locator(dialog).waitFor(); await page.locator(`${dialog} select`).selectOption('else'); }},
		{name: 'not delivered', path: `/threads/${undelivered}`, prepare: (page) => opened(page, '[data-delivery=failed] .delivery-state', '.delivery-details')},
		{name: 'doubtful', path: `/threads/${doubtful}`, prepare: (page) => opened(page, '[data-delivery=doubtful] .delivery-state', '.delivery-details')},
		{name: 'in charge of many', path: '/', prepare: async (page) => { await opened(page, '.heads .col-select input'); await opened(page, '.bulk > button'); await page.locator('.bulk [role=menuitem]').nth(4).click(); await page.locator(dialog).waitFor(); }},
	];
}

function threadStations({thread, binned, spam}) {
	const path = `/threads/${thread}`;
	return [
		{name: 'thread', path},
		{name: 'image of a thread', path, prepare: (page) => opened(page, '.thumb:not([hidden])', dialog)},
		{name: 'details', path, prepare: (page) => opened(page, '.message-tools .btn-plain', '.message-details')},
		{name: 'source', path, prepare: async (page) => { await page.locator('.tabs button').nth(2).click(); await page.locator('pre.source').waitFor(); }},
		{name: 'delete a thread', path, prepare: (page) => opened(page, '.btn-delete', dialog)},
		{name: 'thread with marks', path: `${path}?q=chair`, prepare: (page) => page.locator('.message mark').first().waitFor()},
		{name: 'thread in the bin', path: `/threads/${binned}`},
		{name: 'thread of spam', path: `/threads/${spam}`},
		{name: 'more of a thread', path, prepare: (page) => opened(page, '.thread-more > button', '.thread-more .panel')},
		{name: 'block who wrote', path, prepare: async (page) => { await opened(page, '.thread-more > button'); await opened(page, '.thread-more [role=menuitem]', dialog); }},
		{name: 'missing thread', path: '/threads/999999', fails: true},
		{name: 'missing page', path: '/nothing/here'},
	];
}

// What opens on the settings pages.
function settingsStations({customer, query}) {
	return [
		{name: 'customer', path: `/customers/${customer}`, prepare: (page) => page.locator('.plain-table').waitFor()},
		{name: 'missing customer', path: '/customers/999999', fails: true},
		{name: 'query and its result', path: `/sql/${query}?run=1`, prepare: (page) => page.locator('.sql-table').waitFor()},
		{name: 'refused form', path: '/order-messages/new', fails: true, prepare: (page) => opened(page, '.save-bar [type=submit]', '.field-error')},
		{name: 'delete an item', path: '/order-messages', prepare: (page) => opened(page, '.crud-table tbody .crud-buttons button', dialog)},
		{name: 'row of the spam table', path: '/spam', prepare: (page) => opened(page, '.crud-table tbody .crud-buttons button', dialog)},
		{name: 'block a sender', path: '/spam', prepare: async (page) => { await page.locator('.crud-tools .btn-primary').last().click(); await opened(page, `${dialog} [type=submit]`, '.field-error'); }, fails: true},
		{name: 'two-step login', path: '/profile', prepare: async (page) => {
			await page.locator('#totp [type=password]').fill(password);
			await page.locator('#totp [type=submit]').click();
			await page.locator('#totp .qr').waitFor();
		}},
		{name: 'test of the bell', path: '/profile', prepare: (page) => opened(page, '.bell-try button', dialog)},
	];
}

function pageStations(name) {
	return [
		{name, path: `/${name}`},
		{name: `${name}, new`, path: `/${name}/new`},
		{name: `${name}, one`, path: `/${name}`, prepare: async (page) => {
			const link = page.locator(`main a[href^="/${name}/"]:not([href$="/new"])`).first();
			if (await link.count()) await link.click();
		}},
	];
}

// {name, path, prepare(page), fails}: prepare opens what is to be seen; the console complains where it fails.
export function stations(ids) {
	return [...deskStations, ...threadStations(ids), ...replyStations(ids), ...settingsStations(ids), ...pageNames().flatMap(pageStations)];
}

// Runs in the page: until nothing changes any more.
function calm() {
	return new Promise((done) => {
		const late = performance.now() + 5000;
		const quiet = () => (document.querySelector('[aria-busy=true]') && performance.now() < late ? wait() : (watcher.disconnect(), done()));
		let timer;
		const wait = () => { clearTimeout(timer); timer = setTimeout(quiet, 50); };
		const watcher = new MutationObserver(wait);
		watcher.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
		wait();
	});
}

// A page that is loaded already goes on without loading anew, by way of a page that is not there, which closes what is open.
async function goWithin(page, address) {
	await page.evaluate(() => document.querySelectorAll('dialog[open]').forEach((each) => each.dispatchEvent(new Event('cancel'))));
	const turn = (to) => page.evaluate((path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }, to);
	await turn('/nowhere');
	await page.locator('main.missing').waitFor();
	if (await page.locator('dialog, header [aria-expanded=true]').count()) return false;
	await turn(address);
	return true;
}

// Goes there; waits until it is drawn. AGAIN: the page may stay loaded.
export async function visit(page, desk, {name, path: address, prepare}, {again = false} = {}) {
	if (!again || !await goWithin(page, address)) await page.goto(desk.url + address);
	await page.locator('[data-link=up]').waitFor({state: 'attached'});
	await page.locator(/^missing (page|thread)$/.test(name) ? 'main.missing h1' : 'main:not(.missing) h1').first().waitFor();
	if (address === '/') await rows(page);
	await page.evaluate(calm);
	if (!prepare) return;
	await prepare(page);
	await page.evaluate(calm);
}

// The employee's choice, in the open page at once by the API and a new load.
export async function choose(client, profile) {
	await client.patch('/profile', profile, (await client.get('/profile')).version);
}
