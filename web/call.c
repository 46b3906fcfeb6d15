#include "web/call.h"

#include "store/squeeze.h"
#include "store/trouble.h"
#include "store/wake.h"
#include "web/json.h"

/* What was stored as it came: only of what is known to be small enough. */
static GBytes *
read_file(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GByteArray) whole = g_byte_array_new();
	bool ok = gather_end(call->file, &error);
	for (guint i = 0; ok && i < gather_frames(call->file); i++) {
		g_autoptr(GBytes) packed = gather_frame(call->file, i, &error);
		g_autoptr(GBytes) frame = packed ? squeeze_unpack(g_bytes_get_data(packed, NULL), g_bytes_get_size(packed), &error) : NULL;
		if ((ok = frame))
			g_byte_array_append(whole, g_bytes_get_data(frame, NULL), (guint)g_bytes_get_size(frame));
	}
	g_clear_pointer(&call->file, gather_free);
	if (!ok)
		call_failed(call, g_steal_pointer(&error));
	return ok ? g_byte_array_free_to_bytes(g_steal_pointer(&whole)) : NULL;
}

GBytes *
call_body(struct call *call)
{
	const GByteArray *body = call->request->body;
	if (call->file)
		return read_file(call);
	return body ? g_bytes_new_static(body->data, body->len) : g_bytes_new(NULL, 0);
}

bool
call_is_json(const struct call *call)
{
	const char *type = request_header(call->request, "content-type");
	return type && g_str_has_prefix(type, "application/json");
}

struct json_in *
call_parse_json(struct call *call, GBytes *text)
{
	g_autoptr(GError) error = NULL;
	if (g_bytes_get_size(text) && !call_is_json(call)) {
		reply_problem(call->reply, 415, "Send application/json.");
		return NULL;
	}
	json_in *in = json_read(text, &error);
	if (!in)
		reply_problem(call->reply, 400, "The request cannot be read: %s.", error->message);
	return in;
}

struct json_in *
call_read_json(struct call *call)
{
	g_autoptr(GBytes) text = call_body(call);
	return text ? call_parse_json(call, text) : NULL;
}

void
call_json(struct call *call, int status, out *json)
{
	reply_header(call->reply, "Cache-Control", "no-store");
	reply_body(call->reply, status, "application/json", out_done(json));
}

void
call_failed(struct call *call, GError *error)
{
	fault_note(&call->web->fault, call->request->path, error);
	reply_problem(call->reply, 503, "The store cannot answer now: %s. Please try again in a moment.", trouble_reason(error));
	g_error_free(error);
}

void
call_not_found(struct call *call)
{
	reply_problem(call->reply, 404, "There is no such thing, or it is not yours to see.");
}

bool
call_write(struct call *call, writer_job *job, void *data)
{
	g_autoptr(GError) error = NULL;
	if (writer_submit(call->web->desk, job, data, &error))
		return true;
	call_failed(call, g_steal_pointer(&error));
	return false;
}

void
call_wake_courier(const struct call *call)
{
	wake_send(call->web->conf->belfry.store, "courier");
}

struct signer
call_signer(const struct call *call)
{
	return (struct signer){call->web->keys, *call->web->conf->milter.recipient_delimiter};
}

const char *
call_argument(const struct call *call, const char *name)
{
	const char *text = request_argument(call->request, name);
	return text && *text ? text : NULL;
}

bool
call_number(struct call *call, const char *name, gint64 least, gint64 most, gint64 otherwise, gint64 *value)
{
	const char *text = request_argument(call->request, name);
	*value = otherwise;
	if (!text || !*text || g_ascii_string_to_signed(text, 10, least, most, value, NULL))
		return true;
	reply_problem(call->reply, 400, "%s must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".", name, least, most);
	return false;
}

bool
call_version(struct call *call, gint64 *version)
{
	const char *given = request_header(call->request, "if-match");
	char *end = NULL;
	if (!given) {
		reply_problem(call->reply, 428, "If-Match must name the version that you change.");
		return false;
	}
	*version = *given == '"' ? g_ascii_strtoll(given + 1, &end, 10) : 0;
	if (*version > 0 && !g_strcmp0(end, "\""))
		return true;
	reply_problem(call->reply, 400, "If-Match must be the ETag of what you change.");
	return false;
}

void
call_tag(struct call *call, gint64 version)
{
	g_autofree char *tag = g_strdup_printf("\"%" G_GINT64_FORMAT "\"", version);
	reply_header(call->reply, "ETag", tag);
}

void
call_outdated(struct call *call)
{
	reply_problem(call->reply, 412, "Somebody else changed this meanwhile. Reload it, then make your change again.");
}

bool
call_sort(struct call *call, const char *const *names, const char **sort)
{
	*sort = request_argument(call->request, "sort");
	if (*sort && !**sort)
		*sort = NULL;
	if (!*sort || g_strv_contains(names, *sort + (**sort == '-')))
		return true;
	reply_problem(call->reply, 400, "There is no sorting by %s.", *sort);
	return false;
}

GArray *
call_ids(struct call *call)
{
	const char *text = request_argument(call->request, "ids");
	g_auto(GStrv) words = g_strsplit(text ? text : "", ",", JSON_IN_LIST_MAX + 1);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 id = 1;
	for (char **word = words; *word && id; word++) {
		if (!g_ascii_string_to_signed(*word, 10, 1, G_MAXINT64, &id, NULL))
			id = 0;
		g_array_append_val(ids, id);
	}
	if (ids->len && id)
		return g_steal_pointer(&ids);
	reply_problem(call->reply, 400, "ids must be at most %d numbers with commas between them.", JSON_IN_LIST_MAX);
	return NULL;
}

void
call_ids_json(struct call *call, const char *name, const GArray *ids)
{
	out *json = out_new();
	out_object(json, NULL);
	out_array(json, name);
	for (guint i = 0; i < ids->len; i++)
		out_int(json, NULL, g_array_index(ids, gint64, i));
	out_end(json);
	out_end(json);
	call_json(call, 200, json);
}
