import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'node:test';
import {load} from './build.mjs';

globalThis.navigator ??= {languages: []};
const {LANGUAGES, catalogOf, translate} = await load('i18n.ts');
const catalogs = Object.fromEntries(await Promise.all(LANGUAGES.map(async (code) => [code, await catalogOf(code)])));
const names = (text) => [...text.matchAll(/{(\w+)}/g)].map(([, name]) => name).sort();
const forms = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));

for (const [code, catalog] of Object.entries(catalogs)) {
	test(`${code} has every text, none empty, each with its values`, () => {
		assert.deepEqual(Object.keys(catalog).sort(), Object.keys(catalogs.en).sort());
		for (const [key, entry] of Object.entries(catalog)) {
			const wanted = new Set(forms(catalogs.en[key]).flatMap(names));
			assert.deepEqual(new Set(forms(entry).flatMap(names)), wanted, `${code} ${key}`);
			for (const text of forms(entry)) assert.notEqual(text.trim(), '', `${code} ${key}`);
		}
	});

	test(`${code} has a form for each of its plural rules`, () => {
		const rules = new Intl.PluralRules(code);
		const needed = new Set([0, 1, 2, 3, 5, 11, 12, 21, 22, 25, 100, 101, 112].map((count) => rules.select(count)));
		for (const [key, entry] of Object.entries(catalog)) {
			if (typeof entry === 'string') continue;
			for (const rule of needed) assert.ok(entry[rule], `${code} ${key} lacks ${rule}`);
		}
	});
}

test('texts that count go by the language', () => {
	assert.equal(translate('en', 'contact.new', {n: 1}), '1 new message');
	assert.equal(translate('en', 'contact.new', {n: 2}), '2 new messages');
	assert.equal(translate('fr', 'contact.new', {n: 0}), '0 nouveau message');
	assert.equal(translate('nl', 'contact.new', {n: 2}), '2 nieuwe berichten');
	assert.deepEqual([1, 2, 5, 22].map((n) => translate('pl', 'contact.new', {n})), ['1 nowa wiadomość', '2 nowe wiadomości', '5 nowych wiadomości', '22 nowe wiadomości']);
	assert.equal(translate('en', 'pager.at', {page: 1234, pages: '2,000+'}), 'Page 1,234 of 2,000+');
});

test('no text is left over', () => {
	const root = new URL('../../web/ui/src/', import.meta.url);
	const sources = readdirSync(root, {recursive: true}).map(String).filter((file) => /\.tsx?$/.test(file) && !file.startsWith('catalogs'))
		.map((file) => readFileSync(new URL(file, root), 'utf8')).join('\n');
	const made = [...sources.matchAll(/`([a-z]+\.)\${/g)].map(([, prefix]) => prefix); // such as `status.${status}`
	for (const key of Object.keys(catalogs.en)) {
		assert.ok(sources.includes(`'${key}'`) || made.some((prefix) => key.startsWith(prefix)), `${key} is used nowhere`);
	}
});
