#include "web/api_upload.h"

#include "store/upload.h"
#include "web/door.h"
#include "web/download.h"
#include "web/receive.h"

bool
api_upload_admit(struct call *call)
{
	g_autoptr(GError) error = NULL;
	enum upload_result result = upload_check(call->desk, call->who, call->ids[0], call->length, &error);
	if (result == UPLOAD_ERROR)
		call_failed(call, g_steal_pointer(&error));
	else if (result == UPLOAD_NOT_THERE)
		call_not_found(call);
	else if (result == UPLOAD_TOO_MUCH)
		receive_refuse(call);
	return result == UPLOAD_DONE;
}

static void
answer(struct call *call, const struct upload *file)
{
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "id", file->id);
	out_text(json, "name", file->name);
	out_text(json, "type", file->type);
	out_int(json, "size", file->size);
	out_end(json);
	call_json(call, 201, json);
}

static bool
answer_added(const struct upload *file, void *data)
{
	answer(data, file);
	return true;
}

/* Of an empty file nothing came before, and a small one of JSON came as JSON does. NULL with the reply set. */
static gather *
take_file(struct call *call)
{
	g_autoptr(GError) error = NULL;
	const GByteArray *body = call->request->body;
	if (call->file)
		return g_steal_pointer(&call->file);
	g_autoptr(gather) file = gather_new(call->web->conf->belfry.store, UPLOAD_OCTETS_MAX);
	if (!body || gather_add(file, body->data, body->len, &error))
		return g_steal_pointer(&file);
	call_failed(call, g_steal_pointer(&error));
	return NULL;
}

static void
add(struct call *call, const char *name)
{
	gint64 id;
	g_autoptr(GError) error = NULL;
	gather *file = take_file(call);
	if (file && receive_file(call, file, name, request_header(call->request, "content-type"), &id) &&
		upload_get(call->desk, call->who, call->ids[0], id, answer_added, call, &error) == UPLOAD_ERROR)
		call_failed(call, g_steal_pointer(&error));
}

void
api_upload_add(struct call *call)
{
	const char *name = request_argument(call->request, "name");
	if (name && *name)
		add(call, name);
	else
		reply_refuse(call->reply, "name", "required", 0, "The argument name must say what the file is called.");
}

struct fetching {
	struct call *call;
	GError *error;
};

static bool
fetch(const struct upload *file, void *data)
{
	struct fetching *fetching = data;
	return download_upload(fetching->call, file, &fetching->error);
}

void
api_upload_get(struct call *call)
{
	struct fetching fetching = {call, NULL};
	g_autoptr(GError) error = NULL;
	enum upload_result result = upload_get(call->desk, call->who, call->ids[0], call->ids[1], fetch, &fetching, &error);
	if (fetching.error)
		g_propagate_error(&error, fetching.error);
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (result != UPLOAD_DONE)
		call_not_found(call);
}

struct dropping {
	const struct call *call;
	enum upload_result result;
};

static bool
run_drop(db *desk, void *data, GError **error)
{
	struct dropping *dropping = data;
	const struct call *call = dropping->call;
	dropping->result = upload_drop(desk, call->who, call->ids[0], call->ids[1], error);
	return dropping->result != UPLOAD_ERROR;
}

void
api_upload_drop(struct call *call)
{
	struct dropping dropping = {.call = call};
	if (!call_write(call, run_drop, &dropping))
		return;
	if (dropping.result == UPLOAD_DONE)
		call->reply->status = 204;
	else
		call_not_found(call);
}
