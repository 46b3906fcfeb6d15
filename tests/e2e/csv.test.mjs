// CSV: of the filtered list and of queries; whole, readable, and nothing that a spreadsheet would run.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startDesk} from './support/desk.mjs';
import {lacks, run, until} from './support/system.mjs';

let desk, anna, ben;
const HOSTILE = ['=cmd|\'/C calc\'!A0', '+1+1', '-2+3', '@SUM(A1)', '\uff1d1+1', 'plain, "quoted"'];

before(async () => {
	desk = await startDesk();
	anna = await desk.client('anna');
	ben = await desk.client('ben');
	for (const [i, subject] of HOSTILE.entries())
		desk.cli(['capture', '--to', 'support@shop.example', '--from', `a${i}@customer.example`], {input: `From: a${i}@customer.example\r\nTo: support@shop.example\r\n`
			+ `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=\r\nMessage-ID: <${i}@test.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${subject}\r\nżółć\r\n`});
	await until('all threads', async () => (await anna.get('/threads')).total === HOSTILE.length);
});

after(() => desk?.stop());

// RFC 4180, as a spreadsheet reads it.
function parse(text) {
	const rows = [];
	for (let at = 0; at < text.length;) {
		const row = [];
		for (;;) {
			const [whole, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(text.slice(at));
			row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
			at += whole.length;
			if (text[at] !== ',') break;
			at++;
		}
		assert.equal(text.slice(at, at + 2), '\r\n', `a row ends at ${at}`);
		at += 2;
		rows.push(row);
	}
	return rows;
}

async function csv(client, path, options) {
	const reply = await client.fetch(`/api/v1${path}`, options);
	const octets = Buffer.from(await reply.arrayBuffer());
	return {reply, octets, text: octets.toString('utf8')};
}

test('the list: every row and column, filters and sort as they are', async () => {
	const {reply, text} = await csv(anna, '/threads.csv?sort=id');
	assert.equal(reply.status, 200);
	assert.match(reply.headers.get('content-type'), /^text\/csv; charset=utf-8/);
	assert.match(reply.headers.get('content-disposition'), /^attachment; filename="?threads\.csv/);
	const [head, ...rows] = parse(text);
	assert.deepEqual(head, ['id', 'customer', 'email', 'contact', 'language', 'status', 'employee', 'message', 'private', 'last_message', 'shop', 'subject']);
	const {threads} = await anna.get('/threads?sort=id');
	assert.deepEqual(rows.map((row) => Number(row[0])), threads.map((thread) => thread.id));
	assert.deepEqual(rows.map((row) => row[2]), threads.map((thread) => thread.email));
	assert.deepEqual(rows.map((row) => row[11].replace(/^'/, '')), HOSTILE);
	assert.ok(rows.every((row) => row[7].includes('żółć')));
	const filtered = parse((await csv(anna, '/threads.csv?email=a3&limit=1')).text);
	assert.deepEqual(filtered.slice(1).map((row) => row[2]), ['a3@customer.example']);
	assert.equal(parse((await csv(anna, '/threads.csv?limit=2&page=2')).text).length, HOSTILE.length + 1, 'pages do not count');
	assert.equal((await csv(anna, '/threads.csv?status=no')).reply.status, 400);
});

test('no cell is a formula', async () => {
	const list = parse((await csv(anna, '/threads.csv?sort=id')).text).slice(1);
	assert.deepEqual(list.map((row) => row[11][0]), ["'", "'", "'", "'", "'", 'p']);
	const sql = 'SELECT subject, message, -5, -1.5, NULL FROM customer_message ORDER BY id_customer_message';
	const rows = parse((await csv(anna, '/queries/run?format=csv', {method: 'POST', body: {sql}})).text).slice(1);
	assert.deepEqual(rows.map((row) => row[0]), HOSTILE.map((text, i) => (i < 5 ? `'${text}` : text)));
	assert.ok(rows.slice(0, 5).every((row) => row[1].startsWith("'")));
	assert.deepEqual(rows[0].slice(2), ['-5', '-1.5', ''], 'numbers stay numbers');
});

test('a byte order mark where it is asked for', async () => {
	const mark = Buffer.from([0xef, 0xbb, 0xbf]);
	assert.ok(!(await csv(anna, '/threads.csv')).octets.subarray(0, 3).equals(mark));
	assert.ok((await csv(anna, '/threads.csv?bom=1')).octets.subarray(0, 3).equals(mark));
	const {id} = await anna.post('/queries', {name: 'Marked', sql: 'SELECT 1 AS one'});
	const {reply, octets} = await csv(anna, `/queries/${id}/run?format=csv&bom=1`);
	assert.deepEqual(octets, Buffer.concat([mark, Buffer.from('"one"\r\n1\r\n')]));
	assert.match(reply.headers.get('content-disposition'), new RegExp(`request_sql_${id}\\.csv`));
	assert.equal(reply.headers.get('x-belfry-cut'), 'no');
});

test('an agent has the list as CSV, a stranger nothing', async () => {
	assert.equal((await csv(ben, '/threads.csv')).reply.status, 200);
	ben.cookie = '';
	assert.equal((await csv(ben, '/threads.csv')).reply.status, 401);
});

test('ten thousand threads go out whole', {skip: lacks('sqlite3')}, async () => {
	// Only Belfry knows how words are indexed: these stand in no index of words.
	const sql = `DROP TRIGGER thread_text_add; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
		INSERT INTO thread (shop_id, email, language, subject, status, created, last_message, status_changed)
		SELECT 1, 'many' || i || '@customer.example', 'en', 'Many ' || i, 'closed', i, i, i FROM n`;
	run('sqlite3', [`${desk.dir}/store/desk.db`, sql]);
	const {text} = await csv(anna, '/threads.csv?to=1970-01-01&sort=id');
	const rows = parse(text).slice(1);
	assert.equal(rows.length, 10000);
	assert.equal(rows[9999][11], 'Many 10000');
});
