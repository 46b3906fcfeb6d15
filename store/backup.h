/* backup: a consistent copy of a store while roles write to it, keys included, and the way back. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/manifest.h"

/* Into DIRECTORY, which must not exist or be empty: desk.db first, then raw.db, so that every message's raw mail is in the copy.
 * The manifest comes last: what has one is complete and on the disk. Nothing is written when less than MIN_FREE octets
 * would then be free on the store's own disk. */
bool backup_make(const char *store, const char *directory, gint64 min_free, GError **error);

/* What is wrong with the backup, a sentence (char *) each. NULL: ERROR, it could not be looked at. Owner: caller. */
GPtrArray *backup_verify(const char *directory, GError **error);

struct backup_restored {
	struct manifest manifest;
	char *aside;               /* where the old files are; NULL: there were none. Owner: caller */
	gint64 left_count;         /* mails that came after the backup and are in the old raw.db alone; -1: it could not be read */
	gint64 left_first, left_last; /* their numbers there */
	int doubtful;              /* mails of ours that waited to leave when the backup was made; see brought_back.h */
};

/* Puts the backup, brought to this program's schema and with a new epoch, in the place of STORE's files. Its verifying is the
 * caller's (backup_verify). FALSE: ERROR, and STORE is as it was; when the swap itself broke off, the sentence says so. */
bool backup_restore(const char *directory, const char *store, struct backup_restored *restored, GError **error);
