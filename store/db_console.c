#include "store/db_console.h"

#include <sqlite3.h>
#include <string.h>

#include "store/db_words.h"

#define LENGTH_MAX (8 * 1024 * 1024)    /* octets of a value: texts of mails are shorter */
#define MEMORY_MAX (256 * 1024 * 1024)  /* that a statement may take */
#define COLUMNS_MAX 200

/* Nothing that makes long values out of nothing, nothing that searches one long value for another in quadratic time. */
const char *const db_console_functions[] = {"abs", "avg", "ceil", "ceiling", "coalesce", "count", "cume_dist", "date", "datetime", "dense_rank",
	"first_value", "floor", "glob", "group_concat", "ifnull", "iif", "julianday", "lag", "last_value", "lead", "length", "like", "lower", "ltrim",
	"matches", "max", "min", "nth_value", "ntile", "nullif", "percent_rank", "rank", "round", "row_number", "rtrim", "sign", "strftime", "substr",
	"substring", "sum", "time", "total", "trim", "typeof", "unixepoch", "upper", NULL};

struct db_console {
	sqlite3 *handle;
	const struct console_view *views;
	GHashTable *columns; /* of each view: char ** */
	GHashTable *granted; /* "table.column" of main that the views read, and "table." */
	GHashTable *tables;  /* names in main */
	bool is_learning;
	gint64 deadline;     /* monotonic us; 0 = none */
	gint64 memory;       /* what SQLite may hold at most; 0 = no matter */
};

static bool
fail(db_console *self, const char *doing, GError **error)
{
	int code = sqlite3_errcode(self->handle);
	const char *text = sqlite3_errmsg(self->handle);
	if (code == SQLITE_INTERRUPT || code == SQLITE_NOMEM)
		g_set_error(error, DB_ERROR, DB_LIMIT, "%s: %s", doing, text);
	else if (code == SQLITE_AUTH)
		g_set_error(error, DB_ERROR, DB_REFUSED, "%s", text);
	else if (code == SQLITE_ERROR || code == SQLITE_TOOBIG || code == SQLITE_RANGE || code == SQLITE_MISMATCH)
		g_set_error(error, DB_ERROR, g_str_has_prefix(text, "not authorized") ? DB_REFUSED : DB_WRONG, "%s", text);
	else
		g_set_error(error, DB_ERROR, DB_FAILED, "%s: %s", doing, text);
	return false;
}

static int
on_progress(void *data)
{
	const db_console *self = data;
	return (self->deadline && g_get_monotonic_time() > self->deadline) || (self->memory && sqlite3_memory_used() > self->memory);
}

static char *
grant_key(const char *table, const char *column)
{
	g_autofree char *key = g_strconcat(table, ".", column, NULL);
	return g_ascii_strdown(key, -1);
}

static bool
is_in(GHashTable *names, const char *name)
{
	g_autofree char *key = g_ascii_strdown(name, -1);
	return g_hash_table_contains(names, key);
}

static bool
is_function(const char *name)
{
	for (const char *const *known = db_console_functions; name && *known; known++)
		if (!g_ascii_strcasecmp(*known, name))
			return true;
	return false;
}

/* A table named without its database and without columns, as in count(*): a WITH's, when there is no other thing of that name. */
static bool
is_nameless(const db_console *self, const char *table, const char *column)
{
	static const char *const inside[] = {"sqlite_", "pragma_", "json_", "fts", "dbstat", "bytecode", "tables_used", "rtree"};
	for (size_t i = 0; i < G_N_ELEMENTS(inside); i++)
		if (!g_ascii_strncasecmp(table, inside[i], strlen(inside[i])))
			return false;
	return !*column && (is_in(self->columns, table) || !is_in(self->tables, table));
}

/* CONTEXT, the view on whose behalf main is read, can be forged by a WITH of that name; the columns that are granted cannot. */
static bool
may_read(db_console *self, const char *table, const char *column, const char *database, const char *context)
{
	if (!database)
		return is_nameless(self, table, column);
	if (!strcmp(database, "temp"))
		return is_in(self->columns, table);
	if (strcmp(database, "main"))
		return false;
	g_autofree char *key = grant_key(table, column);
	if (self->is_learning) {
		g_hash_table_add(self->granted, grant_key(table, ""));
		g_hash_table_add(self->granted, g_steal_pointer(&key));
		return true;
	}
	return (!*column || (context && is_in(self->columns, context))) && g_hash_table_contains(self->granted, key);
}

static int
on_authorize(void *data, int action, const char *first, const char *second, const char *database, const char *context)
{
	db_console *self = data;
	bool may = action == SQLITE_SELECT || action == SQLITE_RECURSIVE || (action == SQLITE_FUNCTION && is_function(second)) ||
		(action == SQLITE_READ && may_read(self, first, second ? second : "", database, context));
	return may ? SQLITE_OK : SQLITE_DENY;
}

static sqlite3_stmt *
prepare(db_console *self, const char *sql, const char **tail, GError **error)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(self->handle, sql, -1, &statement, tail) != SQLITE_OK)
		fail(self, "SQL", error);
	return statement;
}

static bool
run(db_console *self, const char *sql, GError **error)
{
	return sqlite3_exec(self->handle, sql, NULL, NULL, NULL) == SQLITE_OK || fail(self, sql, error);
}

static void
set_limits(sqlite3 *handle)
{
	static const int limits[][2] = {{SQLITE_LIMIT_LENGTH, LENGTH_MAX}, {SQLITE_LIMIT_SQL_LENGTH, CONSOLE_SQL_MAX}, {SQLITE_LIMIT_COLUMN, COLUMNS_MAX},
		{SQLITE_LIMIT_EXPR_DEPTH, 100}, {SQLITE_LIMIT_COMPOUND_SELECT, 50}, {SQLITE_LIMIT_VDBE_OP, 100000}, {SQLITE_LIMIT_FUNCTION_ARG, 20},
		{SQLITE_LIMIT_ATTACHED, 0}, {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200}, {SQLITE_LIMIT_VARIABLE_NUMBER, 0},
		{SQLITE_LIMIT_TRIGGER_DEPTH, 0}, {SQLITE_LIMIT_WORKER_THREADS, 0}};
	static const int settings[][2] = {{SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}, {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0}, {SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0}};
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++)
		sqlite3_limit(handle, limits[i][0], limits[i][1]);
	for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
		sqlite3_db_config(handle, settings[i][0], settings[i][1], NULL);
}

static char **
columns_of(sqlite3_stmt *statement)
{
	int count = sqlite3_column_count(statement);
	char **names = g_new0(char *, count + 1);
	for (int i = 0; i < count; i++)
		names[i] = g_strdup(sqlite3_column_name(statement, i));
	return names;
}

static bool
make_view(db_console *self, const struct console_view *view, GError **error)
{
	g_autofree char *make = g_strdup_printf("CREATE TEMP VIEW \"%s\" AS %s", view->name, view->sql);
	return run(self, make, error);
}

/* Reads all of a view in name, with the authorizer taking down what that needs. */
static bool
learn_view(db_console *self, const struct console_view *view, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT * FROM temp.\"%s\"", view->name);
	sqlite3_stmt *statement = prepare(self, sql, NULL, error);
	if (!statement)
		return false;
	g_hash_table_insert(self->columns, g_strdup(view->name), columns_of(statement));
	sqlite3_finalize(statement);
	return true;
}

static bool
learn_tables(db_console *self, GError **error)
{
	sqlite3_stmt *names = prepare(self, "SELECT lower(name) FROM main.sqlite_master", NULL, error);
	if (!names)
		return false;
	while (sqlite3_step(names) == SQLITE_ROW)
		g_hash_table_add(self->tables, g_strdup((const char *)sqlite3_column_text(names, 0)));
	sqlite3_finalize(names);
	return true;
}

static bool
prepare_views(db_console *self, GError **error)
{
	for (const struct console_view *view = self->views; view->name; view++)
		if (!make_view(self, view, error))
			return false;
	for (const struct console_view *view = self->views; view->name; view++)
		g_hash_table_insert(self->columns, g_strdup(view->name), NULL);
	self->is_learning = true;
	sqlite3_set_authorizer(self->handle, on_authorize, self);
	for (const struct console_view *view = self->views; view->name; view++)
		if (!learn_view(self, view, error))
			return false;
	self->is_learning = false;
	return true;
}

db_console *
db_console_open(const char *path, const struct console_view *views, GError **error)
{
	g_autoptr(db_console) self = g_new0(db_console, 1);
	self->views = views;
	self->columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
	self->granted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (sqlite3_open_v2(path, &self->handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		fail(self, path, error);
		return NULL;
	}
	sqlite3_busy_timeout(self->handle, 1000);
	if (!db_words_add(self->handle)) {
		fail(self, path, error);
		return NULL;
	}
	sqlite3_progress_handler(self->handle, 100, on_progress, self);
	set_limits(self->handle);
	if (!run(self, "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8000;", error) || !learn_tables(self, error) || !prepare_views(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
db_console_close(db_console *self)
{
	if (!self)
		return;
	sqlite3_close(self->handle);
	g_hash_table_destroy(self->columns);
	g_hash_table_destroy(self->granted);
	g_hash_table_destroy(self->tables);
	g_free(self);
}

const char *const *
db_console_columns(const db_console *self, const char *view)
{
	return g_hash_table_lookup(self->columns, view);
}

static bool
refuse(GError **error, const char *why)
{
	g_set_error_literal(error, DB_ERROR, DB_REFUSED, why);
	return false;
}

/* Nothing but blanks, comments and semicolons behind the statement. */
static bool
is_last(db_console *self, const char *tail, GError **error)
{
	while (*tail) {
		sqlite3_stmt *next = NULL;
		const char *rest = tail;
		int code = sqlite3_prepare_v2(self->handle, tail, -1, &next, &rest);
		sqlite3_finalize(next);
		if (next || code != SQLITE_OK)
			return refuse(error, "only one statement at a time can be run");
		if (rest == tail)
			break;
		tail = rest;
	}
	return true;
}

/* NULL with ERROR unless SQL is one statement that only reads. */
static sqlite3_stmt *
prepare_one(db_console *self, const char *sql, GError **error)
{
	const char *tail = "";
	g_autoptr(GError) problem = NULL;
	sqlite3_stmt *statement = prepare(self, sql, &tail, &problem);
	if (!statement && !problem)
		refuse(&problem, "there is no statement");
	else if (statement && (!sqlite3_stmt_readonly(statement) || sqlite3_stmt_isexplain(statement) || !sqlite3_column_count(statement)))
		refuse(&problem, "only SELECT is allowed");
	else if (statement)
		is_last(self, tail, &problem);
	if (!problem)
		return statement;
	sqlite3_finalize(statement);
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
}

bool
db_console_check(db_console *self, const char *sql, GError **error)
{
	sqlite3_stmt *statement = prepare_one(self, sql, error);
	sqlite3_finalize(statement);
	return statement != NULL;
}

static struct db_value
read_value(sqlite3_stmt *statement, int column)
{
	static const enum value_kind kinds[] = {[SQLITE_NULL] = VALUE_NULL, [SQLITE_INTEGER] = VALUE_INT, [SQLITE_FLOAT] = VALUE_REAL,
		[SQLITE_TEXT] = VALUE_TEXT, [SQLITE_BLOB] = VALUE_BLOB};
	struct db_value value = {.kind = kinds[sqlite3_column_type(statement, column)]};
	if (value.kind == VALUE_INT)
		value.integer = sqlite3_column_int64(statement, column);
	if (value.kind == VALUE_REAL)
		value.real = sqlite3_column_double(statement, column);
	if (value.kind == VALUE_BLOB)
		value.blob = sqlite3_column_blob(statement, column);
	else if (value.kind != VALUE_NULL)
		value.text = (const char *)sqlite3_column_text(statement, column);
	value.size = (size_t)sqlite3_column_bytes(statement, column);
	return value;
}

static bool
each_row(db_console *self, sqlite3_stmt *statement, const struct console_reader *reader, GError **error)
{
	struct db_value values[COLUMNS_MAX];
	int code, count = sqlite3_column_count(statement);
	g_assert(count <= COLUMNS_MAX);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < count; i++)
			values[i] = read_value(statement, i);
		if (!reader->row(values, count, reader->data))
			return true;
	}
	return code == SQLITE_DONE || fail(self, "query", error);
}

bool
db_console_run(db_console *self, const char *sql, int milliseconds, const struct console_reader *reader, GError **error)
{
	self->deadline = g_get_monotonic_time() + milliseconds * G_GINT64_CONSTANT(1000);
	self->memory = sqlite3_memory_used() + MEMORY_MAX;
	sqlite3_stmt *statement = prepare_one(self, sql, error);
	if (!statement)
		return false;
	g_auto(GStrv) names = columns_of(statement);
	bool ok = !reader->columns((const char *const *)names, sqlite3_column_count(statement), reader->data) || each_row(self, statement, reader, error);
	sqlite3_finalize(statement);
	return ok;
}
