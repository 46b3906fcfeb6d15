// Mails made to cost time, memory, stack or disk, one shape each. They are made here when a test wants them: no megabytes lie in tests/mail.
import zlib from 'node:zlib';

const MB = 1024 * 1024;
const CRLF = '\r\n';
const bytes = (text) => Buffer.from(text, 'latin1');
const many = (count, make) => Array.from({length: count}, (_, i) => make(i)).join('');
const lines = (count, make) => many(count, (i) => `${make(i)}${CRLF}`);
const utf8 = (text) => Buffer.from(text, 'utf8').toString('latin1');

// A mail of that name: its fields, each with its line end, the usual ones before them where it has none of its own, and its body; a character an octet.
function mail(name, fields, body) {
	const usual = {From: 'Mallory <mallory@hostile.example>', To: 'support@shop.example', Date: 'Mon, 06 May 2024 10:00:00 +0000',
		'Message-ID': `<bomb-${name}@hostile.example>`, Subject: `Bomb ${name}`, 'MIME-Version': '1.0'};
	const missing = Object.entries(usual).filter(([field]) => !new RegExp(`^${field}:`, 'm').test(fields));
	return bytes(`${lines(missing.length, (i) => missing[i].join(': '))}${fields}${CRLF}${body}${CRLF}`);
}

const typed = (type) => `Content-Type: ${type}${CRLF}`;
const mixed = typed('multipart/mixed; boundary=b');
const html = typed('text/html; charset=utf-8');
const plain = typed('text/plain; charset=utf-8');
const part = (head, body) => `--b${CRLF}${head}${CRLF}${body}${CRLF}`;
const attached = (type, name, octets) => part(`${typed(type)}Content-Transfer-Encoding: base64${CRLF}Content-Disposition: attachment; filename="${name}"${CRLF}`,
	octets.toString('base64').replace(/.{76}/g, `$&${CRLF}`));

// DEPTH parts, each within the one before.
const nested = (depth, type) => many(depth, (i) => `Content-Type: ${type}; boundary=b${i}${CRLF}${CRLF}--b${i}${CRLF}`);
// Any octets, always the same.
const noise = (count) => Buffer.from(Array.from({length: count}, (_, i) => (i * 104729 + (i >> 5)) % 256)).toString('latin1');
// 100 files of 10 MB of nothing, in 1 MB (APPNOTE 4.3.7: local headers).
function zip() {
	const packed = zlib.deflateRawSync(Buffer.alloc(10 * MB)), name = bytes('nothing.txt'), head = Buffer.alloc(30);
	head.writeUInt32LE(0x04034b50), head.writeUInt16LE(20, 4), head.writeUInt16LE(8, 8);
	head.writeUInt32LE(packed.length, 18), head.writeUInt32LE(10 * MB, 22), head.writeUInt16LE(name.length, 26);
	return Buffer.concat(Array.from({length: 100}, () => [head, name, packed]).flat());
}
const laughs = `<!DOCTYPE lolz [<!ENTITY l0 "lol">${many(10, (i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`)}<!ENTITY x SYSTEM "file:///etc/passwd">]>`;
const reported = typed('multipart/report; report-type=delivery-status; boundary=b');
const report = (recipients) => `--b${CRLF}${CRLF}It did not go.${CRLF}--b${CRLF}${typed('message/delivery-status')}${CRLF}Reporting-MTA: dns; mx.example${CRLF}${CRLF}${recipients}${CRLF}--b--${CRLF}`;

// Each one's fields, its body, whether a bound is met and said (null: either will do), and what is still to be read of it.
const shapes = {
	// parts and their nesting
	'parts-nested': () => [nested(10_000, 'multipart/mixed'), '', true],
	'parts-nested-alternative': () => [nested(10_000, 'multipart/alternative'), '', true],
	'parts-nested-same-boundary': () => [mixed, many(10_000, () => part(mixed, '')), true],
	'mails-nested': () => [typed('message/rfc822'), `${typed('message/rfc822')}${CRLF}`.repeat(10_000), false],
	'parts-100000': () => [mixed, many(100_000, () => part('', 'x')), true],
	'parts-100000-empty': () => [mixed, `--b${CRLF}`.repeat(100_000), true],
	'files-100000': () => [mixed, many(100_000, (i) => part(`Content-Disposition: attachment; filename="f${i}.txt"${CRLF}`, 'x')), true],
	'mails-in-mail': () => [mixed, many(400, (i) => part(typed('message/rfc822'), `From: a@b.example${CRLF}Subject: m${i}${CRLF}${CRLF}x${i}`)), null],
	'mails-in-mail-long': () => [mixed, many(20, (i) => part(typed('message/rfc822'), `Subject: m${i}${CRLF}${CRLF}${`text ${i} `.repeat(15_000)}`)), null],
	'headers-of-part': () => [mixed, part(lines(20_000, (i) => `X-H${i}: v`), 'hi'), true],
	'boundary-dashes': () => [nested(490, 'multipart/mixed'), `--${CRLF}`.repeat(700_000), null],
	'boundary-of-200': () => [typed(`multipart/mixed; boundary="${'='.repeat(200)}"`), `--${'='.repeat(199)}x${CRLF}`.repeat(50_000), null],
	'boundary-none': () => [typed('multipart/mixed'), `--x${CRLF}`.repeat(200_000), null],

	// headers
	'headers-2000': () => [lines(2000, (i) => `X-Header-${i}: value`), 'hi', true, 'hi'],
	'headers-50000': () => [lines(50_000, (i) => `X-H${i}: v`), 'hi', true, 'hi'],
	'header-100k': () => [`X-Long: ${'x'.repeat(100 * 1024)}${CRLF}`, 'hi', true, 'hi'],
	'header-900k': () => [`X-Long: ${'x'.repeat(900 * 1024)}${CRLF}`, 'hi', true, 'hi'],
	'subject-100k': () => [`Subject: ${'subject '.repeat(12_800)}${CRLF}`, 'hi', true, 'hi'],
	'subject-encoded': () => [`Subject:${lines(4000, () => ' =?utf-8?Q?=F0=9F=92=A3?=')}`, 'hi', null, 'hi'],
	'subject-charsets': () => [`Subject:${lines(3000, (i) => ` =?x-${i}?Q?a=E9?=`)}`, 'hi', null, 'hi'],
	'subject-answers': () => [`Subject: ${'Re: '.repeat(14_000)}what${CRLF}`, 'hi', null, 'hi'],
	'subject-answers-spaced': () => [`Subject: ${'Re [1] '.repeat(8000)}${CRLF}`, 'hi', null, 'hi'],
	'folds': () => [`X-Fold:${lines(60_000, () => ' x')}`, 'hi', true, 'hi'],
	'references-20000': () => [`References:${lines(20_000, (i) => ` <r${i}@hostile.example>`)}`, 'hi', true, 'hi'],
	'reference-60k': () => [`References: <${'r'.repeat(59_000)}@hostile.example>${CRLF}In-Reply-To: <${'r'.repeat(59_000)}@hostile.example>${CRLF}`, 'hi', null, 'hi'],
	'message-id-50k': () => [`Message-ID: ${'x'.repeat(50_000)}${CRLF}`, 'hi', null, 'hi'],
	'received-900': () => [lines(900, (i) => `Received: from h${i} by h${i + 1}; Mon, 06 May 2024 10:00:00 +0000`), 'hi', false, 'hi'],
	'results-900': () => [lines(900, (i) => `Authentication-Results: mx${i}; ${'dkim=pass header.d=a.example; '.repeat(8)}`), 'hi', null, 'hi'],
	'date-digits': () => [`Date: ${'9'.repeat(50_000)}${CRLF}`, 'hi', null, 'hi'],

	// addresses
	'groups-nested': () => [`Cc: ${'g:'.repeat(29_000)}${CRLF}`, 'hi', null, 'hi'],
	'groups-nested-100k': () => [`Cc: ${'g:'.repeat(60_000)};${CRLF}`, 'hi', true, 'hi'],
	'comments-nested': () => [`Cc: ${'('.repeat(29_000)}a@b.example${CRLF}`, 'hi', null, 'hi'],
	'quotes-open': () => [`Cc: ${'"\\'.repeat(29_000)}a@b.example${CRLF}`, 'hi', null, 'hi'],
	'routes': () => [`Cc: <${'@r.example,'.repeat(5000)}:a@b.example>${CRLF}`, 'hi', null, 'hi'],
	'addresses-10000': () => [`Cc: ${lines(10_000, (i) => ` a${i}@b.example,`)}`, 'hi', true, 'hi'],
	'addresses-in-fields': () => [lines(900, (i) => `Cc: a${i}@b.example, b${i}@b.example`), 'hi', true, 'hi'],
	'address-idn': () => [`Cc: a@${'xn--'.repeat(10_000)}example, b@${utf8('ü.').repeat(5000)}example${CRLF}`, 'hi', null, 'hi'],
	'names-marked': () => [`Cc: =?utf-8?Q?${'A'.repeat(30_000)}?= ${utf8('\uf8f00\uf8f1').repeat(4000)} <a@b.example>${CRLF}`, 'hi', null, 'hi'],
	'name-50k': () => [`Cc: ${'Jane '.repeat(10_000)} <a@b.example>${CRLF}`, 'hi', null, 'hi'],
	'names-reversed': () => [`From: "${utf8('support\u202egro.evil\u202c')}" <mallory@hostile.example>${CRLF}Subject: ${utf8('\u202e\u2066\u200f'.repeat(3000))}turned${CRLF}`, 'hi', null, 'hi'],

	// parameters
	'parameters-20000': () => [typed(`text/plain${many(20_000, (i) => `; p${i}=v`)}`), 'hi', true, 'hi'],
	'parameters-pieces': () => [mixed, part(`Content-Disposition: attachment${many(20_000, (i) => `;${CRLF} filename*${i}*=a%20`)}${CRLF}`, 'hi'), true],
	'parameters-many-parts': () => [mixed, many(400, () => part(typed(`text/plain${many(90, (i) => `; name*${i}*=%E2%82%AC`)}`), 'x')), null],
	'parameter-quote-open': () => [typed(`text/plain; name="${'\\"'.repeat(29_000)}`), 'hi', null, 'hi'],

	// octets
	'nuls': () => [plain, `a${'\0'.repeat(2 * MB)}z`, null, 'az'],
	'nuls-in-header': () => [`X-Nul: a\0b\0${CRLF}Subject: nul\0nul${CRLF}`, 'hi', false, 'hi'],
	'lone-crs': () => [plain, `a\r`.repeat(500_000), null],
	'lone-crs-in-header': () => [`X-Cr: a\rb\r${CRLF}`, `hi\r\r\r`, false, 'hi'],
	'lone-lfs': () => [plain, 'a\n'.repeat(500_000), null],
	'line-20m': () => [plain, 'x'.repeat(20 * MB), true],
	'word-4m': () => [plain, 'x'.repeat(4 * MB - 100), null],
	'lines-2m': () => [plain, CRLF.repeat(2_000_000), null],
	'invalid-utf8': () => [plain, '\xff\xc0\x80\xed\xa0\x80\xf8\x88\x80\x80\x80'.repeat(100_000), null],
	'invalid-everything': () => [`${noise(20_000).replace(/[\r\n\0]/g, '?')}${CRLF}Content-Type: \xff/\xfe; charset=\xfd; boundary=\0${CRLF}Content-Transfer-Encoding: \xfc${CRLF}`,
		noise(200_000), null],
	'charset-unknown': () => [typed('text/plain; charset=x-no-such-thing//TRANSLIT//IGNORE'), 'h\xe9'.repeat(300_000), null],
	'charset-utf16': () => [typed('text/plain; charset=utf-16'), '\xd8\x00'.repeat(500_000), null],
	'charset-utf7': () => [typed('text/plain; charset=utf-7'), '+A'.repeat(500_000), null],
	'charset-iso-2022': () => [typed('text/plain; charset=iso-2022-jp'), '\x1b$B\x1b(J'.repeat(200_000), null],
	'charset-hz': () => [typed('text/plain; charset=hz-gb-2312'), '~{~}~{'.repeat(300_000), null],
	'base64-broken': () => [`${plain}Content-Transfer-Encoding: base64${CRLF}`, 'YQ==='.repeat(400_000), null],
	'quoted-broken': () => [`${plain}Content-Transfer-Encoding: quoted-printable${CRLF}`, '==3=\t=\r\n=F'.repeat(200_000), null],
	'encoding-unknown': () => [`${plain}Content-Transfer-Encoding: x-gzip64${CRLF}`, zlib.gzipSync(Buffer.alloc(50 * MB)).toString('base64'), null],

	// text
	'marks-2m': () => [plain, `a${utf8('\u0301').repeat(900_000)}`, null],
	'han-4m': () => [plain, utf8('\u5e74\u6708\u65e5').repeat(450_000), null],
	'words-all-new': () => [plain, many(550_000, (i) => `w${i.toString(36)} `), null],
	'bells-and-escapes': () => [plain, '\x1b]0;pwned\x07\x1b[2J\x08\x7f'.repeat(100_000), null],
	'quote-marks': () => [plain, `${'>'.repeat(3 * MB)} hi`, null],
	'quote-levels': () => [plain, lines(2000, (i) => `${'> '.repeat(i)}hi`), null],
	'attributions': () => [plain, 'On Mon, 6 May 2024 at 10:00, Jane Doe <jane@customer.example>\r\n'.repeat(60_000), null],
	'attribution-without-end': () => [plain, `On ${'Mon, '.repeat(500_000)}`, null],
	'original-messages': () => [plain, '-----Original Message-----\r\nFrom: a\r\n'.repeat(80_000), null],
	'signatures': () => [plain, '-- \r\n'.repeat(700_000), null],
	'files-in-text': () => [plain, 'begin 644 x\r\n#86)C\r\n`\r\nend\r\n'.repeat(100_000), true],
	'files-begun': () => [plain, 'begin 644 x\r\n'.repeat(300_000), null],
	'links': () => [plain, 'http://a.example/('.repeat(200_000), null],
	'links-mail': () => [plain, 'a@b.'.repeat(900_000), null],
	'links-www': () => [plain, 'www.'.repeat(900_000), null],

	// HTML
	'html-open': () => [html, `${'<div>'.repeat(700_000)}hi`, true],
	'html-open-inline': () => [html, `${'<b>'.repeat(1_200_000)}hi`, true],
	'html-closed-others': () => [html, `${'<b>'.repeat(500_000)}${'</i>'.repeat(500_000)}hi`, true],
	'html-bodies': () => [html, `${'<b>'.repeat(300_000)}${'<body>'.repeat(300_000)}hi`, true],
	'html-paragraph-ends': () => [html, `${'<b>'.repeat(300_000)}${'</p>'.repeat(300_000)}hi`, true],
	'html-forms': () => [html, `${'<form>'.repeat(300_000)}${'</table>'.repeat(200_000)}hi`, true],
	'html-framesets': () => [html, `${'<frameset><noframes><p>'.repeat(100_000)}hi`, true],
	'html-tables': () => [html, `${'<table><tr><td>'.repeat(200_000)}hi`, true],
	'html-lists': () => [html, `${'<ol><li><ul><li>'.repeat(150_000)}hi`, true],
	'html-quotes': () => [html, `${'<blockquote>x'.repeat(200_000)}hi`, true],
	'html-attributes': () => [html, `<a ${many(400_000, (i) => `a${i}=1 `)}>hi`, null],
	'html-attribute-without-end': () => [html, `hi<a href="${'x'.repeat(3.5 * MB)}`, null],
	'html-attribute-quotes': () => [html, `hi${'<a b="'.repeat(500_000)}`, null],
	'html-tag-without-end': () => [html, `hi<${'x'.repeat(3.5 * MB)}`, null],
	'html-tags-begun': () => [html, `hi${'<a'.repeat(1_500_000)}`, null],
	'html-comments-begun': () => [html, `hi${'<!--'.repeat(800_000)}`, null],
	'html-declarations': () => [html, `${'<![CDATA['.repeat(350_000)}hi`, null],
	'html-scripts-begun': () => [html, `hi${'<script><style>'.repeat(200_000)}`, null],
	'html-entities': () => [html, `${'&#x10FFFF;&nosuch;&amp'.repeat(150_000)}hi`, null],
	'html-entity-long': () => [html, `hi&${'a'.repeat(3 * MB)};`, null],
	'html-number-long': () => [html, `hi&#${'9'.repeat(3 * MB)};`, null],
	'html-laughs': () => [html, `${laughs}<p>&l10; &x; hi</p>`, false],
	'html-styles': () => [html, `<p style="${'a:b;'.repeat(3000)}">hi</p>`.repeat(200), null],
	'html-pre': () => [html, `${'<pre>\n'.repeat(400_000)}hi`, true],
	'html-blanks': () => [html, `a${'&nbsp; '.repeat(500_000)}hi`, null],
	'html-links': () => [html, `<a href="http://${'x'.repeat(1900)}.example/">${'<a>x</a>'.repeat(100)}`.repeat(300), null],
	'html-link-text': () => [html, `<a href="http://nowhere.example/">${'http://nowhere.exampl '.repeat(150_000)}</a>`, null],
	'html-within-cells': () => [html, `<table><tr>${'<td><p>&nbsp;'.repeat(200_000)}`, true],
	'html-parts-of-100k': () => [mixed, many(40, () => part(html, '<div>'.repeat(20_000))), true],
	'html-svg': () => [html, `${'<svg><foreignObject><math><mtext>'.repeat(80_000)}hi`, true],

	// files
	'zip': () => [mixed, part(plain, 'hi') + attached('application/zip', 'nothing.zip', zip()) + `--b--${CRLF}`, false, 'hi'],
	'gzip': () => [mixed, part(plain, 'hi') + attached('application/gzip', 'nothing.gz', zlib.gzipSync(zlib.gzipSync(Buffer.alloc(200 * MB)))) + `--b--${CRLF}`, false, 'hi'],
	'svg-laughs': () => [mixed, part(plain, 'hi') + attached('image/svg+xml', 'lol.svg', bytes(`${laughs}<svg>&l10;</svg>`)) + `--b--${CRLF}`, false, 'hi'],
	'winmail-nonsense': () => [mixed, attached('application/ms-tnef', 'winmail.dat', Buffer.concat([Buffer.from('789f3e220100', 'hex'), Buffer.alloc(3 * MB, '0290060000ffffff7f', 'hex')])) + `--b--${CRLF}`, null],
	'smime-nested': () => [mixed, attached('application/pkcs7-mime; smime-type=signed-data', 'smime.p7m', Buffer.alloc(2 * MB, '3080', 'hex')) + `--b--${CRLF}`, null],
	'smime-pieces': () => [mixed, attached('application/pkcs7-mime; smime-type=signed-data', 'smime.p7m',
		Buffer.concat([Buffer.from('308006092a864886f70d010702a08030800201013100308006092a864886f70d010701a0802480', 'hex'), Buffer.alloc(3 * MB, '040141', 'hex')])) + `--b--${CRLF}`, null],
	'calendar': () => [typed('text/calendar; method=REQUEST'), `BEGIN:VCALENDAR${CRLF}${`BEGIN:VEVENT${CRLF}`.repeat(10_000)}${lines(100_000, (i) => `ATTENDEE;CN=a${i}:mailto:a${i}@b.example`)}`, null],
	'calendar-folds': () => [typed('text/calendar'), `BEGIN:VEVENT${CRLF}SUMMARY:${'x\r\n '.repeat(600_000)}`, null],

	// reports
	'report-recipients': () => [reported, report(lines(60_000, (i) => `Final-Recipient: rfc822; a${i}@b.example${CRLF}Action: failed${CRLF}Status: 5.1.1${CRLF}`)), null],
	'report-diagnostic': () => [reported, report(`Final-Recipient: rfc822; a@b.example${CRLF}Action: failed${CRLF}Diagnostic-Code: smtp; ${'550 5.1.1 no '.repeat(100_000)}`), null],
	'report-said': () => [`From: MAILER-DAEMON@hostile.example${CRLF}Subject: Undelivered Mail Returned to Sender${CRLF}${plain}`, '<a@b.example>: host mx said: 550 5.1.1 '.repeat(80_000), null],
	'report-complaint': () => [typed('multipart/report; report-type=feedback-report; boundary=b'), `--b${CRLF}${CRLF}x${CRLF}--b${CRLF}${typed('message/feedback-report')}${CRLF}Feedback-Type: abuse${CRLF}${lines(50_000, (i) => `X-F${i}: ${i}`)}${CRLF}--b--${CRLF}`, null],
};

// {name, make} of each shape; make: () => {raw, isPartial, shows}.
export const bombs = Object.entries(shapes).map(([name, shape]) => ({
	name,
	make: () => {
		const [fields, body, isPartial, shows] = shape();
		return {raw: mail(name, fields, body), isPartial, shows};
	},
}));
