-- desk.db: everything that is not raw mail. Times are ms since the epoch, UTC. Booleans are 0 and 1.

CREATE TABLE shop_group (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL
) STRICT;

CREATE TABLE shop (
	id        INTEGER PRIMARY KEY,
	group_id  INTEGER NOT NULL REFERENCES shop_group (id),
	name      TEXT    NOT NULL,
	language  TEXT    NOT NULL DEFAULT 'en',            -- default one
	languages TEXT    NOT NULL DEFAULT 'en,fr,nl,pl',   -- enabled ones
	time_zone TEXT    NOT NULL DEFAULT 'UTC'
) STRICT;

-- What staff decide. The narrowest scope wins: a shop, its group, all (0, 0).
CREATE TABLE setting (
	group_id INTEGER NOT NULL DEFAULT 0,
	shop_id  INTEGER NOT NULL DEFAULT 0,
	name     TEXT    NOT NULL,
	value    TEXT    NOT NULL,
	PRIMARY KEY (group_id, shop_id, name)
) STRICT, WITHOUT ROWID;

-- Facts about the store itself: epoch, boot id, how far sorting has come.
CREATE TABLE fact (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	shop_id    INTEGER NOT NULL REFERENCES shop (id),   -- home shop
	address    TEXT    NOT NULL,                        -- it sends from; '' = none
	is_saving  INTEGER NOT NULL DEFAULT 1,              -- "Save messages?"
	is_taking  INTEGER NOT NULL DEFAULT 0,              -- take (1) or keep (0)
	position   INTEGER NOT NULL DEFAULT 0,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE contact_text (
	contact_id  INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
	language    TEXT    NOT NULL,
	name        TEXT    NOT NULL,
	description TEXT    NOT NULL DEFAULT '',
	PRIMARY KEY (contact_id, language)
) STRICT, WITHOUT ROWID;

-- What a contact receives on, its sending address included: "local@domain" or "@domain", lower case, A-labels.
CREATE TABLE contact_address (
	address    TEXT PRIMARY KEY,
	contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_shop (
	contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
	shop_id    INTEGER NOT NULL REFERENCES shop (id),
	PRIMARY KEY (contact_id, shop_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE employee (
	id             INTEGER PRIMARY KEY AUTOINCREMENT,
	email          TEXT    NOT NULL UNIQUE COLLATE NOCASE,
	firstname      TEXT    NOT NULL,
	lastname       TEXT    NOT NULL,
	password       TEXT    NOT NULL,                    -- argon2id, '' = cannot log in
	role           TEXT    NOT NULL CHECK (role IN ('admin', 'agent', 'viewer')),
	language       TEXT    NOT NULL DEFAULT 'en',
	theme          TEXT    NOT NULL DEFAULT 'auto',
	is_active      INTEGER NOT NULL DEFAULT 1,
	has_all        INTEGER NOT NULL DEFAULT 1,          -- sees every contact and shop; else those in the tables below
	mail_login     TEXT    NOT NULL DEFAULT '',
	signature      TEXT    NOT NULL DEFAULT '',
	bell_seen      INTEGER NOT NULL DEFAULT 0,          -- bell entries up to this event are gone
	created        INTEGER NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE employee_contact (
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	contact_id  INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
	PRIMARY KEY (employee_id, contact_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE employee_shop (
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	shop_id     INTEGER NOT NULL REFERENCES shop (id),
	PRIMARY KEY (employee_id, shop_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
	token_hash  BLOB PRIMARY KEY,                       -- of the cookie's value; the value itself is nowhere
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	created     INTEGER NOT NULL,
	used        INTEGER NOT NULL,
	address     TEXT    NOT NULL,
	agent       TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_employee ON session (employee_id);

CREATE TABLE customer (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	shop_id    INTEGER NOT NULL REFERENCES shop (id),
	firstname  TEXT    NOT NULL,
	lastname   TEXT    NOT NULL,
	email      TEXT    NOT NULL COLLATE NOCASE,
	registered INTEGER NOT NULL,
	UNIQUE (shop_id, email)
) STRICT;

CREATE TABLE thread (
	id              INTEGER PRIMARY KEY AUTOINCREMENT,
	shop_id         INTEGER NOT NULL REFERENCES shop (id),
	contact_id      INTEGER REFERENCES contact (id) ON DELETE SET NULL,
	customer_id     INTEGER REFERENCES customer (id) ON DELETE SET NULL,
	employee_id     INTEGER REFERENCES employee (id) ON DELETE SET NULL, -- in charge
	email           TEXT    NOT NULL COLLATE NOCASE,
	name            TEXT    NOT NULL DEFAULT '',        -- a visitor's From name
	language        TEXT    NOT NULL,
	subject         TEXT    NOT NULL,
	status          TEXT    NOT NULL CHECK (status IN ('open', 'closed', 'pending1', 'pending2')),
	folder          TEXT    NOT NULL DEFAULT 'normal' CHECK (folder IN ('normal', 'spam', 'bin', 'merged')),
	is_automatic    INTEGER NOT NULL DEFAULT 0,
	is_private      INTEGER NOT NULL DEFAULT 0,         -- holds private notes
	excerpt         TEXT    NOT NULL DEFAULT '',        -- of the last customer message
	created         INTEGER NOT NULL,
	last_message    INTEGER NOT NULL,                   -- time of the last customer message
	last_message_id INTEGER NOT NULL DEFAULT 0,         -- that message
	waiting_message INTEGER,                            -- oldest unanswered customer message
	waiting_since   INTEGER,
	first_customer  INTEGER,                            -- time of the first customer message, automatic ones apart
	bell_event      INTEGER,                            -- newest event that rings for it; NULL when taken care of
	merged_into     INTEGER REFERENCES thread (id),
	status_changed  INTEGER NOT NULL,
	binned          INTEGER,
	version         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX thread_by_last ON thread (folder, last_message, id);
CREATE INDEX thread_by_status ON thread (folder, status, last_message, id);
CREATE INDEX thread_by_contact ON thread (folder, contact_id, status, last_message, id);
CREATE INDEX thread_by_employee ON thread (employee_id, folder, status, last_message, id);
CREATE INDEX thread_by_email ON thread (shop_id, email);
CREATE INDEX thread_by_customer ON thread (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX thread_by_bell ON thread (bell_event) WHERE bell_event IS NOT NULL;
CREATE INDEX thread_waiting ON thread (contact_id, waiting_since, id) WHERE folder = 'normal' AND status = 'open';

CREATE TABLE thread_link (                              -- "looks related to"
	thread_id  INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
	related_id INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
	PRIMARY KEY (thread_id, related_id)
) STRICT, WITHOUT ROWID;

-- Who takes part: From, To and Cc of public messages, contacts and employees apart.
CREATE TABLE thread_person (
	thread_id INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
	address   TEXT    NOT NULL,                         -- lower case
	PRIMARY KEY (thread_id, address)
) STRICT, WITHOUT ROWID;

-- A message. The columns up to reply never change but by resort; the index over text rests on that.
CREATE TABLE message (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	shop_id     INTEGER NOT NULL REFERENCES shop (id),
	kind        TEXT    NOT NULL CHECK (kind IN ('customer', 'employee', 'note')),
	mail_id     INTEGER,                                -- in raw.db; NULL when it never was a mail
	received    INTEGER NOT NULL,                       -- when it was captured: its time
	sent        INTEGER,                                -- its Date header
	employee_id INTEGER REFERENCES employee (id) ON DELETE SET NULL,
	from_name   TEXT    NOT NULL DEFAULT '',
	from_address TEXT   NOT NULL DEFAULT '',
	subject     TEXT    NOT NULL DEFAULT '',
	text        TEXT    NOT NULL DEFAULT '',
	reply       TEXT    NOT NULL DEFAULT '',            -- text without quote and signature
	html        TEXT,
	people      TEXT    NOT NULL DEFAULT '{}',          -- JSON: {"to":[{"name","address"}],"cc":[…],"reply_to":[…]}
	message_ref TEXT    NOT NULL DEFAULT '',            -- Message-ID without <>
	in_reply_to TEXT    NOT NULL DEFAULT '',
	language    TEXT    NOT NULL DEFAULT '',
	auth        TEXT    NOT NULL DEFAULT '',            -- JSON: {"spf","dkim","dmarc"}, '' = nothing known
	state       TEXT    NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'partial', 'unreadable')),
	note        TEXT    NOT NULL DEFAULT '',            -- why it is partial or unreadable
	is_automatic INTEGER NOT NULL DEFAULT 0,
	bounce      TEXT    NOT NULL DEFAULT '',            -- JSON: {"action","status","hard","recipients"}
	is_spam     INTEGER NOT NULL DEFAULT 0,
	is_private  INTEGER NOT NULL DEFAULT 0,
	digest      BLOB,                                   -- tells repeats
	thread_id   INTEGER NOT NULL REFERENCES thread (id),
	is_new_sender INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX message_by_thread ON message (thread_id, id);
CREATE INDEX message_by_received ON message (received);
CREATE INDEX message_by_mail ON message (mail_id) WHERE mail_id IS NOT NULL;
CREATE UNIQUE INDEX message_by_digest ON message (shop_id, digest) WHERE digest IS NOT NULL;

CREATE VIRTUAL TABLE message_text USING fts5 (
	subject, text, from_name, from_address,
	content = 'message', content_rowid = 'id',
	tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER message_text_add AFTER INSERT ON message BEGIN
	INSERT INTO message_text (rowid, subject, text, from_name, from_address)
	VALUES (new.id, new.subject, new.text, new.from_name, new.from_address);
END;
CREATE TRIGGER message_text_drop AFTER DELETE ON message BEGIN
	INSERT INTO message_text (message_text, rowid, subject, text, from_name, from_address)
	VALUES ('delete', old.id, old.subject, old.text, old.from_name, old.from_address);
END;
CREATE TRIGGER message_text_change AFTER UPDATE OF subject, text, from_name, from_address ON message BEGIN
	INSERT INTO message_text (message_text, rowid, subject, text, from_name, from_address)
	VALUES ('delete', old.id, old.subject, old.text, old.from_name, old.from_address);
	INSERT INTO message_text (rowid, subject, text, from_name, from_address)
	VALUES (new.id, new.subject, new.text, new.from_name, new.from_address);
END;

-- Further envelopes under which the same mail came.
CREATE TABLE message_repeat (
	message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
	mail_id    INTEGER NOT NULL,
	PRIMARY KEY (message_id, mail_id)
) STRICT, WITHOUT ROWID;

-- Other contacts of the same shop that the mail was for.
CREATE TABLE message_contact (
	message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
	contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
	PRIMARY KEY (message_id, contact_id)
) STRICT, WITHOUT ROWID;

-- Message-IDs: a message's own, and those it only refers to, so that a late parent finds its children.
CREATE TABLE message_id (
	shop_id    INTEGER NOT NULL,
	ref        TEXT    NOT NULL,
	is_own     INTEGER NOT NULL,
	message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
	PRIMARY KEY (shop_id, ref, is_own, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_id_by_message ON message_id (message_id);

CREATE TABLE part (
	message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
	position   INTEGER NOT NULL,                        -- 1, 2, …
	name       TEXT    NOT NULL,
	type       TEXT    NOT NULL,
	charset    TEXT    NOT NULL DEFAULT '',
	content_id TEXT    NOT NULL DEFAULT '',
	is_inline  INTEGER NOT NULL DEFAULT 0,
	start      INTEGER NOT NULL,                        -- octets into the raw mail
	length     INTEGER NOT NULL,                        -- octets there
	encoding   INTEGER NOT NULL,                        -- enum part_encoding
	size       INTEGER NOT NULL,                        -- octets decoded
	PRIMARY KEY (message_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	created     INTEGER NOT NULL,
	kind        TEXT    NOT NULL,
	shop_id     INTEGER NOT NULL,
	thread_id   INTEGER NOT NULL,
	contact_id  INTEGER,                                -- the thread's, then
	message_id  INTEGER,
	employee_id INTEGER,                                -- who did it; NULL = a customer, or Belfry itself
	target_id   INTEGER,                                -- employee it is done to
	is_ringing  INTEGER NOT NULL DEFAULT 0,
	data        TEXT    NOT NULL DEFAULT '{}'           -- JSON, by kind
) STRICT;
CREATE INDEX event_by_thread ON event (thread_id, id);

-- How far an employee has read a thread, and the newest event of it that was then there.
CREATE TABLE thread_read (
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	thread_id   INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
	message_id  INTEGER NOT NULL,
	event_id    INTEGER NOT NULL,
	PRIMARY KEY (employee_id, thread_id)
) STRICT, WITHOUT ROWID;

-- Bell entries meant for one employee: assigned, undelivered. They go when their thread is opened.
CREATE TABLE notice (
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	event_id    INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
	thread_id   INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
	kind        TEXT    NOT NULL CHECK (kind IN ('assigned', 'undelivered')),
	PRIMARY KEY (employee_id, event_id)
) STRICT, WITHOUT ROWID;

-- Raw mail the store would not take as a message; it is there, and said in /health.
CREATE TABLE unsorted (
	mail_id  INTEGER PRIMARY KEY,
	captured INTEGER NOT NULL,
	reason   TEXT    NOT NULL
) STRICT;

-- Digests of erased mail: no door brings it back.
CREATE TABLE erased (
	shop_id INTEGER NOT NULL,
	digest  BLOB    NOT NULL,
	PRIMARY KEY (shop_id, digest)
) STRICT, WITHOUT ROWID;

-- Numbers, kept by the rows that change them; contact_id 0 stands for none. name: of threads a status, spam or bin,
-- and of the automatic ones besides "automatic." and their status; of messages that are not in spam or bin their kind.
CREATE TABLE counter (
	shop_id    INTEGER NOT NULL,
	contact_id INTEGER NOT NULL,
	name       TEXT    NOT NULL,
	value      INTEGER NOT NULL,
	PRIMARY KEY (shop_id, contact_id, name)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER thread_count_add AFTER INSERT ON thread WHEN new.folder <> 'merged' BEGIN
	INSERT INTO counter VALUES (new.shop_id, coalesce(new.contact_id, 0), iif(new.folder = 'normal', new.status, new.folder), 1)
	ON CONFLICT DO UPDATE SET value = value + 1;
	INSERT INTO counter SELECT new.shop_id, coalesce(new.contact_id, 0), 'automatic.' || new.status, 1
	WHERE new.is_automatic AND new.folder = 'normal'
	ON CONFLICT DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER thread_count_drop AFTER DELETE ON thread WHEN old.folder <> 'merged' BEGIN
	UPDATE counter SET value = value - 1
	WHERE shop_id = old.shop_id AND contact_id = coalesce(old.contact_id, 0)
	AND (name = iif(old.folder = 'normal', old.status, old.folder)
		OR (old.is_automatic AND old.folder = 'normal' AND name = 'automatic.' || old.status));
END;

CREATE TRIGGER thread_count_change AFTER UPDATE OF shop_id, contact_id, status, folder, is_automatic ON thread
WHEN (old.shop_id, old.contact_id, old.status, old.folder, old.is_automatic)
	IS NOT (new.shop_id, new.contact_id, new.status, new.folder, new.is_automatic) BEGIN
	UPDATE counter SET value = value - 1
	WHERE old.folder <> 'merged' AND shop_id = old.shop_id AND contact_id = coalesce(old.contact_id, 0)
	AND (name = iif(old.folder = 'normal', old.status, old.folder)
		OR (old.is_automatic AND old.folder = 'normal' AND name = 'automatic.' || old.status));
	INSERT INTO counter SELECT new.shop_id, coalesce(new.contact_id, 0), iif(new.folder = 'normal', new.status, new.folder), 1
	WHERE new.folder <> 'merged'
	ON CONFLICT DO UPDATE SET value = value + 1;
	INSERT INTO counter SELECT new.shop_id, coalesce(new.contact_id, 0), 'automatic.' || new.status, 1
	WHERE new.is_automatic AND new.folder = 'normal'
	ON CONFLICT DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER thread_count_move AFTER UPDATE OF shop_id, contact_id, folder ON thread
WHEN (old.shop_id, old.contact_id, old.folder = 'normal') IS NOT (new.shop_id, new.contact_id, new.folder = 'normal') BEGIN
	INSERT INTO counter SELECT old.shop_id, coalesce(old.contact_id, 0), kind, -count(*) FROM message
	WHERE thread_id = new.id AND kind <> 'note' AND old.folder = 'normal' GROUP BY kind
	ON CONFLICT DO UPDATE SET value = value + excluded.value;
	INSERT INTO counter SELECT new.shop_id, coalesce(new.contact_id, 0), kind, count(*) FROM message
	WHERE thread_id = new.id AND kind <> 'note' AND new.folder = 'normal' GROUP BY kind
	ON CONFLICT DO UPDATE SET value = value + excluded.value;
END;

CREATE TRIGGER message_count_add AFTER INSERT ON message WHEN new.kind <> 'note' BEGIN
	INSERT INTO counter SELECT shop_id, coalesce(contact_id, 0), new.kind, 1 FROM thread
	WHERE id = new.thread_id AND folder = 'normal'
	ON CONFLICT DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER message_count_drop AFTER DELETE ON message WHEN old.kind <> 'note' BEGIN
	INSERT INTO counter SELECT shop_id, coalesce(contact_id, 0), old.kind, -1 FROM thread
	WHERE id = old.thread_id AND folder = 'normal'
	ON CONFLICT DO UPDATE SET value = value - 1;
END;

CREATE TRIGGER message_count_move AFTER UPDATE OF thread_id ON message
WHEN old.thread_id <> new.thread_id AND new.kind <> 'note' BEGIN
	INSERT INTO counter SELECT shop_id, coalesce(contact_id, 0), new.kind, -1 FROM thread
	WHERE id = old.thread_id AND folder = 'normal'
	ON CONFLICT DO UPDATE SET value = value - 1;
	INSERT INTO counter SELECT shop_id, coalesce(contact_id, 0), new.kind, 1 FROM thread
	WHERE id = new.thread_id AND folder = 'normal'
	ON CONFLICT DO UPDATE SET value = value + 1;
END;
