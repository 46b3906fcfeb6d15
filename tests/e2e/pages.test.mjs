// Every page in four languages, light and dark: axe finds nothing, the console says nothing, and nothing is left in English.
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
const axe = fs.readFileSync(path.join(top, 'web/ui/node_modules/axe-core/axe.min.js'), 'utf8');
let desk, browser, client, page, seen, thread;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	client = await desk.client();
	thread = await furnish(desk, client);
	browser = await startBrowser();
	const context = await browser.newContext({viewport: {width: 1280, height: 900}, reducedMotion: 'reduce'});
	seen = await watch(context, desk.url);
	page = await openDesk(browser, desk, {...employees.anna, password}, {context});
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

// What axe holds against the page, light or dark as it is, or by RULES alone: "rule: where".
async function complaints(target, rules) {
	if (!await target.evaluate(() => Boolean(window.axe))) await target.evaluate(axe);
	const {violations} = await target.evaluate((only) => window.axe.run(document, {iframes: false, resultTypes: ['violations'], ...(only && {runOnly: only})}), rules);
	return violations.flatMap(({id, nodes}) => nodes.slice(0, 4).map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary.replace(/\s+/g, ' ').slice(0, 160)}`));
}

// A thread that does not exist is asked for in vain: that is the test's doing.
function assertSilent(station) {
	const wanted = station.fails ? seen.problems.filter((text) => !/404/.test(text)) : seen.problems;
	assert.deepEqual(wanted, [], `${station.name}: in the console`);
	assert.deepEqual(seen.violations, [], `${station.name}: against the policy`);
	assert.deepEqual(seen.foreign, [], `${station.name}: asked for`);
	assert.deepEqual(seen.dialogs, []);
	seen.problems.length = 0;
}

test('the log-in page, in four languages, light and dark', {skip}, async () => {
	for (const locale of ['en-GB', 'fr-FR', 'nl-NL', 'pl-PL']) {
		for (const colorScheme of ['light', 'dark']) {
			const context = await browser.newContext({locale, colorScheme});
			const own = await watch(context, desk.url);
			const stranger = await context.newPage();
			await stranger.goto(desk.url);
			await stranger.locator('[name=email]').waitFor();
			assert.equal(await stranger.evaluate(() => document.documentElement.lang), locale.slice(0, 2));
			assert.deepEqual(await complaints(stranger), [], `${locale} ${colorScheme}`);
			assert.deepEqual([...own.problems, ...own.violations, ...own.foreign], []);
			await context.close();
		}
	}
});

for (const language of ['en', 'fr', 'nl', 'pl']) {
	test(`${language}, light and dark`, {skip}, async (t) => {
		await choose(client, {language, theme: 'light'});
		for (const station of stations(thread)) {
			await t.test(station.name, async () => {
				await visit(page, desk, station);
				assert.equal(await page.evaluate(() => document.documentElement.lang), language);
				assert.deepEqual(await complaints(page), []);
				await page.evaluate(() => { document.documentElement.dataset.bsTheme = 'dark'; });
				assert.deepEqual(await complaints(page, ['color-contrast', 'link-in-text-block']), [], 'dark');
				assertSilent(station);
			});
		}
	});
}

test('dark is what the employee chose', {skip}, async () => {
	await choose(client, {language: 'en', theme: 'dark'});
	await visit(page, desk, stations(thread)[0]);
	assert.equal(await page.evaluate(() => document.documentElement.dataset.bsTheme), 'dark');
});
