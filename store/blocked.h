/* blocked: senders, and whole domains, whose mail nobody wants (desk.db; SPEC 2.8). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

#define BLOCKED_MAX 5000         /* of them: mail servers' sessions hold the list in memory */
#define BLOCKED_REASON_MAX 500   /* characters */
#define BLOCKED_ADDRESS_MAX 1000 /* octets; what is longer is nobody's */

struct blocked_row { /* strings live during the callback */
	gint64 id, version, created; /* ms */
	const char *sender;          /* "a@b.example", or "b.example": the domain and all below it */
	const char *reason;
	gint64 employee_id;          /* who blocked it; 0: is gone */
	const char *firstname, *lastname;
};

struct blocked_filter {
	const char *sender; /* part of it; NULL = all */
	const char *sort;   /* one of blocked_sorts, "-" in front: descending; NULL = "sender" */
	int limit, page;    /* page from 1 */
};
extern const char *const blocked_sorts[]; /* NULL-terminated */

bool blocked_each(db *desk, const struct blocked_filter *filter, bool (*each)(const struct blocked_row *row, void *data), void *data,
	GError **error);
gint64 blocked_total(db *desk, const struct blocked_filter *filter, GError **error); /* -1: ERROR */
/* 1: EACH was called; 0: not there; -1: ERROR. */
int blocked_get(db *desk, gint64 id, bool (*each)(const struct blocked_row *row, void *data), void *data, GError **error);
/* The row that blocks ADDRESS, its own before its domain's. As blocked_get. */
int blocked_get_of(db *desk, const char *address, bool (*each)(const struct blocked_row *row, void *data), void *data, GError **error);

/* A sender, as people write it: "A@B.example", "b.example", "@b.example" or "*@b.example" → as it is kept. NULL: neither. Owner: caller. */
char *blocked_normal(const char *typed);

/* What would block ADDRESS (normal), from narrow to wide: itself, its domain, the domains above that have a dot. Begins with NAME NULL;
 * NULL: no more. Borrowed from ADDRESS. */
const char *blocked_wider(const char *address, const char *name);

/* ID 0: a new one by EMPLOYEE_ID, gets its number; else VERSION must be the present one, and only the reason changes.
 * 1: done; 0: not there; 2: it is blocked already; 3: somebody else changed it; 4: there are BLOCKED_MAX; -1: ERROR. */
int blocked_save(db *desk, struct blocked_row *row, GError **error);
/* 1 gone; 0 not there; -1 ERROR. */
int blocked_drop(db *desk, gint64 id, GError **error);

/* All of them at one moment. Immutable, counted: threads share it. */
typedef struct blocked_list blocked_list;
/* BEFORE (may be NULL) once more, when nothing has changed since. */
blocked_list *blocked_list_load(db *desk, blocked_list *before, GError **error);
blocked_list *blocked_list_ref(blocked_list *list);
void blocked_list_unref(blocked_list *list);
/* What blocks ADDRESS, in any form; NULL: nothing does, or it is none. It lives as long as LIST, which may be NULL. */
const char *blocked_list_find(const blocked_list *list, const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(blocked_list, blocked_list_unref)
