/* capture, mail: what a door hands in stands in raw.db, octet by octet, with its envelope. */
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/capture.h"
#include "store/squeeze.h"
#include "store/wake.h"
#include "tests/unit/ground.h"

static char *directory;
static db *raw;

static const struct envelope way = {.door = "milter", .sender = "", .recipients = (const char *const[]){"a+x@b.example", "c@d.example", NULL},
	.client = "192.0.2.1", .helo = "mx.example", .tls = "TLSv1.3 X", .auth = "someone", .queue_id = "ABC", .captured = 1234};

static gint64
store(capture *door, const void *octets, size_t size, GError **error)
{
	gint64 id = 0;
	gather *mail = capture_gather(door, 1 << 30);
	g_assert_true(gather_add(mail, octets, size, NULL));
	return capture_store(door, &way, mail, &id, error) ? id : 0;
}

static capture *
open_door(gint64 min_free)
{
	g_autoptr(GError) error = NULL;
	capture *door = capture_open(directory, min_free, &error);
	g_assert_no_error(error);
	return door;
}

static void
test_round_trip(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(capture) door = open_door(0);
	size_t size = 4 * SQUEEZE_FRAME + 5;
	g_autofree guint8 *octets = g_malloc(size);
	for (size_t i = 0; i < size; i++)
		octets[i] = (guint8)g_test_rand_int();
	gint64 id = store(door, octets, size, &error);
	g_assert_cmpint(id, ==, mail_last_id(raw, &error));
	g_autoptr(GBytes) read = mail_read(raw, id, &error);
	g_assert_cmpmem(g_bytes_get_data(read, NULL), g_bytes_get_size(read), octets, size);
	g_autoptr(mail_info) info = mail_get(raw, id, &error);
	g_assert_cmpstr(info->door, ==, "milter");
	g_assert_cmpstr(info->sender, ==, "");
	g_assert_cmpstr(info->recipients[0], ==, "a+x@b.example");
	g_assert_cmpstr(info->recipients[1], ==, "c@d.example");
	g_assert_null(info->recipients[2]);
	g_assert_cmpstr(info->queue_id, ==, "ABC");
	g_assert_cmpint(info->captured, ==, 1234);
	g_assert_cmpint(info->size, ==, (gint64)size);
	g_assert_false(info->is_cut);
}

static void
test_ranges(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(capture) door = open_door(0);
	size_t size = 2 * SQUEEZE_FRAME + 100;
	g_autofree char *octets = g_malloc(size);
	for (size_t i = 0; i < size; i++)
		octets[i] = (char)(i * 31 / 7);
	gint64 id = store(door, octets, size, &error);
	const struct {guint64 offset, length, got;} cases[] = {{0, 0, 0}, {0, 10, 10}, {SQUEEZE_FRAME - 3, 6, 6}, {SQUEEZE_FRAME, SQUEEZE_FRAME, SQUEEZE_FRAME},
		{5, size, size - 5}, {size - 1, 10, 1}, {size, 10, 0}, {size + SQUEEZE_FRAME * 5, 10, 0}, {2 * SQUEEZE_FRAME, 100, 100}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) read = mail_read_range(raw, id, cases[i].offset, cases[i].length, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(g_bytes_get_size(read), ==, cases[i].got);
		g_assert_true(!cases[i].got || !memcmp(g_bytes_get_data(read, NULL), octets + cases[i].offset, cases[i].got));
	}
}

static void
test_next_and_erase(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(capture) door = open_door(0);
	gint64 last = mail_last_id(raw, &error), first = store(door, "x", 1, &error), second = store(door, "", 0, &error);
	g_autoptr(mail_info) next = mail_next(raw, last, &error);
	g_assert_cmpint(next->id, ==, first);
	g_autoptr(db) own = ground_open(directory, "raw.db", DB_WRITE);
	g_assert_true(db_begin(own, &error) && mail_erase(own, first, &error) && db_commit(own, &error));
	g_autoptr(mail_info) after = mail_next(raw, last, &error);
	g_assert_cmpint(after->id, ==, second);
	g_assert_null(mail_read(raw, first, &error));
	g_assert_nonnull(error);
	g_clear_error(&error);
	g_autoptr(GBytes) empty = mail_read(raw, second, &error);
	g_assert_cmpuint(g_bytes_get_size(empty), ==, 0);
	g_assert_null(mail_next(raw, second, &error));
	g_assert_no_error(error);
	g_assert_cmpint(store(door, "y", 1, &error), >, second); /* numbers are never given twice */
}

/* A raw.db put back from an older copy: numbers that sort has passed are not given again. */
static void
test_behind_desk(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) desk = ground_open(directory, "desk.db", DB_WRITE);
	gint64 last = mail_last_id(raw, NULL);
	g_autofree char *sql = g_strdup_printf("INSERT OR REPLACE INTO fact VALUES ('sorted', '%" G_GINT64_FORMAT "')", last + 100);
	ground_run(desk, sql);
	g_autoptr(capture) door = open_door(0);
	g_assert_cmpint(store(door, "x", 1, &error), ==, last + 101);
	g_assert_cmpint(store(door, "y", 1, &error), ==, last + 102);
	ground_run(desk, "DELETE FROM fact WHERE name = 'sorted'");
}

/* Neither what is open nor what is opened anew takes mail into a file of which most is gone. */
static void
test_cut_short(void)
{
	g_autoptr(GError) error = NULL;
	char *other = ground_store();
	g_autofree char *path = g_build_filename(other, "raw.db", NULL);
	g_autoptr(capture) door = capture_open(other, 0, &error);
	g_assert_cmpint(store(door, "x", 1, &error), ==, 1);
	db *upkeep = ground_open(other, "raw.db", DB_WRITE);
	g_assert_cmpint(db_empty_log(upkeep, 5000, &error), ==, 1);
	db_close(upkeep);
	capture_close(g_steal_pointer(&door));
	door = capture_open(other, 0, &error);
	g_assert_no_error(error);
	g_assert_cmpint(truncate(path, DB_PAGE_FRAMES), ==, 0);
	for (int i = 0; i < 2; i++) {
		g_assert_cmpint(store(door, "y", 1, &error), ==, 0);
		g_assert_error(error, DB_ERROR, DB_DAMAGED);
		g_clear_error(&error);
	}
	g_assert_null(capture_open(other, 0, &error));
	g_assert_error(error, DB_ERROR, DB_DAMAGED);
	ground_free(other);
}

static void
test_no_room(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(capture) door = open_door((gint64)1 << 60);
	gint64 last = mail_last_id(raw, NULL);
	g_assert_cmpint(store(door, "x", 1, &error), ==, 0);
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
	g_assert_nonnull(strstr(error->message, "min_free"));
	g_assert_cmpint(mail_last_id(raw, NULL), ==, last);
}

static void
test_wakes_sort(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(capture) door = open_door(0);
	int wake = wake_open(directory, "sort", &error);
	g_assert_no_error(error);
	g_assert_cmpint(store(door, "x", 1, &error), >, 0);
	gint64 start = g_get_monotonic_time();
	wake_wait(wake, -1, 5000);
	g_assert_cmpint(g_get_monotonic_time() - start, <, 2 * G_USEC_PER_SEC);
	wake_close(wake, directory, "sort");
}

/* Another writer that does not let go costs two seconds and the mail, which may come again; not more. */
static void
test_too_slow(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(capture) door = open_door(0);
	g_autofree char *name = g_build_filename(directory, "raw.db.lock", NULL);
	int lock = open(name, O_RDWR | O_CLOEXEC);
	g_assert_cmpint(flock(lock, LOCK_EX), ==, 0);
	gint64 start = g_get_monotonic_time();
	g_assert_cmpint(store(door, "x", 1, &error), ==, 0);
	g_assert_error(error, DB_ERROR, DB_LIMIT);
	g_assert_cmpint(g_get_monotonic_time() - start, >=, CAPTURE_WAIT * 900);
	g_assert_cmpint(g_get_monotonic_time() - start, <, CAPTURE_WAIT * 2000);
	close(lock);
	g_clear_error(&error);
	g_assert_cmpint(store(door, "y", 1, &error), >, 0);
}

static void
test_flow(void)
{
	g_autoptr(capture) door = open_door(0);
	g_assert_cmpint(store(door, "first", 5, NULL), >, 0);
	g_assert_cmpint(store(door, "second", 6, NULL), >, 0);
	g_assert_cmpint(store(door, "third.", 6, NULL), >, 0);
	struct mail_flow two = mail_since(raw, way.captured, 2), none = mail_since(raw, way.captured + 1, 2);
	g_assert_cmpint(two.count, ==, 2);
	g_assert_cmpint(two.octets, ==, 12);
	g_assert_cmpint(none.count + none.octets, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	directory = ground_store();
	raw = ground_open(directory, "raw.db", DB_READ);
	g_test_add_func("/capture/round-trip", test_round_trip);
	g_test_add_func("/capture/flow", test_flow);
	g_test_add_func("/capture/ranges", test_ranges);
	g_test_add_func("/capture/next-and-erase", test_next_and_erase);
	g_test_add_func("/capture/behind-desk", test_behind_desk);
	g_test_add_func("/capture/cut-short", test_cut_short);
	g_test_add_func("/capture/no-room", test_no_room);
	g_test_add_func("/capture/wakes-sort", test_wakes_sort);
	g_test_add_func("/capture/too-slow", test_too_slow);
	int status = g_test_run();
	db_close(raw);
	ground_free(directory);
	return status;
}
