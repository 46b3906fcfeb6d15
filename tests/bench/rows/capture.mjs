// Capture alone: mails through the milter's socket without any mail server, 16 connections with 100 mails of 2 KB each, beside opendkim and a filter that
// writes and syncs a file per mail. "alone": sort stands still meanwhile (by a stop signal) and catches up between the turns; "busy": it has
// thousands of mails to sort all the while.
import fs from 'node:fs';
import path from 'node:path';
import {startDesk} from '../../e2e/support/desk.mjs';
import {milterLoad, startPeer, unsorted, untilSorted} from '../support/flow.mjs';
import {best, median, ratios, report, takeTurns, told} from '../support/measure.mjs';

const BACKLOG = 1500; // mails that sort has before it, at least, while it is "busy"

const desk = await startDesk(), flow = {desk};
const peers = {opendkim: await startPeer('opendkim', desk.dir), naive: await startPeer('naive', desk.dir)};

async function peer(name) {
	const {rate, mail} = await milterLoad(peers[name].socket, {});
	const dir = path.join(desk.dir, 'naive');
	for (const file of fs.readdirSync(dir)) if (/^\d+$/.test(file)) fs.rmSync(path.join(dir, file));
	return {rate, p99: mail.p99};
}

const signal = (name) => { for (const pid of desk.role('sort')) process.kill(pid, name); };

async function alone() {
	signal('SIGSTOP');
	try {
		const {rate, mail} = await milterLoad(desk.milterSocket, {});
		return {rate, p50: mail.p50, p99: mail.p99};
	} finally {
		signal('SIGCONT');
		await untilSorted(flow);
	}
}

async function busy() {
	signal('SIGSTOP');
	await milterLoad(desk.milterSocket, {mails: Math.ceil(BACKLOG / 16)});
	signal('SIGCONT');
	const {rate, mail} = await milterLoad(desk.milterSocket, {});
	const left = unsorted(flow);
	await untilSorted(flow);
	return {rate, p50: mail.p50, p99: mail.p99, left};
}

try {
	await milterLoad(desk.milterSocket, {}); // warm
	await untilSorted(flow);
	const all = await takeTurns({belfry: alone, 'belfry, sort busy': busy, opendkim: () => peer('opendkim'), naive: () => peer('naive')});
	const rates = (name) => all[name].map(({rate}) => rate), waits = (name) => all[name].map(({p99}) => p99);
	const over = (name) => ratios(rates('belfry'), rates(name));
	const how = '16 connections × 100 mails of 2 KB at the milter\'s socket, synced';
	report([
		{figure: 'capture alone', how: `${how}: mails/s ÷ opendkim`, reached: `${told(over('opendkim'))} ×: ${told(rates('belfry'), '/s')}`, reach: '≥ 7 ×',
			met: median(over('opendkim')) >= 7, beside: `opendkim ${told(rates('opendkim'), '/s')}`},
		{figure: '… ÷ naive', how: 'a filter that writes and syncs a file per mail', reached: `${told(over('naive'))} ×`, reach: '≥ 8 ×', met: median(over('naive')) >= 8,
			beside: `naive ${told(rates('naive'), '/s')}, p99 ${told(waits('naive'), ' ms')}`},
		{figure: '… each mail', how: 'p99 from its first octet to the answer to its end', reached: told(waits('belfry'), ' ms'), reach: '≤ 15 ms', met: best(waits('belfry'), false) <= 15,
			beside: `opendkim ${told(waits('opendkim'), ' ms')}`},
		{figure: '… while sort is busy', how: 'the same, with mails to sort all the while', reached: `${told(waits('belfry, sort busy'), ' ms')} at ${told(rates('belfry, sort busy'), '/s')}`,
			reach: '≤ 15 ms', met: best(waits('belfry, sort busy'), false) <= 15},
	]);
} finally {
	await desk.stop();
	for (const one of Object.values(peers)) await one.stop();
}
