// page.mjs [OUT.json]: the desk in Chromium: what its first load brings over the wire, how soon it can be worked with, how soon a list of 1,000 rows is there.
import {openDesk, startBrowser} from '../../e2e/support/browser.mjs';
import {startDesk} from '../../e2e/support/desk.mjs';
import {capture, numbered} from '../../e2e/support/list.mjs';
import {until} from '../../e2e/support/system.mjs';
import {admin} from '../support/load.mjs';
import {best, number, report, takeTurns, told} from '../support/measure.mjs';

const KB = 150, INTERACTIVE_MS = 1000, ROWS_MS = 300; // to reach
const THREADS = 60, ROWS = 1000;
const QUIET_MS = 1500; // without a long task: it can be worked with since the last one

// A first visit of who is logged in, with nothing in the browser's cache: KB on the wire, answers of the API among them, and ms from going there until the
// list has been painted and nothing holds up a click any more.
async function visit(browser, desk, state) {
	const context = await browser.newContext({locale: 'en-GB', storageState: state});
	const page = await context.newPage();
	const session = await context.newCDPSession(page);
	const sizes = [];
	await session.send('Network.enable');
	session.on('Network.loadingFinished', ({encodedDataLength}) => sizes.push(encodedDataLength));
	await page.addInitScript(() => {
		window.longTasks = [];
		new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({startTime, duration}) => startTime + duration)))
			.observe({type: 'longtask', buffered: true});
		const look = () => {
			if (!document.querySelector('tr[data-thread]')) requestAnimationFrame(look);
			else requestAnimationFrame(() => setTimeout(() => { window.paintedAt = performance.now(); }));
		};
		look();
	});
	await page.goto(desk.url);
	const ms = await page.evaluate((quiet) => new Promise((done) => {
		const look = () => {
			const last = Math.max(window.paintedAt ?? Infinity, ...window.longTasks);
			if (performance.now() - last > quiet) done(last);
			else setTimeout(look, 50);
		};
		look();
	}), QUIET_MS);
	const kb = sizes.reduce((sum, size) => sum + size, 0) / 1000;
	await context.close();
	return {kb, ms, files: sizes.length};
}

// The store needs no thousand mails for the drawing: the answer that a browser would get is made here.
function answer() {
	const threads = Array.from({length: ROWS}, (_, at) => ({id: ROWS - at, customer: at % 3 ? null : {id: 1, firstname: 'Kim', lastname: 'Müller'},
		email: `person${at}@customer.example`, contact: {id: 1, name: 'Support'}, language: ['en', 'fr', 'nl', 'pl'][at % 4],
		status: ['open', 'closed', 'pending1', 'pending2'][at % 4], employee: at % 2 ? null : {id: 1, firstname: 'Anna', lastname: 'Admin'},
		message: `Where is my order ${at}? I wrote a week ago.`, private: at % 5 === 0, unread: at % 2 === 0, last_message: new Date(1.7e12 - at * 1e6).toISOString(),
		shop: {id: 1, name: 'Shop'}, subject: `Order ${at}`, folder: 'normal', automatic: false}));
	return {total: ROWS, total_more: false, page: 1, limit: ROWS, threads};
}

// From the answer's arrival until its rows have been painted, in ms.
async function draw(page) {
	await page.evaluate(() => { history.pushState(null, '', '/?id=1'); dispatchEvent(new PopStateEvent('popstate')); });
	await until('no rows', async () => (await page.locator('tr[data-thread]').count()) <= 1);
	return page.evaluate((rows) => new Promise((done) => {
		let came = 0;
		const json = Response.prototype.json;
		Response.prototype.json = async function read() {
			const value = await json.call(this);
			if (value?.threads?.length === rows) came = performance.now();
			return value;
		};
		const look = () => {
			if (document.querySelectorAll('tr[data-thread]').length < rows) setTimeout(look, 1);
			else requestAnimationFrame(() => setTimeout(() => { Response.prototype.json = json; done(performance.now() - came); }));
		};
		history.pushState(null, '', '/?limit=1000');
		dispatchEvent(new PopStateEvent('popstate'));
		look();
	}), ROWS);
}

const desk = await startDesk();
const browser = await startBrowser();
try {
	await capture(desk, await desk.client(), numbered(THREADS));
	const page = await openDesk(browser, desk, admin);
	const state = await page.context().storageState();
	await page.route('**/api/v1/threads?*limit=1000*', (route) => route.fulfill({json: answer()}));
	await draw(page); // warm
	const all = await takeTurns({
		visit: () => visit(browser, desk, state),
		rows: async () => ({ms: await draw(page)}),
	});
	const kb = all.visit.map((one) => one.kb), visits = all.visit.map((one) => one.ms), rows = all.rows.map((one) => one.ms);
	report([
		{figure: 'page, first load', how: 'all that comes over the wire, heads and answers of the API among it', reached: `${number(best(kb, false))} KB, ${told(kb)}`,
			reach: `≤ ${KB} KB`, met: best(kb, false) <= KB, beside: `${all.visit[0].files} answers`},
		{figure: '… interactive', how: `Chromium on loopback, nothing cached, ${THREADS} threads: until the list is painted and no long task follows; best of the rounds`,
			reached: `${number(best(visits, false))} ms, ${told(visits)}`, reach: `≤ ${INTERACTIVE_MS} ms`, met: best(visits, false) <= INTERACTIVE_MS},
		{figure: `… ${ROWS} rows`, how: 'from the answer until they are painted; best of the rounds', reached: `${number(best(rows, false))} ms, ${told(rows)}`,
			reach: `≤ ${ROWS_MS} ms`, met: best(rows, false) <= ROWS_MS},
	]);
} finally {
	await browser.close();
	await desk.stop();
}
