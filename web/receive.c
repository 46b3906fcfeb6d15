#include "web/receive.h"

#include "store/erase.h"
#include "store/trouble.h"
#include "store/upload.h"
#include "web/door.h"

void
receive_refuse(struct call *call)
{
	reply_problem(call->reply, 413, "The files of an answer may have %d MB together, and be %d at most.", UPLOAD_OCTETS_MAX >> 20, UPLOAD_FILES_MAX);
}

void
receive_failed(struct web *web, const struct request *request, struct reply *reply, const GError *error)
{
	fault_note(&web->fault, request->path, error);
	reply_problem(reply, 503, "The file cannot be kept now: %s. Please try again later.", trouble_reason(error));
}

struct noting {
	const struct call *call;
	struct upload file;
	enum upload_result result;
};

/* What is not taken goes again, in the same transaction. */
static bool
run_note(db *desk, void *data, GError **error)
{
	struct noting *noting = data;
	const struct call *call = noting->call;
	noting->result = upload_add(desk, call->who, call->ids[0], &noting->file, call->now, error);
	if (noting->result == UPLOAD_ERROR)
		return false;
	return noting->result == UPLOAD_DONE || erase_note_mail(desk, noting->file.id, error);
}

static bool
note(struct call *call, const struct upload *file)
{
	struct noting noting = {.call = call, .file = *file};
	if (!call_write(call, run_note, &noting))
		return false;
	if (noting.result == UPLOAD_TOO_MUCH)
		receive_refuse(call);
	else if (noting.result != UPLOAD_DONE)
		call_not_found(call);
	return noting.result == UPLOAD_DONE;
}

/* Into raw.db, on the disk. */
static bool
store(struct call *call, gather *file, gint64 *id)
{
	static const char *const nobody[] = {NULL};
	struct envelope envelope = {.door = UPLOAD_DOOR, .sender = "", .recipients = nobody, .client = call->request->peer, .helo = "", .tls = "", .auth = "",
		.queue_id = "", .captured = call->now};
	g_autoptr(GError) error = NULL;
	capture *into = door_open(call->web->door, &error);
	if (!into)
		gather_free(file);
	else if (capture_store(into, &envelope, file, id, &error))
		return true;
	receive_failed(call->web, call->request, call->reply, error);
	return false;
}

bool
receive_file(struct call *call, gather *file, const char *name, const char *type, gint64 *id)
{
	struct upload row = {.size = gather_size(file)};
	if (!store(call, file, id))
		return false;
	g_autofree char *own_name = upload_name(name), *own_type = upload_type(type);
	row.id = *id;
	row.name = own_name;
	row.type = own_type;
	return note(call, &row);
}

struct dropping {
	const struct call *call;
	const GArray *ids;
};

static bool
run_drop(db *desk, void *data, GError **error)
{
	const struct dropping *dropping = data;
	const struct call *call = dropping->call;
	for (guint i = 0; i < dropping->ids->len; i++)
		if (upload_drop(desk, call->who, call->ids[0], g_array_index(dropping->ids, gint64, i), error) == UPLOAD_ERROR)
			return false;
	return true;
}

void
receive_drop(struct call *call, const GArray *ids)
{
	g_autoptr(GError) error = NULL;
	struct dropping dropping = {call, ids};
	if (ids->len && !writer_submit(call->web->desk, run_drop, &dropping, &error))
		fault_note(&call->web->fault, call->request->path, error); /* they go when they are old */
}
