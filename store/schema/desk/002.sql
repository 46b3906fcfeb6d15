-- What staff set, customers' orders, saved queries and filters, machines' tokens.

-- Amounts are millionths of the currency's unit.
CREATE TABLE shop_order (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	shop_id     INTEGER NOT NULL REFERENCES shop (id),
	customer_id INTEGER REFERENCES customer (id) ON DELETE SET NULL,
	reference   TEXT    NOT NULL,
	total       INTEGER NOT NULL,
	currency    TEXT    NOT NULL,                        -- ISO 4217
	created     INTEGER NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1,
	UNIQUE (shop_id, reference)
) STRICT;
CREATE INDEX shop_order_by_customer ON shop_order (customer_id);
CREATE INDEX shop_order_by_created ON shop_order (created, id);

-- The history of an order, oldest first; the last one is where it stands.
CREATE TABLE shop_order_state (
	order_id INTEGER NOT NULL REFERENCES shop_order (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	created  INTEGER NOT NULL,
	name     TEXT    NOT NULL,
	is_valid INTEGER NOT NULL,                           -- counts as a validated order
	PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE shop_order_line (
	order_id INTEGER NOT NULL REFERENCES shop_order (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	name     TEXT    NOT NULL,
	quantity INTEGER NOT NULL,
	price    INTEGER NOT NULL,
	PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

ALTER TABLE thread ADD COLUMN order_id INTEGER REFERENCES shop_order (id) ON DELETE SET NULL;
CREATE INDEX thread_by_order ON thread (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX thread_by_merged ON thread (merged_into) WHERE merged_into IS NOT NULL; -- the timeline tells of what came in

ALTER TABLE customer ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- Predefined messages ("Order messages").
CREATE TABLE order_message (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE order_message_text (
	order_message_id INTEGER NOT NULL REFERENCES order_message (id) ON DELETE CASCADE,
	language         TEXT    NOT NULL,
	name             TEXT    NOT NULL COLLATE NOCASE,
	text             TEXT    NOT NULL,
	PRIMARY KEY (order_message_id, language),
	UNIQUE (language, name)
) STRICT, WITHOUT ROWID;

-- Settings are changed by several people: the version tells who was second.
ALTER TABLE setting ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

ALTER TABLE employee ADD COLUMN totp TEXT NOT NULL DEFAULT '';      -- sealed secret; '' = off
ALTER TABLE employee ADD COLUMN totp_used INTEGER NOT NULL DEFAULT 0; -- the last time step that was let in: none is taken twice
ALTER TABLE employee ADD COLUMN notify TEXT NOT NULL DEFAULT '';     -- JSON: which kinds, sound, desktop, quiet hours; '' = all, always
ALTER TABLE employee ADD COLUMN bell_off TEXT NOT NULL DEFAULT '';   -- kinds that the bell leaves out, with blanks between

-- What is left of the codes that stand in for a lost second factor.
CREATE TABLE recovery_code (
	code_hash   BLOB PRIMARY KEY,
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX recovery_code_by_employee ON recovery_code (employee_id);

CREATE TABLE password_reset (
	token_hash  BLOB PRIMARY KEY,
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	expires     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX password_reset_by_employee ON password_reset (employee_id);

-- Bearer tokens of machines. They act as the employee who made them, with at most ROLE.
CREATE TABLE token (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	name        TEXT    NOT NULL,
	token_hash  BLOB    NOT NULL UNIQUE,
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	role        TEXT    NOT NULL CHECK (role IN ('admin', 'agent', 'viewer')),
	created     INTEGER NOT NULL,
	used        INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Senders whose remote images an employee always wants to see.
CREATE TABLE trusted_sender (
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	address     TEXT    NOT NULL COLLATE NOCASE,
	PRIMARY KEY (employee_id, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_filter (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	name        TEXT    NOT NULL,
	query       TEXT    NOT NULL,                        -- of the list's URL
	version     INTEGER NOT NULL DEFAULT 1,
	UNIQUE (employee_id, name)
) STRICT;

CREATE TABLE sql_query (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	name    TEXT    NOT NULL UNIQUE COLLATE NOCASE,
	sql     TEXT    NOT NULL,
	created INTEGER NOT NULL,
	version INTEGER NOT NULL DEFAULT 1
) STRICT;

-- What rings is found in the index alone.
DROP INDEX thread_by_bell;
CREATE INDEX thread_by_bell ON thread (bell_event, folder, contact_id) WHERE bell_event IS NOT NULL;

-- Of whom an employee is the author, or the owner: looked for when the employee is deleted.
CREATE INDEX message_by_employee ON message (employee_id) WHERE employee_id IS NOT NULL;
CREATE INDEX token_by_employee ON token (employee_id);

-- For the charts: what came and went in a span of time.
CREATE INDEX message_by_kind ON message (kind, received, thread_id);

-- Raw mail of erased threads that raw.db still has: rows here go when it does.
CREATE TABLE erasing (
	mail_id INTEGER PRIMARY KEY
) STRICT;
CREATE INDEX message_repeat_by_mail ON message_repeat (mail_id);

-- The index folds words as the filters do.
DROP TABLE message_text;
CREATE VIRTUAL TABLE message_text USING fts5 (
	subject, text, from_name, from_address,
	content = 'message', content_rowid = 'id',
	tokenize = 'words'
);
INSERT INTO message_text (message_text) VALUES ('rebuild');
