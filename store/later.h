/* later: the mail that came after a backup and is, when that was brought back, in the raw.db alone that was put aside. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/mail.h"

/* What is known of each, ascending, into EACH, LIMIT of them at most. ASIDE: the directory. FALSE: ERROR, it cannot be read, or not on. */
bool later_each(const char *aside, gint64 after, int limit, void (*each)(const mail_info *mail, void *data), void *data, GError **error);

struct later_taken {
	gint64 count;      /* in STORE now */
	gint64 unreadable; /* damaged where they were */
};

/* Copies what came from outside, under the numbers it had, into STORE's raw.db, where sort finds it: all that can be read. */
bool later_take(const char *aside, const char *store, gint64 after, struct later_taken *taken, GError **error);
