/* ahead: mails are read in a thread of their own, the next ones while those before them are filed: so the parser, which takes most of the time, never
 * waits for the store. For one caller at a time. */
#pragma once

#include "milter/reader.h"

/* A mail that was read and waits for its rows. */
struct ahead_mail {
	mail_info *mail;
	mime_message *message; /* NULL: raw mail that becomes no message: a file chosen for an answer, an answer as it leaves */
};

typedef struct ahead ahead;

/* RAW and SOURCE are the caller's, and the thread's while it reads: see ahead_wait. Owner: caller. */
ahead *ahead_new(db *raw, reader *source);
void ahead_free(ahead *self);
/* Begins to read what comes after the raw mail AFTER, as much as one commit can take. */
void ahead_begin(ahead *self, gint64 after);
/* Waits until that is done: RAW and SOURCE are the caller's then, until the next ahead_begin. */
void ahead_wait(ahead *self);
/* What comes after AFTER (struct ahead_mail *, in order): what was begun with, or read now. Empty: there is nothing now. NULL with ERROR: the store
 * cannot be read, or no parser started. Owner: caller. */
GPtrArray *ahead_take(ahead *self, gint64 after, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ahead, ahead_free)
