// Customers of the mixed load: they write, with files and without, as fixtures do, and answer what the desk sent them with programs of all kinds.
import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {bare, clients, readMail} from '../../e2e/support/clients.mjs';
import {plainMail} from '../../e2e/support/smtp.mjs';
import {top} from '../../e2e/support/system.mjs';
import {below, pick, prose} from './chance.mjs';

const CUSTOMERS = 400, LONGEST = 400, FILE_MAX = 1_500_000;
const fixtures = fs.readdirSync(path.join(top, 'tests/mail')).filter((name) => name.endsWith('.eml'));
const someone = () => `kim${below(CUSTOMERS)}@customer.example`;
const to = 'support@shop.example';

function plain() {
	const from = someone();
	return {from, to, octets: plainMail({from: `Kim <${from}>`, subject: prose(4), body: prose(1 + below(LONGEST))})};
}

function withFile() {
	const from = someone(), file = randomBytes(1000 + below(FILE_MAX)).toString('base64').replace(/.{76}/g, '$&\r\n');
	const headers = {'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=edge'};
	const body = `--edge\nContent-Type: text/html; charset=utf-8\n\n<p>${prose(200)}</p><img src="https://tracker.example/1.gif">\n`
		+ `--edge\nContent-Type: application/pdf; name=bill.pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n${file}\n--edge--`;
	return {from, to, octets: plainMail({from: `Kim <${from}>`, subject: prose(5), body, headers})};
}

function fixture() {
	const octets = fs.readFileSync(path.join(top, 'tests/mail', pick(fixtures))).toString('latin1').replace(/\r?\n/g, '\r\n');
	return {from: someone(), to, octets: Buffer.from(octets.endsWith('\r\n') ? octets : `${octets}\r\n`, 'latin1')};
}

// An answer to a mail that the desk sent, or a new one when there is none. sent: the relay's mails, taken from as they are answered.
function answer(sent) {
	const letter = sent.shift();
	if (!letter) return plain();
	const mail = readMail(Buffer.from(letter.octets, 'latin1'));
	const octets = pick(Object.values(clients))(mail, `Kim <${letter.to[0] ?? someone()}>`, prose(20));
	return {from: letter.to[0] ?? someone(), to: bare(/^To: (.*)\r$/m.exec(octets)?.[1] ?? to), octets};
}

const kinds = [plain, plain, plain, plain, withFile, fixture, fixture, answer, answer, answer];
// The next mail of some customer: {from, to, octets}.
export const nextMail = (sent) => pick(kinds)(sent);
