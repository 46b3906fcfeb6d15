-- Answering: what leaves, what is being written, and what became of it.

-- A mail on its way out, whole: a reply, a forward, or a notice to an employee. The courier changes it, one at a time.
--
--   queued ──▶ handing ──▶ sent        (then, by a DSN: delivered, delayed or failed, per recipient)
--     ▲  │        ├──────▶ failed      refused for good, or too old
--     │  └ delayed┘                    put off: tried again when due
--                 └──────▶ doubtful    "handed" was committed, no answer was: never sent again by itself
CREATE TABLE outbox (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	kind        TEXT    NOT NULL CHECK (kind IN ('reply', 'forward', 'notice')),
	shop_id     INTEGER NOT NULL REFERENCES shop (id),
	thread_id   INTEGER REFERENCES thread (id) ON DELETE CASCADE,
	message_id  INTEGER REFERENCES message (id) ON DELETE CASCADE, -- the reply, or the note that tells of the forward
	employee_id INTEGER REFERENCES employee (id) ON DELETE SET NULL, -- who sent it: gets the bell when it is not delivered
	state       TEXT    NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'handing', 'sent', 'delayed', 'failed', 'doubtful')),
	created     INTEGER NOT NULL,
	due         INTEGER NOT NULL,                       -- not tried before
	expires     INTEGER NOT NULL,                       -- not tried after
	tries       INTEGER NOT NULL DEFAULT 0,
	handed      INTEGER,                                -- committed before the last octets of DATA; NULL = not yet in this try
	answered    INTEGER,
	answer      TEXT    NOT NULL DEFAULT '',            -- the server's last one, or why none came
	queue_id    TEXT    NOT NULL DEFAULT '',            -- the relay's, out of its answer
	message_ref TEXT    NOT NULL,                       -- Message-ID without <>; ENVID too
	mail_id     INTEGER,                                -- in raw.db: the mail as it leaves, made at the first try (door "courier")
	sender      TEXT    NOT NULL,                       -- MAIL FROM, "" = the null sender
	head        TEXT    NOT NULL,                       -- JSON, see store/outbox.h
	text        TEXT    NOT NULL,                       -- as it leaves, quote included
	html        TEXT,
	domain      TEXT    NOT NULL DEFAULT '',            -- of its first recipient: a slow one does not hold up the others
	undo        TEXT    NOT NULL DEFAULT ''             -- JSON: what Send changed, until it has left
) STRICT;
CREATE INDEX outbox_by_due ON outbox (due, id, domain) WHERE state IN ('queued', 'delayed');
CREATE INDEX outbox_by_state ON outbox (state, created);
CREATE INDEX outbox_by_message ON outbox (message_id);
CREATE INDEX outbox_by_thread ON outbox (thread_id);
CREATE UNIQUE INDEX outbox_by_ref ON outbox (message_ref);
CREATE INDEX outbox_by_employee ON outbox (employee_id);
CREATE INDEX outbox_by_mail ON outbox (mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX outbox_by_notice ON outbox (expires) WHERE kind = 'notice';

CREATE TABLE outbox_recipient (
	outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
	position  INTEGER NOT NULL,
	field     TEXT    NOT NULL CHECK (field IN ('to', 'cc', 'bcc')),
	name      TEXT    NOT NULL DEFAULT '',
	address   TEXT    NOT NULL,
	state     TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'delivered', 'delayed', 'failed')),
	answer    TEXT    NOT NULL DEFAULT '',
	PRIMARY KEY (outbox_id, position)
) STRICT, WITHOUT ROWID;

-- Its attachments: parts of messages.
CREATE TABLE outbox_part (
	outbox_id     INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
	position      INTEGER NOT NULL,
	message_id    INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
	part_position INTEGER NOT NULL,
	PRIMARY KEY (outbox_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_part_by_message ON outbox_part (message_id);

-- A file an employee has chosen for an answer: a raw mail of the door "upload" (raw.db), of which nobody makes a message. When it is sent it
-- becomes a part of the message.
CREATE TABLE upload (
	mail_id     INTEGER PRIMARY KEY,                    -- in raw.db
	employee_id INTEGER REFERENCES employee (id) ON DELETE CASCADE,
	thread_id   INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
	name        TEXT    NOT NULL,
	type        TEXT    NOT NULL,
	size        INTEGER NOT NULL,                       -- octets
	created     INTEGER NOT NULL
) STRICT;
CREATE INDEX upload_by_draft ON upload (thread_id, employee_id);
CREATE INDEX upload_by_employee ON upload (employee_id);

ALTER TABLE part ADD COLUMN mail_id INTEGER;            -- where its octets are; NULL = in the message's own mail
CREATE INDEX part_by_mail ON part (mail_id) WHERE mail_id IS NOT NULL;

-- What an employee is writing in a thread.
CREATE TABLE draft (
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	thread_id   INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
	content     TEXT    NOT NULL,                       -- JSON as the form gave it: {text, html, private, to, cc, status, employee, seen}
	updated     INTEGER NOT NULL,
	PRIMARY KEY (employee_id, thread_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_by_thread ON draft (thread_id);

-- A request that comes twice is done once.
CREATE TABLE sent_key (
	employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
	key         TEXT    NOT NULL,
	digest      BLOB    NOT NULL,                       -- of what was asked for: another request under the same key is refused
	message_id  INTEGER NOT NULL,
	created     INTEGER NOT NULL,
	PRIMARY KEY (employee_id, key)
) STRICT, WITHOUT ROWID;

-- What we sent by ourselves, an address and a day: loops end.
CREATE TABLE automatic_mail (
	address TEXT    NOT NULL,
	day     INTEGER NOT NULL,                           -- days since the epoch
	count   INTEGER NOT NULL,
	PRIMARY KEY (address, day)
) STRICT, WITHOUT ROWID;
