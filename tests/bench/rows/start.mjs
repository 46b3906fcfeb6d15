// start.mjs [OUT.json]: from exec of `belfry run` with a store of a million threads to the first 250 that Postfix gives for a mail to a contact, and to the first page.
import {best, number, report, rounds} from '../support/measure.mjs';
import {startFilled} from '../support/filled.mjs';
import {Session} from '../../e2e/support/session.mjs';
import {sleep} from '../../e2e/support/system.mjs';

const THREADS = 1_000_000, PATIENCE = 20_000; // ms
const octets = Buffer.from('From: kim@customer.example\r\nTo: support@shop.example\r\nSubject: First\r\n\r\nIs anybody there?\r\n');

// ms since BEGAN until TRY succeeds.
async function first(began, attempt) {
	for (;;) {
		try {
			await attempt();
			return performance.now() - began;
		} catch (error) {
			if (performance.now() - began > PATIENCE) throw error;
			await sleep(5);
		}
	}
}

async function mail(port) {
	const session = new Session(port);
	try {
		await session.greet();
		await session.send({from: 'kim@customer.example', to: 'support@shop.example', octets});
	} finally {
		session.close();
	}
}

async function page(url) {
	const reply = await fetch(url);
	if (!reply.ok || !(await reply.text()).includes('<script')) throw new Error(`no page: ${reply.status}`);
}

const desk = await startFilled(THREADS, {postfix: true});
try {
	const all = [];
	for (let round = 0; round < rounds; round++) {
		await desk.end();
		const began = performance.now(), starting = desk.start();
		all.push(await Promise.all([first(began, () => mail(desk.postfix.port)), first(began, () => page(desk.url))]));
		await starting;
		console.error(`  round ${round + 1}: ${all.at(-1).map((ms) => number(ms)).join(' ms, ')} ms`);
	}
	const line = (figure, which) => {
		const values = all.map((times) => times[which]), reached = best(values, false);
		return {figure, how: `from exec, 1,000,000 threads, ms; best of ${rounds}`, reached: `${number(reached)} (${number(reached)}–${number(Math.max(...values))})`, reach: '≤ 300', met: reached <= 300};
	};
	report([line('start: first 250 through Postfix', 0), line('start: first page', 1)]);
} finally {
	await desk.putBack();
}
