/* The desk's worker pool as the server uses it, for ThreadSanitizer: requests come from a loop and go back to it through a queue; those who
 * answer them read, share one writer, the throttle, the meter and the hub, which a watcher feeds from the store while listeners come and go. */
#include "store/event.h"
#include "store/log.h"
#include "store/wake.h"
#include "store/writer.h"
#include "tests/unit/ground.h"
#include "web/meter.h"
#include "web/throttle.h"
#include "web/watcher.h"
#include "web/workers.h"

#define REQUESTS 400
#define WORKERS 4

struct house {
	char *directory;
	writer *desk;
	hub *hub;
	throttle *throttle;
	meter *meter;
	GAsyncQueue *done; /* struct errand * */
	gint wakes;        /* atomic */
};

struct errand {
	struct house *house;
	int number;
	gint64 threads; /* the answer */
};

static bool
add_event(db *desk, G_GNUC_UNUSED void *data, GError **error)
{
	struct event event = {.created = 1, .kind = "note", .shop_id = 1, .thread_id = 1, .data = "{}"};
	return event_add(desk, &event, error);
}

static guint64
listen_to(struct house *house, gint64 employee)
{
	viewer *who = g_new0(viewer, 1);
	*who = (viewer){.id = employee, .has_all = true, .language = g_strdup("en"), .contacts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};
	return hub_add(house->hub, (struct hub_listener){.who = who, .firstname = g_strdup("Ann"), .lastname = g_strdup("Lee"),
		.token_hash = g_bytes_new(&employee, sizeof employee), .since = -1, .data = house});
}

/* A listener that looks at threads, hears what there is and leaves. */
static void
visit_hub(struct house *house, gint64 employee)
{
	guint64 id = listen_to(house, employee);
	hub_view(house->hub, id, 1, 1);
	hub_write(house->hub, id, 1);
	enum hub_state state;
	do {
		g_autoptr(GBytes) frame = NULL;
		state = hub_next(house->hub, id, &frame);
	} while (state == HUB_FRAME);
	g_autoptr(GHashTable) viewed = hub_viewed(house->hub);
	g_autofree char *epoch = hub_epoch(house->hub);
	hub_list(house->hub, id);
	if (employee % 7 == 0) {
		g_autoptr(GBytes) token = g_bytes_new(&employee, sizeof employee);
		hub_end_session(house->hub, token);
	}
	hub_remove(house->hub, id);
}

static void
answer(db *desk, db *raw, void *data)
{
	struct errand *errand = data;
	struct house *house = errand->house;
	g_autofree char *key = g_strdup_printf("192.0.2.%d", errand->number % 10);
	g_autoptr(GError) error = NULL;
	errand->threads = ground_number(desk, "SELECT count(*) FROM thread") + ground_number(raw, "SELECT count(*) FROM mail");
	if (!throttle_try(house->throttle, key, errand->number))
		throttle_take_back(house->throttle, key);
	if (errand->number % 5 == 0)
		g_assert_true(writer_submit(house->desk, add_event, NULL, &error));
	if (errand->number % 20 == 0)
		throttle_forgive(house->throttle, key);
	visit_hub(house, 1 + errand->number % 50);
	meter_add_status(house->meter, 200 + errand->number % 5);
	g_async_queue_push(house->done, errand);
}

static void
note_wake(void *data)
{
	g_atomic_int_inc(&((struct house *)data)->wakes);
}

static void
wake_watcher(void *data)
{
	wake_send(((struct house *)data)->directory, NULL);
}

static void
sum_statuses(G_GNUC_UNUSED int status, gint64 count, void *data)
{
	*(gint64 *)data += count;
}

static void
open_house(struct house *house)
{
	g_autoptr(GError) error = NULL;
	house->directory = ground_store();
	g_autofree char *path = g_build_filename(house->directory, "desk.db", NULL);
	house->desk = writer_open(path, wake_watcher, house, &error);
	g_assert_no_error(error);
	house->hub = hub_new(note_wake, house);
	house->throttle = throttle_new(3);
	house->meter = meter_new(1);
	house->done = g_async_queue_new();
}

static void
close_house(struct house *house)
{
	writer_close(house->desk);
	hub_free(house->hub);
	throttle_free(house->throttle);
	meter_free(house->meter);
	g_async_queue_unref(house->done);
	ground_free(house->directory);
}

/* What the loop does when it is woken. */
static void
look_at_hub(struct house *house)
{
	hub_each_due(house->hub, note_wake);
	hub_tick(house->hub);
	hub_seen(house->hub, 7);
	hub_set_bell(house->hub, 8, "note");
}

static void
test_answered(void)
{
	g_autoptr(GError) error = NULL;
	struct house house = {0};
	open_house(&house);
	watcher *watching = watcher_open(house.directory, house.hub, NULL, NULL, &error);
	workers *pool = workers_open(house.directory, WORKERS, 0, &error);
	g_assert_no_error(error);
	guint64 listener = listen_to(&house, 1000);
	for (int i = 0; i < REQUESTS; i++) {
		struct errand *errand = g_new(struct errand, 1);
		*errand = (struct errand){&house, i, -1};
		workers_push(pool, answer, errand);
		g_assert_cmpuint(workers_waiting(pool), <=, REQUESTS);
		if (i % 16 == 0)
			look_at_hub(&house);
	}
	workers_close(pool); /* with what still waits */
	watcher_close(watching);
	gint64 answered = 0, threads = 0;
	meter_each_status(house.meter, sum_statuses, &answered);
	g_assert_cmpint(answered, ==, REQUESTS);
	for (struct errand *errand; (errand = g_async_queue_try_pop(house.done)); g_free(errand), answered--)
		threads += errand->threads;
	g_assert_cmpint(answered, ==, 0);
	g_assert_cmpint(threads, ==, 0);
	g_assert_cmpuint(hub_count(house.hub), ==, 1);
	g_assert_cmpint(hub_last(house.hub), >, 0);
	hub_remove(house.hub, listener);
	close_house(&house);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	log_open("web", LOG_ERROR);
	g_test_add_func("/race/desk/answered", test_answered);
	return g_test_run();
}
