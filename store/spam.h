/* spam: headers that make a mail spam, as staff keep them (desk.db; SPEC 2.8). Case of names and values is ignored, ASCII's. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

#define SPAM_RULES_MAX 200
#define SPAM_HEADER_MAX 100 /* octets */
#define SPAM_VALUE_MAX 500  /* octets */

struct spam_rule {
	gint64 id, version;
	const char *header, *match, *value, *place; /* MATCH one of spam_matches, PLACE of spam_places */
};

/* NULL-terminated; the first is the default. "above": above the first Received, where only our own side can write. */
extern const char *const spam_matches[]; /* is, starts, contains */
extern const char *const spam_places[];  /* anywhere, above */

/* All, by header, then value; strings live during the callback. */
bool spam_each(db *desk, bool (*each)(const struct spam_rule *rule, void *data), void *data, GError **error);
gint64 spam_total(db *desk, GError **error); /* -1: ERROR */
/* 1: EACH was called; 0: not there; -1: ERROR. */
int spam_get(db *desk, gint64 id, bool (*each)(const struct spam_rule *rule, void *data), void *data, GError **error);
/* ID 0: a new one, gets its number; else VERSION must be the present one.
 * 1: done; 0: not there; 2: there is the same already; 3: somebody else changed it; 4: there are SPAM_RULES_MAX; -1: ERROR. */
int spam_save(db *desk, struct spam_rule *rule, GError **error);
/* 1 gone; 0 not there; -1 ERROR. */
int spam_drop(db *desk, gint64 id, GError **error);

/* The table of one moment. */
typedef struct spam_table spam_table;
spam_table *spam_table_load(db *desk, GError **error);
void spam_table_free(spam_table *table);
/* The rule that header NAME: VALUE, unfolded, meets; NULL: none. It lives as long as TABLE, which may be NULL. */
const struct spam_rule *spam_table_find(const spam_table *table, const char *name, const char *value, bool is_above);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(spam_table, spam_table_free)
