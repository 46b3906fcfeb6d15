/* saved: an employee's saved filters of the list (desk.db). Each belongs to one employee alone. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

#define SAVED_MAX 50        /* of one employee */
#define SAVED_NAME_MAX 60   /* characters */
#define SAVED_QUERY_MAX 2000

struct saved_filter { /* strings live during the callback */
	gint64 id;
	const char *name;
	const char *query; /* of the list's address: "folder=open&language=fr" */
	gint64 version;    /* 0: a new one */
};

/* By name. */
bool saved_each(db *desk, gint64 employee, bool (*each)(const struct saved_filter *filter, void *data), void *data, GError **error);
/* 1: EACH was called; 0: no such filter of theirs; -1: ERROR. */
int saved_get(db *desk, gint64 employee, gint64 id, bool (*each)(const struct saved_filter *filter, void *data), void *data, GError **error);

enum saved_result {SAVED_DONE, SAVED_MISSING, SAVED_STALE, SAVED_TAKEN, SAVED_TOO_MANY, SAVED_FAILED};
/* FILTER->id 0: a new one, *ID is its number. Name or query NULL: as it was. SAVED_STALE: its version is another by now. */
enum saved_result saved_put(db *desk, gint64 employee, const struct saved_filter *filter, gint64 *id, GError **error);
enum saved_result saved_drop(db *desk, gint64 employee, gint64 id, GError **error);
