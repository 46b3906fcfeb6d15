#include "web/api_saved.h"

#include <string.h>

#include "store/saved.h"
#include "store/thread_list.h"
#include "web/json.h"
#include "web/thread_filter.h"

#define COUNT_MS 150 /* longer is not worth a number in the sidebar */

/* What stands in the list's address, as a request for the list. Owner: caller. */
static struct request *
request_of(const char *address)
{
	struct request *request = request_new(HTTP_GET, "/api/v1/threads");
	g_auto(GStrv) arguments = g_strsplit(address, "&", -1);
	for (char **argument = arguments; *argument; argument++)
		if (**argument)
			request_add_argument(request, *argument);
	return request;
}

/* Calls USE with the filter that ADDRESS names. Its strings live during the call. FALSE, and the reason in CALL's reply, when there is no sense in it. */
static bool
with_filter(const struct call *call, const char *address, void (*use)(const struct thread_filter *filter, void *data), void *data)
{
	struct thread_filter filter;
	struct request *request = request_of(address);
	struct call inner = *call;
	inner.request = request;
	bool is_read = thread_filter_read(&inner, &filter);
	if (is_read && use)
		use(&filter, data);
	request_free(request);
	return is_read;
}

struct listing {
	struct call *call;
	out *json;
	gint64 total; /* -1: not known */
};

static void
count(const struct thread_filter *filter, void *data)
{
	struct listing *list = data;
	g_autoptr(GError) error = NULL;
	db_set_deadline(list->call->desk, COUNT_MS);
	list->total = thread_total(list->call->desk, list->call->who, filter, &error);
}

/* A filter that no longer makes sense, such as one by a contact that is gone, has no count. */
static gint64
count_of(struct call *call, const char *address)
{
	struct listing list = {.call = call, .total = -1};
	struct reply *scratch = reply_new();
	struct call inner = *call;
	inner.reply = scratch;
	with_filter(&inner, address, count, &list);
	reply_free(scratch);
	return list.total;
}

static bool
write_row(const struct saved_filter *filter, void *data)
{
	const struct listing *list = data;
	gint64 total = count_of(list->call, filter->query);
	out_object(list->json, NULL);
	out_int(list->json, "id", filter->id);
	out_text(list->json, "name", filter->name);
	out_text(list->json, "query", filter->query);
	if (total < 0)
		out_null(list->json, "count");
	else
		out_int(list->json, "count", MIN(total, THREAD_TOTAL_MAX));
	out_bool(list->json, "count_more", total > THREAD_TOTAL_MAX);
	out_int(list->json, "version", filter->version);
	out_end(list->json);
	return true;
}

/* Kept apart from counting, which uses the connection's deadline. */
struct kept {
	gint64 id, version;
	char *name, *query;
};

static void
free_kept(void *data)
{
	struct kept *kept = data;
	g_free(kept->name);
	g_free(kept->query);
	g_free(kept);
}

static bool
keep(const struct saved_filter *filter, void *data)
{
	struct kept *kept = g_new(struct kept, 1);
	*kept = (struct kept){filter->id, filter->version, g_strdup(filter->name), g_strdup(filter->query)};
	g_ptr_array_add(data, kept);
	return true;
}

void
api_saved_list(struct call *call)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_kept);
	g_autoptr(GError) error = NULL;
	if (!saved_each(call->desk, call->who->id, keep, all, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	struct listing list = {.call = call, .json = out_new()};
	out_object(list.json, NULL);
	out_array(list.json, "filters");
	for (guint i = 0; i < all->len; i++) {
		const struct kept *kept = all->pdata[i];
		write_row(&(struct saved_filter){kept->id, kept->name, kept->query, kept->version}, &list);
	}
	out_end(list.json);
	out_end(list.json);
	call_json(call, 200, list.json);
}

struct edit {
	gint64 employee, id, version;
	char *name;
	const char *query;
	enum saved_result result;
};

static void
check_name(struct call *call, const struct edit *edit)
{
	if (!*edit->name)
		reply_refuse(call->reply, "name", "required", 0, "The field name is required.");
	else if (g_utf8_strlen(edit->name, -1) > SAVED_NAME_MAX)
		reply_refuse(call->reply, "name", "too_long", SAVED_NAME_MAX, "This value is too long. It should have %d characters or less.", SAVED_NAME_MAX);
}

static void
check_query(struct call *call, const struct edit *edit)
{
	struct reply *scratch = reply_new();
	struct call inner = *call;
	inner.reply = scratch;
	if (strlen(edit->query) > SAVED_QUERY_MAX || !with_filter(&inner, edit->query, NULL, NULL))
		reply_refuse(call->reply, "query", "query", 0, "This is no filter of the list.");
	reply_free(scratch);
}

/* FALSE with the reply set. What is not named stays NULL; a new filter needs both. */
static bool
read_edit(struct call *call, const json_in *in, struct edit *edit)
{
	const char *name = json_get_text(in, "name");
	edit->query = json_get_text(in, "query");
	edit->name = name ? g_strstrip(g_strdup(name)) : NULL;
	if (!edit->id && !edit->name)
		edit->name = g_strdup("");
	if (edit->name)
		check_name(call, edit);
	if (!edit->id && !edit->query)
		reply_refuse(call->reply, "query", "required", 0, "The field query is required.");
	if (edit->query)
		check_query(call, edit);
	return !call->reply->wrong;
}

static bool
run_put(db *desk, void *data, GError **error)
{
	struct edit *edit = data;
	struct saved_filter filter = {edit->id, edit->name, edit->query, edit->version};
	gint64 id;
	edit->result = saved_put(desk, edit->employee, &filter, &id, error);
	if (edit->result == SAVED_DONE)
		edit->id = id;
	return edit->result != SAVED_FAILED;
}

static void
answer(struct call *call, const struct edit *edit, int status)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_kept);
	if (edit->result == SAVED_TAKEN) {
		reply_refuse(call->reply, "name", "filter_taken", 0, "You have a filter of this name already.");
	} else if (edit->result == SAVED_TOO_MANY) {
		reply_problem(call->reply, 422, "There are %d saved filters already; delete one first.", SAVED_MAX);
	} else if (edit->result == SAVED_STALE) {
		call_outdated(call);
	} else if (edit->result == SAVED_DONE && saved_get(call->desk, call->who->id, edit->id, keep, found, &error) < 0) {
		call_failed(call, g_steal_pointer(&error));
	} else if (!found->len) {
		call_not_found(call);
	} else {
		const struct kept *kept = found->pdata[0];
		struct listing list = {.call = call, .json = out_new()};
		write_row(&(struct saved_filter){kept->id, kept->name, kept->query, kept->version}, &list);
		call_tag(call, kept->version);
		call_json(call, status, list.json);
	}
}

static void
put(struct call *call, gint64 id, int status)
{
	struct edit edit = {.employee = call->who->id, .id = id};
	if (id && !call_version(call, &edit.version))
		return;
	g_autoptr(json_in) in = call_read_json(call);
	if (in && read_edit(call, in, &edit) && call_write(call, run_put, &edit))
		answer(call, &edit, status);
	g_free(edit.name);
}

void
api_saved_add(struct call *call)
{
	put(call, 0, 201);
}

void
api_saved_change(struct call *call)
{
	put(call, call->ids[0], 200);
}

static bool
run_drop(db *desk, void *data, GError **error)
{
	struct edit *edit = data;
	edit->result = saved_drop(desk, edit->employee, edit->id, error);
	return edit->result != SAVED_FAILED;
}

void
api_saved_drop(struct call *call)
{
	struct edit edit = {.employee = call->who->id, .id = call->ids[0]};
	if (!call_write(call, run_drop, &edit))
		return;
	if (edit.result == SAVED_MISSING)
		call_not_found(call);
	else
		call->reply->status = 204;
}
