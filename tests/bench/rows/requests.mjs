// requests.mjs [OUT.json]: the list of threads by a session, over 64 kept connections, beside nginx that serves a file of that size.
import fs from 'node:fs';
import path from 'node:path';
import {startDesk} from '../../e2e/support/desk.mjs';
import {capture, numbered} from '../../e2e/support/list.mjs';
import {askHttp} from '../support/load.mjs';
import {best, median, number, ratios, report, takeTurns, told} from '../support/measure.mjs';
import {startNginx} from '../support/nginx.mjs';

const CONNECTIONS = 64, SECONDS = 4, THREADS = 200;
const LIST = '/api/v1/threads?status=open&limit=20';
const load = (url, client, seconds) => askHttp(url, client, ['-c', CONNECTIONS, '-s', seconds]);

const desk = await startDesk();
let nginx;
try {
	const client = await desk.client();
	await capture(desk, client, numbered(THREADS));
	fs.writeFileSync(path.join(desk.dir, 'list.json'), await (await client.fetch(LIST)).text());
	nginx = await startNginx({dir: desk.dir, root: desk.dir});
	const contenders = {
		belfry: () => load(desk.url + LIST, client, SECONDS),
		nginx: () => load(`${nginx.url}/list.json`, null, SECONDS),
	};
	for (const url of [desk.url + LIST, `${nginx.url}/list.json`]) await load(url, client, 0.5); // warm
	const all = await takeTurns(contenders);
	const of = (name, figure) => all[name].map((figures) => figures[figure]);
	const failed = [...of('belfry', 'failed'), ...of('nginx', 'failed')];
	if (failed.some(Boolean)) throw new Error(`requests failed: ${failed}`);
	const shares = ratios(of('belfry', 'per_s'), of('nginx', 'per_s'));
	const how = `GET /threads?status=open&limit=20, ${Math.round(all.belfry[0].octets / 1024)} KB, ${CONNECTIONS} connections`;
	report([
		{figure: 'requests', how: `${how} ÷ nginx with a file of that size`, reached: `${told(shares)}, ${told(of('belfry', 'per_s'))}/s`,
			reach: '≥ 0.1', met: median(shares) >= 0.1, beside: `nginx ${told(of('nginx', 'per_s'))}/s`},
		{figure: '… p99', how: 'of whole answers, best of the rounds', reached: `${number(best(of('belfry', 'p99_ms'), false))} ms, ${told(of('belfry', 'p99_ms'))}`,
			reach: '≤ 20 ms', met: best(of('belfry', 'p99_ms'), false) <= 20, beside: `nginx ${told(of('nginx', 'p99_ms'))} ms`},
	]);
} finally {
	await nginx?.stop();
	await desk.stop();
}
