// `make run`, started as its recipe does.
import {spawn} from 'node:child_process';
import path from 'node:path';
import {build, top, until} from './system.mjs';

// State in VAR. Resolves when it has printed how to try it, or has ended: {child, ended, said, value(word): the rest of the line that begins with it}.
export async function startDemo({dir, http, smtp}) {
	const env = {...process.env, BUILD: path.relative(top, build), VAR: dir, HTTP: String(http), SMTP: String(smtp)};
	const child = spawn('etc/demo', {cwd: top, env, stdio: ['ignore', 'pipe', 'pipe']});
	const demo = {child, said: ''};
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { demo.said += data; });
	demo.ended = new Promise((done) => child.once('exit', done));
	demo.value = (word) => new RegExp(`^${word} (.*)$`, 'm').exec(demo.said)?.[1];
	let over = false;
	demo.ended.then(() => { over = true; });
	await until('the demo', () => over || /^try: .*\n/m.test(demo.said), 120);
	return demo;
}
