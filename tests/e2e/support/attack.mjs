// attack.mjs PORT '{"KIND": COUNT, …}' [COOKIE]: so many visitors of each kind, who come back when they are sent away, until its stdin ends. Every second
// it writes {"open": …, "came": …, "ended": …} to stdout. A program of its own, so that it does not slow down who measures.
import net from 'node:net';

const [port, counts, cookie] = [Number(process.argv[2]), JSON.parse(process.argv[3]), process.argv[4]];
const host = `Host: 127.0.0.1:${port}\r\n`;
const origin = `Origin: http://127.0.0.1:${port}\r\n`;
const figures = {open: 0, came: 0, ended: 0, answers: {}};

const each = (socket, act, ms = 1000) => {
	const timer = setInterval(() => act(socket), ms);
	socket.on('close', () => clearInterval(timer));
};
const deaf = (socket, text) => { socket.pause(); socket.write(text); };

// A bell of who has COOKIE: then(socket) when it rings.
function bell(socket, then) {
	socket.write(`GET /api/v1/bell HTTP/1.1\r\n${host}${origin}Cookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`
		+ 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: bell\r\n\r\n');
	socket.once('data', (text) => {
		note(text);
		if (String(text).startsWith('HTTP/1.1 101')) then(socket);
	});
}
const frame = (opcode, text) => Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
const pour = (socket, octets) => { while (socket.writable && socket.write(octets)); socket.once('drain', () => pour(socket, octets)); };
function note(text) {
	const status = /^HTTP\/1.1 (\d+)/.exec(String(text))?.[1];
	if (status) figures.answers[status] = (figures.answers[status] ?? 0) + 1;
}

// What one of a kind does once it is connected.
const kinds = {
	silent: () => {},
	head: (socket) => { socket.write(`GET /health HTTP/1.1\r\n${host}X-Slow: `); each(socket, () => socket.write('a')); },
	body: (socket) => {
		socket.write(`POST /api/v1/session HTTP/1.1\r\n${host}${origin}Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n`);
		each(socket, () => socket.write('a'));
	},
	deaf: (socket) => deaf(socket, `GET /api/v1/openapi.json HTTP/1.1\r\n${host}\r\n`),
	idle: (socket) => { socket.resume(); socket.write(`GET /health HTTP/1.1\r\n${host}\r\n`); },
	busy: (socket) => {
		const ask = () => socket.write(`GET /api/v1/threads HTTP/1.1\r\n${host}Cookie: belfry=forged\r\n\r\n`);
		socket.on('data', ask);
		ask();
	},
	login: (socket) => {
		const ask = () => {
			const body = JSON.stringify({email: `${Math.random()}@shop.example`, password: 'guess'});
			socket.write(`POST /api/v1/session HTTP/1.1\r\n${host}${origin}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
		};
		socket.on('data', (text) => { note(text); setTimeout(ask, 500); });
		ask();
	},
	babbler: (socket) => bell(socket, () => { socket.resume(); pour(socket, Buffer.concat(Array(200).fill(frame(1, '{"kind":"list"}')))); }),
	pinger: (socket) => bell(socket, () => { socket.resume(); pour(socket, Buffer.concat(Array(200).fill(frame(9, 'x'.repeat(100))))); }),
	deafPinger: (socket) => bell(socket, () => { socket.pause(); pour(socket, Buffer.concat(Array(200).fill(frame(9, 'x'.repeat(100))))); }),
	deafBell: (socket) => bell(socket, () => socket.pause()),
	garbage: (socket) => { socket.resume(); socket.write(Buffer.from(Array.from({length: 2000}, () => Math.random() * 256))); },
};

// Visitors come from 100 networks.
let number = 0;
function come(kind) {
	const socket = net.connect({port, host: '127.0.0.1', localAddress: `127.1.${++number % 100}.1`});
	socket.on('connect', () => { figures.open++; figures.came++; socket.was = true; kinds[kind](socket); });
	socket.on('error', () => {});
	socket.on('end', () => socket.destroy());
	socket.on('close', () => {
		if (socket.was) { figures.open--; figures.ended++; }
		setTimeout(come, 50, kind);
	});
}

for (const [kind, count] of Object.entries(counts)) for (let i = 0; i < count; i++) setTimeout(come, i / 5, kind);
setInterval(() => process.stdout.write(`${JSON.stringify(figures)}\n`), 250);
process.stdin.on('end', () => process.exit()).resume();
