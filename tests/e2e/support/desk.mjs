// A whole Belfry of its own for one test file: the real binary with a store, sockets and a port of its own, and a
// private Postfix in front when asked for. As root its roles run as "nobody".
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {Client} from './api.mjs';
import {startPostfix} from './postfix.mjs';
import {startProxy} from './proxy.mjs';
import {sendMail} from './smtp.mjs';
import {startTls} from './tls.mjs';
import {build, freePort, isRoot, processesOf, run, start, until, which} from './system.mjs';

const user = isRoot ? 'nobody' : os.userInfo().username;
export const password = 'correct horse battery';
export const employees = {
	anna: {email: 'anna@shop.example', firstname: 'Anna', lastname: 'Admin', role: 'admin'},
	ben: {email: 'ben@shop.example', firstname: 'Ben', lastname: 'Baker', role: 'agent'},
};
const contacts = [
	['support@shop.example', '--name', 'Support'],
	['orders@shop.example', '--name', 'Orders', '--take'],
];

class Desk {
	secrets = new Set([password]); // that its log must not tell

	async prepare({conf = {}, disk, tls, files, environment}) {
		this.files = files;
		this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-e2e-'));
		fs.chmodSync(this.dir, 0o755);
		this.program = path.join(this.dir, 'belfry'); // a copy: the clone may lie where "nobody" cannot go
		fs.copyFileSync(path.join(build, 'belfry'), this.program);
		fs.chmodSync(this.program, 0o755);
		this.port = await freePort();
		this.url = `http://127.0.0.1:${this.port}`;
		for (const name of ['store', 'run']) fs.mkdirSync(path.join(this.dir, name));
		this.disk = disk;
		if (disk) run('mount', ['-t', 'tmpfs', '-o', `size=${disk}`, 'tmpfs', path.join(this.dir, 'store')]);
		if (isRoot) run('chown', [user, path.join(this.dir, 'store')]);
		this.env = environment?.(this.dir);
		this.milterSocket = path.join(this.dir, 'run/milter.sock');
		this.logFile = path.join(this.dir, 'belfry.log');
		this.confFile = path.join(this.dir, 'belfry.conf');
		this.tls = tls && startTls(this.dir, user);
		if (tls) this.url = `https://localhost:${this.port}`;
		this.writeConf(conf);
		this.cli(['migrate']);
		for (const contact of contacts) this.cli(['contact', 'add', ...contact]);
		for (const one of Object.values(employees)) this.addEmployee(one);
	}

	writeConf(conf) {
		const sections = {
			belfry: {user: isRoot ? user : '', store: path.join(this.dir, 'store')},
			milter: {socket: `unix:${this.milterSocket}`, socket_group: which('postfix') && isRoot ? 'postfix' : ''},
			capture: {socket: path.join(this.dir, 'run/capture.sock')},
			web: {listen: `127.0.0.1:${this.port}`, url: this.url, ...this.tls},
		};
		for (const [section, keys] of Object.entries(conf)) sections[section] = {...sections[section], ...keys};
		this.milterAt = sections.milter.socket;
		const lines = Object.entries(sections).flatMap(([section, keys]) =>
			[`[${section}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`)]);
		fs.writeFileSync(this.confFile, `${lines.join('\n')}\n`);
	}

	cli(args, options) {
		return run(this.program, ['-c', this.confFile, ...args], {env: this.env, ...options});
	}

	addEmployee({email, firstname, lastname, role}) {
		this.cli(['employee', 'add', email, '--firstname', firstname, '--lastname', lastname, '--role', role, '--password-stdin'],
			{input: `${password}\n`});
	}

	async start() {
		const command = [this.program, '-c', this.confFile, 'run'];
		const [program, ...args] = this.files ? ['prlimit', `--nofile=${this.files}`, ...command] : command;
		this.child = start(program, args, this.logFile, {env: this.env});
		const dead = this.child.ended.then(({code, signal}) => { throw new Error(`belfry run ended: ${code ?? signal}\n${this.log()}`); });
		dead.catch(() => {});
		await Promise.race([dead, until('the desk', async () => (await fetch(`${this.url}/health`)).ok)]);
		await until('the milter', () => !this.milterAt.startsWith('unix:') || fs.existsSync(this.milterSocket));
	}

	// Ends it by TERM, and says what is left of it when it does not end.
	async end() {
		if (!this.child) return;
		this.child.kill('SIGTERM');
		const timer = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
		const {signal} = await this.child.ended;
		clearTimeout(timer);
		this.child = null;
		const left = processesOf(this.program);
		for (const {pid} of left) process.kill(pid, 'SIGKILL');
		assert.notEqual(signal, 'SIGKILL', 'belfry run does not end on SIGTERM');
		assert.deepEqual(left.map(({args}) => args.join(' ')), [], 'processes left behind');
	}

	async restart() {
		await this.end();
		await this.start();
	}

	// Processes of one role: "web", "sort", "milter".
	role(name) {
		return processesOf(this.program).filter(({args}) => args.includes(name)).map(({pid}) => pid);
	}

	log() {
		return fs.existsSync(this.logFile) ? fs.readFileSync(this.logFile, 'utf8') : '';
	}

	send(mail) {
		return sendMail(this.postfix.port, mail);
	}

	async client(name = 'anna') {
		const client = new Client(this.url);
		await client.logIn(employees[name].email, password);
		this.secrets.add(client.cookie.split('=')[1]);
		return client;
	}

	// The newest thread with that subject, as soon as it is there.
	thread(client, subject) {
		return until(`a thread "${subject}"`, async () =>
			(await client.get('/threads?folder=all&limit=1000')).threads.find((thread) => thread.subject === subject));
	}

	async stop() {
		await this.postfix?.stop();
		this.proxy?.stop();
		try {
			await this.end();
			assert.doesNotMatch(this.log(), /Sanitizer|runtime error:/, 'a sanitizer complained');
			for (const secret of this.secrets) assert.ok(!this.log().includes(secret), 'a password or a cookie in the log');
		} finally {
			if (this.disk && !process.env.KEEP) run('umount', [path.join(this.dir, 'store')], {mayFail: true});
			if (process.env.KEEP) console.error(`kept ${this.dir}`);
			else fs.rmSync(this.dir, {recursive: true, force: true});
		}
	}
}

// {postfix: true} puts a private Postfix in front, {proxy: true} a recording proxy between them, {conf: {section:
// {key: value}}} changes belfry.conf, {mailboxes: [local part]} have a Maildir of their own,
// {tls: true} lets it do TLS itself, with a certificate of its own; {disk: '64m'} gives the store a disk of its own (as root),
// {files: 1024} each role so many descriptors, {environment: a function of the desk's directory} is what its programs see;
// settings go into main.cf, services (a function of the desk's directory) into master.cf.
export async function startDesk({postfix = false, proxy = false, conf, disk, tls, files, environment, mailboxes = [], settings, services} = {}) {
	const desk = new Desk();
	try {
		await desk.prepare({conf, disk, tls, files, environment});
		await desk.start();
		let milter = desk.milterSocket;
		if (proxy) {
			milter = path.join(desk.dir, 'run/proxy.sock');
			desk.proxy = await startProxy({path: milter, target: desk.milterSocket});
		}
		if (postfix) desk.postfix = await startPostfix({dir: desk.dir, milter: `unix:${milter}`, user, settings, services: services?.(desk.dir),
			mailboxes: ['support', 'orders', 'anna', ...mailboxes]});
		return desk;
	} catch (error) {
		const log = desk.log();
		await desk.stop().catch(() => {});
		error.message += `\n${log}`;
		throw error;
	}
}
