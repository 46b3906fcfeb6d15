#include "web/api_query.h"

#include <string.h>

#include "store/log.h"
#include "store/sql_query.h"
#include "web/crud.h"
#include "web/json.h"
#include "web/query_run.h"

#define LIMIT_DEFAULT 50

static bool
write_row(const struct sql_query *row, void *data)
{
	out *json = data;
	out_object(json, NULL);
	out_int(json, "id", row->id);
	out_text(json, "name", row->name);
	out_text(json, "sql", row->sql);
	out_time(json, "created", row->created);
	out_int(json, "version", row->version);
	out_end(json);
	return true;
}

static bool
read_filter(struct call *call, struct sql_query_filter *filter)
{
	struct crud_page page;
	*filter = (struct sql_query_filter){.name = call_argument(call, "name"), .sql = call_argument(call, "sql")};
	if (!call_number(call, "id", 1, G_MAXINT64, 0, &filter->id) || !crud_read_page(call, LIMIT_DEFAULT, sql_query_sorts, &page))
		return false;
	filter->limit = page.limit;
	filter->page = page.page;
	filter->sort = page.sort;
	return true;
}

void
api_query_list(struct call *call)
{
	struct sql_query_filter filter;
	GError *error = NULL;
	if (!read_filter(call, &filter))
		return;
	gint64 total = sql_query_total(call->desk, &filter, &error);
	out *json = crud_begin("queries", total, filter.page, filter.limit);
	bool is_whole = total >= 0 && sql_query_each(call->desk, &filter, write_row, json, &error);
	crud_end(call, json, is_whole, error);
}

struct answer {
	out *json;
	struct call *call;
};

static bool
write_tagged(const struct sql_query *row, void *data)
{
	const struct answer *answer = data;
	call_tag(answer->call, row->version);
	return write_row(row, answer->json);
}

static void
answer_one(struct call *call, gint64 id, int status)
{
	g_autoptr(GError) error = NULL;
	struct answer answer = {out_new(), call};
	int got = sql_query_get(call->desk, id, write_tagged, &answer, &error);
	if (got > 0) {
		call_json(call, status, answer.json);
		return;
	}
	out_free(answer.json);
	if (got < 0)
		call_failed(call, g_steal_pointer(&error));
	else
		call_not_found(call);
}

void
api_query_get(struct call *call)
{
	answer_one(call, call->ids[0], 200);
}

/* A query as it is to be. */
struct edit {
	gint64 id, version, now; /* id 0: a new one */
	char *name, *sql;
	int got;                 /* 1: written; 0: somebody else was first; 2: the name is taken */
	bool is_there;
};

static bool
note_present(const struct sql_query *row, void *data)
{
	struct edit *edit = data;
	edit->name = g_strdup(row->name);
	edit->sql = g_strdup(row->sql);
	edit->is_there = true;
	return true;
}

static bool
run_save(db *desk, void *data, GError **error)
{
	struct edit *edit = data;
	int taken = sql_query_is_taken(desk, edit->name, edit->id, error);
	edit->got = taken > 0 ? 2 : taken;
	if (taken)
		return taken > 0;
	if (edit->id)
		edit->got = sql_query_change(desk, edit->id, edit->version, edit->name, edit->sql, error);
	else
		edit->got = sql_query_add(desk, edit->name, edit->sql, edit->now, &edit->id, error) ? 1 : -1;
	return edit->got >= 0;
}

static void
take_text(const json_in *in, const char *name, char **text)
{
	const char *given = json_get_text(in, name);
	if (!given)
		return;
	g_free(*text);
	*text = g_strstrip(g_strdup(given));
}

static void
check_name(struct call *call, const char *name)
{
	if (!name || !*name)
		reply_refuse(call->reply, "name", "required", 0, "The name cannot be empty.");
	else if (g_utf8_strlen(name, -1) > SQL_QUERY_NAME_MAX)
		reply_refuse(call->reply, "name", "too_long", SQL_QUERY_NAME_MAX, "The name has more than %d characters.", SQL_QUERY_NAME_MAX);
}

static void
save(struct call *call, struct edit *edit, int status)
{
	g_autoptr(json_in) in = call_read_json(call);
	if (!in)
		return;
	take_text(in, "name", &edit->name);
	take_text(in, "sql", &edit->sql);
	check_name(call, edit->name);
	if (!query_run_check(call, edit->sql) || call->reply->wrong || !call_write(call, run_save, edit))
		return;
	if (edit->got == 2)
		reply_refuse(call->reply, "name", "query_taken", 0, "Another query has this name.");
	else if (!edit->got)
		call_outdated(call);
	else
		answer_one(call, edit->id, status);
	if (edit->got == 1)
		log_line(LOG_INFO, "query saved query=%" G_GINT64_FORMAT " by=%" G_GINT64_FORMAT, edit->id, call->who->id);
}

static void
clear(struct edit *edit)
{
	g_free(edit->name);
	g_free(edit->sql);
}

void
api_query_add(struct call *call)
{
	struct edit edit = {.now = call->now};
	save(call, &edit, 201);
	clear(&edit);
}

void
api_query_change(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct edit edit = {.id = call->ids[0]};
	if (!call_version(call, &edit.version))
		return;
	if (sql_query_get(call->desk, edit.id, note_present, &edit, &error) < 0)
		call_failed(call, g_steal_pointer(&error));
	else if (!edit.is_there)
		call_not_found(call);
	else
		save(call, &edit, 200);
	clear(&edit);
}

static int
drop(db *desk, const viewer *who, gint64 id, GError **error)
{
	(void)who;
	return sql_query_drop(desk, id, error);
}

static const struct crud_noun noun = {"query", drop};

void
api_query_drop(struct call *call)
{
	crud_drop(call, &noun);
}

void
api_query_drop_all(struct call *call)
{
	crud_drop_all(call, &noun);
}
