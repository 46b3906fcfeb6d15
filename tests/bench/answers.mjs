// answers.mjs [COUNT [ROUNDS]]: how fast queued replies leave, against smtp-source at the same Postfix in the same run; and what a dead destination costs
// the others. As root. Prints medians.
import fs from 'node:fs';
import path from 'node:path';
import {startDesk} from '../e2e/support/desk.mjs';
import {startPostfix} from '../e2e/support/postfix.mjs';
import {startRelay} from '../e2e/support/relay.mjs';
import {build, freePort, run, sleep, until} from '../e2e/support/system.mjs';

const count = Number(process.argv[2] ?? 10_000), rounds = Number(process.argv[3] ?? 3);
const user = 'nobody';
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const owner = {uid: Number(run('id', ['-u', user]).stdout), gid: Number(run('id', ['-g', user]).stdout)};
const addresses = (number, domain) => Array.from({length: number}, (_, i) => `kim${i}@${domain}`);

// A desk whose relay listens at PORT, with its outbox to be filled while nothing runs.
async function prepare(port) {
	const desk = await startDesk({conf: {courier: {relay: `127.0.0.1:${port}`}}});
	desk.filler = path.join(desk.dir, 'fill_outbox');
	fs.copyFileSync(path.join(build, 'tests/fill_outbox'), desk.filler);
	fs.chmodSync(desk.filler, 0o755);
	desk.sql = (text) => run('sqlite3', ['-readonly', '-cmd', '.timeout 20000', path.join(desk.dir, 'store/desk.db'), text]).stdout.trim();
	desk.fill = (number, to) => run(desk.filler, [path.join(desk.dir, 'store'), String(number), ...to], {...owner, timeout: 600_000});
	return desk;
}

// Mails a second, from the first that was handed over to the last that was answered.
async function carry(desk, number, relay) {
	await desk.end();
	desk.writeConf({courier: {relay: `127.0.0.1:${relay}`}});
	const first = Number(desk.sql('SELECT coalesce(max(id), 0) FROM outbox')) + 1;
	desk.fill(number, addresses(100, 'customer.example'));
	await desk.start();
	await until('all to leave', () => sleep(1000).then(() => desk.sql(`SELECT count(*) FROM outbox WHERE id >= ${first} AND state <> 'sent'`) === '0'), 600);
	const milliseconds = Number(desk.sql(`SELECT max(answered) - min(handed) FROM outbox WHERE id >= ${first}`));
	return number * 1000 / milliseconds;
}

function source(port, number, size, options) {
	const began = Date.now();
	run('smtp-source', [...options, '-s', '16', '-l', String(size), '-m', String(number), '-f', 'support@shop.example', '-t', 'kim@customer.example', `127.0.0.1:${port}`],
		{timeout: 600_000});
	return number * 1000 / (Date.now() - began);
}

async function throughput() {
	const [relay, reporting] = [await freePort(), await freePort()]; // the second one knows DSN: a report of each comes back, and is filed meanwhile
	const desk = await prepare(relay);
	desk.postfix = await startPostfix({dir: desk.dir, milter: `unix:${desk.milterSocket}`, user, settings: {default_transport: 'discard:', virtual_mailbox_domains: '',
		smtpd_client_connection_count_limit: '0', smtpd_relay_restrictions: 'permit_mynetworks,reject'},
	services: `discard unix - - n - - discard\n127.0.0.1:${relay} inet n - n - - smtpd\n  -o smtpd_milters= -o smtpd_discard_ehlo_keywords=dsn,silent-discard\n127.0.0.1:${reporting} inet n - n - - smtpd\n  -o smtpd_milters=\n`});
	const figures = {belfry: [], 'smtp-source': [], 'smtp-source -d': [], 'belfry, each with its report coming back': []};
	await carry(desk, 100, relay); // warm
	const size = Number(/ size=(\d+) sent/.exec(desk.log())[1]);
	for (let i = 0; i < rounds; i++) {
		figures['smtp-source'].push(source(relay, count, size, []));
		figures['smtp-source -d'].push(source(relay, count, size, ['-d']));
		figures.belfry.push(await carry(desk, count, relay));
		if (!i) figures['belfry, each with its report coming back'].push(await carry(desk, Math.ceil(count / 5), reporting));
		console.log(Object.entries(figures).filter(([, all]) => all.length > i).map(([name, all]) => `${name} ${all[i].toFixed(0)}/s`).join(', '));
	}
	await desk.stop();
	const [own, fresh, kept, reported] = Object.values(figures).map(median);
	console.log(`median of ${rounds} × ${count} mails of ${size} octets: belfry ${own.toFixed(0)}/s, smtp-source ${fresh.toFixed(0)}/s (ratio ${(own / fresh).toFixed(2)}), `
		+ `with connections kept ${kept.toFixed(0)}/s (ratio ${(own / kept).toFixed(2)}); with reports coming back ${reported.toFixed(0)}/s`);
	return own / fresh;
}

// Seconds until 1,000 replies have left, with DEAD others before them to a domain whose RCPT hangs.
async function beside(dead) {
	const relay = await startRelay({answers: {rcpt: (address) => address.endsWith('@dead.example') ? sleep(30_000).then(() => null) : null}});
	const desk = await prepare(relay.port);
	await desk.end();
	if (dead) desk.fill(dead, addresses(dead, 'dead.example'));
	desk.fill(1000, addresses(50, 'customer.example'));
	const began = Date.now();
	await desk.start();
	const others = "SELECT count(*) FROM outbox WHERE domain = 'customer.example' AND state <> 'sent'";
	await until('the others to leave', () => sleep(100).then(() => desk.sql(others) === '0'), 300);
	const seconds = (Date.now() - began) / 1000;
	await relay.stop();
	await desk.stop();
	return seconds;
}

const ratio = await throughput();
const [alone, with100] = [await beside(0), await beside(100)];
console.log(`1000 replies: ${alone.toFixed(1)} s; behind 100 to a domain whose RCPT hangs 30 s: ${with100.toFixed(1)} s`);
process.exit(ratio >= 0.5 ? 0 : 1);
