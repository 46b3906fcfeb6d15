// A private Dovecot that does nothing but say who may log in: Postfix asks it (smtpd_sasl_type=dovecot).
import fs from 'node:fs';
import path from 'node:path';
import {start, until} from './system.mjs';

// logins: {name: password}. Resolves to {socket, stop}.
export async function startDovecot({dir, logins}) {
	const home = path.join(dir, 'dovecot');
	const socket = path.join(home, 'auth');
	fs.mkdirSync(path.join(home, 'run'), {recursive: true});
	fs.writeFileSync(path.join(home, 'users'), Object.entries(logins).map(([name, word]) => `${name}:{PLAIN}${word}\n`).join(''));
	fs.writeFileSync(path.join(home, 'dovecot.conf'), `base_dir = ${home}/run
state_dir = ${home}/run
log_path = ${home}/log
protocols =
ssl = no
auth_mechanisms = plain
disable_plaintext_auth = no
passdb {
  driver = passwd-file
  args = username_format=%u ${home}/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}
service auth {
  unix_listener ${socket} {
    mode = 0666
  }
}
`);
	const child = start('dovecot', ['-F', '-c', path.join(home, 'dovecot.conf')], path.join(home, 'start.log'));
	await until('Dovecot', () => fs.existsSync(socket));
	return {socket, stop: async () => { child.kill('SIGTERM'); await child.ended; }};
}
