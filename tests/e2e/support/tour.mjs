// Every page of the desk and what opens on it, for the tests that look at all of them. New pages are found by themselves.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {plainMail} from './smtp.mjs';
import {top, until} from './system.mjs';

const mails = ['reply-en-gmail', 'reply-fr-outlook', 'alternative-with-inline-image', 'html-only', 'hostile-images', 'auto-vacation', 'authentication-results', 'reply-pl-gmail'];

// The pages that have a screen, as pages.tsx lists them.
export function pageNames() {
	const source = fs.readFileSync(path.join(top, 'web/ui/src/pages.tsx'), 'utf8');
	return [...source.matchAll(/^\t'?([a-z-]+)'?: \{screen:/gm)].map(([, name]) => name);
}

// A few threads of every kind. Gives the id of one that has everything a thread page shows.
export async function furnish(desk, client) {
	const capture = (input) => desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input});
	for (const name of mails) capture(fs.readFileSync(path.join(top, 'tests/mail', `${name}.eml`)));
	for (let i = 0; i < 24; i++) capture(plainMail({subject: `Question ${i}`, from: `Customer ${i} <customer${i}@customer.example>`, body: `Hello,\nwhere is order ${i}?\n\n> earlier\n> words`}));
	const {threads} = await until('the threads', async () => {
		const found = await client.get('/threads?folder=all&limit=100');
		return found.total >= 24 + mails.length - 1 && found;
	});
	const ids = threads.map(({id}) => id);
	for (const [at, status] of ['closed', 'pending1', 'pending2'].entries()) await client.patch(`/threads/${ids[at]}`, {status});
	await client.json(`/api/v1/threads/${ids[4]}`, {method: 'DELETE'});
	return threads.find(({message}) => /chair is broken/.test(message)).id;
}

async function opened(page, selector) {
	await page.locator(selector).first().click();
}

// {name, path, prepare(page)}: prepare opens what is to be seen.
export function stations(thread) {
	return [
		{name: 'list', path: '/'},
		{name: 'bell', path: '/', prepare: (page) => opened(page, '.bell > button')},
		{name: 'employee menu', path: '/', prepare: (page) => opened(page, '.employee > button')},
		{name: 'delete dialog', path: '/', prepare: (page) => opened(page, 'tr[data-thread] .col-actions button')},
		{name: 'shortcuts', path: '/', prepare: async (page) => { await page.locator('tr[data-thread]').first().waitFor(); await page.keyboard.press('?'); await page.locator('dialog').waitFor(); }},
		{name: 'wheel', path: '/', prepare: (page) => opened(page, '.wheel > button')},
		{name: 'query of the list', path: '/', prepare: async (page) => { await opened(page, '.wheel > button'); await page.locator('.wheel [role=menuitem]').nth(2).click(); await page.locator('dialog').waitFor(); }},
		{name: 'palette', path: '/', prepare: async (page) => { await page.keyboard.press('Control+k'); await page.locator('dialog').waitFor(); }},
		{name: 'charts', path: '/', prepare: async (page) => { if (await page.locator('.page-charts[aria-expanded=false]').count()) await opened(page, '.page-charts'); }},
		{name: 'nothing found', path: '/?id=999999'},
		{name: 'bin', path: '/?folder=bin'},
		{name: 'thread', path: `/threads/${thread}`},
		{name: 'details', path: `/threads/${thread}`, prepare: (page) => opened(page, '.message-tools .btn-plain')},
		{name: 'missing thread', path: '/threads/999999', fails: true},
		{name: 'missing page', path: '/nothing/here'},
		...pageNames().flatMap((name) => [{name, path: `/${name}`}, {name: `${name}, new`, path: `/${name}/new`}, {name: `${name}, one`, path: `/${name}`,
			prepare: async (page) => {
				const link = page.locator(`main a[href^="/${name}/"]:not([href$="/new"])`).first();
				if (await link.count()) await link.click();
			}}]),
	];
}

// Goes there; waits until it is drawn.
export async function visit(page, desk, {name, path: address, prepare}) {
	await page.goto(desk.url + address);
	await page.locator('[data-link=up]').waitFor({state: 'attached'});
	await page.locator('main h1').first().waitFor();
	if (address === '/') await page.locator('tr[data-thread]').first().waitFor();
	await page.waitForTimeout(150);
	await prepare?.(page);
	await page.waitForTimeout(150);
	if (!/missing|nothing/.test(name)) assert.equal(await page.locator('main.missing').count(), 0, `${name} does not exist`);
}

// The employee's choice, in the open page at once by the API and a new load.
export async function choose(client, profile) {
	await client.patch('/profile', profile);
}
