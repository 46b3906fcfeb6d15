// Sees what a page does that it should not: scripts and requests of strangers, dialogs, refusals of our own policy.

// What the browser says about a frame of HTML mail: that it keeps the mail from something is what it is there for.
const isOfMail = (message) => /\/frame\.html|"style-src 'unsafe-inline'"|"img-src data: 'self'/.test(`${message.location().url} ${message.text()}`);

function listen(page, seen) {
	page.on('pageerror', (error) => seen.problems.push(String(error)));
	page.on('dialog', (dialog) => { seen.dialogs.push(dialog.message()); dialog.dismiss().catch(() => {}); });
	page.on('download', (download) => seen.downloads.push(download.suggestedFilename()));
	page.on('websocket', (socket) => { if (new URL(socket.url()).host !== seen.host) seen.foreign.push({url: socket.url(), type: 'websocket'}); });
	page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) seen.addresses.push(frame.url()); });
	page.on('console', (message) => {
		if (!['error', 'warning'].includes(message.type())) return;
		(isOfMail(message) ? seen.kept : seen.problems).push(message.text());
	});
}

// Everything that pages of CONTEXT do from now on. Requests to anybody but URL fail and are kept in foreign. kept: what
// the browser refused to mails.
export async function watch(context, url) {
	const {host} = new URL(url);
	const seen = {host, foreign: [], dialogs: [], downloads: [], violations: [], problems: [], kept: [], addresses: [], opened: 0};
	await context.route((address) => /^https?:$/.test(address.protocol) && address.host !== host, (route) => {
		const request = route.request();
		seen.foreign.push({url: request.url(), type: request.resourceType(), referer: request.headers().referer});
		return route.abort();
	});
	await context.exposeBinding('tellViolation', (source, text) => { seen.violations.push(text); });
	await context.addInitScript(() => {
		document.addEventListener('securitypolicyviolation', (event) => window.tellViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}:${event.lineNumber}`));
	});
	context.on('page', (page) => { seen.opened++; listen(page, seen); });
	return seen;
}

// What a script of a stranger has left behind on PAGE, in any of its frames: undefined when none ran.
export async function ran(page) {
	for (const frame of page.frames()) {
		const mark = await frame.evaluate(() => window.pwned ?? window.top.pwned).catch(() => undefined);
		if (mark !== undefined) return mark;
	}
	return undefined;
}
