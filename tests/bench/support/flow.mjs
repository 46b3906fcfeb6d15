// A mail server with a port for each contender: none, Belfry, and the milters it is measured against; all deliver alike.
import {execFile} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {startDesk} from '../../e2e/support/desk.mjs';
import {startPostfix} from '../../e2e/support/postfix.mjs';
import {build, freePort, run, start, until, which} from '../../e2e/support/system.mjs';

const execute = promisify(execFile);
const bench = (name) => path.join(build, 'bench', name);
const user = 'nobody';
export const ours = 'support@shop.example', others = 'anna@shop.example';

// A loader's figures; a mail that was refused is an error.
async function load(program, words) {
	const {stdout} = await execute(bench(program), words.map(String), {maxBuffer: 1 << 24});
	return JSON.parse(stdout);
}
// See tests/bench/smtp_load.c and milter_load.c for what comes back.
export const smtpLoad = (port, {sessions = 16, mails, size = 2048, pace = 0, to = ours}) => load('smtp_load', [port, sessions, mails, size, pace, to]);
export const milterLoad = (place, {connections = 16, mails = 100, size = 2048, to = ours}) => load('milter_load', [place, connections, mails, size, to]);

// Milters that stand beside Belfry, each at a socket of its own in DIR: {stop}.
const peers = {
	nothing: (socket) => [bench('filter'), ['nothing', `unix:${socket}`]],
	body: (socket) => [bench('filter'), ['body', `unix:${socket}`]],
	quiet: (socket) => [bench('filter'), ['quiet', `unix:${socket}`]],
	naive: (socket, dir) => [bench('filter'), ['naive', `unix:${socket}`, dir]],
	opendkim: (socket, dir) => [which('opendkim'), ['-f', '-x', writeDkim(socket, dir)]],
};

// It signs what it is given, as it does with the mail of a domain of its own; nothing is logged, nobody is asked.
function writeDkim(socket, dir) {
	const file = path.join(dir, 'opendkim.conf'), key = path.join(dir, 'opendkim.key');
	run('openssl', ['genrsa', '-out', key, '2048']);
	fs.writeFileSync(file, `Socket local:${socket}\nUMask 000\nMode s\nDomain customer.example\nSelector bench\nKeyFile ${key}\nSyslog no\nRequireSafeKeys no\n`);
	return file;
}

export async function startPeer(name, dir) {
	const own = path.join(dir, name), socket = path.join(own, 'socket');
	fs.mkdirSync(own, {recursive: true});
	fs.chmodSync(own, 0o755);
	const [program, words] = peers[name](socket, own);
	const child = start(program, words, path.join(own, 'log'));
	await until(name, () => fs.existsSync(socket));
	return {socket, stop: async () => { child.kill('SIGKILL'); await child.ended; }};
}

const entry = (port, milter) => `127.0.0.1:${port} inet n - n - - smtpd\n  -o smtpd_milters=${milter}\n`;

// A desk behind a Postfix that throws away what it has taken: ports: {none, belfry, and each of NAMES}. CONF as for startDesk. MILTER: where Postfix finds
// Belfry. Its throttle is off: what holds senders up when the queue grows has nothing to do with a milter.
export async function startFlow(names, {conf, milter} = {}) {
	const desk = await startDesk({conf});
	const flow = {desk, ports: {}, peers: {}};
	let services = 'discard unix - - n - - discard\n';
	for (const name of names) flow.peers[name] = await startPeer(name, desk.dir);
	for (const name of ['none', ...names]) {
		flow.ports[name] = await freePort();
		services += entry(flow.ports[name], flow.peers[name] ? `unix:${flow.peers[name].socket}` : '');
	}
	desk.postfix = await startPostfix({dir: desk.dir, milter: milter ?? `unix:${desk.milterSocket}`, user, services,
		settings: {virtual_transport: 'discard:', in_flow_delay: '0', smtpd_client_connection_count_limit: '0'}});
	flow.ports.belfry = desk.postfix.port;
	flow.desk.role('milter');
	flow.stop = async () => {
		await desk.stop();
		for (const peer of Object.values(flow.peers)) await peer.stop();
	};
	return flow;
}

// When all of the queue has left, so that one contender's mail is not another's burden.
export async function untilDelivered({desk}) {
	await until('an empty queue', () => run('postqueue', ['-c', desk.postfix.etc, '-j']).stdout.trim() === '', 120);
}

const store = ({desk}, file) => path.join(desk.dir, 'store', file);
export const ask = (flow, file, sql) => run('sqlite3', ['-readonly', '-cmd', '.timeout 20000', store(flow, file), sql]).stdout.trim();
// Raw mail that sort has not filed yet.
export const unsorted = (flow) => Number(ask(flow, 'raw.db', 'SELECT coalesce(max(id), 0) FROM mail')) - Number(ask(flow, 'desk.db', "SELECT value FROM fact WHERE name = 'sorted'"));
export async function untilSorted(flow, seconds = 120) {
	await until('all to be sorted', () => unsorted(flow) === 0, seconds);
}
