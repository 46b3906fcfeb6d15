// Answering at the page: the form, its draft, sending and taking back, notes, moved threads, forwarding, what became of a mail.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openDesk, startBrowser} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {startRelay} from './support/relay.mjs';
import {lacks, until} from './support/system.mjs';

const skip = lacks('chromium');
let desk, anna, ben, browser, page, relay;
const moods = {}; // what the relay says of a recipient, and of a mail to them

before(async () => {
	if (skip) return;
	relay = await startRelay({answers: {rcpt: (address) => moods[address]?.rcpt ?? '250 2.1.5 ok', data: ({to}) => moods[to[0]]?.data ?? '250 2.0.0 Ok: queued as 4F2A1C'}});
	desk = await startDesk({conf: {courier: {relay: `127.0.0.1:${relay.port}`}}});
	anna = await desk.client('anna');
	ben = await desk.client('ben');
	browser = await startBrowser();
	page = await openDesk(browser, desk, {...employees.anna, password}, {reducedMotion: 'reduce'});
});
after(async () => {
	await browser?.close();
	await desk?.stop();
	await relay?.stop?.();
});

let mails = 0;
function capture(subject, {headers = [], body = 'Where is my lamp?', from = 'jane@customer.example'} = {}) {
	const lines = [...headers, `From: Jane Doe <${from}>`, 'To: support@shop.example', `Subject: ${subject}`, `Message-ID: <answer${++mails}@customer.example>`,
		'Date: Mon, 06 May 2024 10:00:00 +0000', 'Content-Type: text/plain', '', body, ''];
	desk.cli(['capture', '--from', from, '--to', 'support@shop.example'], {input: lines.join('\r\n')});
	return `answer${mails}@customer.example`;
}
// A thread of its own, open in WHERE: its number.
async function newThread(options = {}, where = page) {
	const subject = `Lamp ${mails + 1}`;
	const messageId = capture(subject, options);
	const {id} = await desk.thread(anna, subject);
	await open(id, where);
	return Object.assign(Object(id), {subject, messageId, id});
}
async function open(id, where = page) {
	await where.goto(`${desk.url}/threads/${id}`);
	await form(where).getByRole('button', {name: 'Send', exact: true}).or(form(where).getByRole('button', {name: 'Add the note'})).waitFor();
}
const form = (where = page) => where.getByRole('region', {name: 'Answer', exact: true});
const editor = (where = page) => form(where).getByRole('textbox', {name: 'Your answer'});
const note = (where = page) => form(where).getByRole('textbox', {name: 'Text of the note'});
const button = (name, where = page) => form(where).getByRole('button', {name, exact: true});
const toast = (text, where = page) => where.locator('.toasts').getByText(text).first().waitFor();
const kept = (state, where = page) => form(where).locator(`[data-kept=${state}]`).waitFor();
const thread = (id) => anna.get(`/threads/${id}`);
async function write(text, where = page) {
	await editor(where).focus();
	await where.keyboard.press('Control+a');
	await where.keyboard.type(text);
}

test('the form begins with the default message; Send sends, closes, and puts the writer in charge', {skip}, async () => {
	const {id} = await newThread();
	assert.equal(await editor().innerText(), 'Dear Customer,\n\nRegards,\nCustomer service');
	assert.match(await form().locator('.recipient-from').innerText(), /Support support@shop.example/);
	assert.match(await form().getByRole('group', {name: 'To'}).innerText(), /Jane Doe/);
	assert.equal(await form().getByRole('combobox', {name: 'Status after sending:'}).inputValue(), 'closed');
	await write('It is on its way.');
	await button('Send').click();
	await toast('The message was successfully sent to the customer.');
	const sent = page.locator('article.message-employee');
	await sent.waitFor();
	assert.match(await sent.innerText(), /It is on its way\.[^]*Queued/);
	const now = await thread(id);
	assert.deepEqual([now.status, now.employee.firstname, now.messages.length, now.messages[1].text], ['closed', 'Anna', 2, 'It is on its way.']);
	await until('a fresh form', async () => /^Dear Customer,/.test(await editor().innerText()));
});

test('undo takes the message back, its text and status stand in the form again', {skip}, async () => {
	const {id} = await newThread();
	await write('Too early.');
	await form().getByRole('combobox', {name: 'Status after sending:'}).selectOption('pending1');
	await button('Send').click();
	await page.locator('article.message-employee').waitFor();
	assert.match(await page.locator('.toast-undo').innerText(), /Undo\s*(10|[1-9])/);
	await page.keyboard.press('z');
	await toast('The message was taken back');
	await page.locator('article.message-employee').waitFor({state: 'detached'});
	await until('the text', async () => await editor().innerText() === 'Too early.');
	assert.equal(await form().getByRole('combobox', {name: 'Status after sending:'}).inputValue(), 'pending1');
	const now = await thread(id);
	assert.deepEqual([now.status, now.employee, now.messages.length], ['open', null, 1]);
});

test('a private note: another colour, another button, no recipients, no status', {skip}, async () => {
	const {id} = await newThread();
	const before = await form().evaluate((box) => getComputedStyle(box).backgroundColor);
	await page.locator('main').focus();
	await page.keyboard.press('n');
	await note().waitFor();
	assert.equal(await note().innerText(), '');
	assert.notEqual(await form().evaluate((box) => getComputedStyle(box).backgroundColor), before);
	assert.equal(await form().getByRole('combobox', {name: 'Status after sending:'}).count(), 0);
	assert.equal(await form().getByRole('group', {name: 'To'}).count(), 0);
	await page.keyboard.type('Call them first.');
	await button('Add the note').click();
	await toast('The private note has been added.');
	await page.locator('article.message-note').waitFor();
	const now = await thread(id);
	assert.deepEqual([now.status, now.employee, now.messages[1].kind, now.private], ['open', null, 'note', true]);
});

test('who leaves a thread and comes back at once finds what was just written', {skip}, async () => {
	const {id} = await newThread();
	await page.route('**/draft', async (route) => { setTimeout(() => void route.continue(), 700); });
	const turn = (to) => page.evaluate((path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }, to);
	await write('Just typed.');
	await turn('/nowhere');
	await page.locator('main.missing').waitFor();
	await turn(`/threads/${id}`);
	await editor().getByText('Just typed.').waitFor();
	await page.unroute('**/draft');
});

test('a draft survives a reload, is there in another tab, and can be discarded and brought back', {skip}, async () => {
	const {id} = await newThread();
	await write('Half an ans');
	await kept('kept');
	await page.reload();
	await until('the draft', async () => await editor().innerText() === 'Half an ans');
	const tab = await page.context().newPage();
	await open(id, tab);
	await until('the draft in the other tab', async () => await editor(tab).innerText() === 'Half an ans');
	await write('From the other tab', tab);
	await kept('kept', tab);
	await until('it in the first tab', async () => await editor().innerText() === 'From the other tab');
	await tab.close();
	await button('Discard the draft').click();
	await until('the default text', async () => /^Dear Customer,/.test(await editor().innerText()));
	await page.locator('.toast-undo').last().click();
	await until('the draft back', async () => await editor().innerText() === 'From the other tab');
	await write('Left behind');
	await page.goto(`${desk.url}/team`);
	await open(id);
	await until('what was written when the page was left', async () => await editor().innerText() === 'Left behind');
	const {draft} = await anna.get(`/threads/${id}/reply`);
	assert.equal(draft.text, 'Left behind');
});

test('bold, lists and links are kept; what is pasted is cleaned; the preview shows the mail', {skip}, async () => {
	const {id} = await newThread();
	await write('Look: ');
	await page.keyboard.press('Control+b');
	await page.keyboard.type('now');
	await page.keyboard.press('Control+b');
	await page.keyboard.press('Enter');
	await button('Bulleted list').click();
	await page.keyboard.type('one');
	await page.keyboard.press('Enter');
	await page.keyboard.type('two');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Enter');
	await button('Link').click();
	await page.getByRole('textbox', {name: 'Web or email address'}).fill('shop.example/help');
	await page.keyboard.press('Enter');
	await editor().locator('a[href="https://shop.example/help"]').waitFor();
	await editor().evaluate((box) => {
		const range = document.createRange();
		range.selectNodeContents(box);
		range.collapse(false);
		getSelection().removeAllRanges();
		getSelection().addRange(range);
		const data = new DataTransfer();
		data.setData('text/html', '<p style="color:red" onclick="alert(1)">pasted <b>bold</b> <img src=x onerror=alert(1)><script>alert(1)</script><a href="javascript:alert(1)">bad</a></p>');
		data.setData('text/plain', 'pasted bold bad');
		box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
	});
	assert.equal(await editor().locator('[style], [onclick], img, script, a[href^=javascript]').count(), 0);
	await button('Preview').click();
	const dialog = page.getByRole('dialog', {name: 'As the customer will see it'});
	await dialog.getByText(/Re: Lamp/).waitFor();
	const mail = dialog.frameLocator('iframe');
	await mail.locator('strong', {hasText: 'now'}).waitFor();
	await mail.locator('li', {hasText: 'two'}).waitFor();
	assert.equal(await mail.locator('script, [onerror]').count(), 0);
	await dialog.getByRole('tab', {name: 'Text'}).click();
	assert.match(await dialog.locator('pre').innerText(), /Look: now[^]*- one[^]*pasted bold/);
	await dialog.getByRole('button', {name: 'Close'}).last().click();
	await button('Send').click();
	await page.locator('article.message-employee').waitFor();
	const {messages} = await thread(id);
	const html = await (await anna.fetch(`/api/v1/messages/${messages[1].id}/html`)).text();
	assert.match(html, /<strong>now<\/strong>[^]*<ul><li>one<\/li><li>two<\/li><\/ul>[^]*<a href="https:\/\/shop.example\/help">/);
	assert.deepEqual(page.problems, []);
});

test('a predefined message goes where the caret is, with its fields filled', {skip}, async () => {
	await anna.post('/order-messages', {name: {en: 'Delay'}, message: {en: 'Sorry, {customer.email}: thread {thread.id} is late.'}});
	const {id} = await newThread();
	await write('Before  after');
	for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowLeft');
	await form().getByRole('button', {name: 'Predefined messages'}).click();
	await form().getByRole('menuitem', {name: /Delay/}).click();
	await until('the text', async () => (await editor().innerText()).includes(`Sorry, jane@customer.example: thread ${id} is late.`));
	assert.deepEqual(await editor().locator('> p').allInnerTexts().then((all) => all.map((each) => each.trim())), ['Before', `Sorry, jane@customer.example: thread ${id} is late.`, 'after']);
	await open(id);
	await button('Discard the draft').click();
	await until('the default text', async () => /^Dear Customer,/.test(await editor().innerText()));
	await form().getByRole('button', {name: 'Predefined messages'}).click();
	await form().getByRole('menuitem', {name: /Delay/}).click();
	await until('the text before all others', async () => /^Sorry[^]*late\.\n+Dear Customer,\n/.test(await editor().innerText()));
});

test('attachments: chosen, dropped, refused when too large, removed, sent', {skip}, async () => {
	const {id} = await newThread();
	const chooser = form().locator('input[type=file]');
	assert.match(await button('Attach files').getAttribute('title'), /Up to 50 files, 26\.2.MB in all/);
	await chooser.setInputFiles([{name: 'bill.txt', mimeType: 'text/plain', buffer: Buffer.from('the bill')}, {name: 'gone.txt', mimeType: 'text/plain', buffer: Buffer.from('x')}]);
	const files = form().getByRole('list', {name: 'Attachments'}).getByRole('listitem');
	await files.nth(1).and(page.locator('[data-state=there]')).waitFor();
	await form().getByRole('button', {name: 'Remove gone.txt'}).click();
	await chooser.setInputFiles([{name: 'huge.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(27 << 20)}]);
	await form().locator('[data-state=failed]').getByText('Too large').waitFor();
	await form().evaluate((box) => {
		const data = new DataTransfer();
		data.items.add(new File(['dropped'], 'drop.txt', {type: 'text/plain'}));
		box.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
	});
	await form().locator('[data-state=there]', {hasText: 'drop.txt'}).waitFor();
	await button('Send').click();
	await form().getByText('An attachment could not be uploaded').waitFor();
	await form().getByRole('button', {name: 'Remove huge.bin'}).click();
	await button('Send').click();
	await page.locator('article.message-employee').waitFor();
	const {messages} = await thread(id);
	assert.deepEqual(messages[1].attachments.map(({name}) => name), ['bill.txt', 'drop.txt']);
	assert.equal(await (await anna.fetch(`/api/v1/messages/${messages[1].id}/attachments/${messages[1].attachments[0].id}`)).text(), 'the bill');
});

test('a double click and a lost connection send once', {skip}, async () => {
	const {id} = await newThread();
	await write('Once.');
	await button('Send').dblclick();
	await page.locator('article.message-employee').waitFor();
	assert.equal((await thread(id)).messages.length, 2);
	await write('Through the storm.');
	await kept('kept');
	let times = 0;
	await page.route('**/messages', async (route) => { // it arrives, but its answer is lost
		if (times++) return route.continue();
		await route.fetch();
		return route.abort();
	});
	await button('Send').click();
	await form().getByText('The server cannot be reached. Everything you wrote is still here').waitFor();
	assert.equal(await editor().innerText(), 'Through the storm.');
	await button('Send').click();
	await toast('The message was successfully sent to the customer.');
	await page.unroute('**/messages');
	await page.locator('article.message-employee').nth(1).waitFor();
	assert.equal((await thread(id)).messages.length, 3);
});

test('a thread that has moved: the mark, the question, both answers', {skip}, async () => {
	const {id, subject, messageId} = await newThread();
	await write('Slow answer');
	const again = (body) => capture(`Re: ${subject}`, {headers: [`In-Reply-To: <${messageId}>`], body});
	again('It is found already!');
	await form().getByText('1 new message since you began to write').waitFor();
	await page.locator('article.message-customer').nth(1).waitFor();
	await button('Send').click();
	const question = form().getByRole('alertdialog');
	await question.getByText('It is found already!').waitFor();
	await question.getByRole('button', {name: 'Back to writing'}).click();
	assert.equal((await thread(id)).messages.length, 2);
	assert.equal(await editor().innerText(), 'Slow answer');
	again('And paid.');
	await form().getByText('1 new message since you began to write').waitFor();
	await button('Send').click();
	await question.getByText('And paid.').waitFor();
	await question.getByRole('button', {name: 'Send anyway'}).click();
	await page.locator('article.message-employee').waitFor();
	assert.equal((await thread(id)).messages.length, 4);
});

test('forwarding: to a colleague, to somebody else, and a bad address', {skip}, async () => {
	const {id} = await newThread();
	await page.locator('main').focus();
	await page.keyboard.press('f');
	const dialog = page.getByRole('dialog', {name: 'Forward this discussion'});
	const to = dialog.getByRole('combobox', {name: 'Forward this discussion to an employee:'});
	const options = await to.locator('option').allTextContents();
	assert.equal(options[0], '-- Choose --');
	assert.equal(options.at(-1), 'Someone else');
	const submit = dialog.getByRole('button', {name: 'Forward', exact: true});
	assert.equal(await submit.isDisabled(), true);
	await to.selectOption({label: 'B. Baker'});
	await dialog.getByRole('textbox', {name: 'Comment:'}).fill('Yours?');
	await submit.click();
	await toast('Message forwarded to Ben Baker');
	await page.locator('article.message-note', {hasText: 'Comment: Yours?'}).waitFor();
	assert.deepEqual(await thread(id).then(({status, employee}) => [status, employee.firstname]), ['open', 'Ben']);
	await page.getByRole('button', {name: 'Forward this discussion to another employee'}).click();
	await to.selectOption({label: 'Someone else'});
	assert.equal(await submit.isDisabled(), true);
	await dialog.getByRole('textbox', {name: 'Email address'}).fill('nobody');
	await submit.click();
	await dialog.getByText('The email address is invalid.').waitFor();
	await dialog.getByRole('textbox', {name: 'Email address'}).fill('expert@elsewhere.example');
	await submit.click();
	await toast('Message forwarded to expert@elsewhere.example');
	const line = page.getByRole('region', {name: 'Orders and messages timeline'}).getByText(/Forwarded/);
	await line.first().waitFor();
});

test('keys: r, n, a, Ctrl+Enter, and on to the next thread', {skip}, async () => {
	const first = await newThread();
	const {id} = await newThread();
	await page.locator('main').focus();
	await page.keyboard.press('r');
	assert.equal(await editor().evaluate((box) => box === document.activeElement), true);
	await page.keyboard.press('Escape');
	await page.locator('main').focus();
	await page.keyboard.press('a');
	assert.equal(await page.evaluate(() => document.activeElement.closest('label')?.textContent.startsWith('Employee:')), true);
	await write('Done.');
	await page.keyboard.press('Control+Shift+Enter');
	await page.waitForURL((url) => /\/threads\/\d+/.test(url.pathname) && url.pathname !== `/threads/${id}`);
	assert.equal((await thread(id)).status, 'closed');
	await toast('The message was successfully sent');
	await page.locator('main').focus();
	await page.keyboard.press('z');
	await page.waitForURL(`**/threads/${id}`);
	await until('the text', async () => await editor().innerText() === 'Done.');
	assert.ok(first.id);
});

test('who looks and who writes is shown, on the page and in the list', {skip}, async () => {
	const {id} = await newThread();
	const other = await openDesk(browser, desk, {...employees.ben, password});
	await open(id, other);
	await write('I am at it', other);
	await form().getByText('Ben Baker is writing an answer…').waitFor();
	await page.goto(desk.url);
	await page.locator(`tr[data-thread="${id}"]`).getByRole('img', {name: /Ben Baker is (writing|looking)/}).waitFor();
	await other.context().close();
	await page.locator(`tr[data-thread="${id}"] .present`).waitFor({state: 'detached'});
});

test('in charge of several threads at once', {skip}, async () => {
	const [one, two] = [await newThread(), await newThread()];
	await page.goto(desk.url);
	for (const {id} of [one, two]) await page.getByRole('checkbox', {name: `Select thread ${id}`, exact: true}).check();
	await page.locator('.bulk > button').click();
	await page.getByRole('menuitem', {name: 'Choose who is in charge…'}).click();
	const dialog = page.getByRole('dialog', {name: 'Who is in charge of 2 threads'});
	await dialog.getByRole('combobox', {name: 'In charge'}).selectOption({label: 'Ben Baker'});
	await dialog.getByRole('button', {name: 'Put in charge'}).click();
	await toast('Update successful');
	for (const {id} of [one, two]) assert.equal((await thread(id)).employee.firstname, 'Ben');
	assert.ok((await ben.get('/notifications')).entries.some(({kind, thread: which}) => kind === 'assigned' && which === two.id));
});

test('offered in charge of several threads are those who may see them all', {skip}, async () => {
	const {contacts} = await anna.get('/contacts');
	const orders = contacts.find(({name}) => name === 'Orders').id;
	const clerk = await anna.post('/employees', {firstname: 'Olga', lastname: 'Orders', email: 'olga@shop.example', role: 'agent', all_contacts: false, contacts: [orders]});
	const threads = [await newThread(), await newThread()];
	await anna.patch(`/threads/${threads[1].id}`, {contact: orders});
	const offered = async (...chosen) => {
		await page.goto(desk.url);
		for (const {id} of chosen) await page.getByRole('checkbox', {name: `Select thread ${id}`, exact: true}).check();
		await page.locator('.bulk > button').click();
		await page.getByRole('menuitem', {name: 'Choose who is in charge…'}).click();
		const choice = page.getByRole('dialog').getByRole('combobox', {name: 'In charge'});
		await choice.locator('option', {hasText: 'Ben Baker'}).waitFor({state: 'attached'});
		return choice.locator('option').allTextContents();
	};
	assert.ok((await offered(threads[1])).includes('Olga Orders'));
	assert.ok(!(await offered(...threads)).includes('Olga Orders'));
	assert.ok(!(await offered(...threads.reverse())).includes('Olga Orders'));
	await anna.fetch(`/api/v1/employees/${clerk.id}`, {method: 'DELETE'});
});

test('the settings of answering', {skip}, async () => {
	await page.goto(`${desk.url}/answering`);
	await page.getByRole('switch', {name: 'Quote the last message'}).uncheck();
	await page.getByRole('spinbutton', {name: 'Reopen closed threads within'}).fill('14');
	await page.getByRole('button', {name: 'Save'}).click();
	await toast('The settings have been successfully updated.');
	const now = await anna.get('/settings/answering');
	assert.deepEqual([now.quote, now.reopen_days, now.plus_address], [false, 14, true]);
});

// Answered by the API, so that it leaves at once.
async function answered(from, mood) {
	moods[from] = mood;
	const made = await newThread({from});
	await anna.post(`/threads/${made.id}/messages`, {text: 'On its way.', undo: 0});
	return made;
}
const delivery = (state) => page.locator(`article.message-employee [data-delivery=${state}]`);

test('sent: the server\'s answer and its queue id, by a click', {skip}, async () => {
	await answered('fine@customer.example', {});
	await delivery('sent').waitFor();
	await delivery('sent').getByRole('button', {name: 'Delivery: Sent'}).click();
	await delivery('sent').getByText('4F2A1C', {exact: true}).waitFor();
	await page.getByRole('region', {name: 'Orders and messages timeline'}).getByText('An answer was handed to the mail server').waitFor();
});

test('delayed: why, and the next try', {skip}, async () => {
	await answered('later@customer.example', {rcpt: '450 4.2.0 Greylisted'});
	await delivery('delayed').getByText(/Greylisted · next try /).waitFor();
});

test('not delivered: why, in the bell too; resent to a corrected address', {skip}, async () => {
	const from = 'gone@customer.example';
	const {id} = await answered(from, {rcpt: '550 5.1.1 User unknown'});
	await delivery('failed').getByText(/User unknown/).waitFor();
	await page.goto(desk.url);
	await anna.post(`/threads/${id}/messages`, {text: 'Once more.', undo: 0});
	await page.locator('.bell > button').click();
	await page.locator('.bell-entry', {hasText: 'Your reply was not delivered: '}).filter({hasText: 'User unknown'}).first().click();
	await page.waitForURL(`**/threads/${id}*`);
	const last = page.locator('article.message-employee').last();
	await last.locator('[data-delivery=failed]').waitFor();
	await last.getByRole('textbox', {name: 'Corrected address:'}).fill('no address');
	await last.getByRole('button', {name: 'Resend'}).click();
	await last.getByRole('alert').waitFor();
	await last.getByRole('textbox', {name: 'Corrected address:'}).fill('jane.new@customer.example');
	await last.getByRole('button', {name: 'Resend'}).click();
	await toast('The message is on its way again.');
	await last.locator('[data-delivery=sent]').waitFor();
	await until('it at the relay', () => relay.mails.some(({to}) => to.includes('jane.new@customer.example')));
});

test('doubtful: explained; it arrived, or it is sent again', {skip}, async () => {
	const from = 'doubt@customer.example';
	await answered(from, {data: 'drop'});
	await delivery('doubtful').getByText('The connection broke before the mail server said').waitFor();
	await delivery('doubtful').getByRole('button', {name: 'It arrived'}).click();
	await toast('Noted: the message arrived.');
	await delivery('doubtful').waitFor({state: 'detached'});
	await answered('doubt2@customer.example', {data: 'drop'});
	await delivery('doubtful').waitFor();
	moods['doubt2@customer.example'] = {};
	await delivery('doubtful').getByRole('button', {name: 'Send again'}).click();
	await delivery('sent').waitFor();
});

test('nothing went wrong in the page', {skip}, () => assert.deepEqual(page.problems, []));
