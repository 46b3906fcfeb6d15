// A mail server that behaves as it is told, to hand replies to.
import net from 'node:net';
import tls from 'node:tls';

// answers: {greet, mail(line), rcpt(address), go(DATA's line), octets, data(mail), auth(line), starttls}: a reply line, or a function that gives one or a promise
// of one; "drop" cuts the line, null: as if all were well. It may be changed at any time, as .answers. offers: what EHLO offers; secure: {key, cert} for
// STARTTLS; sealed: the same, for TLS from the first octet. All mails that got their dot stand in .mails, those it took in .taken, each command in .commands.
export async function startRelay({answers = {}, offers = ['PIPELINING', 'SIZE 30000000', '8BITMIME', 'DSN'], secure = null, sealed = null, port = 0} = {}) {
	const relay = {mails: [], taken: [], commands: [], answers, sockets: new Set()};

	function talk(socket, isSealed) {
		let buffer = '', mail = null, octets = null, login = null, queue = Promise.resolve();
		const say = (text) => socket.writable && socket.write(`${text}\r\n`);
		const ask = async (name, value, good) => {
			const told = relay.answers[name];
			const answer = (typeof told === 'function' ? await told(value) : told) ?? good;
			if (answer === 'drop') socket.destroy();
			else say(answer);
			return answer;
		};

		// Without reading any of it: what is longer than the system keeps for us (some MB) cannot have left whole.
		function breakOff() {
			socket.pause();
			setTimeout(() => socket.destroy(), 50);
		}

		async function onLine(line) {
			if (octets !== null) {
				if (line !== '.') return void (octets += `${line.replace(/^\./, '')}\r\n`);
				const done = {...mail, octets};
				octets = null;
				relay.mails.push(done);
				const answer = await ask('data', done, `250 2.0.0 Ok: queued as Q${relay.mails.length}`);
				if (answer.startsWith('250')) relay.taken.push(done);
				return;
			}
			if (login !== null) {
				const whole = `${login} ${line}`;
				login = null;
				relay.commands.push(whole);
				return ask('auth', whole, '235 2.7.0 ok');
			}
			if (/^AUTH \w+$/.test(line)) {
				login = line;
				return say('334 ');
			}
			relay.commands.push(line);
			const verb = line.split(/[ :]/)[0].toUpperCase();
			const address = line.match(/<(.*?)>/)?.[1];
			if (verb === 'EHLO') {
				const all = ['relay', ...offers, ...(secure && !isSealed ? ['STARTTLS'] : [])];
				all.forEach((one, i) => say(`250${i === all.length - 1 ? ' ' : '-'}${one}`));
			} else if (verb === 'STARTTLS' && secure) {
				if (!(await ask('starttls', line, '220 go')).startsWith('220')) return;
				socket.removeAllListeners('data');
				const sealed = new tls.TLSSocket(socket, {isServer: true, ...secure});
				sealed.on('error', () => socket.destroy());
				talk(sealed, true);
			} else if (verb === 'AUTH') {
				await ask('auth', line, '235 2.7.0 ok');
			} else if (verb === 'MAIL') {
				mail = {from: address, to: [], line};
				await ask('mail', line, '250 2.1.0 ok');
			} else if (verb === 'RCPT') {
				const answer = await ask('rcpt', address, '250 2.1.5 ok');
				if (answer.startsWith('250')) mail.to.push(address);
			} else if (verb === 'DATA') {
				if (!mail?.to.length) return say('554 5.5.1 no valid recipients');
				if ((await ask('go', line, '354 go on')).startsWith('354')) octets = '';
				if (relay.answers.octets === 'drop') breakOff();
			} else if (verb === 'QUIT') {
				say('221 bye');
				socket.end();
			} else if (verb === 'RSET') {
				say('250 ok');
			} else {
				say('500 what?');
			}
		}

		if (!isSealed) queue = ask('greet', '', '220 relay ESMTP');
		socket.on('data', (chunk) => {
			buffer += chunk.toString('latin1');
			for (let end; (end = buffer.indexOf('\r\n')) >= 0;) {
				const line = buffer.slice(0, end);
				buffer = buffer.slice(end + 2);
				queue = queue.then(() => onLine(line)).catch(() => socket.destroy());
			}
		});
	}

	const onSocket = (socket) => {
		relay.sockets.add(socket);
		socket.on('close', () => relay.sockets.delete(socket));
		socket.on('error', () => {});
		talk(socket, false);
	};
	const server = sealed ? tls.createServer(sealed, onSocket) : net.createServer(onSocket);
	server.on('tlsClientError', () => {});
	await new Promise((done) => server.listen(port, '127.0.0.1', done));
	relay.port = server.address().port;
	relay.stop = () => {
		for (const socket of relay.sockets) socket.destroy();
		return new Promise((done) => server.close(done));
	};
	return relay;
}
