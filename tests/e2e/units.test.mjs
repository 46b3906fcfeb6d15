// The systemd units, as systemd itself judges them: how much they leave open, and that their filter lets through what the roles
// confine themselves with.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {lacks, run, top} from './support/system.mjs';

const skip = lacks('systemd-analyze');
// The most that may be left open, of 10; what listens to the world or speaks to it cannot be as closed as sort.
const most = {'belfry.service': 1.4, 'belfry-milter.service': 1.4, 'belfry-web.service': 1.2, 'belfry-courier.service': 1.2,
	'belfry-sort.service': 0.3, 'belfry-migrate.service': 0.5};
let dir;

before(() => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), 'belfry-units-'));
	for (const name of fs.readdirSync(path.join(top, 'etc/systemd')).filter((file) => file.endsWith('.service'))) {
		const unit = fs.readFileSync(path.join(top, 'etc/systemd', name), 'utf8');
		fs.writeFileSync(path.join(dir, name), unit.replaceAll('@PREFIX@/bin/belfry', '/bin/true').replaceAll('@SYSCONFDIR@', '/etc'));
	}
});
after(() => fs.rmSync(dir, {recursive: true}));

const analyze = (...words) => run('systemd-analyze', [...words, '--no-pager'], {mayFail: true, cwd: dir});

test('each unit is named here', () => assert.deepEqual(fs.readdirSync(dir).sort(), Object.keys(most).sort()));

for (const [name, bound] of Object.entries(most)) {
	test(`${name} leaves ${bound} of 10 open at most, and nothing in it is unknown`, {skip}, (t) => {
		const {stdout, stderr} = analyze('security', '--offline=true', `./${name}`);
		const exposure = stdout.match(/Overall exposure level for \S+: ([\d.]+)/);
		if (!exposure) return t.skip('this systemd-analyze cannot judge a file');
		t.diagnostic(`exposure ${exposure[1]}`);
		assert.doesNotMatch(stderr, /Unknown|Failed to parse|ignoring/i);
		assert.ok(Number(exposure[1]) <= bound, exposure[0]);
	});
}

// The calls that a unit's filter lets through: its groups are lists of calls and of other groups.
function callsOf(unit) {
	const {stdout} = analyze('syscall-filter');
	const groups = new Map();
	let group;
	for (const line of stdout.split('\n'))
		if (line.startsWith('@')) groups.set(group = line.trim(), []);
		else if (/^ +[@a-z]/.test(line)) groups.get(group).push(line.trim());
	const expand = (word) => (groups.get(word)?.flatMap(expand) ?? [word]);
	const calls = new Set(expand('@default'));
	for (const [, not, words] of unit.matchAll(/^SystemCallFilter=(~?)(.*)$/gm))
		for (const call of words.split(' ').flatMap(expand)) if (not) calls.delete(call); else calls.add(call);
	return calls;
}

test('what roles confine themselves with is let through', {skip}, () => {
	for (const name of Object.keys(most)) {
		const calls = callsOf(fs.readFileSync(path.join(dir, name), 'utf8'));
		const needed = ['seccomp', 'prctl', 'capset', 'landlock_create_ruleset', 'landlock_add_rule', 'landlock_restrict_self', 'prlimit64',
			...(/milter|migrate|belfry\.service/.test(name) ? ['chown'] : [])];
		assert.deepEqual(needed.filter((call) => !calls.has(call)), [], name);
		assert.ok(!calls.has('mount') && !calls.has('setuid') && !calls.has('ptrace'), name);
	}
});
