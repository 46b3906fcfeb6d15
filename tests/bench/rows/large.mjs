// Large mail: 5 MB, one session, beside the same Postfix without a milter; and what the milter role holds at its highest with 16 of them at once.
import {peakOf} from '../../e2e/support/system.mjs';
import {smtpLoad, startFlow, untilDelivered, untilSorted} from '../support/flow.mjs';
import {median, number, ratios, report, takeTurns, told} from '../support/measure.mjs';

const SIZE = 5 * 1024 * 1024, MAILS = 8, AT_ONCE = 16;

const flow = await startFlow(['quiet']);

async function turn(name) {
	const {rate} = await smtpLoad(flow.ports[name], {sessions: 1, mails: MAILS, size: SIZE});
	await untilDelivered(flow);
	await untilSorted(flow);
	return rate;
}

try {
	const names = ['none', 'belfry', 'quiet'];
	for (const name of names) await smtpLoad(flow.ports[name], {sessions: 1, mails: 2, size: SIZE}); // warm
	const all = await takeTurns(Object.fromEntries(names.map((name) => [name, () => turn(name)])));
	const [milter] = flow.desk.role('milter');
	await smtpLoad(flow.ports.belfry, {sessions: AT_ONCE, mails: AT_ONCE, size: SIZE});
	const peak = peakOf(milter) / 1024;
	const share = ratios(all.belfry, all.none);
	report([
		{figure: 'large mail', how: '5 MB, one session: mails/s with Belfry ÷ without a milter', reached: `${told(share)}: ${told(all.belfry, '/s')} of ${told(all.none, '/s')}`,
			reach: '≥ 0.6', met: median(share) >= 0.6, beside: `a filter that holds it in memory ${told(ratios(all.quiet, all.none))}`},
		{figure: '… memory', how: `of the milter role at its highest, ${AT_ONCE} at once`, reached: `${number(peak)} MB`, reach: '≤ 64 MB', met: peak <= 64},
	]);
} finally {
	await flow.stop();
}
