// Stands between Postfix and Belfry on a unix socket, passes everything on, and keeps what crossed.
import net from 'node:net';

// Packets of the milter protocol: four octets of length, one of command, data.
function packetReader(keep) {
	let rest = Buffer.alloc(0);
	return (chunk) => {
		rest = Buffer.concat([rest, chunk]);
		while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
			const end = 4 + rest.readUInt32BE(0);
			keep({command: String.fromCharCode(rest[4]), data: rest.subarray(5, end)});
			rest = rest.subarray(end);
		}
	};
}

// packets: what Postfix sent, {command, data}; replies: what Belfry answered.
export async function startProxy({path, target}) {
	const packets = [];
	const replies = [];
	const sockets = new Set();
	const server = net.createServer((client) => {
		const upstream = net.connect(target);
		const readPackets = packetReader((packet) => packets.push(packet));
		const readReplies = packetReader((packet) => replies.push(packet));
		client.on('data', (chunk) => { readPackets(chunk); upstream.write(chunk); });
		upstream.on('data', (chunk) => { readReplies(chunk); client.write(chunk); });
		for (const [one, other] of [[client, upstream], [upstream, client]]) {
			sockets.add(one);
			one.on('error', () => other.destroy());
			one.on('close', () => { sockets.delete(one); other.destroy(); });
		}
	});
	await new Promise((done, fail) => server.once('error', fail).listen({path, writableAll: true, readableAll: true}, done));
	function stop() {
		server.close();
		for (const socket of sockets) socket.destroy();
	}
	return {packets, replies, stop, commands: () => packets.map((packet) => packet.command).join('')};
}
