// attachment.mjs [OUT.json]: an attachment of 25 MB by a session, beside nginx that serves the same octets from a file; and what the server holds meanwhile.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {startDesk} from '../../e2e/support/desk.mjs';
import {peakOf, run} from '../../e2e/support/system.mjs';
import {askHttp} from '../support/load.mjs';
import {best, median, number, ratios, report, takeTurns, told} from '../support/measure.mjs';
import {startNginx} from '../support/nginx.mjs';

const SIZE = 25e6, TIMES = 40; // octets; fetched so often a round
const MANY = 16; // at once, for the memory
const FLAT = 8; // MB above what the server held before, one at a time: some blocks, whatever the size

// A mail with the octets as its one attachment, as programs write it.
function mailWith(octets) {
	const lines = octets.toString('base64').replace(/.{76}/g, '$&\r\n');
	return `From: Jane Doe <jane@customer.example>\r\nTo: support@shop.example\r\nSubject: Photos\r\nMessage-ID: <photos@customer.example>\r\n`
		+ 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere they are.\r\n'
		+ `--b\r\nContent-Type: application/zip; name=photos.zip\r\nContent-Disposition: attachment; filename=photos.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--b--\r\n`;
}

// Its address, once it is there and right.
async function store(desk, client, octets) {
	desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: mailWith(octets)});
	const {messages: [message]} = await client.get(`/threads/${(await desk.thread(client, 'Photos')).id}`);
	const place = `/api/v1/messages/${message.id}/attachments/${message.attachments[0].id}`;
	assert.ok(Buffer.from(await (await client.fetch(place)).arrayBuffer()).equals(octets), 'the attachment is what was sent');
	return place;
}

// MB by which the server's memory rises at its highest while CONNECTIONS fetch the attachment.
async function rise(pid, fetchAll) {
	fs.writeFileSync(`/proc/${pid}/clear_refs`, '5'); // its peak is what it holds now
	const before = peakOf(pid);
	await fetchAll();
	return (peakOf(pid) - before) * 1024 / 1e6;
}

const desk = await startDesk();
let nginx;
try {
	const client = await desk.client();
	const octets = crypto.randomBytes(SIZE);
	const place = await store(desk, client, octets);
	fs.writeFileSync(path.join(desk.dir, 'photos.zip'), octets);
	nginx = await startNginx({dir: desk.dir, root: desk.dir});
	const [web] = desk.role('web');
	const load = (url, who, connections, times) => askHttp(url, who, ['-c', connections, '-n', times]);
	const rises = {one: [], many: []};
	const all = await takeTurns({
		belfry: async () => {
			let figures;
			rises.one.push(await rise(web, async () => { figures = await load(desk.url + place, client, 1, TIMES); }));
			return figures;
		},
		nginx: () => load(`${nginx.url}/photos.zip`, null, 1, TIMES),
		many: async () => {
			rises.many.push(await rise(web, () => load(desk.url + place, client, MANY, MANY)));
			return {rise: rises.many.at(-1)};
		},
	});
	const of = (name, figure) => all[name].map((figures) => figures[figure]);
	if ([...of('belfry', 'failed'), ...of('nginx', 'failed')].some(Boolean)) throw new Error('an answer was not whole');
	const shares = ratios(of('belfry', 'mb_s'), of('nginx', 'mb_s'));
	report([
		{figure: 'an attachment of 25 MB', how: '÷ nginx with the same file, one connection', reached: `${told(shares)}, ${told(of('belfry', 'mb_s'))} MB/s`,
			reach: '≥ 0.5', met: median(shares) >= 0.5, beside: `nginx ${told(of('nginx', 'mb_s'))} MB/s`},
		{figure: '… memory', how: 'the most the server held above what it held before', reached: `${number(best(rises.one, true))} MB`, reach: `flat: ≤ ${FLAT} MB`,
			met: best(rises.one, true) <= FLAT, beside: `${MANY} at once: ${number(best(rises.many, true))} MB`},
	]);
} finally {
	await nginx?.stop();
	await desk.stop();
}
