/* reset: links by which employees set a new password, once (desk.db). The link's token itself is nowhere. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

#define RESET_MS (G_GINT64_CONSTANT(24) * 3600 * 1000) /* a link is good so long */

/* The employee's earlier links are gone. */
bool reset_add(db *desk, GBytes *token_hash, gint64 employee, gint64 expires, GError **error);
/* The active employee it is for; 0: none, too old, used; -1: ERROR. */
gint64 reset_find(db *desk, GBytes *token_hash, gint64 now, GError **error);
bool reset_drop(db *desk, gint64 employee, GError **error);
