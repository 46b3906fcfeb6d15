// A thousand rows: all of them are drawn, with their controls, and what is typed meanwhile draws none of them anew. How fast: tests/bench/rows/page.mjs.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {answerOfRows, showRows} from './support/list.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
const ROWS = 1000;
let desk, browser, page;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password});
	await page.route('**/api/v1/threads?*limit=1000*', (route) => route.fulfill({json: answerOfRows(ROWS)}));
});

after(async () => {
	await browser?.close();
	await desk?.stop();
});

test('every row gets its controls', {skip}, async () => {
	await showRows(page, ROWS);
	await until('all controls', async () => (await page.locator('tr[data-thread] select').count()) === ROWS);
	assert.equal(await page.locator('tr[data-thread]').last().locator('td').count(), 12);
	assert.equal(await page.locator('tr[data-thread]').last().locator('.col-email').textContent(), 'person999@customer.example');
});

test('typing in a filter does not draw them anew', {skip}, async () => {
	const drawn = await page.evaluate(async () => {
		const field = document.querySelector('[data-filter=email]');
		let count = 0;
		const watch = new MutationObserver((changes) => { count += changes.length; });
		watch.observe(document.querySelector('tr[data-thread]').parentNode, {subtree: true, childList: true, attributes: true, characterData: true});
		for (const letter of 'somebody') {
			field.value += letter;
			field.dispatchEvent(new InputEvent('input', {bubbles: true}));
			await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
		}
		watch.disconnect();
		return count;
	});
	assert.equal(drawn, 0);
	assert.equal(await page.locator('[data-filter=email]').inputValue(), 'somebody');
});
