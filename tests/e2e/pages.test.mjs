// Every page in four languages, light and dark: axe finds nothing, the console says nothing, and nothing is left in English.
// Colours and structure are the same in every language, so all rules look at the first alone, and at the others those that
// hold for what is said; AXE=all looks at everything in all of them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks, top} from './support/system.mjs';
import {choose, furnish, stations, visit} from './support/tour.mjs';
import {watch} from './support/watch.mjs';

const skip = lacks('chromium');
const spoken = ['cat.name-role-value', 'cat.text-alternatives', 'cat.language', 'cat.forms'];
const axe = fs.readFileSync(path.join(top, 'web/ui/node_modules/axe-core/axe.min.js'), 'utf8');
let desk, browser, client, page, seen, ids;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	client = await desk.client();
	ids = await furnish(desk, client);
	browser = await startBrowser();
	const context = await browser.newContext({viewport: {width: 1280, height: 900}, reducedMotion: 'reduce'});
	seen = await watch(context, desk.url);
	page = await openDesk(browser, desk, {...employees.anna, password}, {context});
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

// What axe holds against the page, or the dialog or menu that is open on it, light or dark as it is, or by RULES alone: "rule: where".
async function complaints(target, rules) {
	if (!await target.evaluate(() => Boolean(window.axe))) await target.evaluate(axe);
	const {violations} = await target.evaluate((only) => window.axe.run(document.querySelector('dialog[open], .dropdown-box:has(> .panel)') ?? document, {iframes: false, resultTypes: ['violations'], ...(only && {runOnly: only})}), rules);
	return violations.flatMap(({id, nodes}) => nodes.slice(0, 4).map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary.replace(/\s+/g, ' ').slice(0, 160)}`));
}

// What does not exist or is wrong is refused, which the browser tells: that is the test's doing.
function assertSilent(station) {
	const problems = seen.problems.splice(0).filter((text) => !station.fails || !/404|422/.test(text));
	assert.deepEqual(problems, [], `${station.name}: in the console`);
	assert.deepEqual(seen.violations.splice(0), [], `${station.name}: against the policy`);
	assert.deepEqual(seen.foreign.splice(0), [], `${station.name}: asked for`);
	assert.deepEqual(seen.dialogs.splice(0), []);
}

test('the log-in page, in four languages, light and dark', {skip}, async () => {
	for (const locale of ['en-GB', 'fr-FR', 'nl-NL', 'pl-PL']) {
		const context = await browser.newContext({locale});
		const own = await watch(context, desk.url);
		const stranger = await context.newPage();
		for (const colorScheme of ['light', 'dark']) {
			await stranger.emulateMedia({colorScheme, reducedMotion: 'reduce'});
			await stranger.goto(desk.url);
			await stranger.locator('[name=email]').waitFor();
			assert.equal(await stranger.evaluate(() => document.documentElement.lang), locale.slice(0, 2));
			assert.deepEqual(await complaints(stranger), [], `${locale} ${colorScheme}`);
		}
		assert.deepEqual([...own.problems, ...own.violations, ...own.foreign], []);
		await context.close();
	}
});

async function assertDark() {
	await page.evaluate(() => { document.documentElement.dataset.bsTheme = 'dark'; });
	assert.deepEqual(await complaints(page, ['color-contrast', 'link-in-text-block']), [], 'dark');
}

for (const language of ['en', 'fr', 'nl', 'pl']) {
	const looksAtAll = language === 'en' || process.env.AXE === 'all';
	test(`${language}${looksAtAll ? ', light and dark' : ''}`, {skip}, async (t) => {
		await choose(client, {language, theme: 'light'});
		for (const [at, station] of stations(ids).entries()) {
			await t.test(station.name, async () => {
				await visit(page, desk, station, {again: at > 0});
				await page.evaluate(() => { document.documentElement.dataset.bsTheme = 'light'; });
				assert.equal(await page.evaluate(() => document.documentElement.lang), language);
				assert.deepEqual(await complaints(page, looksAtAll ? undefined : spoken), []);
				if (looksAtAll) await assertDark();
				assertSilent(station);
			});
		}
	});
}

test('a file\'s size is written as the language does, its unit never alone on a line; French sets what stands high apart', {skip}, async () => {
	for (const [language, size] of [['en', '8\u00a0B'], ['fr', '8\u00a0o'], ['pl', '8\u00a0B']]) {
		await choose(client, {language});
		await page.goto(`${desk.url}/threads/${ids.thread}`);
		await page.locator(`html[lang=${language}] .file-size`).first().waitFor();
		assert.equal(await page.locator('.file-size').first().textContent(), size);
	}
	const french = fs.readFileSync(path.join(top, 'web/ui/src/catalogs/fr.ts'), 'utf8');
	assert.deepEqual(french.match(/[^':,{] [:;?!»](?![{}]).{0,20}/g), null);
});

test('dark is what the employee chose', {skip}, async () => {
	await choose(client, {language: 'en', theme: 'dark'});
	await visit(page, desk, stations(ids)[0]);
	assert.equal(await page.evaluate(() => document.documentElement.dataset.bsTheme), 'dark');
});
