// How the mail programs of this world answer a mail: which headers they keep, change or lose, what they put before a subject, how they quote.
// An answer is made of the mail as it lies in the customer's mailbox.
import crypto from 'node:crypto';

// A mail's header as {name: value}, unfolded, names in lower case; and its plain text.
export function readMail(octets) {
	const text = octets.toString('utf8').replace(/\r\n/g, '\n');
	const end = text.indexOf('\n\n');
	const header = {};
	for (const line of text.slice(0, end).replace(/\n[ \t]+/g, ' ').split('\n')) {
		const at = line.indexOf(':');
		const name = line.slice(0, at).toLowerCase();
		header[name] ??= line.slice(at + 1).trim();
	}
	return {...header, header, body: text.slice(end + 2)};
}

const bare = (address) => address.match(/<([^>]*)>/)?.[1] ?? address.trim();
const random = (length = 24) => crypto.randomBytes(length).toString('base64url').replace(/[-_]/g, 'x').slice(0, length);
const decoded = (subject) => subject.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?(q|b)\?([^?]*)\?=/gi, (_, kind, text) =>
	/b/i.test(kind) ? Buffer.from(text, 'base64').toString() : Buffer.from(text.replace(/_/g, ' ').replace(/=([0-9A-F]{2})/gi,
		(all, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString());
const encoded = (text) => /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
// "Re: " as each program writes it, in the place of ours.
const subjectOf = (mail, prefix) => encoded(`${prefix}${decoded(mail.subject).replace(/^Re: /, '')}`);
const quoted = (text) => text.trimEnd().split('\n').map((line) => `> ${line}`).join('\n');
const references = (mail) => [...(mail.references ?? '').matchAll(/<[^>]*>/g)].map(([id]) => id);

// Header lines and body → octets.
function write(fields, body) {
	const lines = Object.entries(fields).filter(([, value]) => value).map(([name, value]) => `${name}: ${value}\n`);
	return `${lines.join('')}\n${body}\n`.replace(/\r?\n/g, '\r\n');
}

function alternative(fields, text, html) {
	const boundary = `b${random(20)}`;
	return write({...fields, 'MIME-Version': '1.0', 'Content-Type': `multipart/alternative; boundary="${boundary}"`},
		`--${boundary}\nContent-Type: text/plain; charset="UTF-8"\n\n${text}\n--${boundary}\nContent-Type: text/html; charset="UTF-8"\n\n${html}\n--${boundary}--`);
}

function start(mail, {from, prefix = 'Re: ', id, to}) {
	return {From: from, To: to ?? mail['reply-to'] ?? mail.from, Date: new Date().toUTCString().replace('GMT', '+0000'), Subject: subjectOf(mail, prefix),
		'Message-ID': id};
}

const both = (mail, fold = '\n ') => ({'In-Reply-To': mail['message-id'], References: [...references(mail), mail['message-id']].join(fold)});
const plain = {'MIME-Version': '1.0', 'Content-Type': 'text/plain; charset=utf-8'};

// name → (mail as received, sender, what they say) → octets.
export const clients = {
	'Gmail': (mail, from, say) => alternative({...start(mail, {from, id: `<CA+${random(40)}@mail.gmail.com>`}), ...both(mail)},
		`${say}\n\nOn Mon, Nov 22, 2026 at 8:45 AM Support <support@shop.example>\nwrote:\n\n${quoted(mail.body)}`,
		`<div dir="ltr">${say}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Nov 22, 2026 wrote:<br></div><blockquote class="gmail_quote">old</blockquote></div>`),
	'Gmail in French': (mail, from, say) => write({...start(mail, {from, id: `<CA+${random(40)}@mail.gmail.com>`}), ...both(mail), ...plain},
		`${say}\n\nLe lun. 22 nov. 2026 à 08:45, Support <support@shop.example> a\nécrit :\n\n${quoted(mail.body)}`),
	'Gmail on Android': (mail, from, say) => write({...start(mail, {from, id: `<CA${random(40)}@mail.gmail.com>`}), ...both(mail, ' '), ...plain},
		`${say}\n\nOn Mon, 22 Nov 2026, 08:45 Support, <support@shop.example> wrote:\n\n${quoted(mail.body)}`),
	'Outlook for Windows': (mail, from, say) => write({...start(mail, {from, prefix: 'RE: ', id: `<00${random(6)}$${random(8)}$${random(8)}$@customer.example>`}),
		'In-Reply-To': mail['message-id'], 'Thread-Topic': decoded(mail.subject).replace(/[^\x20-\x7e]/g, '?'), 'Thread-Index': `AQ${random(30)}==`, 'X-Mailer': 'Microsoft Outlook 16.0', ...plain},
	`${say}\n\n-----Original Message-----\nFrom: Support <support@shop.example> \nSent: Monday, November 22, 2026 8:45 AM\nTo: Kim\nSubject: ${decoded(mail.subject)}\n\n${mail.body}`),
	'Outlook in German': (mail, from, say) => write({...start(mail, {from, prefix: 'AW: ', id: `<00${random(8)}$@customer.example>`}),
		'In-Reply-To': mail['message-id'], References: mail['message-id'], 'Thread-Index': `AQ${random(30)}==`, ...plain},
	`${say}\n\nVon: Support <support@shop.example> \nGesendet: Montag, 22. November 2026 08:45\nAn: Kim\nBetreff: ${decoded(mail.subject)}\n\n${mail.body}`),
	// Exchange gave our mail an id of its own on its way in: the answer names one that nobody here knows.
	'Exchange Online that renames': (mail, from, say) => {
		const own = `<AM0PR${random(30)}@AM0PR01MB1234.eurprd01.prod.exchangelabs.com>`;
		return alternative({...start(mail, {from, prefix: 'RE: ', id: `<DB9PR${random(30)}@DB9PR.eurprd.prod.outlook.com>`}), 'In-Reply-To': own, References: own,
			'Thread-Topic': 'x', 'Thread-Index': `AQ${random(30)}==`, 'X-MS-Has-Attach': '', 'Accept-Language': 'en-GB'},
		`${say}\n\n________________________________\nFrom: Support <support@shop.example>\nSent: 22 November 2026 08:45\nTo: Kim\nSubject: x\n\n${mail.body}`,
		`<p>${say}</p><div id="divRplyFwdMsg">From: Support</div>`);
	},
	'Outlook.com': (mail, from, say) => alternative({...start(mail, {from, prefix: 'Re: ', id: `<VI1P${random(30)}@outlook.com>`}), References: mail['message-id'],
		'In-Reply-To': mail['message-id']}, `${say}\n\n________________________________\nFrom: Support <support@shop.example>\n\n${mail.body}`, `<div>${say}</div>`),
	'Apple Mail': (mail, from, say) => alternative({...start(mail, {from, id: `<${crypto.randomUUID().toUpperCase()}@customer.example>`}), ...both(mail),
		'X-Mailer': 'Apple Mail (2.3774.600.62)'}, `${say}\n\n> On 22 Nov 2026, at 08:45, Support <support@shop.example> wrote:\n> \n${quoted(mail.body)}`,
	`<html><body>${say}<blockquote type="cite">old</blockquote></body></html>`),
	'iPhone': (mail, from, say) => write({...start(mail, {from, id: `<${crypto.randomUUID().toUpperCase()}@customer.example>`}), References: mail['message-id'],
		'In-Reply-To': mail['message-id'], 'X-Mailer': 'iPhone Mail (21F90)', ...plain}, `${say}\n\nSent from my iPhone\n\n> On 22 Nov 2026, at 08:45, Support <support@shop.example> wrote:\n> \n> ${quoted(mail.body)}`),
	'Yahoo': (mail, from, say) => write({...start(mail, {from, id: `<${Math.floor(Math.random() * 1e9)}.${Math.floor(Math.random() * 1e7)}.1732264000000@mail.yahoo.com>`}),
		'In-Reply-To': mail['message-id'], References: `${mail['message-id']} <ref@mail.yahoo.com>`, ...plain},
	` ${say}\n    On Monday, November 22, 2026 at 08:45:00 AM GMT+1, Support <support@shop.example> wrote:  \n \n ${mail.body}`),
	'Thunderbird': (mail, from, say) => write({'Message-ID': `<${crypto.randomUUID()}@customer.example>`, ...start(mail, {from, id: undefined}), References: both(mail).References,
		'In-Reply-To': mail['message-id'], 'User-Agent': 'Mozilla Thunderbird', 'Content-Type': 'text/plain; charset=UTF-8; format=flowed', 'MIME-Version': '1.0'},
	`On 11/22/26 08:45, Support wrote:\n${quoted(mail.body)}\n\n${say}`),
	'Samsung Email': (mail, from, say) => write({...start(mail, {from, id: `<${random(12)}.1732264000000@email.android.com>`}), 'In-Reply-To': mail['message-id'],
		References: mail['message-id'], Importance: 'normal', ...plain}, `${say}\n\n-------- Original message --------\nFrom: Support <support@shop.example>\nDate: 22/11/2026 08:45\n\n${mail.body}`),
	'K-9 that keeps no References': (mail, from, say) => write({...start(mail, {from, id: `<${crypto.randomUUID()}@customer.example>`}), 'In-Reply-To': mail['message-id'], ...plain},
		`${say}\n\n${quoted(mail.body)}\n-- \nSent from my phone`),
	'Proton': (mail, from, say) => write({...start(mail, {from, id: `<${random(60)}=@proton.me>`}), 'In-Reply-To': mail['message-id'], References: both(mail, ' ').References,
		'Feedback-ID': undefined, ...plain}, `${say}\n\nSent with Proton Mail secure email.\n\nOn Monday, November 22nd, 2026 at 8:45 AM, Support <support@shop.example> wrote:\n\n${quoted(mail.body)}`),
	'GMX': (mail, from, say) => write({...start(mail, {from, prefix: 'Aw: ', id: `<trinity-${crypto.randomUUID()}-1732264000000@3c-app-gmx-bs01>`}),
		'In-Reply-To': mail['message-id'], References: [...references(mail), mail['message-id']].reverse().join('\n '), ...plain},
	`${say}\n\nGesendet: Montag, 22. November 2026 um 08:45 Uhr\nVon: "Support" <support@shop.example>\n\n${mail.body}`),
	'web.de, twice answered': (mail, from, say) => write({...start(mail, {from, prefix: 'AW: Re: AW: ', id: `<trinity-${crypto.randomUUID()}@webde>`}), References: mail['message-id'], ...plain}, say),
	'Swedish Outlook': (mail, from, say) => write({...start(mail, {from, prefix: 'SV: ', id: `<${random(20)}@customer.example>`}), 'In-Reply-To': mail['message-id'], ...plain},
		`${say}\n\nFrån: Support\nSkickat: den 22 november 2026 08:45\nTill: Kim\nÄmne: x\n\n${mail.body}`),
	// All that is left is the address it goes to.
	'French webmail that loses every id': (mail, from, say) => write({...start(mail, {from, prefix: 'RE : ', id: `<${random(20)}@customer.example>`}), ...plain},
		`${say}\n\n> Message du 22/11/26 08:45\n> De : "Support" <support@shop.example>\n> A : Kim\n>\n${quoted(mail.body)}`),
	'Polish webmail': (mail, from, say) => write({...start(mail, {from, prefix: 'Odp: ', id: `<${random(20)}@poczta.example>`}), References: mail['message-id'], ...plain},
		`${say}\n\nW dniu 2026-11-22 08:45:00 użytkownik Support <support@shop.example> napisał:\n${quoted(mail.body)}`),
	'Notes, with words in In-Reply-To': (mail, from, say) => write({...start(mail, {from, id: `<OF${random(16)}@customer.example>`, to: 'support@shop.example'}),
		'In-Reply-To': `Message from Support <support@shop.example> of "Mon, 22 Nov 2026" ${mail['message-id']}`, ...plain}, say),
	'a gateway that folds within an id': (mail, from, say) => write({...start(mail, {from, id: `<${random(20)}@customer.example>`, to: 'support@shop.example'}),
		References: `<${random(60)}@elsewhere.example>\n ${mail['message-id'].replace(/^(.{25})/, '$1\n ')}`, ...plain}, say),
	'a gateway that cuts References': (mail, from, say) => write({...start(mail, {from, id: `<${random(20)}@customer.example>`}),
		References: `${mail['message-id'].slice(0, 20)}`, ...plain}, say),
	'a gateway that writes all in capitals': (mail, from, say) => write({...start(mail, {from: from.toUpperCase(), id: `<${random(20)}@CUSTOMER.EXAMPLE>`,
		to: (mail['reply-to'] ?? mail.from).toUpperCase()}), 'In-Reply-To': mail['message-id'].toUpperCase(), ...plain}, say),
	'a reply to all, with a list of old ids': (mail, from, say) => write({...start(mail, {from, id: `<${random(20)}@customer.example>`}), Cc: 'Lee <lee@customer.example>, support@shop.example',
		References: [...Array.from({length: 40}, () => `<${random(30)}@old.example>`), mail['message-id']].join('\n '), ...plain}, say),
};

// Those that keep nothing but the subject, its marker in it, and write to the contact's own address.
export const markerClients = {
	'a form that knows subjects only': (mail, from, say) => write({...start(mail, {from, to: 'support@shop.example', id: `<${random(20)}@customer.example>`}), ...plain}, say),
	'a phone that translates "Re:"': (mail, from, say) => write({...start(mail, {from, prefix: 'Ynt: ', to: 'Support <support@shop.example>', id: `<${random(20)}@customer.example>`}), ...plain}, say),
	'a ticket system in capitals': (mail, from, say) => write({...start({...mail, subject: decoded(mail.subject).toUpperCase()}, {from, prefix: '[TICKET 12] ', to: 'support@shop.example',
		id: `<${random(20)}@customer.example>`}), ...plain}, say),
};

export {bare};
