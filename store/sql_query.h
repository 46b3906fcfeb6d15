/* sql_query: the queries that admins keep (desk.db). What they may read is db_console's matter. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

#define SQL_QUERY_NAME_MAX 200 /* characters */

struct sql_query {
	gint64 id, created, version;
	const char *name, *sql;
};

struct sql_query_filter { /* texts: NULL = not filtered: words or their beginnings; id: 0 */
	gint64 id;
	const char *name, *sql;
	const char *sort; /* of sql_query_sorts, "-" in front: descending; NULL = "id" */
	int limit, page;  /* page from 1 */
};

extern const char *const sql_query_sorts[];

/* What is read lives during EACH. */
bool sql_query_each(db *desk, const struct sql_query_filter *filter, bool (*each)(const struct sql_query *row, void *data), void *data,
	GError **error);
/* -1: ERROR. */
gint64 sql_query_total(db *desk, const struct sql_query_filter *filter, GError **error);
/* 1: EACH was called; 0: there is none; -1: ERROR. */
int sql_query_get(db *desk, gint64 id, bool (*each)(const struct sql_query *row, void *data), void *data, GError **error);
/* Another than EXCEPT has that name, case ignored: 1; 0; -1: ERROR. */
int sql_query_is_taken(db *desk, const char *name, gint64 except, GError **error);

bool sql_query_add(db *desk, const char *name, const char *sql, gint64 now, gint64 *id, GError **error);
/* 1; 0: VERSION is not its version (any more); -1: ERROR. */
int sql_query_change(db *desk, gint64 id, gint64 version, const char *name, const char *sql, GError **error);
/* 1; 0: there is none; -1: ERROR. */
int sql_query_drop(db *desk, gint64 id, GError **error);
