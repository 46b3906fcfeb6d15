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
