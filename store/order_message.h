/* order_message: predefined messages, a name and a text in each language (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

struct order_message_row { /* strings live during the callback */
	gint64 id, version;
	const char *name, *text;
};

struct order_message_filter { /* texts: NULL = not filtered; numbers: 0 */
	gint64 id;
	const char *name, *text; /* words, or their beginnings */
	const char *sort;        /* one of order_message_sorts, "-" in front: descending; NULL = "id" */
	int limit, page;         /* page from 1 */
};

extern const char *const order_message_sorts[]; /* NULL-terminated */

/* In LANGUAGE, where they have it, else in the first shop's, else in any. */
bool order_message_each(db *desk, const char *language, const struct order_message_filter *filter,
	bool (*each)(const struct order_message_row *row, void *data), void *data, GError **error);
gint64 order_message_total(db *desk, const char *language, const struct order_message_filter *filter, GError **error); /* -1: ERROR */

struct order_message_text {
	const char *language, *name, *text;
};
/* Its version, each language's texts to EACH; 0: not there; -1: ERROR. */
gint64 order_message_get(db *desk, gint64 id, void (*each)(const struct order_message_text *text, void *data), void *data, GError **error);

/* One as it is to be: ID 0 = a new one, gets its number; else VERSION must be the present one. */
struct order_message_edit {
	gint64 id, version;
	const struct order_message_text *texts;
	guint count;
	guint taken; /* out: which text's name another one has */
};
/* 1: done; 0: not there; 2: a name is taken; 3: somebody else changed it; -1: ERROR. */
int order_message_save(db *desk, struct order_message_edit *edit, GError **error);
/* 1 gone; 0 not there; -1 ERROR. */
int order_message_drop(db *desk, gint64 id, GError **error);
