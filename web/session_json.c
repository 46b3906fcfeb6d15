#include "web/session_json.h"

#include "store/session.h"

struct listing {
	out *json;
	GBytes *own;
};

static bool
write_session(const struct session_row *session, void *data)
{
	const struct listing *list = data;
	out_object(list->json, NULL);
	out_int(list->json, "id", session->id);
	out_time(list->json, "created", session->created);
	out_time(list->json, "used", session->used);
	out_text(list->json, "address", session->address);
	out_text(list->json, "agent", session->agent);
	out_bool(list->json, "current", list->own && g_bytes_equal(list->own, session->token_hash));
	out_end(list->json);
	return true;
}

void
session_json_list(struct call *call, gint64 employee)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	struct listing list = {json, call->token_hash};
	out_object(json, NULL);
	out_array(json, "sessions");
	if (!session_each(call->desk, employee, call->now, write_session, &list, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out_end(json);
	out_end(json);
	call_json(call, 200, g_steal_pointer(&json));
}

struct search {
	gint64 id;
	GBytes *found;
};

static bool
note_found(const struct session_row *session, void *data)
{
	struct search *search = data;
	if (session->id == search->id)
		search->found = g_bytes_ref(session->token_hash);
	return !search->found;
}

static bool
end_one(db *desk, void *data, GError **error)
{
	return session_end(desk, data, error);
}

void
session_json_end(struct call *call, gint64 employee, gint64 id)
{
	g_autoptr(GError) error = NULL;
	struct search search = {.id = id};
	bool ok = session_each(call->desk, employee, call->now, note_found, &search, &error);
	g_autoptr(GBytes) hash = search.found;
	if (!ok) {
		call_failed(call, g_steal_pointer(&error));
	} else if (!hash) {
		call_not_found(call);
	} else if (call_write(call, end_one, hash)) {
		hub_end_session(call->web->hub, hash);
		call->reply->status = 204;
	}
}

struct end_job {
	gint64 employee;
	GBytes *but;
};

static bool
end_all(db *desk, void *data, GError **error)
{
	const struct end_job *job = data;
	return session_end_all(desk, job->employee, job->but, error);
}

void
session_json_end_all(struct call *call, gint64 employee, GBytes *but)
{
	struct end_job job = {employee, but};
	if (!call_write(call, end_all, &job))
		return;
	hub_end_employee(call->web->hub, employee, but);
	call->reply->status = 204;
}
