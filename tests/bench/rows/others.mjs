// Mail that is for no contact: Postfix with Belfry against a milter that asks for nothing, 2 KB mails, 16 sessions kept open; delivery is discard for all.
import {others, smtpLoad, startFlow, untilDelivered} from '../support/flow.mjs';
import {median, ratios, report, takeTurns, told} from '../support/measure.mjs';

const MAILS = 3000;

const flow = await startFlow(['nothing']);

async function turn(name) {
	const {rate, wait} = await smtpLoad(flow.ports[name], {mails: MAILS, to: others});
	await untilDelivered(flow);
	return {rate, p99: wait.p99};
}

try {
	const names = ['none', 'nothing', 'belfry'];
	for (const name of names) await smtpLoad(flow.ports[name], {mails: 200, to: others}); // warm
	const all = await takeTurns(Object.fromEntries(names.map((name) => [name, () => turn(name)])));
	const rates = (name) => all[name].map(({rate}) => rate);
	const share = ratios(rates('belfry'), rates('nothing'));
	report([{figure: 'mail of others', how: `no contact among the recipients: mails/s with Belfry ÷ with a filter that asks for nothing; ${MAILS} mails`,
		reached: `${told(share)}: ${told(rates('belfry'), '/s')} of ${told(rates('nothing'), '/s')}`, reach: '≥ 0.95', met: median(share) >= 0.95,
		beside: `no milter ${told(rates('none'), '/s')}`}]);
} finally {
	await flow.stop();
}
