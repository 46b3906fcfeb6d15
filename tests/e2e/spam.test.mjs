// Spam and blocked senders, through a real Postfix: refused at DATA, filed apart, brought back, erased; and the page where it is all set.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {employees, password, startDesk} from './support/desk.mjs';
import {openDesk, startBrowser} from './support/browser.mjs';
import {converse, plainMail} from './support/smtp.mjs';
import {lacks, run, until} from './support/system.mjs';

const skip = lacks('postfix');
const noBrowser = skip || lacks('chromium');
const noSqlite = skip || lacks('sqlite3');
let desk, admin, agent, viewer, browser, page;

before(async () => {
	if (skip) return;
	desk = await startDesk({postfix: true});
	desk.addEmployee({email: 'vic@shop.example', firstname: 'Vic', lastname: 'Viewer', role: 'viewer'});
	admin = await desk.client();
	agent = await desk.client('ben');
	viewer = new admin.constructor(desk.url);
	await viewer.logIn('vic@shop.example', password);
	if (noBrowser) return;
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

const ask = (client, method, where, body, version) =>
	client.fetch(`/api/v1${where}`, {method, body, headers: version === undefined ? {} : {'if-match': `"${version}"`}});
const errors = async (reply) => (await reply.json()).errors.map(({field, code}) => `${field} ${code}`);
const send = (subject, {from = 'jane@customer.example', to = 'support@shop.example', headers, author = `Jane <${from}>`} = {}) =>
	desk.send({from, to, octets: plainMail({subject, from: author, headers})});
const toData = (from, ...to) => converse(desk.postfix.port, ['EHLO client.example', `MAIL FROM:<${from}>`, ...to.map((one) => `RCPT TO:<${one}>`), 'DATA'], {hangUp: true});
const bell = async () => (await admin.get('/notifications')).count;
const sql = (file, text) => run('sqlite3', ['-cmd', '.timeout 5000', path.join(desk.dir, `store/${file}`), text]).stdout.trim();
const toast = (text) => page.locator('.toasts').getByText(text).first().waitFor();

test('the table: who may, versions, what is refused', {skip}, async () => {
	for (const client of [agent, viewer]) assert.equal((await ask(client, 'GET', '/spam-rules')).status, 403);
	const {rules, total} = await admin.get('/spam-rules');
	assert.equal(total, rules.length);
	assert.ok(rules.some(({header, match, value, where}) => header === 'X-Spam-Flag' && match === 'is' && value === 'YES' && where === 'anywhere'));
	const added = await ask(admin, 'POST', '/spam-rules', {header: 'X-House-Filter', match: 'contains', value: 'junk', where: 'above'});
	assert.equal(added.status, 201);
	const rule = await added.json();
	assert.equal((await ask(admin, 'PATCH', `/spam-rules/${rule.id}`, {value: 'trash'})).status, 428);
	assert.equal((await ask(admin, 'PATCH', `/spam-rules/${rule.id}`, {value: 'trash'}, rule.version)).status, 200);
	assert.equal((await ask(admin, 'PATCH', `/spam-rules/${rule.id}`, {value: 'other'}, rule.version)).status, 412);
	const after = await ask(admin, 'GET', `/spam-rules/${rule.id}`);
	assert.equal(after.headers.get('etag'), '"2"');
	assert.equal((await after.json()).value, 'trash');
	assert.deepEqual(await errors(await ask(admin, 'POST', '/spam-rules', {})), ['header required', 'value required']);
	assert.deepEqual(await errors(await ask(admin, 'POST', '/spam-rules', {header: 'X Spam:', value: 'x', match: 'like', where: 'below'})),
		['header header', 'match choice', 'where choice']);
	assert.deepEqual(await errors(await ask(admin, 'POST', '/spam-rules', {header: 'x-house-filter', match: 'contains', value: 'TRASH', where: 'above'})),
		['value spam_rule_taken']);
	assert.equal((await ask(admin, 'DELETE', `/spam-rules/${rule.id}`)).status, 204);
	assert.equal((await ask(admin, 'DELETE', `/spam-rules/${rule.id}`)).status, 404);
});

test('mail that a filter marked: own folder, no bell, no numbers; Not spam brings it back', {skip}, async () => {
	await send('honest');
	await desk.thread(admin, 'honest');
	const before = {bell: await bell(), statistics: await admin.get('/statistics'), kpis: await admin.get('/kpis'), blocks: await admin.get('/contacts/summary')};
	await send('pills', {headers: {'X-Spam-Status': 'Yes, score=15.4 required=5.0'}});
	const {id, folder} = await desk.thread(admin, 'pills');
	assert.equal(folder, 'spam');
	assert.deepEqual({bell: await bell(), statistics: await admin.get('/statistics'), kpis: await admin.get('/kpis'), blocks: await admin.get('/contacts/summary')}, before);
	assert.equal((await admin.get('/threads?limit=1000')).threads.some((each) => each.id === id), false);
	assert.deepEqual((await admin.get('/threads?folder=spam')).threads.map((each) => each.id), [id]);
	const {messages: [message]} = await admin.get(`/threads/${id}`);
	assert.deepEqual([message.spam, message.spam_reason], [true, {header: 'X-Spam-Status', value: 'Yes'}]);
	assert.equal((await ask(viewer, 'PATCH', `/threads/${id}`, {spam: false})).status, 403);
	await agent.patch(`/threads/${id}`, {spam: false});
	const back = await admin.get(`/threads/${id}`);
	assert.deepEqual([back.folder, back.messages[0].spam, back.messages[0].spam_reason], ['normal', false, null]);
	assert.equal((await admin.get('/statistics')).total_threads, before.statistics.total_threads + 1);
});

test('blocked: who may, what is refused, who did it and why', {skip}, async () => {
	assert.equal((await ask(viewer, 'POST', '/blocked-senders', {sender: 'a@b.example'})).status, 403);
	assert.equal((await ask(agent, 'GET', '/blocked-senders')).status, 403);
	for (const sender of ['', 'nonsense', 'com', undefined, 7]) assert.deepEqual(await errors(await ask(admin, 'POST', '/blocked-senders', {sender})), ['sender blocked_sender']);
	for (const sender of ['Support@SHOP.example', 'support+x@shop.example', 'shop.example', '*@shop.example'])
		assert.deepEqual(await errors(await ask(admin, 'POST', '/blocked-senders', {sender})), ['sender blocked_own'], sender);
	const made = await ask(agent, 'POST', '/blocked-senders', {sender: 'Eve@Evil.example', reason: 'Threatens us'});
	assert.equal(made.status, 201);
	const row = await made.json();
	assert.deepEqual([row.sender, row.reason, row.employee.firstname], ['eve@evil.example', 'Threatens us', 'Ben']);
	assert.deepEqual(await errors(await ask(agent, 'POST', '/blocked-senders', {sender: 'eve@evil.example'})), ['sender blocked_taken']);
	assert.equal((await ask(admin, 'PATCH', `/blocked-senders/${row.id}`, {reason: 'Threatened Ben'}, row.version)).status, 200);
	assert.equal((await ask(admin, 'PATCH', `/blocked-senders/${row.id}`, {reason: 'x'}, row.version)).status, 412);
	await ask(admin, 'POST', '/blocked-senders', {sender: '@bad.example'});
	assert.deepEqual((await admin.get('/blocked-senders?sort=sender')).blocked.map(({sender, reason}) => [sender, reason]),
		[['bad.example', ''], ['eve@evil.example', 'Threatened Ben']]);
	assert.equal((await admin.get('/blocked-senders?sender=BAD')).total, 1);
});

test('MAIL FROM blocked and nobody but contacts to get it: 550 5.7.1 at DATA, nothing kept', {skip}, async () => {
	const mails = noSqlite ? 0 : sql('raw.db', 'SELECT count(*) FROM mail');
	await until('the milter knows', async () => /^550/.test((await toData('eve@evil.example', 'support@shop.example')).at(-1)));
	for (const from of ['EVE@evil.EXAMPLE', 'anybody@deep.bad.example'])
		assert.match((await toData(from, 'support@shop.example', 'orders+x@shop.example')).at(-1), /^550 5\.7\.1 /);
	if (!noSqlite) assert.equal(sql('raw.db', 'SELECT count(*) FROM mail'), mails);
	assert.match(desk.log(), /[0-9A-F]+: refused contact=\d+,\d+: sender blocked/);
	for (const [from, ...to] of [['adam@evil.example', 'support@shop.example'], ['eve@evil.example', 'anna@shop.example'], ['eve@evil.example', 'support@shop.example', 'anna@shop.example']])
		assert.match((await toData(from, ...to)).at(-1), /^354 /, `${from} to ${to}`);
});

test('blocked by From only, or with other recipients: filed as spam, and the others get it', {skip}, async () => {
	const count = await bell();
	const had = desk.postfix.mails('anna').length;
	await send('by From', {author: 'Eve <EVE@evil.example>'});
	await send('with others', {from: 'x@bad.example', to: ['support@shop.example', 'anna@shop.example'], author: 'Jane <jane@customer.example>'});
	for (const subject of ['by From', 'with others']) {
		const {id, folder} = await desk.thread(admin, subject);
		assert.equal(folder, 'spam', subject);
		assert.ok((await admin.get(`/threads/${id}`)).messages[0].spam_reason.blocked, subject);
	}
	assert.equal(await bell(), count);
	await until('the mailbox', () => desk.postfix.mails('anna').length === had + 1);
});

test('a false alarm stands beside the thread it answers, linked', {skip}, async () => {
	await send('lamp', {headers: {'Message-ID': '<lamp1@customer.example>'}});
	const lamp = await desk.thread(admin, 'lamp');
	await send('Re: lamp', {headers: {'In-Reply-To': '<lamp1@customer.example>', 'X-Spam-Flag': 'YES'}});
	const alarm = await desk.thread(admin, 'Re: lamp');
	assert.equal(alarm.folder, 'spam');
	assert.deepEqual((await admin.get(`/threads/${alarm.id}`)).related, [lamp.id]);
	assert.equal((await admin.get(`/threads/${lamp.id}`)).messages.length, 1);
});

test('the page: rows are added, changed and deleted; senders blocked, with the reason, and no more', {skip: noBrowser}, async () => {
	await page.goto(`${desk.url}/spam`);
	const table = page.getByRole('table', {name: 'Spam table'});
	const senders = page.getByRole('table', {name: 'Blocked senders'});
	const dialog = page.getByRole('dialog');
	await page.getByRole('button', {name: 'Add a row'}).click();
	await dialog.getByRole('button', {name: 'Save'}).click();
	await dialog.getByText('The field Header is required.').waitFor();
	await dialog.getByRole('textbox', {name: 'Header'}).fill('X-Mill');
	await dialog.getByRole('combobox', {name: 'Comparison'}).selectOption('contains');
	await dialog.getByRole('textbox', {name: 'Value'}).fill('advert');
	await dialog.getByRole('combobox', {name: 'Where it counts'}).selectOption('above');
	await dialog.getByRole('button', {name: 'Save'}).click();
	await table.getByRole('row', {name: /X-Mill contains advert above the first Received/}).waitFor();
	await table.getByRole('button', {name: 'Edit X-Mill: advert'}).click();
	const {rules} = await admin.get('/spam-rules');
	const {id, version} = rules.find(({header}) => header === 'X-Mill');
	await admin.patch(`/spam-rules/${id}`, {value: 'advertising'}, version);
	await dialog.getByRole('textbox', {name: 'Value'}).fill('ad');
	await dialog.getByRole('button', {name: 'Save'}).click();
	await dialog.getByText('Somebody else changed this meanwhile.').waitFor();
	await dialog.getByRole('button', {name: 'Reload'}).click();
	await dialog.getByRole('textbox', {name: 'Value'}).fill('ad');
	await dialog.getByRole('button', {name: 'Save'}).click();
	await table.getByRole('button', {name: 'Delete X-Mill: ad'}).click();
	await dialog.getByRole('button', {name: 'Delete'}).click();
	await toast('Successful deletion.');
	await until('it is gone', async () => !(await admin.get('/spam-rules')).rules.some(({header}) => header === 'X-Mill'));

	await page.getByRole('button', {name: 'Block a sender'}).click();
	await dialog.getByRole('textbox', {name: 'Address or domain'}).fill('support@shop.example');
	await dialog.getByRole('button', {name: 'Block', exact: true}).click();
	await dialog.getByText('One of your own contacts has this address.').waitFor();
	await dialog.getByRole('textbox', {name: 'Address or domain'}).fill('@Mill.example');
	await dialog.getByRole('textbox', {name: 'Why'}).fill('Adverts only');
	await dialog.getByRole('button', {name: 'Block', exact: true}).click();
	await senders.getByRole('row', {name: /everybody at mill\.example Adverts only Anna Admin/}).waitFor();
	await senders.getByRole('button', {name: 'Edit mill.example'}).click();
	assert.ok(await dialog.getByRole('textbox', {name: 'Address or domain'}).isDisabled());
	await dialog.getByRole('textbox', {name: 'Why'}).fill('Only adverts');
	await dialog.getByRole('button', {name: 'Save'}).click();
	await senders.getByText('Only adverts').waitFor();
	await senders.getByRole('button', {name: 'Delete mill.example'}).click();
	await dialog.getByRole('button', {name: 'Delete'}).click();
	await until('it is no longer blocked', async () => (await admin.get('/blocked-senders?sender=mill')).total === 0);
	assert.deepEqual(page.problems.filter((text) => !/412|422/.test(text)), []);
});

test('a thread\'s sender is blocked there, the thread goes to spam, and it says who did it and why', {skip: noBrowser}, async () => {
	await send('annoying', {from: 'max@annoying.example'});
	const {id} = await desk.thread(admin, 'annoying');
	await page.goto(`${desk.url}/threads/${id}`);
	const more = page.getByRole('button', {name: 'More'});
	await more.click();
	await page.getByRole('menuitem', {name: 'Block sender'}).click();
	await page.getByRole('radio', {name: 'everybody at annoying.example'}).check();
	await page.getByRole('textbox', {name: 'Why'}).fill('Insults');
	await page.getByRole('button', {name: 'Block', exact: true}).click();
	await toast('annoying.example is blocked.');
	await page.getByText(/^annoying\.example is blocked: Anna Admin, .*Why: Insults$/).waitFor();
	await page.getByText('This thread was filed as spam.').waitFor();
	await until('the milter knows', async () => /^550/.test((await toData('other@annoying.example', 'support@shop.example')).at(-1)));
	await more.click();
	await page.getByRole('menuitem', {name: 'Unblock sender'}).click();
	await toast('annoying.example is no longer blocked.');
	await until('the milter knows', async () => /^354/.test((await toData('other@annoying.example', 'support@shop.example')).at(-1)));
	await page.getByRole('button', {name: 'Not spam'}).click();
	await until('it is back', async () => (await admin.get(`/threads/${id}`)).folder === 'normal');
});

test('what a rule filed says which', {skip: noBrowser}, async () => {
	const {id} = await desk.thread(admin, 'Re: lamp');
	await page.goto(`${desk.url}/threads/${id}`);
	await page.getByText('This thread was filed as spam. Its header says X-Spam-Flag: YES.').waitFor();
	await page.getByRole('region', {name: 'Orders and messages timeline'}).getByText('Filed as spam').waitFor();
});

test('spam is erased after its days, with its mail', {skip: noSqlite}, async () => {
	await send('old spam', {headers: {'X-Spam-Flag': 'YES'}});
	const {id} = await desk.thread(admin, 'old spam');
	const mail = sql('desk.db', `SELECT mail_id FROM message WHERE thread_id = ${id}`);
	sql('desk.db', `UPDATE thread SET binned = binned - 30 * 86400000 - 1000 WHERE id = ${id}`);
	await desk.restart();
	admin = await desk.client();
	await until('it is gone', async () => (await ask(admin, 'GET', `/threads/${id}`)).status === 404);
	await until('its raw mail is gone', () => sql('raw.db', `SELECT count(*) FROM mail WHERE id = ${mail}`) === '0');
	const deep = desk.cli(['check', '--deep'], {mayFail: true}).stdout;
	assert.match(deep, /^ok deep: counters agree with the rows/m);
});
