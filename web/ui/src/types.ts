// What the API says, as it says it (times are ISO 8601 UTC).

export type Status = 'open' | 'closed' | 'pending1' | 'pending2';
export const STATUSES: readonly Status[] = ['open', 'closed', 'pending1', 'pending2'];
export type Language = 'en' | 'fr' | 'nl' | 'pl';
export type Theme = 'auto' | 'light' | 'dark';

export interface Named {
	id: number;
	name: string;
}

export interface Person {
	id: number;
	firstname: string;
	lastname: string;
}

export interface Session extends Person {
	email: string;
	role: 'admin' | 'agent' | 'viewer';
	language: Language;
	theme: Theme;
	signature: string;
	notify: Notify;
	version: number;
	shops: Named[];
	languages: string[];
	contacts: Named[];
	bell: {event: number; epoch: string | number};
}

// Of what an employee wants to know, and how.
export const KINDS = ['message', 'assigned', 'undelivered'] as const;
export type Kind = typeof KINDS[number];
export const WAYS = ['bell', 'sound', 'desktop'] as const;
export type Way = typeof WAYS[number];
export interface Quiet {
	from: string; // "22:00", by the clock of this browser
	to: string;
}
export type Notify = Record<Way, Kind[]> & {quiet: Quiet | null};

export interface Employee extends Person {
	email: string;
	role: Session['role'];
	language: Language;
	mail_login: string;
	active: boolean;
	all_contacts: boolean;
	contacts: number[];
	has_password: boolean;
	totp: boolean;
	created: string;
	last_used: string | null;
	version: number;
}

export interface Profile extends Person {
	email: string;
	role: Session['role'];
	language: Language;
	theme: Theme;
	mail_login: string; // empty: the email
	signature: string;
	totp: boolean;
	recovery_left: number;
	notify: Notify;
	version: number;
}

export interface OpenSession {
	id: number;
	created: string;
	used: string;
	address: string;
	agent: string;
	current: boolean;
}

export interface Token extends Named {
	role: Session['role'];
	employee: Person;
	created: string;
	used: string | null;
	token?: string; // only in the answer that made it
}

export interface ThreadRow {
	id: number;
	customer: Person | null;
	email: string;
	contact: Named | null;
	language: string;
	status: Status;
	employee: Person | null;
	message: string;
	private: boolean;
	unread: boolean;
	last_message: string | null;
	shop: Named;
	subject: string;
	folder: 'normal' | 'spam' | 'bin';
	automatic: boolean;
	viewers?: Viewer[]; // in the list
	hit?: {message: number; parts: string[]}; // of a text search: where it was found; every second part is what was found
}

export interface ThreadPage {
	total: number;
	total_more: boolean;
	page: number;
	limit: number;
	threads: ThreadRow[];
}

export interface Address {
	name: string;
	address: string;
}

export interface Attachment {
	id: number;
	name: string;
	type: string;
	size: number;
	cid?: string; // the part's Content-ID without <>
	role: '' | 'mail' | 'event' | 'signature' | 'control'; // what it is besides a file; control: only programs read it
	event: CalendarEvent | null;
}

// As the mail says it: times in ZONE, or in UTC with a Z; whole days without a time, END being the day after the last.
export interface CalendarEvent {
	method?: string; // REQUEST, REPLY, CANCEL, PUBLISH …
	summary?: string;
	start?: string;
	end?: string;
	zone?: string;
	location?: string;
	organizer?: string;
	attendees?: string;
	status?: string;
	repeats?: string; // DAILY, WEEKLY …
	answer?: string; // of a REPLY: ACCEPTED, DECLINED, TENTATIVE …
	events?: string; // how many there are, when more than one
}

// A mail attached to a mail.
export interface InnerMail {
	from?: string;
	to?: string;
	subject?: string;
	date?: string;
	text?: string;
	files?: string;
}

export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'delayed' | 'failed' | 'doubtful';

// What became of a mail of ours.
export interface Delivery {
	state: DeliveryState;
	detail: string; // the server's answer, or why not
	tries: number;
	next_try: string | null;
	sent: string | null;
	queue_id: string;
	undo_until: string | null;
	recipients: {name: string; address: string; field: string; state: string; answer: string}[];
}

export interface Message {
	id: number;
	kind: 'customer' | 'employee' | 'note';
	author: (Partial<Person> & {name?: string; email?: string}) | string | null;
	from: Address | null;
	to: Address[];
	cc: Address[];
	reply_to: Address[];
	authors: Address[]; // all, where there are several
	via: Address | null; // the form, or contact of ours, by which it was written
	warnings: Warning[];
	subject: string;
	language: string;
	date: string | null;
	received: string;
	text: string;
	text_more: boolean;
	reply: string;
	has_html: boolean;
	attachments: Attachment[];
	message_id: string;
	auto: boolean;
	bounce: {action: string; status: string; reason?: string; hard: boolean; recipients: string[]} | null;
	report: string | null; // delivered, relayed, expanded, read: good news of a reply; complaint
	feedback: {type: string; recipients: string[]} | null; // of a complaint: "abuse" and the like, by whom
	spam: boolean;
	spam_reason: {header?: string; value?: string; blocked?: string} | null;
	auth: {spf?: string; dkim?: string; dmarc?: string; spf_domain?: string; dkim_domain?: string} | null;
	protection: 'smime-signed' | 'smime-encrypted' | 'pgp-signed' | 'pgp-encrypted' | null; // nobody verified it
	new_sender: boolean;
	trusted_sender: boolean; // its remote images are shown without asking
	private: boolean;
	envelope: {from: string; to: string[]} | null;
	delivery: Delivery | null;
	state: 'ok' | 'partial' | 'unreadable';
	note?: string; // why it is not ok
	charset: string | null; // somebody chose it
	rereading: boolean; // it is about to be read again
	unread: boolean;
}

// How the sender of a mail may fool whoever reads it.
export interface Warning {
	kind: 'no_author' | 'several_authors' | 'name_address' | 'name_contact' | 'name_employee' | 'name_customer' | 'name_mixed' | 'name_reversed' | 'domain_mixed' | 'domain_ours' | 'house_unproven';
	detail: string;
	grave: boolean; // its name is not to be used
}

// A header that makes a mail spam.
export interface SpamRule {
	id: number;
	header: string;
	match: 'is' | 'starts' | 'contains';
	value: string;
	where: 'anywhere' | 'above'; // the first Received
	version: number;
}

// A sender, or a domain and all below it, whose mail nobody wants.
export interface Blocked {
	id: number;
	sender: string;
	reason: string;
	created: string;
	employee: Person | null;
	version: number;
}

export interface Charset {
	name: string;
	group: string; // what is written in it: cyrillic, japanese, …
}

export interface Happening {
	event: number | null; // null: a state of the order
	kind: string;
	when: string;
	employee: Person | null;
	message?: number;
	thread?: number; // where it is another one, joined with this
	target?: Person | null;
	from?: Named | null; // contacts
	to?: Named | null;
	reference?: string; // of an order
	data: Record<string, unknown> | null;
}

export interface OrderState {
	name: string;
	valid: boolean;
	created: string;
}

export interface Order {
	id: number;
	reference: string;
	customer: Person | null;
	email: string; // of the customer
	shop: Named;
	total: string; // "12.34"
	currency: string;
	created: string;
	state: OrderState | null;
	version: number;
}

// Orders that stand in a valid state, added up.
export interface OrderSums {
	count: number;
	totals: {currency: string; amount: string; count: number}[];
}

export interface CustomerCard {
	threads: {id: number; subject: string; status: Status; last_message: string | null}[];
	orders: OrderSums;
	order_list: Order[];
	registered: string | null;
}

export interface CustomerRow extends Person {
	email: string;
	shop: Named;
	registered: string;
	version: number;
}

// A thread as the page of its customer or order names it.
export interface OwnedThread {
	id: number;
	subject: string;
	status: Status;
	contact: Named | null;
	last_message: string | null;
}

export interface Customer extends CustomerRow {
	orders: OrderSums;
	order_total: number;
	order_list: Order[]; // a page of them, and of the threads
	thread_total: number;
	threads: OwnedThread[];
}

export interface OrderLine {
	name: string;
	quantity: number;
	price: string; // of one
}

export interface WholeOrder extends Order {
	states: OrderState[]; // oldest first
	lines: OrderLine[];
	thread_total: number;
	threads: OwnedThread[];
}

// What PATCH takes; null: none.
export interface ThreadChange {
	status?: Status;
	contact?: number | null;
	order?: number | null;
	employee?: number | null;
	spam?: boolean;
}

export interface Thread extends ThreadRow {
	name: string;
	blocked: Blocked | null; // what blocks its sender
	order: Order | null;
	customer_card: CustomerCard | null;
	related: number[];
	messages: Message[];
	opened: boolean; // by this employee, before
	messages_total: number;
	first_unread: number | null;
	next_unanswered: {thread: number; message: number} | null;
	timeline: Happening[];
	viewers: Viewer[];
}

// Somebody who looks at a thread.
export interface Viewer extends Person {
	writing?: boolean;
}

export interface Notice {
	event: number;
	kind: string;
	thread: number;
	message: number | null;
	status: Status;
	customer: Person | null;
	email: string;
	name: string;
	subject: string;
	contact: Named | null;
	by: Person | null; // the employee who did it
	why?: string; // it was not delivered
	when: string;
}

export interface Notices {
	count: number;
	event: number;
	entries: Notice[];
}

export interface ContactBlock {
	id: number;
	name: string;
	description: string;
	shop: Named;
	open: number;
	thread: number | null;
	message: number | null;
}

export interface Kpis {
	pending_threads: number;
	average_response_hours: number;
	messages_per_thread: number;
}

export interface Statistics {
	total_threads: number;
	pending_threads: number;
	customer_messages: number;
	employee_messages: number;
	unread_threads: number;
	closed_threads: number;
}

// One frame of the bell's WebSocket.
export interface Frame {
	epoch: string | number;
	event?: number; // only where it is numbered
	kind: string;
	reload?: boolean;
	thread?: number;
	message?: number;
	contact?: number | null;
	shop?: number;
	status?: Status;
	into?: number;
	ring?: boolean;
	viewers?: Viewer[];
}

// What the reply form begins with.
export interface ReplyStart {
	draft: Draft | null;
	uploads: Upload[];
	text: string;
	html: string;
	to: Address[];
	cc: Address[];
	people: Address[];
	from: Address | null;
	language: string;
	seen: number;
	limits: {file: number; total: number; files: number; letter: number};
	employees: Person[];
	undo_seconds: number;
}

export interface Draft {
	text: string;
	html: string | null;
	private: boolean;
	to: string[] | null;
	cc: string[] | null;
	status: Status | null;
	employee?: number | null; // absent: not chosen
	seen: number;
	updated: string;
}

export interface Upload {
	id: number;
	name: string;
	type: string;
	size: number;
}

// What a draft, a preview and a message are made of.
export interface LetterBody {
	text: string;
	html: string;
	private: boolean;
	to: string[];
	cc: string[];
	status: Status;
	employee?: number | null;
	seen: number;
	uploads?: number[];
}

// Threads in each folder.
export interface FolderCounts {
	open: number;
	mine: number;
	unassigned: number;
	pending: number;
	closed: number;
	automatic: number;
	spam: number;
	bin: number;
}

export interface SavedFilter {
	id: number;
	name: string;
	query: string; // of the list's address
	count: number | null; // null: it took too long
	count_more: boolean;
	version: number;
}

// The last 30 days, today last.
export interface Charts {
	time_zone: string;
	days: {day: string; in: number; out: number; answered: number; response_hours: number | null}[];
}
