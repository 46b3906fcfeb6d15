/* erase: threads whose days in the bin or as spam are over go for good, first from desk.db, then their mail from raw.db. A crash in
 * between loses nothing: what is still to go is noted in desk.db. Digests stay, so that no door brings the mail back. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* Erases one thread that is due at NOW, in the open transaction. 1: done, *THREAD; 0: none is due; -1: ERROR. */
int erase_thread(db *desk, gint64 now, gint64 *thread, GError **error);
/* Notes what nobody needs any more: files that were chosen and not sent for a week; notices with a link in them once they have left, were given up, or
 * the link is too old. How many; -1: ERROR. */
int erase_leftovers(db *desk, gint64 now, GError **error);
/* 1: a notice is over, and must not wait; 0; -1: ERROR. */
int erase_is_pressing(db *desk, gint64 now, GError **error);
/* Raw mail made by ourselves (doors upload and courier) that no row names, as a crash between two commits leaves it. In two steps, so that the
 * writers' lock is not held while raw.db is read: of the next LIMIT mails older than a week those of these doors, *UPTO which number (0: there is none); then, in
 * the open transaction, what of them nobody needs is noted, how many (-1: ERROR). NULL: ERROR. Owner: caller. */
GArray *erase_find_inner(db *raw, db *desk, gint64 now, int limit, gint64 *upto, GError **error);
int erase_note_strays(db *desk, const GArray *inner, gint64 upto, GError **error);
/* Notes that no message needs the raw mail. */
bool erase_note_mail(db *desk, gint64 mail, GError **error);
/* Mails to be erased, at most LIMIT; those that a message still needs are let off. NULL: ERROR. Owner: caller. */
GArray *erase_mails(db *desk, int limit, GError **error);
/* MAILS are gone from raw.db. */
bool erase_done(db *desk, const GArray *mails, GError **error);
