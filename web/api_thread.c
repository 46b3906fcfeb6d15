#include "web/api_thread.h"

#include "store/message.h"
#include "store/status.h"
#include "web/json.h"
#include "web/thread_change.h"
#include "web/thread_filter.h"
#include "web/thread_json.h"
#include "web/thread_page.h"

static bool
write_row(const struct thread_row *row, void *data)
{
	out *json = data;
	out_object(json, NULL);
	thread_json_row(json, row);
	out_end(json);
	return true;
}

struct listing {
	const struct call *call;
	out *json;
	const char *text; /* what was searched for; NULL: nothing */
	GHashTable *viewed; /* threads that anybody looks at */
};

static void
write_viewers(const struct listing *list, gint64 thread)
{
	out_array(list->json, "viewers");
	if (g_hash_table_contains(list->viewed, &thread))
		hub_each_viewer(list->call->web->hub, thread, list->call->who->id, hub_write_person, list->json);
	out_end(list->json);
}

/* Where the search's words stand. What cannot be shown is left out: the row is there all the same. */
static void
write_hit(const struct listing *list, gint64 message)
{
	g_auto(GStrv) parts = message_snippet(list->call->desk, message, list->text, NULL);
	if (!parts)
		return;
	out_object(list->json, "hit");
	out_int(list->json, "message", message);
	out_array(list->json, "parts");
	for (char **part = parts; *part; part++)
		out_text(list->json, NULL, *part);
	out_end(list->json);
	out_end(list->json);
}

static bool
write_listed(const struct thread_row *row, void *data)
{
	const struct listing *list = data;
	out_object(list->json, NULL);
	thread_json_row(list->json, row);
	write_viewers(list, row->id);
	if (row->hit)
		write_hit(list, row->hit);
	out_end(list->json);
	return true;
}

void
api_thread_list(struct call *call)
{
	struct thread_filter filter;
	g_autoptr(GError) error = NULL;
	if (!thread_filter_read(call, &filter))
		return;
	g_autoptr(thread_list) threads = thread_list_new(call->desk, call->who, &filter, &error);
	gint64 total = threads ? thread_list_total(threads, &error) : -1;
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	out_int(json, "total", MIN(total, THREAD_TOTAL_MAX));
	out_bool(json, "total_more", total > THREAD_TOTAL_MAX);
	out_int(json, "page", filter.page);
	out_int(json, "limit", filter.limit);
	out_array(json, "threads");
	g_autoptr(GHashTable) viewed = hub_viewed(call->web->hub);
	struct listing list = {call, json, filter.text, viewed};
	if (total < 0 || !thread_list_each(threads, write_listed, &list, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out_end(json);
	out_end(json);
	call_json(call, 200, g_steal_pointer(&json));
}

void
api_thread_get(struct call *call)
{
	gint64 before, limit;
	if (call_number(call, "before", 1, G_MAXINT64, 0, &before) && call_number(call, "limit", 1, THREAD_PAGE_MAX, THREAD_PAGE_DEFAULT, &limit))
		thread_page_answer(call, before, (int)limit);
}

/* The row of the call's thread as it is now. */
static void
answer_row(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	int got = thread_get(call->desk, call->who, call->ids[0], write_row, json, &error);
	if (got < 0)
		call_failed(call, g_steal_pointer(&error));
	else if (!got)
		call_not_found(call);
	else
		call_json(call, 200, g_steal_pointer(&json));
}

/* A deed of store/status.h on one or several threads. */
struct deed {
	int (*run)(db *desk, const viewer *who, gint64 thread, gint64 now, GError **error);
	const struct call *call;
	const gint64 *ids;
	guint count;
	GArray *done; /* of gint64: those that changed */
	guint found;
};

static bool
run_deed(db *desk, void *data, GError **error)
{
	struct deed *deed = data;
	for (guint i = 0; i < deed->count; i++) {
		int got = deed->run(desk, deed->call->who, deed->ids[i], deed->call->now, error);
		if (got < 0)
			return false;
		deed->found += got > 0;
		if (got == 1)
			g_array_append_val(deed->done, deed->ids[i]);
	}
	return true;
}

/* FALSE with the reply set. */
static bool
do_to_one(struct call *call, struct deed deed)
{
	g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(gint64));
	deed.call = call;
	deed.ids = call->ids;
	deed.count = 1;
	deed.done = done;
	if (!call_write(call, run_deed, &deed))
		return false;
	if (!deed.found)
		call_not_found(call);
	return deed.found;
}

/* Answers {NAME: [ids that changed]}. */
static void
do_to_all(struct call *call, struct deed deed, const GArray *ids, const char *name)
{
	g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(gint64));
	deed.call = call;
	deed.ids = (const gint64 *)(const void *)ids->data;
	deed.count = ids->len;
	deed.done = done;
	if (!call_write(call, run_deed, &deed))
		return;
	out *json = out_new();
	out_object(json, NULL);
	out_array(json, name);
	for (guint i = 0; i < done->len; i++)
		out_int(json, NULL, g_array_index(done, gint64, i));
	out_end(json);
	out_end(json);
	call_json(call, 200, json);
}

void
api_thread_change(struct call *call)
{
	if (thread_change_do(call))
		answer_row(call);
}

void
api_thread_change_all(struct call *call)
{
	thread_change_all(call);
}

void
api_thread_bin(struct call *call)
{
	if (do_to_one(call, (struct deed){.run = status_bin}))
		call->reply->status = 204;
}

/* "1,2,3"; NULL when it is anything else. */
static GArray *
parse_ids(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text ? text : "", ",", JSON_IN_LIST_MAX + 1);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (char **word = words; *word; word++) {
		gint64 id;
		if (!g_ascii_string_to_signed(*word, 10, 1, G_MAXINT64, &id, NULL))
			return NULL;
		g_array_append_val(ids, id);
	}
	return ids->len ? g_steal_pointer(&ids) : NULL;
}

void
api_thread_bin_all(struct call *call)
{
	g_autoptr(GArray) ids = parse_ids(request_argument(call->request, "ids"));
	if (ids)
		do_to_all(call, (struct deed){.run = status_bin}, ids, "deleted");
	else
		reply_problem(call->reply, 400, "ids must be at most %d thread numbers with commas between them.", JSON_IN_LIST_MAX);
}

void
api_thread_restore(struct call *call)
{
	if (do_to_one(call, (struct deed){.run = status_restore}))
		answer_row(call);
}

static bool
write_employee(gint64 id, const char *firstname, const char *lastname, void *data)
{
	thread_json_person(data, NULL, id, firstname, lastname);
	return true;
}

static bool
note_nothing(G_GNUC_UNUSED const struct thread_row *row, G_GNUC_UNUSED void *data)
{
	return true;
}

void
api_thread_staff(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	if (!thread_get(call->desk, call->who, call->ids[0], note_nothing, NULL, &error)) {
		call_not_found(call);
		return;
	}
	out_object(json, NULL);
	out_array(json, "employees");
	if (error || !status_each_assignable(call->desk, call->who, call->ids[0], write_employee, json, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out_end(json);
	out_end(json);
	call_json(call, 200, g_steal_pointer(&json));
}
