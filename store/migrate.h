/* migrate: makes a store and brings it to this program's schema, in numbered steps, each one transaction. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* The steps, embedded by the build; NULL-terminated. Step n brings a file from version n - 1 to n. */
extern const char *const schema_raw[], *const schema_desk[];

/* Makes what is missing in DIRECTORY (raw.db, desk.db, keys; first shop and contacts), runs missing steps, and begins a
 * new epoch of events after a new boot of the machine, whose power loss may have taken events. Refuses a store newer
 * than the program, with both numbers, and one that has lost one of its two files: a new one in its place would hide what
 * the store held, and numbers of mail would be given twice. */
bool migrate_run(const char *directory, GError **error);
/* A new epoch: browsers forget what they knew. For restore. Within a transaction of desk.db. */
bool migrate_new_epoch(db *desk, GError **error);

/* TRUE when both files are at this program's version; else ERROR says what to do. Changes nothing. */
bool migrate_is_current(const char *directory, GError **error);
