/* status: what staff do to threads as a whole: status, in charge, bin, restore. Each is one transaction's rows, event inside;
 * the caller begins and commits (writer_submit). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

/* Each: 1 changed; 0 not there, or not theirs to see; 2 nothing to change; -1 ERROR. NOW in ms. */
int status_set(db *desk, const viewer *who, gint64 thread, const char *status, gint64 now, GError **error);
int status_bin(db *desk, const viewer *who, gint64 thread, gint64 now, GError **error);
int status_restore(db *desk, const viewer *who, gint64 thread, gint64 now, GError **error);
