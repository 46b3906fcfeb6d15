// The authenticator app of the tests.
import crypto from 'node:crypto';

function keyOf(base32) {
	const bits = [...base32.replaceAll(' ', '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
	return Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
}

// The code of SECRET, LATER steps of 30 seconds from now.
export function totpCode(secret, later = 0) {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
	const digest = crypto.createHmac('sha1', keyOf(secret)).update(counter).digest();
	const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
	return String(number % 1e6).padStart(6, '0');
}
