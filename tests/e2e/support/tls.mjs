// Certificates of our own making, and looks at what is served.
import fs from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import {isRoot, run} from './system.mjs';

// A certificate for localhost, signed by itself, and its key, to PEM files: {certificate, key}. kind: as openssl's -newkey.
export function makeCertificate(dir, name, kind = ['rsa:2048']) {
	const [certificate, key] = ['crt', 'key'].map((suffix) => path.join(dir, `${name}.${suffix}`));
	run('openssl', ['req', '-x509', '-newkey', ...kind, '-nodes', '-keyout', key, '-out', certificate, '-days', '30', '-subj', `/CN=${name}`,
		'-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], {stdio: 'pipe'});
	return {certificate, key};
}

export const elliptic = ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

// For a desk in DIR whose roles run as USER; fetch trusts whatever is served from here on.
export function startTls(dir, user) {
	const files = makeCertificate(dir, 'desk', elliptic);
	if (isRoot) run('chown', [user, ...Object.values(files)]);
	process.removeAllListeners('warning');
	process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
	return files;
}

// One certificate in place of another, as who renews it does: beside it, then by its name. Of the owner of what was there.
export function replace(from, to) {
	const {uid, gid} = fs.statSync(to);
	fs.copyFileSync(from, `${to}.new`);
	fs.chownSync(`${to}.new`, uid, gid);
	fs.renameSync(`${to}.new`, to);
}

// A handshake, by the name servername ("": by none): {name of the certificate, protocol, cipher}, or fails.
export function shake(port, options = {}) {
	return new Promise((done, fail) => {
		const socket = tls.connect({port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false, ...options}, () => {
			done({name: socket.getPeerCertificate().subject.CN, protocol: socket.getProtocol(), cipher: socket.getCipher().name});
			socket.destroy();
		});
		socket.on('error', fail);
	});
}
