// The system's Chromium, driven by the playwright-core that the UI brings.
import {createRequire} from 'node:module';
import path from 'node:path';
import {isRoot, top, which} from './system.mjs';

const require = createRequire(path.join(top, 'web/ui/package.json'));

export async function startBrowser() {
	const {chromium} = require('playwright-core');
	return chromium.launch({executablePath: which('chromium'), args: isRoot ? ['--no-sandbox'] : []});
}

// A page of its own session (or of options' context), logged in at the desk. page.problems: what the browser's console complained of.
export async function openDesk(browser, desk, {email, password}, {context: given, ...options} = {}) {
	const context = given ?? await browser.newContext({locale: 'en-GB', ...options});
	const page = await context.newPage();
	page.problems = [];
	page.on('pageerror', (error) => page.problems.push(String(error)));
	await page.goto(desk.url);
	await page.locator('[name=email]').fill(email);
	await page.locator('[name=password]').fill(password);
	await page.locator('form button[type=submit]').click();
	await page.locator('[data-link=up]').waitFor({state: 'attached'});
	return page;
}

// The number the title shows, as "(3) …"; 0 without.
export async function titleCount(page) {
	return Number(/^\((\d+)/.exec(await page.title())?.[1] ?? 0);
}
