/* db_console: a statement that somebody typed, on a connection that can do nothing but read what some views show.
 *
 * The views stand in the connection alone (TEMP), so that they may bear the names of tables. What may be read of the tables
 * below is what the views themselves read, column by column: learned when they are made, kept by no second list. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

typedef struct db_console db_console;

struct console_view {
	const char *name, *sql; /* a SELECT whose tables are named "main.…" */
};

enum value_kind {VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_TEXT, VALUE_BLOB};

struct db_value {
	enum value_kind kind;
	gint64 integer;
	double real;
	const char *text; /* of anything but a blob, as SQLite writes it; perhaps not UTF-8; NULL of null */
	const void *blob;
	size_t size;      /* of text and blob */
};

/* What is done with a result: first its columns, then each row. FALSE ends it. */
struct console_reader {
	bool (*columns)(const char *const *names, int count, void *data);
	bool (*row)(const struct db_value *values, int count, void *data);
	void *data;
};

#define CONSOLE_SQL_MAX 50000 /* octets of a statement */

/* PATH as for db_open; VIEWS end with a NULL name and must outlive the connection. */
db_console *db_console_open(const char *path, const struct console_view *views, GError **error);
void db_console_close(db_console *self);
/* Columns of a view, NULL-terminated, as they are; NULL: no such view. */
const char *const *db_console_columns(const db_console *self, const char *view);
/* Functions a statement may use, NULL-terminated. */
extern const char *const db_console_functions[];

/* FALSE with DB_REFUSED when SQL is not one SELECT over the views, DB_WRONG when it has a mistake. Nothing is run. */
bool db_console_check(db_console *self, const char *sql, GError **error);
/* Runs it. Errors as above, and DB_LIMIT: it took longer than MILLISECONDS, or too much memory. */
bool db_console_run(db_console *self, const char *sql, int milliseconds, const struct console_reader *reader, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(db_console, db_console_close)
