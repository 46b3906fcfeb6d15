-- What reading mail better needs.

-- Parts of a part: a file within winmail.dat, within a text. It is the stretch inner_start, inner_length of what the octets named by start,
-- length and encoding decode to, decoded by inner_encoding; inner_length -1: it is no part of a part.
ALTER TABLE part ADD COLUMN inner_start INTEGER NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN inner_length INTEGER NOT NULL DEFAULT -1;
ALTER TABLE part ADD COLUMN inner_encoding INTEGER NOT NULL DEFAULT 0;
-- What a part is besides a file: '', mail, event, signature, control; and what a mail or an event says, as JSON.
ALTER TABLE part ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE part ADD COLUMN reading TEXT NOT NULL DEFAULT '';
-- How its writer protected a message: '', or {smime|pgp}-{signed|encrypted}; nothing of it is verified.
ALTER TABLE message ADD COLUMN protection TEXT NOT NULL DEFAULT '';

-- Threads that look related, from the other side.
CREATE INDEX thread_link_by_related ON thread_link (related_id);

-- Reading a mail again.

-- The charset that staff chose for a mail that names a wrong one, or none; '' = none. Every later reading goes by it.
ALTER TABLE message ADD COLUMN charset TEXT NOT NULL DEFAULT '';

-- Messages that staff want read again: sort does it and takes the row away.
CREATE TABLE reread (
	message_id  INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
	employee_id INTEGER REFERENCES employee (id) ON DELETE SET NULL, -- who asked
	charset     TEXT    NOT NULL,                       -- in this one from now on; '' = as the mail says
	asked       INTEGER NOT NULL
) STRICT;
CREATE INDEX reread_by_employee ON reread (employee_id) WHERE employee_id IS NOT NULL;

-- Spam and who writes.

-- A mail with such a header is spam. Filters in front of us write it; who forges one only files their own mail as spam.
CREATE TABLE spam_rule (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	header  TEXT    NOT NULL COLLATE NOCASE,
	match   TEXT    NOT NULL DEFAULT 'is' CHECK (match IN ('is', 'starts', 'contains')),
	value   TEXT    NOT NULL COLLATE NOCASE,
	place   TEXT    NOT NULL DEFAULT 'anywhere' CHECK (place IN ('anywhere', 'above')), -- above: the first Received
	version INTEGER NOT NULL DEFAULT 1,
	UNIQUE (header, match, value, place)
) STRICT;
INSERT INTO spam_rule (header, match, value) VALUES
	('X-Spam-Flag', 'is', 'YES'),             -- SpamAssassin, amavis
	('X-Spam-Status', 'starts', 'Yes'),       -- SpamAssassin
	('X-Spam', 'is', 'Yes'),                  -- rspamd
	('X-Rspamd-Action', 'is', 'add header'),
	('X-Rspamd-Action', 'is', 'rewrite subject'),
	('X-Rspamd-Action', 'is', 'reject');

-- Whose mail is refused, or filed as spam.
CREATE TABLE blocked_sender (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	sender      TEXT    NOT NULL UNIQUE,                 -- an address, or a domain with all below it; lower case, A-labels
	reason      TEXT    NOT NULL DEFAULT '',
	created     INTEGER NOT NULL,
	employee_id INTEGER REFERENCES employee (id) ON DELETE SET NULL, -- who did it
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX blocked_sender_by_employee ON blocked_sender (employee_id) WHERE employee_id IS NOT NULL;

-- Who has this name?
CREATE INDEX customer_by_name ON customer ((firstname || ' ' || lastname) COLLATE NOCASE);

ALTER TABLE message ADD COLUMN warnings TEXT NOT NULL DEFAULT '';    -- JSON: [{"kind","detail","grave"}]: how its sender may fool a reader
ALTER TABLE message ADD COLUMN spam_reason TEXT NOT NULL DEFAULT ''; -- JSON: {"header","value"} or {"blocked"}; '' = no reason of ours

-- Reports.

-- Spread by a list, whoever wrote it: it gets no answer of a program's.
ALTER TABLE message ADD COLUMN is_list INTEGER NOT NULL DEFAULT 0;
