/* erase: threads whose days in the bin or as spam are over go for good, first from desk.db, then their mail from raw.db. A crash in
 * between loses nothing: what is still to go is noted in desk.db. Digests stay, so that no door brings the mail back. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* Erases one thread that is due at NOW, in the open transaction. 1: done, *THREAD; 0: none is due; -1: ERROR. */
int erase_thread(db *desk, gint64 now, gint64 *thread, GError **error);
/* Notes what nobody needs any more after some days: files that were chosen and never sent, mails to employees that have left. How many; -1: ERROR. */
int erase_leftovers(db *desk, gint64 now, GError **error);
/* Notes that no message needs the raw mail. */
bool erase_note_mail(db *desk, gint64 mail, GError **error);
/* Mails to be erased, at most LIMIT; those that a message still needs are let off. NULL: ERROR. Owner: caller. */
GArray *erase_mails(db *desk, int limit, GError **error);
/* MAILS are gone from raw.db. */
bool erase_done(db *desk, const GArray *mails, GError **error);
