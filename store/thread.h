/* thread: discussions as lists and heads show them (desk.db). Reads only; what changes threads are the deeds. Which ones a list shows: thread_list. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

struct person { /* a customer or employee; id 0 = none */
	gint64 id;
	const char *firstname, *lastname;
};

struct thread_row { /* strings live during the callback */
	gint64 id, shop_id, contact_id, created, last_message, last_message_id, version;
	gint64 merged_into;    /* 0 = not merged */
	gint64 hit;            /* newest message that a text search found; 0 = not searched */
	const char *shop_name, *contact_name, *email, *name, *language, *status, *folder, *subject;
	const char *excerpt;   /* of the last customer message, as the list shows it: 40 characters, then "…" */
	struct person customer, employee;
	bool is_private, is_unread, is_automatic;
	bool has_draft;        /* the viewer is writing in it */
};

/* Names of statuses, NULL-terminated: what the API lets through. */
extern const char *const thread_statuses[];

/* A row of a list that was found: which thread, and which message a text search found in it (0: none). */
struct thread_place {
	gint64 id, hit;
};
/* Those rows, in that order; who is gone meanwhile is left out. Stops when EACH says FALSE. */
bool thread_each_place(db *desk, const viewer *who, const GArray *places, bool (*each)(const struct thread_row *row, void *data), void *data,
	GError **error);
/* One, wherever it is (bin, spam, merged too). 1: EACH was called; 0: not there or not theirs to see; -1: ERROR. */
int thread_get(db *desk, const viewer *who, gint64 id, bool (*each)(const struct thread_row *row, void *data), void *data, GError **error);
/* Other threads of the same person, newest first, at most LIMIT; those it looks related to. */
bool thread_each_of_person(db *desk, const viewer *who, gint64 id, int limit, bool (*each)(const struct thread_row *row, void *data), void *data,
	GError **error);
/* Those of a registered customer, or about an order: newest first, LIMIT a page, pages from 1. */
struct thread_owner {
	gint64 customer_id, order_id; /* one of them, the other 0 */
	int limit, page;
};
bool thread_each_of(db *desk, const viewer *who, const struct thread_owner *owner, bool (*each)(const struct thread_row *row, void *data),
	void *data, GError **error);
gint64 thread_total_of(db *desk, const viewer *who, const struct thread_owner *owner, GError **error); /* -1: ERROR */
#define THREAD_RELATED_MAX 100
/* The newest of those it looks related to, by number. */
GArray *thread_related(db *desk, const viewer *who, gint64 id, GError **error); /* of gint64; owner: caller */
/* Where to go on: the first customer message, not automatic, without a later public reply, here; else the open thread of the same
 * contact that waits longest. FALSE with ids 0 when nothing waits. */
bool thread_next_unanswered(db *desk, const viewer *who, gint64 id, gint64 *thread, gint64 *message, GError **error);
