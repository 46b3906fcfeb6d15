/* What is committed reaches the bell; sessions that end take theirs with them. And the threads that answer. */
#include <glib/gstdio.h>
#include <string.h>

#include "store/employee.h"
#include "store/event.h"
#include "store/migrate.h"
#include "store/session.h"
#include "store/wake.h"
#include "web/watcher.h"
#include "web/workers.h"

#define PATIENCE_MS 5000
#define SESSIONS_PATIENCE_MS 15000 /* sessions are looked at every five seconds */

struct fixture {
	char *directory;
	db *desk;
	hub *hub;
};

static void
wake_nobody(G_GNUC_UNUSED void *data)
{
}

static void
set_up(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	self->directory = g_dir_make_tmp("belfry-watcher-XXXXXX", NULL);
	migrate_run(self->directory, &error);
	g_assert_no_error(error);
	g_autofree char *path = g_build_filename(self->directory, "desk.db", NULL);
	self->desk = db_open(path, DB_WRITE, &error);
	g_assert_no_error(error);
	self->hub = hub_new(wake_nobody, NULL);
}

static void
tear_down(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	g_autofree char *command = g_strdup_printf("rm -r %s", self->directory);
	hub_free(self->hub);
	db_close(self->desk);
	g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
	g_free(self->directory);
}

static gint64
add_events(struct fixture *self, int count)
{
	g_autoptr(GError) error = NULL;
	struct event event = {.created = 1, .kind = "note", .shop_id = 1, .thread_id = 1, .data = "{}"};
	g_assert_true(db_begin(self->desk, &error));
	for (int i = 0; i < count; i++)
		g_assert_true(event_add(self->desk, &event, &error));
	g_assert_true(db_commit(self->desk, &error));
	return event.id;
}

static bool
comes_to(hub *bells, gint64 event)
{
	for (int ms = 0; ms < PATIENCE_MS && hub_last(bells) != event; ms += 5)
		g_usleep(5000);
	return hub_last(bells) == event;
}

static void
test_events(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	gint64 before = add_events(self, 3);
	watcher *thread = watcher_open(self->directory, self->hub, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(hub_last(self->hub), ==, before);
	gint64 nudged = add_events(self, 1200);
	wake_send(self->directory, "web");
	g_assert_true(comes_to(self->hub, nudged));
	gint64 quiet = add_events(self, 1); /* a nudge that was lost costs a second */
	g_assert_true(comes_to(self->hub, quiet));
	watcher_close(thread);
}

static void
test_epoch(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	add_events(self, 3);
	watcher *thread = watcher_open(self->directory, self->hub, NULL, NULL, &error);
	g_assert_no_error(error);
	g_autofree char *before = hub_epoch(self->hub);
	g_assert_true(db_begin(self->desk, &error) && migrate_new_epoch(self->desk, &error) && db_commit(self->desk, &error));
	gint64 last = add_events(self, 1);
	wake_send(self->directory, "web");
	g_assert_true(comes_to(self->hub, last));
	g_autofree char *after = hub_epoch(self->hub);
	g_assert_cmpstr(before, !=, after);
	watcher_close(thread);
}

static guint64
listen_with(struct fixture *self, GBytes *token_hash, gint64 person)
{
	g_autoptr(GError) error = NULL;
	viewer *who = viewer_load(self->desk, person, &error);
	g_assert_nonnull(who);
	return hub_add(self->hub, (struct hub_listener){.who = who, .firstname = g_strdup("A"), .lastname = g_strdup("B"),
		.token_hash = g_bytes_ref(token_hash), .since = 0});
}

static void
test_sessions(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	gint64 id, now = g_get_real_time() / 1000;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) there = g_bytes_new("there", 5), gone = g_bytes_new("gone", 4), frame = NULL;
	struct employee_new person = {.email = "a@b.example", .firstname = "A", .lastname = "B", .role = "agent", .language = "en",
		.password_hash = "x", .created = 1};
	struct session_new session = {.token_hash = there, .now = now, .address = "", .agent = ""};
	g_assert_true(db_begin(self->desk, &error) && employee_add(self->desk, &person, &id, &error));
	session.employee_id = id;
	g_assert_true(session_add(self->desk, &session, &error) && db_commit(self->desk, &error));
	watcher *thread = watcher_open(self->directory, self->hub, NULL, NULL, &error);
	g_assert_no_error(error);
	guint64 stays = listen_with(self, there, id), goes = listen_with(self, gone, id);
	for (int ms = 0; ms < SESSIONS_PATIENCE_MS && hub_next(self->hub, goes, &frame) != HUB_OVER; ms += 20) {
		g_clear_pointer(&frame, g_bytes_unref);
		g_usleep(20000);
	}
	g_assert_cmpint(hub_next(self->hub, goes, &frame), ==, HUB_OVER);
	g_assert_cmpint(hub_next(self->hub, stays, &frame), ==, HUB_FRAME); /* its hello */
	watcher_close(thread);
}

struct tally {
	GMutex lock;
	GHashTable *threads;
	int count;
};

static void
count_job(db *desk, db *raw, void *data)
{
	struct tally *tally = data;
	g_assert_true(desk && raw && desk != raw);
	g_usleep(1000);
	g_mutex_lock(&tally->lock);
	g_hash_table_add(tally->threads, g_thread_self());
	tally->count++;
	g_mutex_unlock(&tally->lock);
}

static void
test_workers(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	struct tally tally = {.threads = g_hash_table_new(NULL, NULL)};
	workers *pool = workers_open(self->directory, 4, 0, &error);
	g_assert_no_error(error);
	for (int i = 0; i < 200; i++)
		workers_push(pool, count_job, &tally);
	workers_close(pool); /* ends after what is queued */
	g_assert_cmpint(tally.count, ==, 200);
	g_assert_cmpuint(g_hash_table_size(tally.threads), ==, 4);
	g_hash_table_unref(tally.threads);
}

static void
test_no_store(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(workers_open("/nonexistent", 2, 0, &error));
	g_assert_nonnull(error);
}

#define ADD(name, call) g_test_add(name, struct fixture, NULL, set_up, call, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("/watcher/events", test_events);
	ADD("/watcher/epoch", test_epoch);
	ADD("/watcher/sessions", test_sessions);
	ADD("/workers/all", test_workers);
	g_test_add_func("/workers/no-store", test_no_store);
	return g_test_run();
}
