#include <sqlite3.h>
#include <string.h>

#include "store/db_handle.h"

#define KEPT_MAX 200 /* statements kept per connection; beyond it they are made anew */
#define HASHED 24    /* letters of a statement that tell it from others */

struct query {
	db *owner;
	sqlite3_stmt *statement;
	char *sql;
	bool is_busy, is_kept;
};

void
query_free(void *data)
{
	query *statement = data;
	sqlite3_finalize(statement->statement);
	g_free(statement->sql);
	g_free(statement);
}

/* By the length, and the end, where statements differ: a mail has some thirty looked up, and to go through all of each text takes longer than most of
 * them run. */
guint
db_hash_of_sql(const void *sql)
{
	size_t length = strlen(sql);
	guint hash = (guint)length;
	for (const char *c = (const char *)sql + length - MIN(length, HASHED); *c; c++)
		hash = hash * 31 + (guchar)*c;
	return hash;
}

query *
db_query(db *connection, const char *sql, GError **error)
{
	query *kept = g_hash_table_lookup(connection->kept, sql);
	if (kept && !kept->is_busy) {
		kept->is_busy = true;
		return kept;
	}
	sqlite3_stmt *statement;
	bool keep = !kept && g_hash_table_size(connection->kept) < KEPT_MAX;
	if (sqlite3_prepare_v3(connection->handle, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &statement, NULL) != SQLITE_OK) {
		db_fail(connection, sql, error);
		return NULL;
	}
	query *made = g_new0(query, 1);
	*made = (query){.owner = connection, .statement = statement, .sql = g_strdup(sql), .is_busy = true, .is_kept = keep};
	if (keep)
		g_hash_table_insert(connection->kept, made->sql, made);
	return made;
}

bool
db_run(db *connection, const char *sql, GError **error)
{
	return sqlite3_exec(connection->handle, sql, NULL, NULL, NULL) == SQLITE_OK || db_fail(connection, sql, error);
}

gint64
db_last_id(const db *connection)
{
	return sqlite3_last_insert_rowid(connection->handle);
}

int
db_changes(const db *connection)
{
	return sqlite3_changes(connection->handle);
}

static int
parameter(const query *statement, const char *name)
{
	int index = sqlite3_bind_parameter_index(statement->statement, name);
	if (!index)
		g_error("no parameter %s in: %s", name, statement->sql);
	return index;
}

void
query_set_int(query *statement, const char *name, gint64 value)
{
	sqlite3_bind_int64(statement->statement, parameter(statement, name), value);
}

void
query_set_id(query *statement, const char *name, gint64 id)
{
	if (id)
		query_set_int(statement, name, id);
	else
		query_set_null(statement, name);
}

void
query_set_null(query *statement, const char *name)
{
	sqlite3_bind_null(statement->statement, parameter(statement, name));
}

void
query_set_text(query *statement, const char *name, const char *value)
{
	sqlite3_bind_text(statement->statement, parameter(statement, name), value, -1, SQLITE_STATIC);
}

void
query_set_blob(query *statement, const char *name, const void *value, size_t size)
{
	sqlite3_bind_blob64(statement->statement, parameter(statement, name), value ? value : "", size, SQLITE_STATIC);
}

int
query_next(query *statement, GError **error)
{
	int code = sqlite3_step(statement->statement);
	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;
	db_fail(statement->owner, statement->sql, error);
	return -1;
}

bool
query_is_null(query *statement, int column)
{
	return sqlite3_column_type(statement->statement, column) == SQLITE_NULL;
}

gint64
query_int(query *statement, int column)
{
	return sqlite3_column_int64(statement->statement, column);
}

double
query_double(query *statement, int column)
{
	return sqlite3_column_double(statement->statement, column);
}

const char *
query_text(query *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement->statement, column);
	return text ? text : "";
}

const void *
query_blob(query *statement, int column, size_t *size)
{
	const void *blob = sqlite3_column_blob(statement->statement, column);
	*size = (size_t)sqlite3_column_bytes(statement->statement, column);
	return blob ? blob : "";
}

void
query_again(query *statement)
{
	sqlite3_reset(statement->statement);
}

void
query_done(query *statement)
{
	if (!statement)
		return;
	if (!statement->is_kept) {
		query_free(statement);
		return;
	}
	sqlite3_reset(statement->statement);
	sqlite3_clear_bindings(statement->statement);
	statement->is_busy = false;
}

bool
query_finish(query *statement, GError **error)
{
	bool ok = query_next(statement, error) >= 0;
	query_done(statement);
	return ok;
}

GArray *
query_take_ints(query *statement, GError **error)
{
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
	int got;
	while ((got = query_next(statement, error)) > 0) {
		gint64 number = query_int(statement, 0);
		g_array_append_val(numbers, number);
	}
	return got < 0 ? NULL : g_steal_pointer(&numbers);
}
