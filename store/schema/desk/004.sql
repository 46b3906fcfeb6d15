-- What reading mail better needs.

-- Parts of a part: a file within winmail.dat, within a text.

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

-- Spam and who writes.

-- Reports.
