#include "web/thread_json.h"

void
thread_json_person(out *json, const char *name, gint64 id, const char *firstname, const char *lastname)
{
	if (!id) {
		out_null(json, name);
		return;
	}
	out_object(json, name);
	out_int(json, "id", id);
	out_text(json, "firstname", firstname);
	out_text(json, "lastname", lastname);
	out_end(json);
}

void
thread_json_named(out *json, const char *name, gint64 id, const char *text)
{
	if (!id) {
		out_null(json, name);
		return;
	}
	out_object(json, name);
	out_int(json, "id", id);
	out_text(json, "name", text);
	out_end(json);
}

void
thread_json_row(out *json, const struct thread_row *row)
{
	out_int(json, "id", row->id);
	thread_json_person(json, "customer", row->customer.id, row->customer.firstname, row->customer.lastname);
	out_text(json, "email", row->email);
	thread_json_named(json, "contact", row->contact_id, row->contact_name);
	out_text(json, "language", row->language);
	out_text(json, "status", row->status);
	thread_json_person(json, "employee", row->employee.id, row->employee.firstname, row->employee.lastname);
	out_text(json, "message", row->excerpt);
	out_bool(json, "private", row->is_private);
	out_bool(json, "unread", row->is_unread);
	out_time(json, "last_message", row->last_message);
	thread_json_named(json, "shop", row->shop_id, row->shop_name);
	out_text(json, "subject", row->subject);
	out_text(json, "folder", row->folder);
	out_bool(json, "automatic", row->is_automatic);
	out_bool(json, "draft", row->has_draft);
}

static bool
write_owned(const struct thread_row *row, void *data)
{
	out *json = data;
	out_object(json, NULL);
	out_int(json, "id", row->id);
	out_text(json, "subject", row->subject);
	out_text(json, "status", row->status);
	thread_json_named(json, "contact", row->contact_id, row->contact_name);
	out_time(json, "last_message", row->last_message);
	out_end(json);
	return true;
}

bool
thread_json_owned(out *json, db *desk, const viewer *who, const struct thread_owner *owner, GError **error)
{
	gint64 total = thread_total_of(desk, who, owner, error);
	if (total < 0)
		return false;
	out_int(json, "thread_total", total);
	out_array(json, "threads");
	if (!thread_each_of(desk, who, owner, write_owned, json, error))
		return false;
	out_end(json);
	return true;
}
