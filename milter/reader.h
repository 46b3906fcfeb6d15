/* reader: a raw mail of the store, read by a parser of its own (milter/parse), whatever becomes of that parser. */
#pragma once

#include "milter/read/mime.h"
#include "store/conf.h"
#include "store/mail.h"

typedef struct reader reader;

/* RAW is the caller's connection to raw.db, used until the end. Owner: caller. */
reader *reader_open(const struct conf *conf, db *raw, GError **error);
void reader_close(reader *self);

/* The message; CHARSET: what staff chose for it, NULL: nothing. Of a mail that is the end of parsers, or takes one too long, what its header
 * says, or nothing: MIME_UNREADABLE, and the log tells why. *SIZE (may be NULL): its octets. NULL with ERROR only when the store cannot be
 * read now, or no parser can be started at all. Owner: caller. */
mime_message *reader_read(reader *self, const mail_info *mail, const char *charset, size_t *size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(reader, reader_close)
