#include "web/api_bell.h"

#include "store/bell.h"
#include "store/event.h"
#include "store/thread.h"
#include "web/json.h"
#include "web/thread_json.h"

#define ENTRIES 5

static bool
write_entry(const struct bell_entry *entry, void *data)
{
	out *json = data;
	out_object(json, NULL);
	out_int(json, "event", entry->event);
	out_text(json, "kind", entry->kind);
	out_int(json, "thread", entry->thread);
	if (entry->message)
		out_int(json, "message", entry->message);
	else
		out_null(json, "message");
	out_text(json, "status", entry->status);
	thread_json_person(json, "customer", entry->customer_id, entry->firstname, entry->lastname);
	out_text(json, "email", entry->email);
	out_text(json, "name", entry->name);
	out_text(json, "subject", entry->subject);
	thread_json_named(json, "contact", entry->contact_id, entry->contact_name);
	thread_json_person(json, "by", entry->by_id, entry->by_firstname, entry->by_lastname);
	out_text(json, "why", entry->why);
	out_time(json, "when", entry->when);
	out_end(json);
	return true;
}

/* As an object. The event is read first: what comes meanwhile is after it. */
static bool
write_bell(struct call *call, out *json, const char *name, GError **error)
{
	gint64 event = event_last(call->desk, error);
	gint64 count = event < 0 ? -1 : bell_count(call->desk, call->who, error);
	if (count < 0)
		return false;
	out_object(json, name);
	out_int(json, "count", count);
	out_int(json, "event", event);
	out_array(json, "entries");
	if (!bell_each(call->desk, call->who, ENTRIES, write_entry, json, error))
		return false;
	out_end(json);
	out_end(json);
	return true;
}

void
api_bell_get(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	if (write_bell(call, json, NULL, &error))
		call_json(call, 200, g_steal_pointer(&json));
	else
		call_failed(call, g_steal_pointer(&error));
}

struct seen_job {
	gint64 employee, thread, upto;
};

static bool
see(db *desk, void *data, GError **error)
{
	const struct seen_job *job = data;
	return bell_see(desk, job->employee, job->upto, error);
}

static bool
open_thread(db *desk, void *data, GError **error)
{
	const struct seen_job *job = data;
	return bell_open_thread(desk, job->employee, job->thread, job->upto, error);
}

/* FALSE with the reply set. */
static bool
read_upto(struct call *call, gint64 *upto)
{
	g_autoptr(json_in) in = call_read_json(call);
	if (!in)
		return false;
	if (json_get_int(in, "upto", upto) && *upto >= 0)
		return true;
	reply_problem(call->reply, 422, "upto must be a number.");
	return false;
}

void
api_bell_see(struct call *call)
{
	struct seen_job job = {.employee = call->who->id};
	if (!read_upto(call, &job.upto) || !call_write(call, see, &job))
		return;
	hub_seen(call->web->hub, call->who->id);
	api_bell_get(call);
}

static bool
note_there(const struct thread_row *row, void *data)
{
	*(bool *)data = !row->merged_into;
	return true;
}

/* FALSE with the reply set. */
static bool
is_thread_there(struct call *call)
{
	bool is_there = false;
	g_autoptr(GError) error = NULL;
	if (thread_get(call->desk, call->who, call->ids[0], note_there, &is_there, &error) < 0)
		call_failed(call, g_steal_pointer(&error));
	else if (!is_there)
		call_not_found(call);
	return is_there;
}

void
api_bell_open_thread(struct call *call)
{
	struct seen_job job = {.employee = call->who->id, .thread = call->ids[0]};
	if (!read_upto(call, &job.upto) || !is_thread_there(call) || !call_write(call, open_thread, &job))
		return;
	hub_seen(call->web->hub, call->who->id);
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	if (write_bell(call, json, "notifications", &error)) {
		out_end(json);
		call_json(call, 200, g_steal_pointer(&json));
	} else {
		call_failed(call, g_steal_pointer(&error));
	}
}
