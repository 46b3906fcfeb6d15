// A raw SMTP client: sends the very octets it is given, so that tests can say what arrived.
import net from 'node:net';

// Sends each line after the reply to the one before; resolves to the replies, the greeting first. A Buffer is sent as
// it is, without a line end.
export function converse(port, lines, {hangUp = false} = {}) {
	return new Promise((done, fail) => {
		const replies = [];
		let buffered = '';
		const socket = net.connect(port, '127.0.0.1');
		socket.setTimeout(30_000, () => socket.destroy(new Error(`no SMTP reply after ${replies.at(-1)}`)));
		socket.on('error', fail);
		socket.on('close', () => done(replies));
		socket.on('data', (data) => {
			buffered += data.toString('latin1');
			const complete = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n$/.test(buffered);
			if (!complete) return;
			replies.push(buffered.trimEnd());
			buffered = '';
			if (lines.length >= replies.length) {
				const line = lines[replies.length - 1];
				socket.write(typeof line === 'string' ? `${line}\r\n` : line);
			} else if (hangUp) {
				socket.destroy();
			} else {
				socket.end();
			}
		});
	});
}

const dotStuffed = (octets) => Buffer.from(octets.toString('latin1').replace(/^\./gm, '..'), 'latin1');

// Sends one mail; octets: string or Buffer with CRLF line ends, ending with one. Resolves to the replies.
export function sendMail(port, {from = 'jane@customer.example', to, octets}) {
	const data = Buffer.isBuffer(octets) ? octets : Buffer.from(octets, 'utf8');
	return converse(port, [
		'EHLO client.example',
		`MAIL FROM:<${from}>`,
		...[to].flat().map((address) => `RCPT TO:<${address}>`),
		'DATA',
		Buffer.concat([dotStuffed(data), Buffer.from('.\r\n')]),
		'QUIT',
	]);
}

// A plain mail's octets.
export function plainMail({from = 'Jane Doe <jane@customer.example>', to = 'support@shop.example', subject, body = 'Hello.', headers = {}}) {
	const all = {From: from, To: to, Subject: subject, Date: 'Mon, 06 May 2024 10:00:00 +0000',
		'Message-ID': `<${Math.random().toString(36).slice(2)}.${process.pid}@customer.example>`, ...headers};
	const lines = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\r\n`);
	return `${lines.join('')}\r\n${body.replace(/\r?\n/g, '\r\n')}\r\n`;
}
