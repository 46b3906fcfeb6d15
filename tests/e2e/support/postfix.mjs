// A private Postfix, made by the same script as the demo's.
import fs from 'node:fs';
import path from 'node:path';
import {freePort, run, start, top, until} from './system.mjs';
import {converse} from './smtp.mjs';

// milter: "unix:/path". Mailboxes are local parts at shop.example. settings: lines for main.cf as {key: value}.
export async function startPostfix({dir, milter, user, mailboxes = [], settings = {}, services = ''}) {
	const port = await freePort();
	const home = path.join(dir, 'postfix');
	const etc = path.join(home, 'etc');
	run(path.join(top, 'etc/demo-postfix'), [home, String(port), milter, user, 'shop.example', ...mailboxes]);
	for (const [key, value] of Object.entries(settings)) run('postconf', ['-c', etc, '-e', `${key}=${value}`]);
	fs.appendFileSync(path.join(etc, 'master.cf'), services);
	let child;
	async function begin() {
		child = start('postfix', ['-c', etc, 'start-fg'], path.join(home, 'start.log'));
		await until('Postfix', () => converse(port, []));
	}
	async function stop() {
		run('postfix', ['-c', etc, 'stop'], {mayFail: true});
		await child.ended;
	}
	async function restart() {
		await stop();
		await begin();
	}
	await begin();
	const maildir = (name) => path.join(home, 'maildir', name, 'new');
	const mails = (name) => fs.existsSync(maildir(name)) ? fs.readdirSync(maildir(name)).map((file) => path.join(maildir(name), file)) : [];
	const log = () => fs.readFileSync(path.join(home, 'mail.log'), 'utf8');
	return {port, etc, home, stop, restart, mails, log};
}
