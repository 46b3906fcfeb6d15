/* colleague: employees who answer from their own mail program (SPEC 2.10): whose log-in it is, and which thread of ours a mail of theirs
 * belongs to (desk.db). Reads only. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/secret.h"
#include "store/viewer.h"

/* The log-ins of the mail server that count, normal, each with its employee (gint64 *): those of active employees who may answer; none
 * while the setting is off. NULL: ERROR. Owner: caller. */
GHashTable *colleague_logins(db *desk, GError **error);
/* The form of a log-in by which the table finds it. Owner: caller. */
char *colleague_normal_login(const char *login);

struct colleague_thread {
	gint64 thread, shop_id, contact_id;
};
/* The thread that one of IDS (char *: what In-Reply-To and References name, nearest first) is of, by its signature or as a message we hold,
 * which WHO sees and one of ADDRESSES (char *: normal) takes part in. 1: found; 0: none; -1: ERROR. */
int colleague_find_thread(db *desk, const keyring *keys, const viewer *who, const GPtrArray *ids, const GPtrArray *addresses,
	struct colleague_thread *found, GError **error);
