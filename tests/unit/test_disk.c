/* Every call to the disk fails once, one run after the other, in each deed that others rely on: what was said to be kept is kept, what failed is
 * as if it had never been, and the same deed succeeds on the mended disk. The disk is tests/faults/disk.c, preloaded. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/backup.h"
#include "store/capture.h"
#include "store/setting.h"
#include "store/squeeze.h"
#include "store/verify.h"
#include "tests/faults/disk.h"
#include "tests/unit/crowd.h"
#include "tests/unit/ground.h"

#define EVERYTHING (DISK_OPEN | DISK_WRITE | DISK_SYNC | DISK_TRUNCATE | DISK_RENAME)
#define CALLS_MAX 2000 /* more than any deed makes */

static struct disk_order *disk;
static char *place; /* all that concerns the disk lies below it */

static void
fail_nth(int n, int code)
{
	disk->calls = 0;
	*disk = (struct disk_order){.error = code, .skip = n, .times = 1};
	disk->calls = EVERYTHING;
}

/* TRUE: something has failed. */
static bool
mend(void)
{
	disk->calls = 0;
	return disk->failed;
}

static char *
new_store(const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *remove = g_strdup_printf("rm -rf '%s/%s'", place, name);
	g_assert_cmpint(system(remove), ==, 0);
	char *store = g_build_filename(place, name, NULL);
	migrate_run(store, &error);
	g_assert_no_error(error);
	return store;
}

static void
expect_sound(const char *store)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(db) raw = ground_open(store, "raw.db", DB_READ), desk = ground_open(store, "desk.db", DB_READ);
	verify_all(raw, desk, problems, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < problems->len; i++)
		g_test_message("%s", (char *)problems->pdata[i]);
	g_assert_cmpuint(problems->len, ==, 0);
}

/* Runs DEED on the disk whose nth call fails, for every nth (STEP apart) and two reasons, until it makes fewer calls than that. */
static void
each_call(void (*deed)(int n), int step)
{
	static const int codes[] = {EIO, ENOSPC};
	int failed = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		bool has_failed = true;
		for (int n = 0; has_failed && n < CALLS_MAX; n += step) {
			fail_nth(n, codes[i]);
			deed(n);
			has_failed = mend();
			failed += has_failed;
		}
		g_assert_false(has_failed);
	}
	g_test_message("%d calls failed", failed);
	g_assert_cmpint(failed, >, 3);
}

/* Its number; 0: ERROR. */
static gint64
keep_mail(capture *door, const GBytes *octets, GError **error)
{
	static const char *const recipients[] = {"c@d.example", NULL};
	static const struct envelope way = {.door = "milter", .sender = "a@b.example", .recipients = recipients,
		.client = "", .helo = "", .tls = "", .auth = "", .queue_id = "", .captured = 1};
	gint64 id = 0;
	gsize size;
	gather *mail = capture_gather(door, 1 << 30);
	const void *start = g_bytes_get_data((GBytes *)octets, &size);
	if (gather_add(mail, start, size, error))
		return capture_store(door, &way, mail, &id, error) ? id : 0;
	gather_free(mail);
	return 0;
}

static GBytes *
noise(size_t size)
{
	guint8 *octets = g_malloc(size);
	for (size_t i = 0; i < size; i++)
		octets[i] = (guint8)g_test_rand_int();
	return g_bytes_new_take(octets, size);
}

static char *store;

static void
expect_mail(gint64 id, const GBytes *octets)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) raw = ground_open(store, "raw.db", DB_READ);
	g_autoptr(GBytes) kept = mail_read(raw, id, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(kept, octets));
}

/* The door is opened, takes a mail, is closed: all with the fault. */
static void
capture_once(int n)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) octets = noise(n % 2 ? 300 : 40000);
	g_autoptr(capture) door = capture_open(store, 0, &error);
	gint64 id = door ? keep_mail(door, octets, &error) : 0;
	g_assert_true(id || error);
	mend();
	if (id)
		expect_mail(id, octets);
	g_clear_pointer(&door, capture_close);
	door = capture_open(store, 0, NULL);
	g_assert_nonnull(door);
	g_clear_error(&error);
	id = keep_mail(door, octets, &error);
	g_assert_no_error(error);
	expect_mail(id, octets);
}

static void
test_capture(void)
{
	store = new_store("store");
	each_call(capture_once, 1);
	expect_sound(store);
	g_free(store);
}

/* What is too large for memory lies in a file meanwhile. */
static void
capture_large(int n)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) octets = noise(GATHER_MEMORY + 3 * SQUEEZE_FRAME);
	(void)n;
	g_autoptr(capture) door = capture_open(store, 0, NULL);
	gint64 id = door ? keep_mail(door, octets, &error) : 0;
	mend();
	if (id)
		expect_mail(id, octets);
}

static void
test_large(void)
{
	g_autoptr(gather) crowd = crowd_new("/nonexistent/belfry");
	store = new_store("store");
	each_call(capture_large, 31);
	expect_sound(store);
	g_free(store);
}

static bool
note(db *desk, void *value, GError **error)
{
	return fact_set(desk, "note", value, error);
}

static char *
noted(void)
{
	g_autoptr(db) desk = ground_open(store, "desk.db", DB_READ);
	return fact_get(desk, "note", NULL);
}

static writer *desk_writer;

static void
write_once(int n)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *value = g_strdup_printf("%d %d", n, disk->error), *before = NULL, *next = g_strconcat(value, " next", NULL);
	bool is_kept = writer_submit(desk_writer, note, value, &error);
	mend();
	before = noted();
	if (is_kept)
		g_assert_cmpstr(before, ==, value);
	else
		g_assert_cmpstr(before, !=, value);
	g_clear_error(&error);
	g_assert_true(writer_submit(desk_writer, note, next, &error));
	g_autofree char *after = noted();
	g_assert_cmpstr(after, ==, next);
}

/* One connection that lives through it all, as web's does. */
static void
test_writer(void)
{
	store = new_store("store");
	g_autofree char *path = g_build_filename(store, "desk.db", NULL);
	desk_writer = writer_open(path, NULL, NULL, NULL);
	each_call(write_once, 1);
	writer_close(desk_writer);
	expect_sound(store);
	g_free(store);
}

static void
migrate_once(int n)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = g_strdup_printf("made-%d-%d", disk->error, n), *directory = g_build_filename(place, name, NULL);
	bool is_made = migrate_run(directory, &error);
	g_assert_true(is_made || error);
	mend();
	g_clear_error(&error);
	migrate_run(directory, &error);
	g_assert_no_error(error);
	g_assert_true(migrate_is_current(directory, &error));
	if (n % 20 == 0)
		expect_sound(directory);
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", directory);
	g_assert_cmpint(system(remove), ==, 0);
}

static void
test_migrate(void)
{
	each_call(migrate_once, 29);
}

static void
backup_once(int n)
{
	g_autoptr(GError) error = NULL;
	(void)n;
	g_autofree char *copy = g_build_filename(place, "copy", NULL), *remove = g_strdup_printf("rm -rf '%s'", copy);
	bool is_made = backup_make(store, copy, 0, &error);
	mend();
	g_autoptr(GPtrArray) problems = backup_verify(copy, NULL);
	g_assert_true(is_made ? problems && !problems->len : error != NULL);
	if (!is_made) { /* what is left of it is in nobody's way, or says that it is there */
		g_clear_error(&error);
		if (!problems)
			backup_make(store, copy, 0, &error);
		g_assert_no_error(error);
		g_clear_pointer(&problems, g_ptr_array_unref);
		problems = backup_verify(copy, &error);
		g_assert_cmpuint(problems->len, ==, 0);
	}
	g_assert_cmpint(system(remove), ==, 0);
}

static void
test_backup(void)
{
	store = new_store("store");
	g_autoptr(capture) door = capture_open(store, 0, NULL);
	g_autoptr(GBytes) octets = noise(50000);
	g_assert_cmpint(keep_mail(door, octets, NULL), ==, 1);
	g_clear_pointer(&door, capture_close);
	each_call(backup_once, 11);
	g_free(store);
}

static char *copy;

/* A restore that fails leaves the store as it was, or says that it was in the middle and that no role may start: and can be done again. */
static void
restore_once(int n)
{
	g_autoptr(GError) error = NULL;
	struct backup_restored restored = {0};
	(void)n;
	bool is_done = backup_restore(copy, store, &restored, &error);
	mend();
	g_free(restored.aside);
	bool is_usable = migrate_is_current(store, NULL);
	g_assert_true(is_usable || !is_done);
	if (is_usable)
		expect_sound(store);
	g_clear_error(&error);
	backup_restore(copy, store, &restored, &error);
	g_assert_no_error(error);
	g_free(restored.aside);
	g_autoptr(db) raw = ground_open(store, "raw.db", DB_READ);
	g_assert_cmpint(mail_last_id(raw, NULL), ==, 1);
}

static void
test_restore(void)
{
	g_autoptr(GError) error = NULL;
	store = new_store("store");
	copy = g_build_filename(place, "copy", NULL);
	g_autoptr(capture) door = capture_open(store, 0, NULL);
	g_autoptr(GBytes) octets = noise(50000);
	keep_mail(door, octets, NULL);
	g_assert_true(backup_make(store, copy, 0, &error));
	keep_mail(door, octets, NULL);
	g_clear_pointer(&door, capture_close);
	each_call(restore_once, 13);
	g_free(copy);
	g_free(store);
}

/* This program again, on the bad disk, whose orders lie in a file of PLACE. */
static void
begin_anew(char **argv)
{
	struct disk_order well = {0};
	g_autofree char *own = g_file_read_link("/proc/self/exe", NULL), *directory = g_path_get_dirname(own);
	g_autofree char *library = g_build_filename(directory, "disk.so", NULL), *below = ground_directory(), *file = g_build_filename(below, "order", NULL);
	g_assert_true(g_file_set_contents(file, (const char *)&well, sizeof well, NULL));
	g_setenv("ASAN_OPTIONS", "verify_asan_link_order=0", FALSE);
	g_setenv("LD_PRELOAD", library, TRUE);
	g_setenv("DISK_ORDER", file, TRUE);
	g_setenv("DISK_STORE", below, TRUE);
	execv(own, argv);
	g_error("%s: %s", own, g_strerror(errno));
}

int
main(int argc, char **argv)
{
	if (!g_getenv("DISK_ORDER"))
		begin_anew(argv);
	g_test_init(&argc, &argv, NULL);
	place = g_strdup(g_getenv("DISK_STORE"));
	int order = open(g_getenv("DISK_ORDER"), O_RDWR | O_CLOEXEC);
	disk = mmap(NULL, sizeof *disk, PROT_READ | PROT_WRITE, MAP_SHARED, order, 0);
	g_assert_true(order >= 0 && disk != MAP_FAILED);
	g_test_add_func("/disk/capture", test_capture);
	g_test_add_func("/disk/large-mail", test_large);
	g_test_add_func("/disk/writer", test_writer);
	g_test_add_func("/disk/migrate", test_migrate);
	g_test_add_func("/disk/backup", test_backup);
	g_test_add_func("/disk/restore", test_restore);
	int status = g_test_run();
	close(order);
	ground_free(place);
	return status;
}
