#include "web/event_json.h"

#include <string.h>

#include "web/json.h"
#include "store/out.h"

static void
write_number(out *json, const char *name, gint64 number)
{
	if (number)
		out_int(json, name, number);
}

/* What pages need of the event's own data; the rest they ask for. */
static void
write_data(out *json, const struct event *event)
{
	g_autoptr(GBytes) text = g_bytes_new_static(event->data, strlen(event->data));
	g_autoptr(json_in) data = json_read(text, NULL);
	gint64 into;
	if (!data)
		return;
	if (!strcmp(event->kind, "status") && json_get_text(data, "to"))
		out_text(json, "status", json_get_text(data, "to"));
	if (!strcmp(event->kind, "delivery") && json_get_text(data, "state"))
		out_text(json, "state", json_get_text(data, "state"));
	if (json_get_int(data, "into", &into))
		out_int(json, "into", into);
}

char *
event_json_frame(const char *epoch, const struct event *event)
{
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "epoch", epoch);
	out_int(json, "event", event->id);
	out_text(json, "kind", event->kind);
	out_int(json, "thread", event->thread_id);
	write_number(json, "message", event->message_id);
	if (event->contact_id)
		out_int(json, "contact", event->contact_id);
	else
		out_null(json, "contact");
	out_int(json, "shop", event->shop_id);
	write_number(json, "employee", event->employee_id);
	write_number(json, "target", event->target_id);
	out_time(json, "when", event->created);
	write_data(json, event);
	out_end(json);
	g_autoptr(GBytes) whole = out_done(json);
	return g_strndup(g_bytes_get_data(whole, NULL), g_bytes_get_size(whole) - 1);
}

gint64
event_json_target(const struct event *event)
{
	return event->is_ringing ? event->target_id : -1;
}

gint64
event_json_former(const struct event *event)
{
	if (strcmp(event->kind, "contact"))
		return 0;
	g_autoptr(GBytes) text = g_bytes_new_static(event->data, strlen(event->data));
	g_autoptr(json_in) data = json_read(text, NULL);
	gint64 former = 0;
	return data && json_get_int(data, "from", &former) ? former : 0;
}
