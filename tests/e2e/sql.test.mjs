// The SQL Manager: queries over the views by the API and in the page, and the query that a list shows.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, until} from './support/system.mjs';

let desk, anna, ben, browser, page;
const noBrowser = lacks('chromium');

async function capture(from, subject, body, to = 'support@shop.example') {
	desk.cli(['capture', '--to', to, '--from', from.replace(/.*<|>.*/g, '')],
		{input: `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${encodeURIComponent(subject)}@test.example>\r\n`
			+ `Content-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`});
}

before(async () => {
	desk = await startDesk();
	anna = await desk.client('anna');
	ben = await desk.client('ben');
	await capture('Jane Doe <jane@customer.example>', 'Lamp', 'The lamp broke');
	await capture('Ole <ole@customer.example>', 'Señor', 'The chair\'s leg; DROP TABLE x');
	await capture('Eve <eve@evil.example>', '<img src=x onerror=alert(1)>', '<script>window.hurt = 1</script><img src=x onerror="window.hurt=1">');
	await capture('Jane Doe <jane@customer.example>', 'Order', 'Where is it?', 'orders@shop.example');
	await until('four threads', async () => (await anna.get('/threads')).total === 4);
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

const run = (sql, client = anna) => client.post('/queries/run', {sql});
const call = (path, method, body, headers, client = anna) => client.fetch(`/api/v1${path}`, {method, body, headers});

async function refuses(reply, status, field) {
	assert.equal(reply.status, status);
	const problem = await reply.json();
	if (field) assert.deepEqual(problem.errors.map((each) => each.field), [field]);
	return problem;
}

test('a query gives columns and rows', async () => {
	const {columns, rows, cut, ms} = await run('SELECT email, count(*) AS n, 1.5 AS f, NULL AS missing FROM customer_thread GROUP BY email ORDER BY email');
	assert.deepEqual(columns, ['email', 'n', 'f', 'missing']);
	assert.deepEqual(rows, [['eve@evil.example', 1, 1.5, null], ['jane@customer.example', 2, 1.5, null], ['ole@customer.example', 1, 1.5, null]]);
	assert.equal(cut, false);
	assert.ok(ms >= 0);
	const {rows: [[big, least, blob, text]]} = await run("SELECT 9007199254740993, -9223372036854775808, x'00ff', CAST(x'ff41' AS TEXT)");
	assert.deepEqual([big, least, blob, text], ['9007199254740993', '-9223372036854775808', "x'00ff'", '\ufffdA']);
});

test('what is not one SELECT over the views is refused, with the field named', async () => {
	for (const sql of ['', 'DELETE FROM thread', 'SELECT password FROM main.employee', 'SELECT * FROM sqlite_master', 'PRAGMA database_list',
		"ATTACH '/tmp/x.db' AS x", 'SELECT 1; SELECT 2', 'SELECT token_hash FROM session', "SELECT load_extension('x')", 'EXPLAIN SELECT 1', 'SELECT zeroblob(999999999)']) {
		const problem = await refuses(await call('/queries/run', 'POST', {sql}), 422, 'sql');
		assert.ok(problem.detail.length > 10);
		await refuses(await call('/queries', 'POST', {name: 'bad', sql}), 422, 'sql');
	}
	assert.equal((await anna.get('/queries')).total, 0);
});

test('what runs for ever ends, what is long is cut, and the desk goes on meanwhile', async () => {
	const forever = call('/queries/run', 'POST', {sql: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n'});
	const began = Date.now();
	for (let i = 0; i < 5; i++) await ben.get('/threads');
	assert.ok(Date.now() - began < 3000);
	await refuses(await forever, 422, 'sql');
	assert.ok(Date.now() - began > 4000 && Date.now() - began < 9000);
	const {rows, cut} = await run('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n');
	assert.equal(rows.length, 10000);
	assert.equal(cut, true);
	const whole = await run('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000) SELECT i FROM n');
	assert.equal(whole.rows.length, 10000);
	assert.equal(whole.cut, false);
});

test('a third query at once waits for its turn', async () => {
	const slow = () => call('/queries/run', 'POST', {sql: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400000) SELECT max(i) FROM n'});
	const replies = await Promise.all([slow(), slow(), slow(), slow(), slow(), slow()]);
	const codes = replies.map(({status}) => status);
	assert.ok(codes.includes(200), codes.join());
	assert.ok(codes.includes(429), codes.join());
	assert.equal((await call('/queries/run', 'POST', {sql: 'SELECT 1'})).status, 200);
});

test('queries are kept, changed by version, listed, deleted', async () => {
	const made = await call('/queries', 'POST', {name: 'Threads by email', sql: 'SELECT email FROM customer_thread'});
	assert.equal(made.status, 201);
	assert.equal(made.headers.get('etag'), '"1"');
	const query = await made.json();
	await refuses(await call('/queries', 'POST', {name: 'threads BY email', sql: 'SELECT 1'}), 422, 'name');
	await refuses(await call('/queries', 'POST', {name: ' ', sql: 'SELECT 1'}), 422, 'name');
	await refuses(await call('/queries', 'POST', {name: 'x'.repeat(201), sql: 'SELECT 1'}), 422, 'name');
	const path = `/queries/${query.id}`;
	await refuses(await call(path, 'PATCH', {name: 'Other'}), 428);
	await refuses(await call(path, 'PATCH', {name: 'Other'}, {'if-match': 'W/"1"'}), 400);
	const changed = await call(path, 'PATCH', {name: 'Other'}, {'if-match': '"1"'});
	assert.equal(changed.status, 200);
	const after = await changed.json();
	assert.deepEqual([after.name, after.sql, after.version], ['Other', query.sql, 2]);
	await refuses(await call(path, 'PUT', {name: 'Third', sql: 'SELECT 1'}, {'if-match': '"1"'}), 412);
	for (const name of ['Alpha', 'Beta', 'Gamma']) await anna.post('/queries', {name, sql: `SELECT '${name}'`});
	const list = await anna.get('/queries?sort=-name&limit=2&page=2');
	assert.deepEqual([list.total, list.queries.map((each) => each.name)], [4, ['Beta', 'Alpha']]);
	assert.deepEqual((await anna.get('/queries?name=gam')).queries.map((each) => each.name), ['Gamma']);
	assert.deepEqual((await anna.get('/queries?sql=customer_thr')).queries.map((each) => each.name), ['Other']);
	await refuses(await call('/queries?sort=created', 'GET'), 400);
	const run1 = await anna.get(`${path}/run`);
	assert.equal(run1.rows.length, 4);
	assert.deepEqual((await anna.post(`${path}/run`)).rows, run1.rows);
	assert.equal((await call(path, 'DELETE')).status, 204);
	assert.equal((await call(path, 'DELETE')).status, 404);
	assert.equal((await call(`${path}/run`, 'GET')).status, 404);
	const ids = (await anna.get('/queries')).queries.map((each) => each.id);
	assert.deepEqual((await (await call(`/queries?ids=${ids.join()}`, 'DELETE')).json()).deleted, ids);
	assert.equal((await anna.get('/queries')).total, 0);
});

test('only admins', async () => {
	for (const [path, method, body] of [['/queries', 'GET'], ['/queries', 'POST', {name: 'x', sql: 'SELECT 1'}], ['/queries/run', 'POST', {sql: 'SELECT 1'}],
		['/queries/views', 'GET'], ['/queries/1', 'GET'], ['/queries/1/run', 'GET'], ['/threads/sql', 'GET'], ['/queries?ids=1', 'DELETE']])
		assert.equal((await call(path, method, body, {}, ben)).status, 403, path);
});

test('a run is in the log: who, which query, never what it says', async () => {
	const {id} = await anna.post('/queries', {name: 'Logged', sql: "SELECT 'needle-in-query' FROM customer_thread"});
	await anna.get(`/queries/${id}/run`);
	const {id: me} = await anna.get('/session');
	assert.match(desk.log(), new RegExp(`query run query=${id} by=${me} rows=4`));
	assert.doesNotMatch(desk.log(), /needle-in-query/);
	await call(`/queries/${id}`, 'DELETE');
});

test('the query of a list, run, gives the threads of the list in its order', async () => {
	for (const search of ['', '?sort=email', '?sort=-customer', '?folder=open&sort=message', '?email=jane', '?message=leg', '?q=lamp', '?from=2020-01-01&to=2030-01-01',
		`?contact=${(await anna.get('/contacts/summary')).find((each) => each.name === 'Orders').id}`, '?private=no&language=en&sort=-id']) {
		const {sql} = await anna.get(`/threads/sql${search}`);
		const [listed, {rows}] = [await anna.get(`/threads${search}`), await run(sql)];
		assert.deepEqual(rows.map(([id]) => id), listed.threads.map((thread) => thread.id), search);
	}
});

const button = (name) => page.getByRole('button', {name, exact: true});
const fields = () => ({name: page.getByLabel('SQL query name'), sql: page.locator('textarea[name=sql]')});

async function openPage(path) {
	if (!browser) {
		browser = await startBrowser();
		page = await openDesk(browser, desk, {...employees.anna, password});
		page.on('dialog', (dialog) => { page.problems.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
		page.on('console', (message) => message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && page.problems.push(message.text()));
	}
	await page.goto(desk.url + path);
}

test('page: a query is written, run, saved, changed and found again', {skip: noBrowser}, async () => {
	await openPage('/sql');
	await page.getByText('No records found').waitFor();
	await page.getByRole('link', {name: 'Add a query'}).click();
	await button('Save').click();
	await page.getByText('The field SQL query name is required.').waitFor();
	await page.getByText('The field SQL query is required.').waitFor();
	const {name, sql} = fields();
	await name.fill('Emails');
	await sql.fill('SELECT emial FROM customer_thread');
	await button('Run').click();
	await page.getByText('There is no such column. SQL: no such column: emial.').waitFor();
	assert.equal(await sql.inputValue(), 'SELECT emial FROM customer_thread');
	await sql.fill('DELETE FROM thread');
	await button('Save').click();
	await page.getByText('Only one SELECT over the listed views and functions is allowed.').waitFor();
	await sql.fill('SELECT email FROM  ORDER BY email');
	await sql.evaluate((area) => area.setSelectionRange(18, 18));
	await page.locator('summary', {hasText: /^customer_thread$/}).click();
	await button('Insert customer_thread').click();
	assert.equal(await sql.inputValue(), 'SELECT email FROM customer_thread ORDER BY email');
	await sql.press('Control+Enter');
	await page.getByRole('cell', {name: 'ole@customer.example'}).waitFor();
	await page.getByText('4 rows').waitFor();
	await button('Save').click();
	await page.getByText('Successful creation').waitFor();
	await page.waitForURL(/\/sql\/\d+$/);
	await page.getByRole('link', {name: 'SQL Manager'}).first().click();
	await page.getByRole('cell', {name: 'Emails', exact: true}).waitFor();
});

test('a mistake is told by its kind, in the employee\'s language, with the words of the database', {skip: noBrowser}, async (t) => {
	const mistakes = {
		'SELECT 1 FROM nowhere': ['sql_no_table', 'Cette vue ou table n\'existe pas. SQL : no such table: nowhere.'],
		'SELECT absent FROM customer_thread': ['sql_no_column', 'Cette colonne n\'existe pas. SQL : no such column: absent.'],
		'SELECT id_shop FROM customer_thread, shop': ['sql_ambiguous', 'Plusieurs vues ont cette colonne : faites-la précéder du nom de la vue et d\'un point. SQL : ambiguous column name: id_shop.'],
		'SELECT invent(1)': ['sql_no_function', 'Cette fonction n\'existe pas. SQL : no such function: invent.'],
		'SELEC 1': ['sql_syntax', 'La requête n\'est pas écrite comme SQL l\'exige. SQL : near "SELEC": syntax error.'],
		'SELECT (1': ['sql_syntax', 'La requête n\'est pas écrite comme SQL l\'exige. SQL : incomplete input.'],
		'SELECT max(1, 2) OVER ()': ['sql_wrong', /^La requête ne peut pas être exécutée\.\sSQL\s:\s\w/],
		'SELECT 1; SELECT 2': ['sql_select', 'Seul un unique SELECT sur les vues et fonctions indiquées est autorisé. SQL : only one statement at a time can be run.'],
		'DELETE FROM thread': ['sql_select', /^Seul un unique SELECT sur les vues et fonctions indiquées est autorisé\.\sSQL\s:\s\w/],
	};
	const speak = async (language) => anna.patch('/profile', {language}, (await anna.get('/profile')).version);
	await speak('fr');
	t.after(() => speak('en'));
	await openPage('/sql/new');
	const area = page.locator('textarea[name=sql]');
	await area.waitFor();
	for (const [sql, [code, told]] of Object.entries(mistakes)) {
		const reply = await call('/queries/run', 'POST', {sql});
		assert.equal(reply.status, 422, sql);
		assert.equal((await reply.json()).errors[0].code, code, sql);
		await area.fill(sql);
		await area.press('Control+Enter');
		await page.locator('.field-error').getByText(told).waitFor();
	}
});

test('page: the second of two who change a query is told, and loses nothing', {skip: noBrowser}, async () => {
	const {queries: [{id}]} = await anna.get('/queries?name=Emails');
	await openPage(`/sql/${id}`);
	const {name} = fields();
	await name.fill('Mine');
	assert.equal((await call(`/queries/${id}`, 'PATCH', {name: 'Theirs'}, {'if-match': '"1"'})).status, 200);
	await button('Save').click();
	await page.getByText('Somebody else changed this meanwhile.').waitFor();
	assert.equal(await name.inputValue(), 'Mine');
	assert.equal((await anna.get(`/queries/${id}`)).name, 'Theirs');
	await button('Reload').click();
	await until('the new name', async () => (await name.inputValue()) === 'Theirs');
	await call(`/queries/${id}`, 'DELETE');
});

test('page: nothing in a result is markup', {skip: noBrowser}, async () => {
	await openPage('/sql/new');
	const {sql} = fields();
	await sql.fill("SELECT subject AS \"<b>head</b>\", message FROM customer_message WHERE from_address = 'eve@evil.example'");
	await sql.press('Control+Enter');
	await page.getByRole('cell', {name: '<img src=x onerror=alert(1)>'}).first().waitFor();
	await page.getByRole('columnheader', {name: '<b>head</b>'}).waitFor();
	assert.equal(await page.locator('.sql-table img, .sql-table script, .sql-table b').count(), 0);
	assert.equal(await page.evaluate(() => window.hurt), undefined);
	assert.deepEqual(page.problems, []);
});

test('page: a long result is drawn in steps and says when it was cut', {skip: noBrowser}, async () => {
	await openPage('/sql/new');
	const {sql} = fields();
	await sql.fill('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n');
	await sql.press('Control+Enter');
	await page.getByText('The result is longer: only its beginning is shown.').waitFor();
	await page.getByText('10,000 rows').waitFor();
	assert.equal(await page.locator('.sql-table tbody tr').count(), 200);
	await button('Show 1,000 more rows').click();
	await until('more rows', async () => (await page.locator('.sql-table tbody tr').count()) === 1200);
});

test('page: queries are filtered, sorted and deleted together', {skip: noBrowser}, async () => {
	for (const name of ['Alpha', 'Beta', 'Gamma']) await anna.post('/queries', {name, sql: `SELECT '${name}'`});
	await openPage('/sql?sort=-name');
	await until('the order', async () => (await page.locator('tbody .crud-name').allTextContents()).join() === 'Gamma,Beta,Alpha');
	await page.getByLabel('Search SQL query name').fill('bet');
	await button('Search').click();
	await until('one row', async () => (await page.locator('tbody tr').count()) === 1);
	await button('Reset').click();
	await page.getByLabel('Select all').check();
	await page.getByRole('button', {name: /^Delete selection/}).click();
	await page.getByText('Are you sure you want to delete the selected item(s)?').waitFor();
	await page.locator('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
	await page.getByText('The selection has been successfully deleted.').waitFor();
	await page.getByText('No records found').waitFor();
});

test('wheel: the query of the list as filtered, its export, run there the same threads', {skip: noBrowser}, async () => {
	await openPage('/?email=jane&sort=-id');
	const wheel = page.getByRole('button', {name: 'Settings of the list'});
	await until('two rows', async () => (await page.locator('tr[data-thread]').count()) === 2);
	const listed = await page.locator('tr[data-thread]').evaluateAll((rows) => rows.map((row) => row.dataset.thread));
	await wheel.click();
	await page.getByRole('menuitem', {name: 'Show SQL query'}).click();
	const dialog = page.getByRole('dialog', {name: 'SQL query'});
	await until('the query', async () => /matches\(ct\.email, 'jane'\)[^]*ORDER BY ct\.id_customer_thread DESC/.test(await dialog.locator('pre').textContent()));
	await dialog.getByRole('button', {name: 'Close'}).last().click();
	await wheel.click();
	await page.getByRole('menuitem', {name: 'Show SQL query'}).click();
	await dialog.getByRole('button', {name: 'Export to SQL Manager'}).click();
	await page.waitForURL(/\/sql\/new/);
	const {name, sql} = fields();
	assert.equal(await name.inputValue(), 'List of the Customer Service page');
	await sql.press('Control+Enter');
	await page.getByText('2 rows').waitFor();
	assert.deepEqual(await page.locator('.sql-table tbody tr td:first-child').allTextContents(), listed);
	await page.goBack();
	await until('the list again', async () => (await page.locator('tr[data-thread]').count()) === 2);
	await wheel.click();
	await page.getByRole('menuitem', {name: 'Export to SQL Manager'}).click();
	await page.waitForURL(/\/sql\/new/);
	await until('the query', async () => /'jane'/.test(await sql.inputValue()));
});

test('wheel: the list as CSV, as it is filtered', {skip: noBrowser}, async () => {
	await openPage('/?email=jane');
	await page.getByRole('button', {name: 'Settings of the list'}).click();
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', {name: 'Export as CSV'}).click()]);
	assert.equal(download.suggestedFilename(), 'threads.csv');
	const text = fs.readFileSync(await download.path(), 'utf8');
	assert.equal(text[0], '\ufeff');
	assert.equal(text.trim().split('\r\n').length, 3);
	assert.deepEqual(page.problems, []);
});

test('an agent has no SQL Manager', {skip: noBrowser}, async () => {
	const own = await openDesk(browser, desk, {...employees.ben, password});
	await own.getByRole('button', {name: 'Settings of the list'}).click();
	await own.getByRole('menuitem', {name: 'Export as CSV'}).waitFor();
	assert.equal(await own.getByRole('menuitem', {name: /SQL/}).count(), 0);
	await own.goto(`${desk.url}/sql`);
	await own.getByText('This page does not exist').waitFor();
});
