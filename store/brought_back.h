/* brought_back: what a desk.db out of a backup must be told before it goes on, for the world went on without it. What waited to leave may have
 * left since: it is in doubt now, and its writer is told. Numbers of threads and messages made since stand in customers' mailboxes (Message-IDs,
 * signed addresses): they are not given out again. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* DESK was copied at TAKEN (ms). OLD: the desk.db that it takes the place of; NULL: there is none to be read, and numbers go on as if one had been
 * given out a second since. *DOUBTFUL: how many mails are in doubt by this. The caller begins and commits. */
bool brought_back(db *desk, db *old, gint64 taken, gint64 now, int *doubtful, GError **error);
