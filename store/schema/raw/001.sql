-- raw.db: mail as it came. Rows are added by the doors and taken away only when a thread is erased.

-- One mail: octets and envelope. raw and mail_chunk.raw are frames (store/squeeze.h) of at most 256 KiB of octets each:
-- frame 0 here, the others there, so that a part can be read without unpacking what stands before it.
CREATE TABLE mail (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	captured   INTEGER NOT NULL,            -- ms
	door       TEXT    NOT NULL,            -- milter, capture, import, sync
	sender     TEXT    NOT NULL,            -- MAIL FROM without <>
	recipients TEXT    NOT NULL,            -- those that are ours, as given, in RCPT order, one a line
	client     TEXT    NOT NULL,            -- address of the SMTP client
	helo       TEXT    NOT NULL,
	tls        TEXT    NOT NULL,            -- "TLSv1.3 TLS_AES_256_GCM_SHA384"
	auth       TEXT    NOT NULL,            -- {auth_authen}
	queue_id   TEXT    NOT NULL,
	size       INTEGER NOT NULL,            -- octets
	is_cut     INTEGER NOT NULL DEFAULT 0,  -- larger than the limit: only the header is here
	raw        BLOB    NOT NULL
) STRICT;

CREATE TABLE mail_chunk (
	mail_id INTEGER NOT NULL REFERENCES mail (id) ON DELETE CASCADE,
	seq     INTEGER NOT NULL,               -- 1, 2, … ; octets from seq * 256 KiB
	raw     BLOB    NOT NULL,
	PRIMARY KEY (mail_id, seq)
) STRICT;
