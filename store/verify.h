/* verify: recounts a store, rule by rule: what its rows must agree on. Reads only, but may take minutes and keeps one view of a
 * file all that time: run it on a copy (db_backup) where roles are at work. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

struct verify_rule {
	const char *name;  /* what is so when nothing is found */
	const char *sql;   /* of desk.db: each row is a sentence; NULL: LOOK */
	bool (*look)(db *raw, db *desk, GPtrArray *problems, GError **error);
	const char *mend;  /* what to do about it */
	bool is_warning;   /* worth knowing, but nothing is broken */
	bool needs_write;  /* asks DESK in a way that only a connection that may write can */
};

#define VERIFY_PROBLEMS_MAX 20 /* sentences a rule finds at most; one more says that there are more */

/* Ends with a rule without a name. */
extern const struct verify_rule verify_rules[];

/* Sentences (char *) into PROBLEMS. FALSE: ERROR, it could not be looked at. */
bool verify_rule_run(const struct verify_rule *rule, db *raw, db *desk, GPtrArray *problems, GError **error);
/* All rules but those that only warn or need to write. */
bool verify_all(db *raw, db *desk, GPtrArray *problems, GError **error);

/* Sets the counters to what the rows say, in the caller's transaction. */
bool verify_recount(db *desk, GError **error);
