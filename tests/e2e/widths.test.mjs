// Every page on a phone and on the widest screen: nothing sticks out.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {lacks} from './support/system.mjs';
import {choose, furnish, stations, visit} from './support/tour.mjs';

const skip = lacks('chromium');
let desk, browser, client, page, ids;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	client = await desk.client();
	ids = await furnish(desk, client);
	await choose(client, {language: 'fr', theme: 'light'}); // the longest words
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password}, {reducedMotion: 'reduce'});
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

// Controls that lie, at least in part, beside the window, those in what scrolls sideways apart.
function cutOff() {
	return page.evaluate(() => [...document.querySelectorAll('button, a, input, select, textarea')].filter((each) => {
		const box = each.getBoundingClientRect();
		if (!box.width || !each.checkVisibility() || each.closest('.visually-hidden, .skip')) return false;
		for (let up = each.parentElement; up; up = up.parentElement) if (/auto|scroll/.test(getComputedStyle(up).overflowX)) return false;
		return box.left < -1 || box.right > innerWidth + 1;
	}).map((each) => each.outerHTML.slice(0, 120)));
}

// Words of the head and of the list's headings and statuses that do not fit, and what of the head lies on something else.
function cramped() {
	return page.evaluate(() => {
		const cut = [...document.querySelectorAll('.heads th, .heads .sort span, .top nav a, .menu-button')]
			.filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline');
		cut.push(...[...document.querySelectorAll('.status-select select')].filter((each) => {
			const before = each.offsetWidth;
			each.style.maxWidth = 'none';
			return each.offsetWidth > before + 1;
		}));
		const boxes = [...document.querySelectorAll('.top a, .top button')].filter((each) => each.checkVisibility() && !each.closest('.panel')).map((each) => [each, each.getBoundingClientRect()]);
		const on = boxes.filter(([one, a]) => boxes.some(([other, b]) => one !== other && !one.contains(other) && !other.contains(one)
			&& a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).map(([each]) => each);
		return [...cut, ...on].map((each) => `${each.className} ${each.selectedOptions?.[0].text ?? each.textContent}`);
	});
}

test('1280 px wide, in every language: no heading, no status and nothing of the head is cut or covered', {skip}, async () => {
	await page.setViewportSize({width: 1280, height: 900});
	for (const language of ['en', 'fr', 'nl', 'pl']) {
		await choose(client, {language});
		await visit(page, desk, stations(ids)[0]);
		assert.deepEqual(await cramped(), [], language);
	}
	await choose(client, {language: 'fr'});
});

for (const [width, height] of [[360, 740], [2560, 1300]]) {
	test(`${width} px wide`, {skip}, async (t) => {
		await page.setViewportSize({width, height});
		for (const [at, station] of stations(ids).entries()) {
			await t.test(station.name, async () => {
				await visit(page, desk, station, {again: at > 0});
				const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
				assert.ok(wide <= 0, `${wide} px too wide`);
				assert.deepEqual(await cutOff(), []);
			});
		}
	});
}
