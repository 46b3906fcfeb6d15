/* factor: an employee's second factor: a sealed secret for codes, and recovery codes (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* Owner: caller; "" = off; NULL: ERROR, or no such employee. *USED: the last step that was let in. */
char *factor_secret(db *desk, gint64 employee, gint64 *used, GError **error);
/* SEALED "" = off, recovery codes go too. A step up to USED is not let in. */
bool factor_set(db *desk, gint64 employee, const char *sealed, gint64 used, GError **error);
/* *IS_TAKEN: the step is after all that were let in, and is the last one now. */
bool factor_take_step(db *desk, gint64 employee, gint64 step, bool *is_taken, GError **error);

/* HASHES: of GBytes *; those of before are gone. */
bool factor_set_recovery(db *desk, gint64 employee, const GPtrArray *hashes, GError **error);
/* *IS_TAKEN: there was such a code; it is gone now. */
bool factor_take_recovery(db *desk, gint64 employee, GBytes *hash, bool *is_taken, GError **error);
/* -1: ERROR. */
gint64 factor_recovery_left(db *desk, gint64 employee, GError **error);
