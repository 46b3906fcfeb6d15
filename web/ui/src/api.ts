// The HTTP API as plain functions: each gives the answer's JSON or throws an ApiError.
import type {Blocked, Charset, Charts, ContactBlock, Customer, CustomerRow, Draft, Employee, FolderCounts, InnerMail, Kpis, Language, LetterBody, Message, Notices, Notify, OpenSession, Order, Person, Profile, ReplyStart, SavedFilter, Session, SpamRule, Statistics, Status, Theme, Thread, ThreadChange, ThreadPage, ThreadRow, Token, Upload, WholeOrder} from './types';

const BASE = '/api/v1';

// A field that was refused; CODE says why where the catalogs have "invalid.CODE".
export interface FieldError {
	field: string;
	code?: string;
	limit?: number;
	detail: string;
}

// STATUS 0: the server could not be reached. NEWER: messages that stopped an answer.
export class ApiError extends Error {
	constructor(readonly status: number, readonly title: string, readonly detail: string, readonly errors: FieldError[] = [], readonly newer: Message[] = []) {
		super(detail || title);
	}
}

let onLoggedOut: () => void = () => undefined;

// Called whenever the server says that there is no session (any more).
export function whenLoggedOut(call: () => void): void {
	onLoggedOut = call;
}

async function problem(response: Response): Promise<ApiError> {
	const body = await response.json().catch(() => ({})) as {title?: string; detail?: string; errors?: FieldError[]; newer?: Message[]};
	return new ApiError(response.status, body.title ?? response.statusText, body.detail ?? '', body.errors, body.newer);
}

async function reach(path: string, init: RequestInit): Promise<Response> {
	try {
		return await fetch(BASE + path, {credentials: 'same-origin', ...init});
	} catch (error) {
		if (init.signal?.aborted) throw error;
		throw new ApiError(0, '', '');
	}
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal, version?: number, more: Record<string, string> = {}): Promise<Response> {
	const headers: Record<string, string> = {accept: 'application/json', ...more};
	if (version !== undefined) headers['if-match'] = `"${version}"`;
	if (body !== undefined) headers['content-type'] = 'application/json';
	const response = await reach(path, {method, headers, signal: signal ?? null, ...(body === undefined ? {} : {body: JSON.stringify(body)})});
	if (response.ok) return response;
	if (response.status === 401 && !(method === 'POST' && path === '/session')) onLoggedOut();
	throw await problem(response);
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal, version?: number, more?: Record<string, string>): Promise<T> {
	const response = await send(method, path, body, signal, version, more);
	return (response.status === 204 ? undefined : await response.json()) as T;
}

export const session = {
	look: () => call<Session | undefined>('GET', '/session/look'), // undefined: not logged in, which is no error
	open: (email: string, password: string, totp?: string) => call<Session>('POST', '/session', {email, password, ...(totp ? {totp} : {})}),
	close: () => call<void>('DELETE', '/session'),
	change: (profile: ProfileChange, version: number) => call<Session>('PATCH', '/profile', profile, undefined, version),
};

export interface ProfileChange {
	firstname?: string;
	lastname?: string;
	language?: Language;
	theme?: Theme;
	signature?: string;
	mail_login?: string;
	notify?: Notify;
}

export const profile = {
	get: () => call<Profile>('GET', '/profile'),
	password: (old: string, password: string) => call<void>('POST', '/profile/password', {old, password}),
	sessions: () => call<{sessions: OpenSession[]}>('GET', '/profile/sessions'),
	end: (id: number) => call<void>('DELETE', `/profile/sessions/${id}`),
	endOthers: () => call<void>('DELETE', '/profile/sessions'),
	beginTotp: (password: string) => call<{secret: string; uri: string; ticket: string}>('POST', '/profile/totp', {password}),
	confirmTotp: (ticket: string, code: string) => call<{recovery: string[]}>('PUT', '/profile/totp', {ticket, code}),
	endTotp: (password: string) => call<void>('POST', '/profile/totp/off', {password}),
	renewRecovery: (password: string) => call<{recovery: string[]}>('POST', '/profile/recovery', {password}),
};

export const tokens = {
	list: (everyone: boolean) => call<{tokens: Token[]}>('GET', `/tokens${everyone ? '?everyone=1' : ''}`),
	add: (name: string, role: string) => call<Token>('POST', '/tokens', {name, role}),
	revoke: (id: number) => call<void>('DELETE', `/tokens/${id}`),
};

// A link by which an employee sets a new password, once.
export const reset = {
	look: (token: string) => call<{email: string; firstname: string; lastname: string}>('POST', '/reset/look', {token}),
	use: (token: string, password: string) => call<void>('POST', '/reset', {token, password}),
};

export const threads = {
	list: (search: string, signal?: AbortSignal) => call<ThreadPage>('GET', `/threads${search}`, undefined, signal),
	get: (id: number, before?: number, limit = 50) => call<Thread>('GET', `/threads/${id}${before ? `?before=${before}&limit=${limit}` : ''}`),
	read: (id: number, upto: number) => call<{notifications: Notices}>('POST', `/threads/${id}/read`, {upto}),
	status: (id: number, status: Status) => call<ThreadRow>('PATCH', `/threads/${id}`, {status}),
	change: (id: number, change: ThreadChange) => call<ThreadRow>('PATCH', `/threads/${id}`, change),
	staff: async (id: number) => (await call<{employees: Person[]}>('GET', `/threads/${id}/employees`)).employees, // who may be put in charge
	assignAll: (ids: number[], employee: number | null) => call<{changed: number[]}>('PATCH', '/threads', {ids, employee}),
	statusOf: (ids: number[], status: Status) => call<{changed: number[]}>('PATCH', '/threads', {ids, status}),
	remove: (id: number) => call<void>('DELETE', `/threads/${id}`),
	removeAll: (ids: number[]) => call<{deleted: number[]}>('DELETE', `/threads?ids=${ids.join(',')}`),
	restore: (id: number) => call<ThreadRow>('POST', `/threads/${id}/restore`),
	async restoreAll(ids: number[]) {
		for (const id of ids) await threads.restore(id);
	},
};

// Answering. KEY: the same for each try of one sending, so that it is sent once.
export const reply = {
	start: (thread: number) => call<ReplyStart>('GET', `/threads/${thread}/reply`),
	keep: (thread: number, letter: LetterBody) => call<{updated: string}>('PUT', `/threads/${thread}/draft`, letter),
	drop: (thread: number) => call<void>('DELETE', `/threads/${thread}/draft`),
	send: (thread: number, letter: LetterBody, key: string) => call<Message>('POST', `/threads/${thread}/messages`, letter, undefined, undefined, {'idempotency-key': key}),
	undo: (message: number) => call<{thread: ThreadRow | null; draft: Draft | null}>('POST', `/messages/${message}/undo`, {}),
	resend: (message: number, address?: string) => call<Message>('POST', `/messages/${message}/resend`, address ? {address} : {}),
	settle: (message: number, sent: boolean) => call<Message>('POST', `/messages/${message}/settle`, {sent}),
	preview: (thread: number, letter: LetterBody) => call<{subject: string; html: string; text: string}>('POST', `/threads/${thread}/preview`, letter),
	fill: (thread: number, orderMessage: number) => call<{text: string; unknown: string[]; empty: string[]}>('POST', `/threads/${thread}/fill`, {order_message: orderMessage}),
	forward: (thread: number, to: {employee: number} | {email: string}, comment: string) => call<Message>('POST', `/threads/${thread}/forward`, {...to, comment}),
	upload,
	uploaded: (thread: number, id: number) => `${BASE}/threads/${thread}/uploads/${id}`,
	unload: (thread: number, id: number) => call<void>('DELETE', `/threads/${thread}/uploads/${id}`),
	// While the page goes away: the browser finishes what is small enough.
	keepLeaving: (thread: number, letter: LetterBody) => leave('PUT', `/threads/${thread}/draft`, letter),
	dropLeaving: (thread: number) => leave('DELETE', `/threads/${thread}/draft`),
};

function leave(method: string, path: string, body?: unknown): void {
	void fetch(BASE + path, {method, credentials: 'same-origin', keepalive: true, headers: body ? {'content-type': 'application/json'} : {}, ...(body ? {body: JSON.stringify(body)} : {})}).catch(() => undefined);
}

// fetch() does not tell how far it is.
function upload(thread: number, file: File, progress: (part: number) => void, signal: AbortSignal): Promise<Upload> {
	return new Promise((done, failed) => {
		const request = new XMLHttpRequest();
		request.open('POST', `${BASE}/threads/${thread}/uploads?${new URLSearchParams({name: file.name})}`);
		request.setRequestHeader('content-type', file.type || 'application/octet-stream');
		request.upload.onprogress = ({loaded, total}) => progress(total ? loaded / total : 0);
		request.onload = () => {
			const body = parse(request.responseText) as Partial<Upload & {title: string; detail: string; errors: FieldError[]}>;
			if (request.status === 401) onLoggedOut();
			if (request.status === 201) done(body as Upload);
			else failed(new ApiError(request.status, body.title ?? '', body.detail ?? '', body.errors));
		};
		request.onerror = request.onabort = () => failed(new ApiError(0, '', ''));
		signal.addEventListener('abort', () => request.abort());
		request.send(file);
	});
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return {};
	}
}

// Predefined messages, named in the employee's language.
export const orderMessages = async () => (await call<{order_messages: {id: number; name: string; message: string}[]}>('GET', '/order-messages?limit=100&sort=name')).order_messages;

export const notices = {
	get: () => call<Notices>('GET', '/notifications'),
	seen: (upto: number) => call<Notices>('POST', '/notifications/seen', {upto}),
};

export const overview = {
	kpis: () => call<Kpis>('GET', '/kpis'),
	refresh: (name: keyof Kpis) => call<Kpis>('GET', `/kpis?refresh=${name}`),
	statistics: () => call<Statistics>('GET', '/statistics'),
	contacts: () => call<ContactBlock[]>('GET', '/contacts/summary'),
	folders: () => call<FolderCounts>('GET', '/folders'),
};

export const filters = {
	list: () => call<{filters: SavedFilter[]}>('GET', '/filters'),
	add: (name: string, query: string) => call<SavedFilter>('POST', '/filters', {name, query}),
	change: (id: number, version: number, part: {name?: string; query?: string}) => call<SavedFilter>('PATCH', `/filters/${id}`, part, undefined, version),
	remove: (id: number) => call<void>('DELETE', `/filters/${id}`),
};

export const charts = () => call<Charts>('GET', '/charts');

export const messages = {
	url: (id: number, what: 'text' | 'html' | 'source') => `${BASE}/messages/${id}/${what}`,
	attachment: (id: number, n: number) => `${BASE}/messages/${id}/attachments/${n}`,
	picture: (id: number, n: number) => `${BASE}/messages/${id}/attachments/${n}?inline=1`, // images only, by their content
	inner: (id: number, n: number) => call<InnerMail>('GET', `/messages/${id}/attachments/${n}/mail`),
	archive: (id: number) => `${BASE}/messages/${id}/attachments.zip`,
	body: async (id: number, what: 'text' | 'html') => (await send('GET', `/messages/${id}/${what}`)).text(),
	source,
	charsets: async () => (await call<{charsets: Charset[]}>('GET', '/charsets')).charsets,
	reread: (id: number, charset?: string | null) => call<Message>('POST', `/messages/${id}/reread`, {charset}), // undefined: as chosen before
};

// The raw mail's first LIMIT bytes as text, and whether that is all of it.
async function source(id: number, limit = 256 * 1024): Promise<{text: string; whole: boolean}> {
	const stop = new AbortController();
	const response = await send('GET', `/messages/${id}/source`, undefined, stop.signal);
	const reader = response.body?.getReader();
	const decoder = new TextDecoder();
	let text = '';
	let size = 0;
	while (reader) {
		const {done, value} = await reader.read();
		if (done) return {text: text + decoder.decode(), whole: true};
		text += decoder.decode(value, {stream: true});
		size += value.byteLength;
		if (size >= limit) break;
	}
	stop.abort();
	return {text, whole: false};
}

export interface Listing<Row> {
	total: number;
	page: number;
	limit: number;
	rows: Row[];
}

// What settings pages do with one noun of the API; the list's rows stand under NAME in its answer.
export interface Crud<Row, One = Row> {
	list: (search: string) => Promise<Listing<Row>>;
	get: (id: number, search?: string) => Promise<One>;
	create: (body: unknown) => Promise<One>;
	change: (id: number, version: number, body: unknown) => Promise<One>; // ApiError 412: somebody else was first
	remove: (id: number, search?: string) => Promise<void>;
	removeAll: (ids: number[]) => Promise<Removed>;
}

// What became of rows that were to be deleted together: REFUSED could not be, CODE as in FieldError.
export interface Removed {
	deleted: number[];
	refused?: {id: number; code: string; detail: string}[];
}

export function crud<Row, One = Row>(path: string, name: string, method: 'PUT' | 'PATCH' = 'PATCH'): Crud<Row, One> {
	return {
		async list(search) {
			const answer = await call<Omit<Listing<Row>, 'rows'> & Record<string, unknown>>('GET', path + search);
			return {total: answer.total, page: answer.page, limit: answer.limit, rows: answer[name] as Row[]};
		},
		get: (id, search = '') => call<One>('GET', `${path}/${id}${search}`),
		create: (body) => call<One>('POST', path, body),
		change: (id, version, body) => call<One>(method, `${path}/${id}`, body, undefined, version),
		remove: (id, search = '') => call<void>('DELETE', `${path}/${id}${search}`),
		removeAll: (ids) => call<Removed>('DELETE', `${path}?ids=${ids.join(',')}`),
	};
}

export const customers = crud<CustomerRow, Customer>('/customers', 'customers');
export const orders = crud<Order, WholeOrder>('/orders', 'orders');

export const spamRules = crud<SpamRule>('/spam-rules', 'rules');
export const blockedSenders = crud<Blocked>('/blocked-senders', 'blocked');

// Senders whose remote images this employee always wants to see.
export const trust = {
	add: (address: string) => call<unknown>('POST', '/profile/trusted-senders', {address}),
	drop: (address: string) => call<void>('DELETE', `/profile/trusted-senders?${new URLSearchParams({address})}`),
};

export const employees = {
	...crud<Employee>('/employees', 'employees'),
	sessions: (id: number) => call<{sessions: OpenSession[]}>('GET', `/employees/${id}/sessions`),
	end: (id: number, which: number) => call<void>('DELETE', `/employees/${id}/sessions/${which}`),
	endAll: (id: number) => call<void>('DELETE', `/employees/${id}/sessions`),
	link: (id: number) => call<{url: string; expires: string}>('POST', `/employees/${id}/reset`),
	dropTotp: (id: number) => call<void>('DELETE', `/employees/${id}/totp`),
};

// Contacts stand in the order of IDS, which are all of them.
export function orderContacts(ids: number[]): Promise<unknown> {
	return call('PUT', '/contacts/order', {ids});
}

// The SQL Manager.
export interface SavedQuery {
	id: number;
	name: string;
	sql: string;
	created: string;
	version: number;
}

export type Cell = string | number | null;

export interface QueryResult {
	columns: string[];
	rows: Cell[][];
	cut: boolean;
	ms: number;
}

export interface QueryViews {
	views: {name: string; columns: string[]}[];
	functions: string[];
}

export const queries = {
	...crud<SavedQuery>('/queries', 'queries'),
	views: () => call<QueryViews>('GET', '/queries/views'),
	run: (sql: string) => call<QueryResult>('POST', '/queries/run', {sql}),
	csv: async (sql: string, mark: boolean) => (await send('POST', `/queries/run?format=csv${mark ? '&bom=1' : ''}`, {sql})).blob(),
	csvOf: async (id: number, mark: boolean) => (await send('GET', `/queries/${id}/run?format=csv${mark ? '&bom=1' : ''}`)).blob(),
	ofList: (search: string) => call<{name: string; sql: string}>('GET', `/threads/sql${search}`),
	listCsv: async (search: string, mark: boolean) => (await send('GET', `/threads.csv${search}${mark ? `${search ? '&' : '?'}bom=1` : ''}`)).blob(),
};

// Groups of settings, each with a version.
export const settings = {
	get: <T>(name: string) => call<T>('GET', `/settings/${name}`),
	change: <T>(name: string, version: number, body: unknown) => call<T>('PATCH', `/settings/${name}`, body, undefined, version),
};
