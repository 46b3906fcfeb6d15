// nginx as a peer: Debian's own, as it comes, but for the port and for keeping connections as long as we do.
import fs from 'node:fs';
import path from 'node:path';
import {freePort, start, until} from '../../e2e/support/system.mjs';

// Serves what lies in ROOT: {url, stop}. Its own files lie in DIR.
export async function startNginx({dir, root}) {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const conf = path.join(dir, 'nginx.conf');
	fs.writeFileSync(conf, `worker_processes auto;
pid ${dir}/nginx.pid;
daemon off;
error_log stderr;
events { worker_connections 768; }
http {
	sendfile on;
	tcp_nopush on;
	types { application/json json; }
	access_log off;
	client_body_temp_path ${dir}/nginx-body;
	keepalive_requests 1000000000;
	server {
		listen 127.0.0.1:${port};
		root ${root};
	}
}
`);
	const child = start('nginx', ['-e', 'stderr', '-c', conf], path.join(dir, 'nginx.log'));
	await until('nginx', async () => { await (await fetch(url)).text(); return true; });
	return {
		url,
		async stop() {
			child.kill('SIGTERM');
			await child.ended;
		},
	};
}
