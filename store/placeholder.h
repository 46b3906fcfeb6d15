/* placeholder: fields in predefined messages, "{customer.firstname}", and what stands for them in a thread (desk.db). */
#pragma once

#include <glib.h>

#include "store/db.h"
#include "store/viewer.h"

extern const char *const placeholder_names[]; /* without braces; NULL-terminated */

/* What stands in braces like a field in TEXT and is none, each once: char *; empty: all are known. Owner: caller. */
GPtrArray *placeholder_unknown(const char *text);
/* TEXT with what THREAD, its customer, order and contact, and WHO say; what they do not say is "" and its field in *EMPTY (char *,
 * owner: caller). Unknown fields stay. NULL without ERROR: the thread is not there, or not theirs to see. Owner: caller. */
char *placeholder_fill(db *desk, const viewer *who, gint64 thread, const char *text, GPtrArray **empty, GError **error);
