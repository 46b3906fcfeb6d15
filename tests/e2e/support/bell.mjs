// The bell's WebSocket without a browser: enough of RFC 6455 to read text frames.
import http from 'node:http';
import https from 'node:https';
import crypto from 'node:crypto';
import {until} from './system.mjs';

// One server frame at the start of BUFFER: {opcode, text, size}, or null while it is incomplete.
function readFrame(buffer) {
	if (buffer.length < 2) return null;
	let size = buffer[1] & 0x7f;
	let at = 2;
	if (size === 126) [size, at] = [buffer.length >= 4 ? buffer.readUInt16BE(2) : Infinity, 4];
	else if (size === 127) [size, at] = [buffer.length >= 10 ? Number(buffer.readBigUInt64BE(2)) : Infinity, 10];
	if (buffer.length < at + size) return null;
	return {opcode: buffer[0] & 0x0f, text: buffer.subarray(at, at + size).toString('utf8'), size: at + size};
}

function clientFrame(opcode, payload) {
	const mask = crypto.randomBytes(4);
	const masked = Buffer.from(payload.map((octet, i) => octet ^ mask[i % 4]));
	const head = payload.length < 126 ? [0x80 | opcode, 0x80 | payload.length]
		: [0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff];
	return Buffer.concat([Buffer.from(head), mask, masked]);
}

function upgrade(client, path, origin, protocol) {
	const headers = {Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
		'Sec-WebSocket-Key': crypto.randomBytes(16).toString('base64'), Cookie: client.cookie};
	if (origin) headers.Origin = origin;
	if (protocol) headers['Sec-WebSocket-Protocol'] = protocol;
	return new Promise((done, fail) => {
		const {get} = client.url.startsWith('https:') ? https : http;
		const request = get(client.url + path, {headers});
		request.on('upgrade', (reply, socket, head) => done({socket, head}));
		request.on('response', (reply) => { reply.resume(); fail(new Error(`refused: ${reply.statusCode}`)); });
		request.on('error', (error) => fail(new Error(`refused: ${error.message}`)));
	});
}

// frames: all that came, parsed; first the hello. Fails with "refused: …" when the server does not let us in.
export async function openBell(client, {since, origin = client.url, protocol = 'bell'} = {}) {
	const path = `/api/v1/bell${since === undefined ? '' : `?since=${since}`}`;
	const {socket, head} = await upgrade(client, path, origin, protocol);
	const bell = {frames: [], closed: false};
	let buffer = Buffer.alloc(0);
	function take(chunk) {
		buffer = Buffer.concat([buffer, chunk]);
		for (let frame; (frame = readFrame(buffer)); buffer = buffer.subarray(frame.size)) {
			if (frame.opcode === 1) bell.frames.push(JSON.parse(frame.text));
			if (frame.opcode === 9) socket.write(clientFrame(10, Buffer.from(frame.text)));
		}
	}
	socket.on('data', take);
	socket.on('error', () => {});
	socket.on('close', () => { bell.closed = true; });
	take(head);
	bell.send = (value) => socket.write(clientFrame(1, Buffer.from(JSON.stringify(value))));
	bell.close = () => socket.destroy();
	bell.of = (kind) => bell.frames.filter((frame) => frame.kind === kind);
	bell.wait = (kind, count = 1) => until(`${count} ${kind} on the bell`, () => bell.of(kind).length >= count && bell.of(kind));
	await until('the hello', () => bell.frames[0]?.kind === 'hello');
	return bell;
}
