// What Belfry costs the mail flow: Postfix with it, without any milter and with others, 2 KB mails, 16 sessions kept open; delivery is discard for all.
// Then how long sorting goes on after 10,000 mails.
import {smtpLoad, startFlow, untilDelivered, untilSorted} from '../support/flow.mjs';
import {best, median, number, ratios, report, rounds, takeTurns, told} from '../support/measure.mjs';

const MAILS = 2000, MANY = 10_000;

const flow = await startFlow(['opendkim', 'body', 'quiet']);

async function turn(name) {
	const {rate, wait} = await smtpLoad(flow.ports[name], {mails: MAILS});
	await untilDelivered(flow);
	await untilSorted(flow);
	return {rate, p50: wait.p50, p99: wait.p99};
}

async function sortMany() {
	const {rate} = await smtpLoad(flow.ports.belfry, {mails: MANY});
	const from = performance.now();
	await untilSorted(flow);
	return {rate, seconds: (performance.now() - from) / 1000};
}

try {
	for (const name of Object.keys(flow.ports)) await smtpLoad(flow.ports[name], {mails: 200}); // warm
	const all = await takeTurns(Object.fromEntries(Object.keys(flow.ports).map((name) => [name, () => turn(name)])));
	const rates = (name) => all[name].map(({rate}) => rate), waits = (name) => all[name].map(({p99}) => p99);
	const share = ratios(rates('belfry'), rates('none')), late = ratios(waits('belfry'), waits('none'));
	const then = (await takeTurns({'then sorted': sortMany}, Math.min(rounds, 3)))['then sorted'].map(({seconds}) => seconds);
	const beside = ['opendkim', 'body', 'quiet'].map((name) => `${name} ${told(ratios(rates(name), rates('none')))}`).join(', ');
	report([
		{figure: 'cost to the mail flow', how: `Postfix, mails/s with Belfry capturing and sorting ÷ without a milter; ${MAILS} mails of 2 KB, 16 sessions`,
			reached: `${told(share)}: ${told(rates('belfry'), '/s')} of ${told(rates('none'), '/s')}`, reach: '≥ 0.70', met: median(share) >= 0.7, beside},
		{figure: '… wait after "."', how: 'p99 ÷ that without a milter', reached: `${told(late)}: ${told(waits('belfry'), ' ms')} of ${told(waits('none'), ' ms')}`,
			reach: '≤ 2', met: median(late) <= 2, beside: ['opendkim', 'body', 'quiet'].map((name) => `${name} ${told(waits(name), ' ms')}`).join(', ')},
		{figure: '… then sorted', how: `after the last 250 of ${number(MANY, 0)} mails; while they come in such a rush, sort gives way`, reached: told(then, ' s'), reach: '≤ 15 s', met: best(then, false) <= 15},
	]);
} finally {
	await flow.stop();
}
