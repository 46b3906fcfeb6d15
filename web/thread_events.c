#include "web/thread_events.h"

#include <string.h>

#include "store/contact.h"
#include "store/employee.h"
#include "store/event.h"
#include "store/order.h"
#include "web/json.h"
#include "web/thread_json.h"

struct state { /* of the order, copied */
	gint64 created;
	char *name;
	bool is_valid;
};

struct timeline {
	out *json;
	struct call *call;
	gint64 thread;
	GArray *states;       /* of struct state, oldest first: taken from the end */
	char *reference;      /* of the order */
	GHashTable *staff;    /* gint64 id → employee *, those met so far */
	GHashTable *contacts; /* gint64 id → name; NULL until one is needed */
	GError *error;        /* of a callback */
};

static void
clear_state(void *data)
{
	g_free(((struct state *)data)->name);
}

static void
write_state(struct timeline *self, const struct state *state)
{
	out_object(self->json, NULL);
	out_null(self->json, "event");
	out_text(self->json, "kind", "order_state");
	out_time(self->json, "when", state->created);
	out_null(self->json, "employee");
	out_object(self->json, "data");
	out_text(self->json, "reference", self->reference);
	out_text(self->json, "state", state->name);
	out_bool(self->json, "valid", state->is_valid);
	out_end(self->json);
	out_end(self->json);
}

/* Those that came after SINCE and are not written yet. */
static void
write_states(struct timeline *self, gint64 since)
{
	while (self->states->len) {
		const struct state *newest = &g_array_index(self->states, struct state, self->states->len - 1);
		if (newest->created < since)
			return;
		write_state(self, newest);
		g_array_set_size(self->states, self->states->len - 1);
	}
}

static const employee *
find_employee(struct timeline *self, gint64 id)
{
	employee *person = g_hash_table_lookup(self->staff, &id);
	if (person || self->error || !id)
		return person;
	person = employee_get(self->call->desk, id, &self->error);
	if (person)
		g_hash_table_insert(self->staff, &person->id, person);
	return person;
}

static void
write_employee(struct timeline *self, const char *name, gint64 id)
{
	const employee *person = find_employee(self, id);
	thread_json_person(self->json, name, person ? person->id : 0, person ? person->firstname : "", person ? person->lastname : "");
}

static bool
note_contact(const struct contact_row *row, void *data)
{
	struct timeline *self = data;
	g_hash_table_insert(self->contacts, g_memdup2(&row->id, sizeof row->id), g_strdup(row->name));
	return true;
}

/* Only of what they may see. */
static void
write_contact(struct timeline *self, const char *name, gint64 id)
{
	if (!self->contacts) {
		self->contacts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
		contact_each(self->call->desk, self->call->who->language, note_contact, self, &self->error);
	}
	const char *text = viewer_may_see(self->call->who, id) ? g_hash_table_lookup(self->contacts, &id) : NULL;
	thread_json_named(self->json, name, text ? id : 0, text);
}

static bool
write_reference(const struct order_row *row, void *data)
{
	out_text(data, "reference", row->reference);
	return true;
}

/* The names behind the numbers in an event's data. */
static void
write_names(struct timeline *self, const struct event *event)
{
	g_autoptr(GBytes) text = g_bytes_new_static(event->data, strlen(event->data));
	g_autoptr(json_in) data = json_read(text, NULL);
	gint64 from = 0, to = 0;
	if (!data || !json_get_int(data, "from", &from) || !json_get_int(data, "to", &to))
		return;
	if (!strcmp(event->kind, "contact")) {
		write_contact(self, "from", from);
		write_contact(self, "to", to);
	} else if (!strcmp(event->kind, "order") && to) {
		order_get(self->call->desk, self->call->who, to, write_reference, self->json, &self->error);
	}
}

static bool
write_event(const struct event *event, void *data)
{
	struct timeline *self = data;
	write_states(self, event->created);
	out_object(self->json, NULL);
	out_int(self->json, "event", event->id);
	out_text(self->json, "kind", event->kind);
	out_time(self->json, "when", event->created);
	write_employee(self, "employee", event->employee_id);
	if (event->target_id)
		write_employee(self, "target", event->target_id);
	if (event->message_id)
		out_int(self->json, "message", event->message_id);
	if (event->thread_id != self->thread)
		out_int(self->json, "thread", event->thread_id);
	write_names(self, event);
	out_stored(self->json, "data", event->data);
	out_end(self->json);
	return !self->error;
}

static bool
note_state(const struct order_state *row, void *data)
{
	struct timeline *self = data;
	struct state state = {row->created, g_strdup(row->name), row->is_valid};
	g_array_append_val(self->states, state);
	return true;
}

static bool
note_order(const struct order_row *row, void *data)
{
	((struct timeline *)data)->reference = g_strdup(row->reference);
	return true;
}

static gint
compare_states(gconstpointer one, gconstpointer other)
{
	const struct state *a = one, *b = other;
	return a->created < b->created ? -1 : a->created > b->created;
}

static bool
find_states(struct timeline *self, gint64 order, GError **error)
{
	if (order && (order_get(self->call->desk, self->call->who, order, note_order, self, error) < 0 ||
		!order_each_state(self->call->desk, order, note_state, self, error)))
		return false;
	g_array_sort(self->states, compare_states);
	return true;
}

static bool
write_all(struct timeline *self, gint64 order, GError **error)
{
	if (!find_states(self, order, error))
		return false;
	out_array(self->json, "timeline");
	bool ok = event_each_of_thread(self->call->desk, self->thread, THREAD_EVENTS_MAX, write_event, self, error);
	write_states(self, 0);
	out_end(self->json);
	if (ok && self->error)
		g_propagate_error(error, g_steal_pointer(&self->error));
	return ok && !*error;
}

bool
thread_events_write(out *json, struct call *call, gint64 thread, gint64 order, GError **error)
{
	struct timeline self = {.json = json, .call = call, .thread = thread, .states = g_array_new(FALSE, FALSE, sizeof(struct state)),
		.staff = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)employee_free)};
	g_array_set_clear_func(self.states, clear_state);
	bool ok = write_all(&self, order, error);
	g_array_unref(self.states);
	g_hash_table_unref(self.staff);
	g_clear_pointer(&self.contacts, g_hash_table_unref);
	g_free(self.reference);
	g_clear_error(&self.error);
	return ok;
}
