// The hostile mails of tests/mail, and those too large to lie there.
import fs from 'node:fs';
import path from 'node:path';
import {top} from './system.mjs';

const folder = path.join(top, 'tests/mail');

// {name, octets, html} each; html: what stands in the mail, null where it has several parts.
export function hostileMails() {
	return fs.readdirSync(folder).filter((file) => /^hostile-.*\.eml$/.test(file)).sort().map((file) => {
		const octets = fs.readFileSync(path.join(folder, file));
		const text = octets.toString('utf8');
		const html = /^Content-Type: text\/html/m.test(text.split('\r\n\r\n', 1)[0]) ? text.slice(text.indexOf('\r\n\r\n') + 4) : null;
		return {name: file.slice('hostile-'.length, -'.eml'.length), octets, html};
	});
}

function htmlMail(name, subject, html) {
	return Buffer.from(`From: Mallory <mallory@hostile.example>\r\nTo: support@shop.example\r\nSubject: ${subject}\r\nDate: Mon, 06 May 2024 10:00:00 +0000
Message-ID: <hostile-${name}@hostile.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n<p>HOSTILE-END</p>\r\n`
		.replace(/\r?\n/g, '\r\n'));
}

const rule = (i) => `.c${i} p:hover::before{content:"x";background:url(https://hostile.example/rule${i});margin:${i}px}`;
const many = (count, make) => Array.from({length: count}, (_, i) => make(i)).join('\n');

// A subject of 10,000 letters, nesting that makes parsers recurse, a style sheet of 1 MB, 20,000 images and links.
export function heavyMails() {
	const subject = many(250, () => '=?utf-8?Q?=3Cb=3Every_long_subject_that_goes_on_=F0=9F=98=80?=').replace(/\n/g, '\n ');
	return [
		{name: 'subject', octets: htmlMail('subject', subject, '<p>x</p>')},
		{name: 'nesting', octets: htmlMail('nesting', 'Hostile: nesting', many(3000, () => '<div><table><tr><td><b><i><span>'))},
		{name: 'style', octets: htmlMail('style', 'Hostile: style', `<style>\n${many(12_000, rule)}\n</style>`)},
		{name: 'many', octets: htmlMail('many', 'Hostile: many', many(5000, (i) => `<a href="https://hostile.example/${i}"><img src="https://hostile.example/${i}.png"></a>`))},
	];
}
