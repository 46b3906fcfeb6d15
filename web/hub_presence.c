/* hub_presence: who looks at which thread, and who writes there. */
#include <string.h>

#include "web/hub_inside.h"

static void
note_due(struct listener *listener, gint64 thread)
{
	for (guint i = 0; listener->presence && i < listener->presence->len; i++)
		if (g_array_index(listener->presence, gint64, i) == thread)
			return;
	if (!listener->presence)
		listener->presence = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_array_append_val(listener->presence, thread);
}

void
hub_mark_presence(hub *self, gint64 thread, gint64 contact)
{
	if (!thread)
		return;
	EACH_LISTENER(self, listener)
		if (listener->thread == thread || (listener->is_listing && viewer_may_see(listener->of.who, contact)))
			note_due(listener, thread);
}

/* One person a page; of several pages of one, a writing one counts. */
static void
add_person(GArray *people, const struct listener *listener, gint64 now)
{
	struct hub_person person = {listener->of.who->id, listener->of.firstname, listener->of.lastname, listener->writes > now};
	for (guint i = 0; i < people->len; i++) {
		struct hub_person *known = &g_array_index(people, struct hub_person, i);
		if (known->id == person.id) {
			known->is_writing |= person.is_writing;
			return;
		}
	}
	g_array_append_val(people, person);
}

static void
each_viewer(hub *self, gint64 thread, gint64 except, void (*each)(const struct hub_person *, void *), void *data)
{
	gint64 now = g_get_monotonic_time();
	g_autoptr(GArray) people = g_array_new(FALSE, FALSE, sizeof(struct hub_person));
	EACH_LISTENER(self, listener)
		if (listener->thread == thread && listener->of.who->id != except)
			add_person(people, listener, now);
	for (guint i = 0; i < people->len; i++)
		each(&g_array_index(people, struct hub_person, i), data);
}

void
hub_write_person(const struct hub_person *person, void *data)
{
	out *json = data;
	out_object(json, NULL);
	out_int(json, "id", person->id);
	out_text(json, "firstname", person->firstname);
	out_text(json, "lastname", person->lastname);
	out_bool(json, "writing", person->is_writing);
	out_end(json);
}

GBytes *
hub_take_presence(hub *self, struct listener *listener)
{
	if (!listener->presence)
		return NULL;
	gint64 thread = g_array_index(listener->presence, gint64, 0);
	out *json = hub_begin_frame(self, "presence");
	out_int(json, "thread", thread);
	out_array(json, "viewers");
	each_viewer(self, thread, listener->of.who->id, hub_write_person, json);
	out_end(json);
	g_array_remove_index(listener->presence, 0);
	if (!listener->presence->len)
		g_clear_pointer(&listener->presence, g_array_unref);
	return hub_end_frame(json);
}

void
hub_view(hub *self, guint64 id, gint64 thread, gint64 contact)
{
	g_mutex_lock(&self->lock);
	struct listener *listener = g_hash_table_lookup(self->listeners, &id);
	gint64 before = listener ? listener->thread : thread, before_contact = listener ? listener->contact : 0;
	if (listener)
		listener->is_listing = false;
	if (before != thread) {
		listener->thread = thread;
		listener->contact = contact;
		listener->writes = 0;
		hub_mark_presence(self, before, before_contact);
		hub_mark_presence(self, thread, contact);
	}
	hub_unlock_and_wake(self);
}

void
hub_write(hub *self, guint64 id, gint64 thread)
{
	gint64 now = g_get_monotonic_time();
	g_mutex_lock(&self->lock);
	struct listener *listener = g_hash_table_lookup(self->listeners, &id);
	if (listener && thread && listener->thread == thread) {
		bool is_new = listener->writes <= now;
		listener->writes = now + HUB_WRITES;
		if (is_new)
			hub_mark_presence(self, thread, listener->contact);
	}
	hub_unlock_and_wake(self);
}

void
hub_list(hub *self, guint64 id)
{
	g_mutex_lock(&self->lock);
	struct listener *listener = g_hash_table_lookup(self->listeners, &id);
	if (listener) {
		EACH_LISTENER(self, other)
			if (other->thread && viewer_may_see(listener->of.who, other->contact))
				note_due(listener, other->thread);
		listener->is_listing = true;
	}
	hub_unlock_and_wake(self);
}

void
hub_tick(hub *self)
{
	gint64 now = g_get_monotonic_time();
	bool has_ended = false;
	g_mutex_lock(&self->lock);
	g_autoptr(GArray) ended = g_array_new(FALSE, FALSE, sizeof(struct listener *));
	EACH_LISTENER(self, listener)
		if (listener->writes && listener->writes <= now)
			g_array_append_val(ended, listener);
	for (guint i = 0; i < ended->len; i++) {
		struct listener *listener_over = g_array_index(ended, struct listener *, i);
		listener_over->writes = 0;
		hub_mark_presence(self, listener_over->thread, listener_over->contact);
		has_ended = true;
	}
	g_mutex_unlock(&self->lock);
	if (has_ended)
		self->wake(self->wake_data);
}

void
hub_each_viewer(hub *self, gint64 thread, gint64 except, void (*each)(const struct hub_person *, void *), void *data)
{
	g_mutex_lock(&self->lock);
	each_viewer(self, thread, except, each, data);
	g_mutex_unlock(&self->lock);
}

GHashTable *
hub_viewed(hub *self)
{
	GHashTable *threads = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_mutex_lock(&self->lock);
	EACH_LISTENER(self, listener)
		if (listener->thread)
			g_hash_table_add(threads, g_memdup2(&listener->thread, sizeof listener->thread));
	g_mutex_unlock(&self->lock);
	return threads;
}
