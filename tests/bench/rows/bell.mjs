// Mail to bell: 50 mails a second through Postfix; from the client's 250 to the WebSocket frame that tells of the mail. A frame that comes before the 250
// counts as 0.
import {openBell} from '../../e2e/support/bell.mjs';
import {until} from '../../e2e/support/system.mjs';
import {ask, smtpLoad, startFlow, untilDelivered, untilSorted} from '../support/flow.mjs';
import {best, quantile, report, takeTurns, told} from '../support/measure.mjs';

const MAILS = 400, PACE = 50, SESSIONS = 8;

const flow = await startFlow([]);
const anna = await flow.desk.client('anna');
const now = () => Number(process.hrtime.bigint() / 1000n); // µs of the clock the loader reads

// µs at which each message rang, by its number.
function listen(bell) {
	const rung = new Map();
	const {push} = bell.frames;
	bell.frames.push = (frame) => {
		if (frame.message && !rung.has(frame.message)) rung.set(frame.message, now());
		return push.call(bell.frames, frame);
	};
	return rung;
}

// The message that each mail became, by the mail's number.
const messages = (after) => new Map(ask(flow, 'desk.db', `SELECT substr(subject, 6), id FROM message WHERE id > ${after} AND subject LIKE 'load %'`)
	.split('\n').map((line) => line.split('|').map(Number)));
const newest = () => Number(ask(flow, 'desk.db', 'SELECT coalesce(max(id), 0) FROM message'));

async function turn() {
	const after = newest(), bell = await openBell(anna), rung = listen(bell);
	const {answered} = await smtpLoad(flow.ports.belfry, {sessions: SESSIONS, mails: MAILS, pace: PACE});
	await until('all to ring', () => rung.size === MAILS, 60);
	bell.close();
	await untilDelivered(flow);
	await untilSorted(flow);
	const became = messages(after);
	const waits = answered.map((at, mail) => Math.max(0, rung.get(became.get(mail)) - at) / 1000);
	return {p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), max: Math.max(...waits)};
}

try {
	await turn(); // warm
	const {bell} = await takeTurns({bell: turn});
	const p50 = bell.map((figures) => figures.p50), p99 = bell.map((figures) => figures.p99);
	const how = `from the client's 250 to the WebSocket frame, ${PACE} mails/s through Postfix`;
	report([
		{figure: 'mail to bell', how: `p50 ${how}`, reached: told(p50, ' ms'), reach: '≤ 10 ms', met: best(p50, false) <= 10},
		{figure: '… p99', how: 'the same', reached: told(p99, ' ms'), reach: '≤ 50 ms', met: best(p99, false) <= 50},
	]);
} finally {
	await flow.stop();
}
