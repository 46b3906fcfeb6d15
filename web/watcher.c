#include "web/watcher.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "store/complaint.h"
#include "store/event.h"
#include "store/machine.h"
#include "store/session.h"
#include "store/wake.h"
#include "web/event_json.h"

#define LOOK_MS 1000
#define SESSIONS_MS 5000
#define BATCH 500

struct watcher {
	char *store, *epoch;
	hub *hub;
	db *desk, *raw;
	int wake, stop; /* descriptors */
	gint64 version, sessions_looked;
	GThread *thread;
	struct complaint complaint;
	void (*on_replaced)(void *);
	void *data; /* its */
};

struct batch {
	const char *epoch;
	GArray *frames; /* of struct frame_new; their texts are owned here */
};

static bool
add_event(const struct event *event, void *data)
{
	struct batch *batch = data;
	struct frame_new frame = {event->id, event->contact_id, event_json_target(event), event_json_frame(batch->epoch, event),
		event_json_former(event), g_intern_string(event->kind)};
	g_array_append_val(batch->frames, frame);
	return true;
}

static void
clear_frame(void *data)
{
	struct frame_new *frame = data;
	g_free((char *)frame->text);
}

/* -1: ERROR; else how many came. */
static int
publish_batch(watcher *self, GError **error)
{
	g_autoptr(GArray) frames = g_array_new(FALSE, FALSE, sizeof(struct frame_new));
	struct batch batch = {self->epoch, frames};
	g_array_set_clear_func(frames, clear_frame);
	if (!event_each(self->desk, hub_last(self->hub), BATCH, add_event, &batch, error))
		return -1;
	if (frames->len)
		hub_publish(self->hub, (const struct frame_new *)(const void *)frames->data, frames->len);
	return (int)frames->len;
}

/* Another epoch, or fewer events than before: the store was restored. */
static bool
begin_epoch(watcher *self, GError **error)
{
	g_autofree char *epoch = event_epoch(self->desk, error);
	gint64 last = epoch ? event_last(self->desk, error) : -1;
	if (last < 0)
		return false;
	if (self->epoch && !strcmp(self->epoch, epoch) && last >= hub_last(self->hub))
		return true;
	g_free(self->epoch);
	self->epoch = g_steal_pointer(&epoch);
	hub_restart(self->hub, self->epoch, MAX(last - BACKLOG_MAX, 0));
	return true;
}

static bool
publish(watcher *self, GError **error)
{
	int count = BATCH;
	if (!begin_epoch(self, error))
		return false;
	while (count == BATCH)
		count = publish_batch(self, error);
	return count >= 0;
}

static bool
look_at_session(watcher *self, const struct hub_session *session, gint64 now, GError **error)
{
	gint64 used;
	GError *problem = NULL;
	g_autofree char *role = NULL;
	gint64 person = session_find(self->desk, session->token_hash, now, &used, &problem);
	if (!person)
		person = machine_find(self->desk, session->token_hash, &role, &used, &problem);
	viewer *who = person == session->employee ? viewer_load(self->desk, person, &problem) : NULL;
	if (problem)
		g_propagate_error(error, problem);
	else
		hub_set_viewer(self->hub, session->id, who);
	return !problem;
}

static bool
look_at_sessions(watcher *self, GError **error)
{
	gint64 now = g_get_real_time() / 1000;
	if (now - self->sessions_looked < SESSIONS_MS && now >= self->sessions_looked)
		return true;
	self->sessions_looked = now;
	g_autoptr(GArray) sessions = hub_sessions(self->hub);
	for (guint i = 0; i < sessions->len; i++)
		if (!look_at_session(self, &g_array_index(sessions, struct hub_session, i), now, error))
			return false;
	return true;
}

static void
look(watcher *self)
{
	g_autoptr(GError) error = NULL;
	gint64 version = db_version(self->desk);
	bool ok = version == self->version || publish(self, &error);
	if (ok)
		self->version = version;
	if (ok && look_at_sessions(self, &error)) {
		complaint_end(&self->complaint, "events can be read again");
		return;
	}
	g_prefix_error(&error, "events cannot be read: ");
	complaint_say(&self->complaint, LOG_ERROR, error->message);
}

/* TRUE: FILE is not what its path names any more, and what that names can be opened. */
static bool
is_replaced(const watcher *self, const db *file, const char *name)
{
	g_autofree char *path = g_build_filename(self->store, name, NULL);
	if (db_is_in_place(file))
		return false;
	g_autoptr(db) now = db_open(path, DB_READ, NULL);
	return now && db_version(now) >= 0;
}

static void
look_at_files(watcher *self)
{
	if (!self->on_replaced || (!is_replaced(self, self->desk, "desk.db") && !is_replaced(self, self->raw, "raw.db")))
		return;
	self->on_replaced(self->data);
	self->on_replaced = NULL;
}

static bool
is_stopping(const watcher *self)
{
	uint64_t value;
	return read(self->stop, &value, sizeof value) == sizeof value;
}

static void *
watch(void *data)
{
	watcher *self = data;
	while (!is_stopping(self)) {
		look(self);
		look_at_files(self);
		hub_tick(self->hub);
		wake_wait(self->wake, self->stop, LOOK_MS);
	}
	return NULL;
}

watcher *
watcher_open(const char *store, hub *bells, void (*on_replaced)(void *), void *data, GError **error)
{
	g_autofree char *desk = g_build_filename(store, "desk.db", NULL), *raw = g_build_filename(store, "raw.db", NULL);
	watcher *self = g_new0(watcher, 1);
	self->store = g_strdup(store);
	self->hub = bells;
	self->wake = -1;
	self->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	self->on_replaced = on_replaced;
	self->data = data;
	self->desk = db_open(desk, DB_READ, error);
	self->raw = self->desk ? db_open(raw, DB_READ, error) : NULL;
	if (self->raw && publish(self, error) && (self->wake = wake_open(store, "web", error)) >= 0) {
		self->thread = g_thread_new("watcher", watch, self);
		return self;
	}
	watcher_close(self);
	return NULL;
}

void
watcher_close(watcher *self)
{
	if (!self)
		return;
	uint64_t one = 1;
	if (self->thread && write(self->stop, &one, sizeof one) == sizeof one)
		g_thread_join(self->thread);
	if (self->wake >= 0)
		wake_close(self->wake, self->store, "web");
	g_clear_pointer(&self->desk, db_close);
	g_clear_pointer(&self->raw, db_close);
	g_free(self->complaint.text);
	close(self->stop);
	g_free(self->store);
	g_free(self->epoch);
	g_free(self);
}
