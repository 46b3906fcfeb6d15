/* status: what staff do to threads as a whole: status, contact, order, in charge, spam, bin, restore. Each is one transaction's rows, event inside;
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
/* Besides: 3: VALUE is none that WHO may choose for this thread. VALUE 0 = none. */
int status_set_contact(db *desk, const viewer *who, gint64 thread, gint64 contact, gint64 now, GError **error); /* one that serves its shop */
int status_set_order(db *desk, const viewer *who, gint64 thread, gint64 order, gint64 now, GError **error);     /* its customer's */
/* In charge: an active agent or admin who sees the thread; the one it is given to gets a bell entry, unless they take it themselves. */
int status_assign(db *desk, const viewer *who, gint64 thread, gint64 employee, gint64 now, GError **error);
/* Those who may be put in charge, by name. TRUE also where the thread is none of WHO's: then nobody. */
bool status_each_assignable(db *desk, const viewer *who, gint64 thread,
	bool (*each)(gint64 employee, const char *firstname, const char *lastname, void *data), void *data, GError **error);
/* To the spam folder, out of numbers and bells; back from there, as it was. */
int status_spam(db *desk, const viewer *who, gint64 thread, bool is_spam, gint64 now, GError **error);
