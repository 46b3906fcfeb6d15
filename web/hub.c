#include "web/hub_inside.h"

static void
listener_free(void *data)
{
	struct listener *listener = data;
	viewer_free(listener->of.who);
	g_clear_pointer(&listener->presence, g_array_unref);
	g_free(listener->of.firstname);
	g_free(listener->of.lastname);
	g_bytes_unref(listener->of.token_hash);
	g_free(listener);
}

hub *
hub_new(void (*wake)(void *), void *data)
{
	hub *self = g_new0(hub, 1);
	g_mutex_init(&self->lock);
	self->wake = wake;
	self->wake_data = data;
	self->epoch = g_strdup("");
	self->frames = backlog_new(0);
	self->listeners = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, listener_free);
	return self;
}

void
hub_free(hub *self)
{
	if (!self)
		return;
	g_hash_table_unref(self->listeners);
	backlog_free(self->frames);
	g_free(self->epoch);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void
hub_unlock_and_wake(hub *self)
{
	g_mutex_unlock(&self->lock);
	self->wake(self->wake_data);
}

void
hub_restart(hub *self, const char *epoch, gint64 floor)
{
	g_mutex_lock(&self->lock);
	g_free(self->epoch);
	self->epoch = g_strdup(epoch);
	backlog_free(self->frames);
	self->frames = backlog_new(floor);
	EACH_LISTENER(self, listener)
		listener->is_over = true;
	hub_unlock_and_wake(self);
}

char *
hub_epoch(hub *self)
{
	g_mutex_lock(&self->lock);
	char *epoch = g_strdup(self->epoch);
	g_mutex_unlock(&self->lock);
	return epoch;
}

gint64
hub_last(hub *self)
{
	g_mutex_lock(&self->lock);
	gint64 last = backlog_last(self->frames);
	g_mutex_unlock(&self->lock);
	return last;
}

void
hub_publish(hub *self, const struct frame_new *frames, guint count)
{
	g_mutex_lock(&self->lock);
	for (guint i = 0; i < count; i++)
		backlog_add(self->frames, &frames[i]);
	hub_unlock_and_wake(self);
}

guint64
hub_add(hub *self, struct hub_listener given)
{
	struct listener *listener = g_new0(struct listener, 1);
	listener->of = given;
	listener->is_hello_due = true;
	g_mutex_lock(&self->lock);
	listener->id = ++self->last_id;
	listener->is_reload_due = given.since >= 0 && given.since < backlog_floor(self->frames);
	listener->place = given.since < 0 || listener->is_reload_due ? backlog_end(self->frames) : backlog_after(self->frames, given.since);
	g_hash_table_insert(self->listeners, &listener->id, listener);
	hub_unlock_and_wake(self);
	return listener->id;
}

void
hub_remove(hub *self, guint64 id)
{
	g_mutex_lock(&self->lock);
	const struct listener *listener = g_hash_table_lookup(self->listeners, &id);
	gint64 thread = listener ? listener->thread : 0, contact = listener ? listener->contact : 0;
	g_hash_table_remove(self->listeners, &id);
	hub_mark_presence(self, thread, contact);
	hub_unlock_and_wake(self);
}

guint
hub_count(hub *self)
{
	g_mutex_lock(&self->lock);
	guint count = g_hash_table_size(self->listeners);
	g_mutex_unlock(&self->lock);
	return count;
}

guint
hub_count_of(hub *self, gint64 employee)
{
	guint count = 0;
	g_mutex_lock(&self->lock);
	EACH_LISTENER(self, listener)
		count += listener->of.who->id == employee;
	g_mutex_unlock(&self->lock);
	return count;
}

out *
hub_begin_frame(const hub *self, const char *kind)
{
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "epoch", self->epoch);
	out_text(json, "kind", kind);
	return json;
}

GBytes *
hub_end_frame(out *json)
{
	out_end(json);
	return out_done(json);
}

static GBytes *
take_hello(const hub *self, struct listener *listener)
{
	out *json = hub_begin_frame(self, "hello");
	out_int(json, "event", backlog_last(self->frames));
	if (listener->is_reload_due)
		out_bool(json, "reload", true);
	listener->is_hello_due = listener->is_reload_due = false;
	return hub_end_frame(json);
}

static GBytes *
take_seen(const hub *self, struct listener *listener)
{
	listener->is_seen_due = false;
	return hub_end_frame(hub_begin_frame(self, "seen"));
}

static bool
is_ringing(const struct listener *listener, const struct frame *frame)
{
	const viewer *who = listener->of.who;
	return frame->ringing && (!frame->target || frame->target == who->id) && viewer_wants(who, frame->kind);
}

static GBytes *
take_event(const hub *self, struct listener *listener)
{
	while (listener->place < backlog_end(self->frames)) {
		const struct frame *frame = backlog_at(self->frames, listener->place++);
		if (!viewer_may_see(listener->of.who, frame->contact) && !viewer_may_see(listener->of.who, frame->former))
			continue;
		return g_bytes_ref(is_ringing(listener, frame) ? frame->ringing : frame->silent);
	}
	return NULL;
}

static GBytes *
take_frame(hub *self, struct listener *listener)
{
	if (listener->is_hello_due)
		return take_hello(self, listener);
	GBytes *event = take_event(self, listener);
	if (event)
		return event;
	if (listener->is_seen_due)
		return take_seen(self, listener);
	return hub_take_presence(self, listener);
}

enum hub_state
hub_next(hub *self, guint64 id, GBytes **frame)
{
	*frame = NULL;
	g_mutex_lock(&self->lock);
	struct listener *listener = g_hash_table_lookup(self->listeners, &id);
	bool is_over = !listener || listener->is_over || listener->place < backlog_first(self->frames);
	if (!is_over)
		*frame = take_frame(self, listener);
	g_mutex_unlock(&self->lock);
	if (is_over)
		return HUB_OVER;
	return *frame ? HUB_FRAME : HUB_NOTHING;
}

static bool
is_due(const hub *self, const struct listener *listener)
{
	return listener->is_over || listener->is_hello_due || listener->is_seen_due || listener->presence ||
		listener->place < backlog_end(self->frames);
}

void
hub_each_due(hub *self, void (*each)(void *listener))
{
	g_mutex_lock(&self->lock);
	EACH_LISTENER(self, listener)
		if (is_due(self, listener))
			each(listener->of.data);
	g_mutex_unlock(&self->lock);
}

void
hub_seen(hub *self, gint64 employee)
{
	g_mutex_lock(&self->lock);
	EACH_LISTENER(self, listener)
		if (listener->of.who->id == employee)
			listener->is_seen_due = true;
	hub_unlock_and_wake(self);
}

void
hub_set_bell(hub *self, gint64 employee, const char *bell_off)
{
	g_mutex_lock(&self->lock);
	EACH_LISTENER(self, listener)
		if (listener->of.who->id == employee) {
			g_free(listener->of.who->bell_off);
			listener->of.who->bell_off = g_strdup(bell_off);
			listener->is_seen_due = true;
		}
	hub_unlock_and_wake(self);
}

void
hub_end_session(hub *self, GBytes *token_hash)
{
	g_mutex_lock(&self->lock);
	EACH_LISTENER(self, listener)
		if (g_bytes_equal(listener->of.token_hash, token_hash))
			listener->is_over = true;
	hub_unlock_and_wake(self);
}

void
hub_end_employee(hub *self, gint64 employee, GBytes *but)
{
	g_mutex_lock(&self->lock);
	EACH_LISTENER(self, listener)
		if (listener->of.who->id == employee && !(but && g_bytes_equal(listener->of.token_hash, but)))
			listener->is_over = true;
	hub_unlock_and_wake(self);
}

static void
clear_session(void *data)
{
	struct hub_session *session = data;
	g_bytes_unref(session->token_hash);
}

GArray *
hub_sessions(hub *self)
{
	GArray *sessions = g_array_new(FALSE, FALSE, sizeof(struct hub_session));
	g_array_set_clear_func(sessions, clear_session);
	g_mutex_lock(&self->lock);
	EACH_LISTENER(self, listener) {
		struct hub_session session = {listener->id, listener->of.who->id, g_bytes_ref(listener->of.token_hash)};
		g_array_append_val(sessions, session);
	}
	g_mutex_unlock(&self->lock);
	return sessions;
}

void
hub_set_viewer(hub *self, guint64 id, viewer *who)
{
	g_mutex_lock(&self->lock);
	struct listener *listener = g_hash_table_lookup(self->listeners, &id);
	if (listener && who) {
		viewer_free(listener->of.who);
		listener->of.who = g_steal_pointer(&who);
	} else if (listener) {
		listener->is_over = true;
	}
	bool is_over = listener && listener->is_over;
	g_mutex_unlock(&self->lock);
	if (is_over)
		self->wake(self->wake_data);
	viewer_free(who);
}
