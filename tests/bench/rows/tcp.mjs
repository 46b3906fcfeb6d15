// Over TCP: one session, mail after mail, with the milter at an inet socket: on Postfix's side and at the socket itself.
import {freePort} from '../../e2e/support/system.mjs';
import {milterLoad, smtpLoad, startFlow, untilDelivered, untilSorted} from '../support/flow.mjs';
import {best, report, takeTurns, told} from '../support/measure.mjs';

const MAILS = 100, STALL = 40; // ms: a delayed acknowledgement

const port = await freePort();
const flow = await startFlow([], {conf: {milter: {socket: `inet:127.0.0.1:${port}`}}, milter: `inet:127.0.0.1:${port}`});

async function throughPostfix(name) {
	const {rate, wait} = await smtpLoad(flow.ports[name], {sessions: 1, mails: MAILS});
	await untilDelivered(flow);
	await untilSorted(flow);
	return {rate, p50: wait.p50, p99: wait.p99};
}

async function atSocket() {
	const {mail} = await milterLoad(port, {connections: 1, mails: MAILS});
	await untilSorted(flow);
	return mail;
}

try {
	await throughPostfix('belfry'); // warm
	const all = await takeTurns({postfix: () => throughPostfix('belfry'), 'without a milter': () => throughPostfix('none'), socket: atSocket});
	const [whole, bare, socket] = ['postfix', 'without a milter', 'socket'].map((name) => all[name].map(({p50}) => p50));
	const p99 = all.socket.map((figures) => figures.p99);
	report([{figure: 'over TCP', how: `one session, ${MAILS} mails, inet socket: ms a mail, p50 and p99 at the socket`, reached: `${told(socket, ' ms')}, p99 ${told(p99, ' ms')}`,
		reach: 'no stall of 40 ms', met: best(p99, false) < STALL && best(whole, false) < STALL,
		beside: `wait after "." in Postfix ${told(whole, ' ms')}, without a milter ${told(bare, ' ms')}`}]);
} finally {
	await flow.stop();
}
