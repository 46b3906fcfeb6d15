/* customer: registered persons of shops (desk.db). What joins them to threads is store/register.h. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

struct customer_row { /* strings live during the callback */
	gint64 id, shop_id, registered, version;
	const char *shop_name, *firstname, *lastname, *email;
};

struct customer_filter { /* texts: NULL = not filtered; numbers: 0 */
	gint64 shop_id;
	const char *address; /* the whole one, case ignored */
	const char *name;    /* words of first and last name, or their beginnings */
	const char *email;   /* the same of the address */
	const char *sort;    /* one of customer_sorts, "-" in front: descending; NULL = "name" */
	int limit, page;     /* page from 1 */
};

extern const char *const customer_sorts[]; /* NULL-terminated */

/* WHO sees the customers of shops that their contacts serve. */
bool customer_each(db *desk, const viewer *who, const struct customer_filter *filter,
	bool (*each)(const struct customer_row *row, void *data), void *data, GError **error);
gint64 customer_total(db *desk, const viewer *who, const struct customer_filter *filter, GError **error); /* -1: ERROR */
/* 1: EACH was called; 0: not there or not theirs to see; -1: ERROR. */
int customer_get(db *desk, const viewer *who, gint64 id, bool (*each)(const struct customer_row *row, void *data), void *data, GError **error);

struct customer_new {
	gint64 shop_id, registered;
	const char *firstname, *lastname, *email;
};
/* 1: *ID; 2: the shop has this address already; 0: no such shop; -1: ERROR. */
int customer_add(db *desk, const struct customer_new *customer, gint64 *id, GError **error);
/* 1 changed; 0 not there; 2 the shop has this address already; 3 somebody else changed it: VERSION is not the present one; -1 ERROR. */
int customer_set(db *desk, gint64 id, gint64 version, const struct customer_new *customer, GError **error);
/* 1 gone; 0 not there; -1 ERROR. Threads and orders stay. */
int customer_drop(db *desk, gint64 id, GError **error);
