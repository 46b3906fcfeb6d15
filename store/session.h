/* session: who is logged in (desk.db). The token itself is only in the browser's cookie. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

#define SESSION_IDLE_MS (G_GINT64_CONSTANT(12) * 3600 * 1000)    /* ends when unused so long */
#define SESSION_MAX_MS (G_GINT64_CONSTANT(14) * 24 * 3600 * 1000) /* ends in any case */

struct session_new {
	GBytes *token_hash;
	gint64 employee_id, now;
	const char *address, *agent; /* of the browser */
};
bool session_add(db *desk, const struct session_new *session, GError **error);
/* The employee it belongs to; 0: none, ended or no longer active; -1: ERROR. *USED: when it was last noted as used. */
gint64 session_find(db *desk, GBytes *token_hash, gint64 now, gint64 *used, GError **error);
/* Worth writing when *USED is more than a minute old. */
bool session_touch(db *desk, GBytes *token_hash, gint64 now, GError **error);
bool session_end(db *desk, GBytes *token_hash, GError **error);

struct session_row { /* strings live during the callback */
	gint64 id, created, used; /* id: for people and pages; the hash cannot be told from it */
	const char *address, *agent;
	GBytes *token_hash;
};
/* Those that still hold, last used first. */
bool session_each(db *desk, gint64 employee, gint64 now, bool (*each)(const struct session_row *session, void *data), void *data, GError **error);
/* All of an employee but BUT (may be NULL). */
bool session_end_all(db *desk, gint64 employee, GBytes *but, GError **error);
bool session_sweep(db *desk, gint64 now, GError **error);
