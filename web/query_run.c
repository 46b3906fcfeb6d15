#include "web/query_run.h"

#include <math.h>
#include <string.h>

#include "store/log.h"
#include "store/sql_query.h"
#include "store/sql_view.h"
#include "store/thread_sql.h"
#include "web/csv.h"
#include "web/json.h"
#include "web/thread_filter.h"

#define BLOB_SHOWN 256            /* octets */
#define EXACT_MAX (1LL << 53)     /* integers beyond it are texts: JavaScript would round them */

static db_console *
open_console(struct call *call)
{
	GError *error = NULL;
	g_autofree char *path = g_build_filename(call->web->conf->belfry.store, "desk.db", NULL);
	db_console *console = db_console_open(path, sql_views, &error);
	if (!console)
		call_failed(call, error);
	return console;
}

/* What kind of mistake SQLite tells of, as the catalogs' "invalid.CODE". */
static const char *
code_of(const char *words)
{
	static const char *const codes[][2] = {{"no such table", "sql_no_table"}, {"no such column", "sql_no_column"}, {"ambiguous column", "sql_ambiguous"},
		{"no such function", "sql_no_function"}, {"syntax error", "sql_syntax"}, {"incomplete input", "sql_syntax"}, {"unrecognized token", "sql_syntax"}};
	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
		if (strstr(words, codes[i][0]))
			return codes[i][1];
	return "sql_wrong";
}

/* The reply that ERROR of the console deserves; takes it. */
static void
answer_error(struct call *call, GError *error)
{
	if (g_error_matches(error, DB_ERROR, DB_REFUSED))
		reply_refuse(call->reply, "sql", "sql_select", 0, "Only one SELECT over the listed views and functions is allowed: %s.", error->message);
	else if (g_error_matches(error, DB_ERROR, DB_WRONG))
		reply_refuse(call->reply, "sql", code_of(error->message), 0, "SQL: %s.", error->message);
	else if (g_error_matches(error, DB_ERROR, DB_LIMIT))
		reply_refuse(call->reply, "sql", "sql_limit", QUERY_MS_MAX / 1000, "The query took longer than %d seconds, or too much memory.",
			QUERY_MS_MAX / 1000);
	else {
		call_failed(call, error);
		return;
	}
	g_error_free(error);
}

/* FALSE with the reply set. */
static bool
is_sized(struct call *call, const char *sql)
{
	if (!sql || !*sql)
		reply_refuse(call->reply, "sql", "required", 0, "The SQL query cannot be empty.");
	else if (strlen(sql) > CONSOLE_SQL_MAX)
		reply_refuse(call->reply, "sql", "too_long", CONSOLE_SQL_MAX, "The SQL query has more than %d characters.", CONSOLE_SQL_MAX);
	else
		return true;
	return false;
}

bool
query_run_check(struct call *call, const char *sql)
{
	GError *error = NULL;
	if (!is_sized(call, sql))
		return false;
	g_autoptr(db_console) console = open_console(call);
	if (!console || db_console_check(console, sql, &error))
		return console != NULL;
	answer_error(call, error);
	return false;
}

/* A result on its way into JSON or CSV. */
struct result {
	out *json;     /* NULL: CSV */
	GString *csv;
	int rows;
	size_t octets;
	bool is_cut;
};

static char *
blob_text(const struct db_value *value)
{
	GString *text = g_string_new("x'");
	for (size_t i = 0; i < MIN(value->size, BLOB_SHOWN); i++)
		g_string_append_printf(text, "%02x", ((const guint8 *)value->blob)[i]);
	g_string_append(text, value->size > BLOB_SHOWN ? "…'" : "'");
	return g_string_free(text, FALSE);
}

static void
write_json(out *json, const struct db_value *value)
{
	if (value->kind == VALUE_INT && value->integer >= -EXACT_MAX && value->integer <= EXACT_MAX) {
		out_int(json, NULL, value->integer);
	} else if (value->kind == VALUE_REAL && isfinite(value->real)) {
		out_real(json, NULL, value->real);
	} else if (value->kind == VALUE_BLOB) {
		g_autofree char *text = blob_text(value);
		out_text(json, NULL, text);
	} else {
		g_autofree char *text = value->text ? g_utf8_make_valid(value->text, (gssize)value->size) : NULL;
		out_text(json, NULL, text);
	}
}

static void
write_csv(GString *csv, const struct db_value *value)
{
	if (value->kind == VALUE_INT || (value->kind == VALUE_REAL && isfinite(value->real))) {
		csv_number(csv, value->text);
	} else if (value->kind == VALUE_BLOB) {
		g_autofree char *text = blob_text(value);
		csv_text(csv, text);
	} else {
		csv_octets(csv, value->text ? value->text : "", value->text ? value->size : 0);
	}
}

static bool
take_columns(const char *const *names, int count, void *data)
{
	struct result *result = data;
	for (int i = 0; i < count; i++)
		if (result->json)
			out_text(result->json, NULL, names[i]);
		else
			csv_text(result->csv, names[i]);
	if (!result->json) {
		csv_end(result->csv);
		return true;
	}
	out_end(result->json);
	out_array(result->json, "rows");
	return true;
}

static bool
take_row(const struct db_value *values, int count, void *data)
{
	struct result *result = data;
	for (int i = 0; i < count; i++)
		result->octets += values[i].size + 8;
	result->is_cut = result->rows == QUERY_ROWS_MAX || result->octets > QUERY_OCTETS_MAX;
	if (result->is_cut)
		return false;
	result->rows++;
	if (result->json)
		out_array(result->json, NULL);
	for (int i = 0; i < count; i++)
		if (result->json)
			write_json(result->json, &values[i]);
		else
			write_csv(result->csv, &values[i]);
	if (result->json)
		out_end(result->json);
	else
		csv_end(result->csv);
	return true;
}

static bool
is_asked(const struct call *call, const char *name, const char *value)
{
	return !g_strcmp0(request_argument(call->request, name), value);
}

static void
answer_json(struct call *call, struct result *result, gint64 ms)
{
	out_end(result->json);
	out_bool(result->json, "cut", result->is_cut);
	out_int(result->json, "ms", ms);
	out_end(result->json);
	call_json(call, 200, g_steal_pointer(&result->json));
}

static void
answer_csv(struct call *call, struct result *result, gint64 saved)
{
	g_autofree char *name = saved ? g_strdup_printf("request_sql_%" G_GINT64_FORMAT ".csv", saved) : g_strdup("request_sql.csv");
	g_autofree char *disposition = http_disposition("attachment", name);
	reply_body(call->reply, 200, "text/csv; charset=utf-8", g_string_free_to_bytes(g_steal_pointer(&result->csv)));
	reply_header(call->reply, "Content-Disposition", disposition);
	reply_header(call->reply, "X-Belfry-Cut", result->is_cut ? "yes" : "no");
	reply_header(call->reply, "Cache-Control", "no-store");
}

static void
begin_result(const struct call *call, struct result *result)
{
	if (is_asked(call, "format", "csv")) {
		result->csv = g_string_new(is_asked(call, "bom", "1") ? CSV_MARK : "");
		return;
	}
	result->json = out_new();
	out_object(result->json, NULL);
	out_array(result->json, "columns");
}

static void
run_on(struct call *call, db_console *console, const char *sql, gint64 saved)
{
	GError *error = NULL;
	struct result result = {0};
	begin_result(call, &result);
	struct console_reader reader = {take_columns, take_row, &result};
	gint64 began = g_get_monotonic_time();
	bool is_whole = db_console_run(console, sql, QUERY_MS_MAX, &reader, &error);
	gint64 ms = (g_get_monotonic_time() - began) / 1000;
	log_line(LOG_INFO, "query run query=%" G_GINT64_FORMAT " by=%" G_GINT64_FORMAT " rows=%d cut=%s ms=%" G_GINT64_FORMAT "%s", saved,
		call->who->id, result.rows, result.is_cut ? "yes" : "no", ms, is_whole ? "" : " refused");
	if (!is_whole)
		answer_error(call, error);
	else if (result.json)
		answer_json(call, &result, ms);
	else
		answer_csv(call, &result, saved);
	out_free(result.json);
	if (result.csv)
		g_string_free(result.csv, TRUE);
}

/* SAVED: its number, 0: one that is not saved. At most half the workers run queries: the desk goes on. */
static void
run(struct call *call, const char *sql, gint64 saved)
{
	gint most = (gint)MAX(call->web->conf->web.workers / 2, 1);
	if (!is_sized(call, sql))
		return;
	if (g_atomic_int_add(&call->web->queries, 1) >= most) {
		reply_header(call->reply, "Retry-After", "5");
		reply_problem(call->reply, 429, "Another query is running just now. Please try again in a moment.");
	} else {
		g_autoptr(db_console) console = open_console(call);
		if (console)
			run_on(call, console, sql, saved);
	}
	g_atomic_int_add(&call->web->queries, -1);
}

void
query_run_typed(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	if (in)
		run(call, json_get_text(in, "sql"), 0);
}

static bool
note_sql(const struct sql_query *row, void *data)
{
	*(char **)data = g_strdup(row->sql);
	return true;
}

void
query_run_saved(struct call *call)
{
	GError *error = NULL;
	g_autofree char *sql = NULL;
	int got = sql_query_get(call->desk, call->ids[0], note_sql, &sql, &error);
	if (got < 0)
		call_failed(call, error);
	else if (!got)
		call_not_found(call);
	else
		run(call, sql, call->ids[0]);
}

void
query_run_views(struct call *call)
{
	g_autoptr(db_console) console = open_console(call);
	if (!console)
		return;
	out *json = out_new();
	out_object(json, NULL);
	out_array(json, "views");
	for (const struct console_view *view = sql_views; view->name; view++) {
		out_object(json, NULL);
		out_text(json, "name", view->name);
		out_array(json, "columns");
		for (const char *const *column = db_console_columns(console, view->name); *column; column++)
			out_text(json, NULL, *column);
		out_end(json);
		out_end(json);
	}
	out_end(json);
	out_array(json, "functions");
	for (const char *const *function = db_console_functions; *function; function++)
		out_text(json, NULL, *function);
	out_end(json);
	out_end(json);
	call_json(call, 200, json);
}

void
query_run_list(struct call *call)
{
	struct thread_filter filter;
	if (!thread_filter_read(call, &filter))
		return;
	g_autofree char *sql = thread_sql(call->who, &filter);
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "name", "customer_thread");
	out_text(json, "sql", sql);
	out_end(json);
	call_json(call, 200, json);
}
