// What employees set about themselves: name, password, two-step log-in, sessions, the bell; in a real browser.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Client} from './support/api.mjs';
import {openBell} from './support/bell.mjs';
import {openDesk, startBrowser, titleCount} from './support/browser.mjs';
import {employees, password, startDesk} from './support/desk.mjs';
import {plainMail} from './support/smtp.mjs';
import {lacks, until} from './support/system.mjs';
import {totpCode} from './support/totp.mjs';

const skip = lacks('chromium');
const changed = 'staple battery horse';
let desk, browser, ben, recovery, secret;

before(async () => {
	if (skip) return;
	desk = await startDesk();
	browser = await startBrowser();
	ben = await openDesk(browser, desk, {...employees.ben, password});
	await ben.goto(`${desk.url}/profile`);
	await section('About you').waitFor();
});
after(async () => {
	await browser?.close();
	await desk?.stop();
});

const section = (name) => ben.getByRole('region', {name, exact: true});
const logIn = (client, secretWord, totp) => client.fetch('/api/v1/session', {method: 'POST', body: {email: employees.ben.email, password: secretWord, ...(totp && {totp})}});
const capture = (subject) => desk.cli(['capture', '--from', 'jane@customer.example', '--to', 'support@shop.example'], {input: plainMail({subject})});

test('name, signature, language and theme', {skip}, async () => {
	const about = section('About you');
	await about.getByLabel('Last name').fill('');
	await about.locator('[name=signature]').fill('Regards,\nBen');
	await about.getByRole('button', {name: 'Save'}).click();
	await about.getByText('The field Last name is required.').waitFor();
	assert.equal(await about.locator('[name=signature]').inputValue(), 'Regards,\nBen');
	await about.getByLabel('Last name').fill('Brewer');
	await about.getByLabel('Theme').selectOption('dark');
	await about.getByRole('button', {name: 'Save'}).click();
	await ben.getByText('The settings have been successfully updated.').waitFor();
	assert.equal(await ben.locator('html').getAttribute('data-bs-theme'), 'dark');
	await ben.getByRole('button', {name: 'Menu of Ben Brewer'}).waitFor();
	const client = await desk.client('ben');
	const {version, lastname, signature} = await client.get('/profile');
	assert.deepEqual([lastname, signature], ['Brewer', 'Regards,\nBen']);
	const change = (headers) => client.fetch('/api/v1/profile', {method: 'PATCH', body: {signature: 'Ben'}, headers});
	assert.equal((await change({})).status, 428);
	assert.equal((await change({'if-match': `"${version - 1}"`})).status, 412);
	assert.equal((await change({'if-match': `"${version}"`})).status, 200);
});

test('two pages change the profile: the second is told', {skip}, async () => {
	const client = await desk.client('ben');
	await ben.goto(`${desk.url}/profile`);
	const about = section('About you');
	await about.getByLabel('First name').waitFor();
	await client.patch('/profile', {signature: 'Elsewhere'}, (await client.get('/profile')).version);
	await section('Settings of the bell').getByRole('button', {name: 'Save'}).click();
	await section('Settings of the bell').getByText('Somebody else changed this meanwhile.').waitFor();
	await about.locator('[name=signature]').fill('Typed here');
	await about.getByRole('button', {name: 'Save'}).click();
	await about.getByText('Somebody else changed this meanwhile.').waitFor();
	assert.equal(await about.locator('[name=signature]').inputValue(), 'Typed here');
	await about.getByRole('button', {name: 'Reload'}).click();
	await until('what is there', async () => (await about.locator('[name=signature]').inputValue()) === 'Elsewhere');
	await section('Settings of the bell').getByRole('button', {name: 'Save'}).click();
	await ben.getByText('The settings have been successfully updated.').first().waitFor();
	await about.locator('[name=signature]').fill('Regards,\nBen');
	await about.getByRole('button', {name: 'Save'}).click();
	await until('the signature', async () => (await client.get('/profile')).signature === 'Regards,\nBen');
});

test('the theme is changed by one click, whatever changed meanwhile', {skip}, async () => {
	const client = await desk.client('ben');
	await client.patch('/profile', {lastname: 'Other'}, (await client.get('/profile')).version); // this page knows an older one
	await ben.getByRole('button', {name: /^Menu of Ben/}).click();
	await ben.getByRole('menuitemradio', {name: 'Light'}).click();
	await until('the theme', async () => (await client.get('/profile')).theme === 'light');
	await ben.getByRole('button', {name: 'Menu of Ben Other'}).waitFor();
	await client.patch('/profile', {lastname: 'Brewer', theme: 'auto'}, (await client.get('/profile')).version);
	await ben.goto(`${desk.url}/profile`);
});

test('the password: the old one is asked, a short one refused, other sessions end', {skip}, async () => {
	const other = await desk.client('ben');
	const bell = await openBell(other);
	const form = section('Password');
	await form.getByLabel('Current password').fill('not the old one');
	await form.locator('[name=password]').fill('short');
	await form.locator('[name=again]').fill('short');
	await form.getByRole('button', {name: 'Change the password'}).click();
	await form.getByText('The password must have 12 characters or more.').waitFor();
	await form.locator('[name=password]').fill(changed);
	await form.getByRole('button', {name: 'Change the password'}).click();
	await form.getByText('This is not the same password.').waitFor();
	await form.locator('[name=again]').fill(changed);
	await form.getByRole('button', {name: 'Change the password'}).click();
	await form.getByText('This is not your password.').waitFor();
	assert.equal((await other.fetch('/api/v1/session')).status, 200);
	await form.getByLabel('Current password').fill(password);
	await form.getByRole('button', {name: 'Change the password'}).click();
	await ben.getByText('Your password has been changed; your other sessions have ended.').waitFor();
	await until('the other bell to close', () => bell.closed, 2);
	assert.equal((await other.fetch('/api/v1/session')).status, 401);
	assert.equal((await logIn(new Client(desk.url), password)).status, 401);
	assert.equal((await logIn(new Client(desk.url), changed)).status, 200);
	await ben.reload();
	await section('About you').waitFor(); // this session goes on
});

test('a session is ended from the list; its page goes to the log-in page', {skip}, async () => {
	const page = await openDesk(browser, desk, {email: employees.ben.email, password: changed}, {userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'});
	await ben.reload();
	await section('Your sessions').getByText('this one').waitFor();
	await section('Your sessions').getByRole('button', {name: /^End the session of Firefox, Linux/}).click();
	await page.waitForURL(/\/login\?next=/, {timeout: 5000});
	await ben.getByText('The session has ended.').first().waitFor();
	await section('Your sessions').getByRole('button', {name: /Firefox/}).waitFor({state: 'detached'});
	await page.context().close();
});

test('two-step log-in is set up with the app\'s code', {skip}, async () => {
	const factor = section('Two-step login');
	await factor.getByLabel('Current password').fill('wrong password');
	await factor.getByRole('button', {name: 'Set up'}).click();
	await factor.getByText('This is not your password.').waitFor();
	await factor.getByLabel('Current password').fill(changed);
	await factor.getByRole('button', {name: 'Set up'}).click();
	await factor.getByRole('img', {name: /^QR code/}).waitFor();
	secret = (await factor.locator('.totp-secret').innerText()).replaceAll(' ', '');
	assert.match(secret, /^[A-Z2-7]{32}$/);
	await factor.getByLabel('Code', {exact: false}).and(ben.locator('[name=code]')).fill(totpCode(secret, 40));
	await factor.getByRole('button', {name: 'Turn on'}).click();
	await factor.getByText('This code is not the one that the app shows now.').waitFor();
	assert.equal((await logIn(new Client(desk.url), changed)).status, 200, 'not on yet');
	await factor.locator('[name=code]').fill(totpCode(secret, -1));
	await factor.getByRole('button', {name: 'Turn on'}).click();
	await ben.getByText('Two-step login is on.').waitFor();
	recovery = await factor.locator('.recovery code').allInnerTexts();
	assert.equal(new Set(recovery).size, 10);
	await factor.getByText('10 recovery codes left.').waitFor();
	await ben.reload();
	await factor.getByText('10 recovery codes left.').waitFor();
	assert.equal(await factor.locator('.recovery').count(), 0, 'shown once');
});

test('log-in asks for the code; each code works once', {skip}, async () => {
	const context = await browser.newContext({locale: 'en-GB'});
	const page = await context.newPage();
	await page.goto(desk.url);
	await page.locator('[name=email]').fill(employees.ben.email);
	await page.locator('[name=password]').fill(changed);
	await page.getByRole('button', {name: 'Log in'}).click();
	const code = totpCode(secret);
	await page.getByLabel('Code').fill('000000' === code ? '111111' : '000000');
	await page.getByRole('button', {name: 'Log in'}).click();
	await page.getByText('This code is not right. Try the next one.').waitFor();
	await page.getByLabel('Code').fill(code);
	await page.getByRole('button', {name: 'Log in'}).click();
	await page.locator('[data-link=up]').waitFor({state: 'attached'});
	await context.close();
	const again = await logIn(new Client(desk.url), changed, code);
	assert.equal(again.status, 401);
	assert.match((await again.json()).detail, /totp/);
	const without = await logIn(new Client(desk.url), changed);
	assert.equal(without.status, 401);
	assert.match((await without.json()).detail, /\btotp\b/);
	assert.equal(without.headers.get('set-cookie'), null);
	assert.doesNotMatch((await (await logIn(new Client(desk.url), password, totpCode(secret, 1))).json()).detail, /totp/, 'a wrong password tells nothing of codes');
});

test('a recovery code lets in once, however it is typed', {skip}, async () => {
	const context = await browser.newContext({locale: 'en-GB'});
	const page = await context.newPage();
	await page.goto(desk.url);
	await page.locator('[name=email]').fill(employees.ben.email);
	await page.locator('[name=password]').fill(changed);
	await page.getByRole('button', {name: 'Log in'}).click();
	await page.getByRole('button', {name: 'Use a recovery code'}).click();
	await page.getByLabel('Recovery code').fill(` ${recovery[0].toUpperCase()} `);
	await page.getByRole('button', {name: 'Log in'}).click();
	await page.locator('[data-link=up]').waitFor({state: 'attached'});
	await context.close();
	assert.equal((await logIn(new Client(desk.url), changed, recovery[0])).status, 401);
	const both = await Promise.all([1, 2].map(() => logIn(new Client(desk.url), changed, recovery[1])));
	assert.deepEqual(both.map(({status}) => status).sort(), [200, 401], 'of two at once one gets in');
});

test('codes cannot be tried without end', {skip}, async () => {
	let reply;
	for (let i = 0; i < 12 && reply?.status !== 429; i++) {
		await logIn(new Client(desk.url), changed); // the password alone forgives nothing
		reply = await logIn(new Client(desk.url), changed, '12345x');
	}
	assert.equal(reply.status, 429);
	assert.match(reply.headers.get('retry-after'), /^\d+$/);
});

test('new recovery codes replace the old; off is off', {skip}, async () => {
	const factor = section('Two-step login');
	await ben.reload();
	await factor.getByText('8 recovery codes left.').waitFor();
	await factor.getByRole('button', {name: 'New recovery codes'}).first().click();
	await factor.getByLabel('Current password').fill(changed);
	await factor.locator('form').getByRole('button', {name: 'New recovery codes'}).click();
	await factor.getByText('10 recovery codes left.').waitFor();
	assert.ok(!(await factor.locator('.recovery code').allInnerTexts()).includes(recovery[2]));
	await factor.getByRole('button', {name: 'I have kept them'}).click();
	await factor.getByRole('button', {name: 'Turn off two-step login'}).first().click();
	await factor.getByLabel('Current password').fill(changed);
	await factor.locator('form').getByRole('button', {name: 'Turn off two-step login'}).click();
	await ben.getByText('Two-step login is off.').waitFor();
	await factor.getByRole('button', {name: 'Set up'}).waitFor();
});

test('the bell says why an entry came, and leaves out kinds that are not wanted', {skip}, async () => {
	await ben.getByRole('button', {name: 'Notifications'}).click();
	await ben.getByText('No new message for now.').waitFor();
	await ben.keyboard.press('Escape');
	capture('Why it rings');
	await until('1 in the title', async () => (await titleCount(ben)) === 1);
	await ben.getByRole('button', {name: /^Notifications/}).click();
	await ben.getByText('New message in Support').waitFor();
	await ben.keyboard.press('Escape');
	const bell = section('Settings of the bell');
	await bell.getByLabel('Messages by customers: Bell').uncheck();
	assert.equal(await bell.getByLabel('Messages by customers: Sound').isDisabled(), true);
	await bell.getByRole('button', {name: 'Save'}).click();
	await until('none in the title', async () => (await titleCount(ben)) === 0);
	await ben.reload();
	assert.equal(await section('Settings of the bell').getByLabel('Messages by customers: Bell').isChecked(), false);
	assert.equal(await titleCount(ben), 0);
	await section('Settings of the bell').getByLabel('Messages by customers: Bell').check();
	await section('Settings of the bell').getByRole('button', {name: 'Save'}).click();
	await until('1 in the title', async () => (await titleCount(ben)) === 1);
});

test('settings of the bell that make no sense are refused', {skip}, async () => {
	const anna = await desk.client();
	const change = async (notify) => {
		const tag = (await anna.fetch('/api/v1/profile')).headers.get('etag');
		return (await anna.fetch('/api/v1/profile', {method: 'PATCH', body: {notify}, headers: {'if-match': tag}})).status;
	};
	const good = {bell: ['assigned'], sound: [], desktop: ['assigned'], quiet: {from: '22:00', to: '07:00'}};
	for (const wrong of [[], {...good, bell: 'all'}, {...good, sound: ['flood']}, {...good, quiet: {from: '25:00', to: '07:00'}}, {...good, quiet: {from: '7:00', to: '8:00'}}])
		assert.equal(await change(wrong), 422, JSON.stringify(wrong));
	assert.equal(await change(good), 200);
	assert.deepEqual((await anna.get('/session')).notify, good);
});

test('a kind that is switched off does not ring on the socket either', {skip}, async () => {
	const anna = await desk.client();
	const set = async (bell) => anna.patch('/profile', {notify: {bell, sound: [], desktop: [], quiet: null}}, (await anna.get('/profile')).version);
	const rang = async (subject) => {
		const before = listening.of('message').length;
		capture(subject);
		return (await listening.wait('message', before + 1))[before].ring;
	};
	const listening = await openBell(anna);
	await set(['assigned']);
	assert.equal(await rang('Quiet'), false);
	await set(['message']);
	assert.equal(await rang('Loud'), true);
	await set(['assigned']);
	const late = await openBell(anna, {since: 0});
	assert.deepEqual((await late.wait('message', listening.of('message').length)).map(({ring}) => ring).filter(Boolean), []);
	late.close();
	listening.close();
	await set(['message', 'assigned', 'undelivered']);
});

test('the test of the bell tells what is in the way', {skip}, async () => {
	const bell = section('Settings of the bell');
	const hour = (by) => `${String((new Date().getHours() + 24 + by) % 24).padStart(2, '0')}:00`;
	await bell.getByLabel('Quiet hours').check();
	await bell.getByLabel('From').fill(hour(-1));
	await bell.getByLabel('To', {exact: true}).fill(hour(2));
	await bell.getByRole('button', {name: 'Save'}).click();
	await ben.getByText('The settings have been successfully updated.').first().waitFor();
	await bell.getByRole('button', {name: 'Test the bell'}).click();
	const dialog = ben.getByRole('dialog', {name: 'Test the bell'});
	await dialog.getByText('The page is connected; notifications come at once.').waitFor();
	await dialog.getByText('These are quiet hours: no sound and no desktop notification now.').waitFor();
	await dialog.getByText('Sound is off in this browser.').waitFor();
	await dialog.getByRole('button', {name: 'Turn sound on'}).click();
	await dialog.getByText('Sound is on in this browser.').waitFor();
	await dialog.getByRole('button', {name: 'Close'}).last().click();
});

test('a lost connection is said, and that it is back', {skip}, async () => {
	await desk.end();
	await ben.getByText('Connection lost, trying again…').waitFor();
	const again = ben.getByText('Connected again').waitFor(); // said for three seconds only
	await Promise.all([again, desk.start()]);
	await ben.locator('[data-link=up]').waitFor({state: 'attached'});
});

test('nothing went wrong in the page', {skip}, () => assert.deepEqual(ben.problems, []));
