/* machine: Bearer tokens, by which programs act for an employee (desk.db). The token itself is nowhere. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

struct machine_new {
	const char *name, *role; /* it acts with at most this role */
	GBytes *token_hash;
	gint64 employee_id, now;
};
bool machine_add(db *desk, const struct machine_new *token, gint64 *id, GError **error);

struct machine { /* strings live during the callback */
	gint64 id, employee_id, created, used;
	const char *name, *role, *firstname, *lastname; /* of the employee */
};
/* Newest first; EMPLOYEE 0 = everybody's. */
bool machine_each(db *desk, gint64 employee, bool (*each)(const struct machine *token, void *data), void *data, GError **error);

/* The active employee it belongs to; 0: none; -1: ERROR. *ROLE (owner: caller) and *USED, when it was last noted as used. */
gint64 machine_find(db *desk, GBytes *token_hash, char **role, gint64 *used, GError **error);
bool machine_touch(db *desk, GBytes *token_hash, gint64 now, GError **error);
/* *TOKEN_HASH (owner: caller): of what was revoked; NULL: no such token of EMPLOYEE (0 = anybody's). */
bool machine_revoke(db *desk, gint64 id, gint64 employee, GBytes **token_hash, GError **error);
