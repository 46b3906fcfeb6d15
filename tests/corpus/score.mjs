// What was read of a mail against what its case expects. A case: {id, source, kind, expect: {key: value}, soft: [keys
// that are its source's own policy], thread_set, seq}. A reading: what read.mjs makes of a message.
const blanks = /[\s\u00a0\u200b\ufeff]+/g;
const line = (text) => (text ?? '').normalize('NFC').replace(blanks, ' ').trim();
const letters = (text) => (text ?? '').normalize('NFC').replace(blanks, '');
const address = (text) => line(text).toLowerCase();
const id = (text) => (text ?? '').replace(/^[<> ]+|[<> ]+$/g, '');

const same = (form, key) => (want, got) => form(got[key]) === form(want);
const holds = (key) => (want, got) => want.every((part) => letters(got[key]).includes(letters(part)));
const holdsNone = (key) => (want, got) => !want.some((part) => letters(got[key]).includes(letters(part)));
const addresses = (key) => (want, got) => want.every((one) => got[key].map(address).includes(address(one)));
const flag = (key) => (want, got) => Boolean(got[key]) === want;

const fits = (want, got) => (!want.name || line(got.name) === line(want.name)) &&
	['size', 'sha256', 'md5'].every((key) => want[key] == null || got[key] === want[key]);

function attachments(want, got) {
	const left = [...got.attachments];
	return want.every((one) => {
		const at = left.findIndex((other) => fits(one, other));
		return at >= 0 && left.splice(at, 1);
	});
}

const checks = {
	subject: same(line, 'subject'),
	from_name: same(line, 'from_name'),
	from_addr: same(address, 'from_addr'),
	reply_to: same(address, 'reply_to'),
	to: addresses('to'),
	cc: addresses('cc'),
	message_id: same(id, 'message_id'),
	in_reply_to: same(id, 'in_reply_to'),
	date: (want, got) => (got.date ?? '').slice(0, 19) === want.slice(0, 19),
	body_contains: holds('body'),
	body_not_contains: holdsNone('body'),
	body_text: same(letters, 'body'),
	body_empty: (want, got) => !line(got.body),
	reply_text: same(letters, 'reply'),
	reply_contains: holds('reply'),
	reply_not_contains: holdsNone('reply'),
	attachment_count: (want, got) => got.attachments.length === want,
	attachments,
	is_auto: flag('is_auto'),
	is_bounce: flag('is_bounce'),
	is_feedback: flag('is_feedback'),
	bounce: (want, got) => (got.bounce?.status ?? '') === (want.status ?? ''),
};

// The value of a reading that a key judges, for showing.
const shown = {body_contains: 'body', reply_text: 'reply', reply_contains: 'reply', reply_not_contains: 'reply', attachment_count: 'attachments'};

const kindOf = (one, key) => (one.soft?.includes(key) ? 'soft' : 'hard');
const isOrdinary = (one) => !['bounce', 'auto'].includes(one.kind) && !one.expect.is_auto && !one.expect.is_bounce;

class Table {
	rows = new Map();
	add(source, key, kind, isRight) {
		for (const name of [source, 'all']) {
			const at = `${name}\t${key}\t${kind}`;
			const row = this.rows.get(at) ?? {source: name, key, kind, right: 0, wrong: 0};
			row[isRight ? 'right' : 'wrong']++;
			this.rows.set(at, row);
		}
	}
}

// A set of mails sent in order: right when two are together just where they belong together.
function judgeSets(cases, readings, fail, table) {
	const sets = new Map();
	for (const one of cases) sets.set(one.thread_set, [...(sets.get(one.thread_set) ?? []), one]);
	for (const [name, members] of sets) {
		if (!name) continue;
		const kind = members.some((one) => kindOf(one, 'thread_group') === 'soft') ? 'soft' : 'hard';
		const thread = (one) => readings.get(one.id)?.thread;
		const isRight = members.every((one, at) => members.slice(0, at).every((other) =>
			(one.expect.thread_group === other.expect.thread_group) === (thread(one) === thread(other))));
		table.add(members[0].source, 'thread', kind, isRight);
		if (!isRight) fail({id: name, key: 'thread', kind, want: members.map((one) => one.expect.thread_group), got: members.map(thread)});
	}
}

// {rows: [{source, key, kind, right, wrong}] with source "all" for the sums, fails: [{id, key, kind, want, got}]}.
// readings: Map from a case's id to its reading.
export function score(cases, readings) {
	const table = new Table(), fails = [];
	const fail = (one) => fails.push(one);
	for (const one of cases) {
		const got = readings.get(one.id);
		table.add(one.source, 'stored', 'hard', Boolean(got));
		if (!got) { fail({id: one.id, key: 'stored', kind: 'hard'}); continue; }
		for (const [key, want] of Object.entries(one.expect)) {
			if (!checks[key]) continue;
			const isRight = checks[key](want, got);
			table.add(one.source, key, kindOf(one, key), isRight);
			if (!isRight) fail({id: one.id, key, kind: kindOf(one, key), want, got: got[shown[key] ?? key]});
		}
		if (!isOrdinary(one)) continue;
		for (const key of ['is_auto', 'is_bounce']) {
			if (key in one.expect) continue;
			table.add('ordinary mail', `not ${key}`, 'soft', !got[key]);
			if (got[key]) fail({id: one.id, key: `not ${key}`, kind: 'soft', want: false, got: true});
		}
	}
	judgeSets(cases.filter((one) => 'thread_group' in one.expect), readings, fail, table);
	return {rows: [...table.rows.values()], fails};
}

// The table as text, a line a row, sums last.
export function print({rows}) {
	const sorted = rows.sort((a, b) => (a.source === 'all') - (b.source === 'all') || a.source.localeCompare(b.source) || a.key.localeCompare(b.key));
	return sorted.map(({source, key, kind, right, wrong}) =>
		`${source.padEnd(20)} ${key.padEnd(20)} ${kind}  right ${String(right).padStart(4)}  wrong ${String(wrong).padStart(3)}  ${(100 * right / (right + wrong)).toFixed(1).padStart(5)} %`).join('\n');
}
