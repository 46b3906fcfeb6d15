/* order: what customers bought: head, lines, and the states it went through (desk.db). Amounts are millionths of the currency's unit. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

struct order_state { /* strings live during the callback */
	gint64 created;
	const char *name; /* "" = the order has no state yet */
	bool is_valid;    /* counts as a validated order */
};

struct order_line {
	const char *name;
	gint64 quantity, price;
};

struct order_row {
	gint64 id, shop_id, customer_id, total, created, version; /* customer_id 0 = none */
	const char *shop_name, *reference, *currency, *firstname, *lastname, *email; /* the last three of the customer, "" without */
	struct order_state state; /* where it stands */
};

struct order_filter { /* texts: NULL = not filtered; numbers: 0 */
	gint64 shop_id, customer_id;
	const char *exact;     /* the whole reference, case ignored */
	const char *reference; /* words of it, or their beginnings */
	const char *email;     /* the customer's, case ignored */
	const char *name;      /* words of the customer's name, or their beginnings */
	const char *state;     /* the same of the state that the order is in */
	gint64 from, to;       /* ms, created in [from, to) */
	const char *sort;      /* one of order_sorts, "-" in front: descending; NULL = "-created" */
	int limit, page;       /* page from 1 */
};

extern const char *const order_sorts[]; /* NULL-terminated */

bool order_each(db *desk, const viewer *who, const struct order_filter *filter, bool (*each)(const struct order_row *row, void *data),
	void *data, GError **error);
gint64 order_total(db *desk, const viewer *who, const struct order_filter *filter, GError **error); /* -1: ERROR */
/* 1: EACH was called; 0: not there or not theirs to see; -1: ERROR. */
int order_get(db *desk, const viewer *who, gint64 id, bool (*each)(const struct order_row *row, void *data), void *data, GError **error);
/* The order that THREAD is about, likewise. */
int order_of_thread(db *desk, const viewer *who, gint64 thread, bool (*each)(const struct order_row *row, void *data), void *data,
	GError **error);
/* Its history, oldest first. */
bool order_each_state(db *desk, gint64 id, bool (*each)(const struct order_state *state, void *data), void *data, GError **error);
bool order_each_line(db *desk, gint64 id, bool (*each)(const struct order_line *line, void *data), void *data, GError **error);

struct order_sum {
	gint64 count, total;
	const char *currency;
};
/* A customer's orders that stand in a valid state, added up: EACH once a currency. */
bool order_each_sum(db *desk, gint64 customer, bool (*each)(const struct order_sum *sum, void *data), void *data, GError **error);

struct order_new {
	gint64 shop_id, customer_id, total, created;
	const char *reference, *currency;
	const struct order_state *states; /* oldest first; NULL in order_set: they stay */
	const struct order_line *lines;   /* the same */
	size_t state_count, line_count;
};
enum order_answer {ORDER_FAILED = -1, ORDER_MISSING, ORDER_DONE, ORDER_TAKEN /* the reference */, ORDER_OLD /* VERSION is not the present one */,
	ORDER_NO_CUSTOMER /* in this shop */};
/* MISSING: no such shop. */
enum order_answer order_add(db *desk, const struct order_new *order, gint64 *id, GError **error);
/* The shop never changes. */
enum order_answer order_set(db *desk, gint64 id, gint64 version, const struct order_new *order, GError **error);
enum order_answer order_drop(db *desk, gint64 id, GError **error);
