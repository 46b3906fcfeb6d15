// A desk with threads to list, and how tests read the list.
import {plainMail} from './smtp.mjs';
import {until} from './system.mjs';

// One thread a mail {from, subject, body, to}, in this order; resolves when all are there.
export async function capture(desk, client, mails) {
	const {total} = await client.get('/threads?folder=all');
	for (const {to = 'support@shop.example', ...mail} of mails) {
		desk.cli(['capture', '--from', /<(.*)>/.exec(mail.from)?.[1] ?? mail.from, '--to', to], {input: plainMail({to, ...mail})});
	}
	await until('the threads', async () => (await client.get('/threads?folder=all')).total === total + mails.length);
}

export const numbered = (count) => Array.from({length: count}, (_, at) => (
	{from: `Visitor ${at} <visitor${at}@many.example>`, subject: `Question ${at}`, body: `Hello, this is question number ${at}.`}));

// The subjects' threads by number: {subject: id}.
export async function ids(client) {
	const {threads} = await client.get('/threads?folder=all&limit=1000');
	return Object.fromEntries(threads.map(({subject, id}) => [subject, id]));
}

export const rows = (page) => page.locator('tr[data-thread]').evaluateAll((all) => all.map((row) => Number(row.dataset.thread)));
export const row = (page, id) => page.locator(`tr[data-thread="${id}"]`);
export const toast = (page, text) => page.locator('.toasts').getByText(text, {exact: true}).first().waitFor();

// Waits until the list shows exactly these.
export function shows(page, wanted) {
	return until(`rows ${wanted}`, async () => String(await rows(page)) === String(wanted), 10).catch(async (error) => {
		throw new Error(`${error.message}; there are ${await rows(page)}`);
	});
}

// As an address in the page itself: no new document.
export const path = (page) => { const {pathname, search} = new URL(page.url()); return pathname + search; };

// What the API would answer with COUNT threads on one page: for what a browser does with them no mails are needed.
export function answerOfRows(count) {
	const threads = Array.from({length: count}, (_, at) => ({id: count - at, customer: at % 3 ? null : {id: 1, firstname: 'Kim', lastname: 'Müller'},
		email: `person${at}@customer.example`, contact: {id: 1, name: 'Support'}, language: ['en', 'fr', 'nl', 'pl'][at % 4], status: ['open', 'closed', 'pending1', 'pending2'][at % 4],
		employee: at % 2 ? null : {id: 1, firstname: 'Anna', lastname: 'Admin'}, message: `Where is my order ${at}? I wrote a week ago.`, private: at % 5 === 0, unread: at % 2 === 0,
		last_message: new Date(1.7e12 - at * 1e6).toISOString(), shop: {id: 1, name: 'Shop'}, subject: `Order ${at}`, folder: 'normal', automatic: false}));
	return {total: count, total_more: false, page: 1, limit: count, threads};
}

// The page goes from a list without rows to that of COUNT: ms from the answer's arrival until its rows have been painted.
export async function showRows(page, count) {
	await page.evaluate(() => { history.pushState(null, '', '/?id=999999999'); dispatchEvent(new PopStateEvent('popstate')); });
	await until('no rows', async () => (await page.locator('tr[data-thread]').count()) === 0);
	return page.evaluate((wanted) => new Promise((done) => {
		let came = 0;
		const json = Response.prototype.json;
		Response.prototype.json = async function read() {
			const value = await json.call(this);
			if (value?.threads?.length === wanted) came = performance.now();
			return value;
		};
		const look = () => {
			if (document.querySelectorAll('tr[data-thread]').length < wanted) setTimeout(look, 1);
			else requestAnimationFrame(() => setTimeout(() => { Response.prototype.json = json; done(performance.now() - came); }));
		};
		history.pushState(null, '', '/?limit=1000');
		dispatchEvent(new PopStateEvent('popstate'));
		look();
	}), count);
}
