/* migrate: a store is made, left alone when it is current, and refused when it is newer. */
#include <glib/gstdio.h>
#include <string.h>

#include "tests/unit/ground.h"

static char *
epoch_of(const char *directory)
{
	g_autoptr(db) desk = ground_open(directory, "desk.db", DB_READ);
	g_autoptr(query) row = db_query(desk, "SELECT value FROM fact WHERE name = 'epoch'", NULL);
	g_assert_cmpint(query_next(row, NULL), ==, 1);
	return g_strdup(query_text(row, 0));
}

static void
test_made(void)
{
	g_autoptr(GError) error = NULL;
	char *directory = ground_store();
	g_assert_true(migrate_is_current(directory, &error));
	g_autofree char *epoch = epoch_of(directory);
	g_assert_cmpuint(strlen(epoch), ==, 16);
	g_assert_true(migrate_run(directory, &error));
	g_autofree char *same = epoch_of(directory);
	g_assert_cmpstr(epoch, ==, same);
	db *desk = ground_open(directory, "desk.db", DB_READ);
	g_assert_cmpint(ground_number(desk, "SELECT count(*) FROM contact"), ==, 2);
	g_assert_cmpint(ground_number(desk, "SELECT count(*) FROM contact_text"), ==, 8);
	db_close(desk);
	ground_free(directory);
}

static void
test_boot_begins_epoch(void)
{
	g_autoptr(GError) error = NULL;
	char *directory = ground_store();
	g_autofree char *before = epoch_of(directory);
	db *desk = ground_open(directory, "desk.db", DB_WRITE);
	ground_run(desk, "UPDATE fact SET value = 'another boot' WHERE name = 'boot'");
	db_close(desk);
	g_assert_true(migrate_run(directory, &error));
	g_autofree char *after = epoch_of(directory);
	g_assert_cmpstr(before, !=, after);
	ground_free(directory);
}

static void
test_missing(void)
{
	g_autoptr(GError) error = NULL;
	char *directory = ground_directory();
	g_assert_false(migrate_is_current(directory, &error));
	g_assert_nonnull(strstr(error->message, "belfry migrate"));
	ground_free(directory);
}

/* What holds mail has the larger pages. */
static void
test_pages(void)
{
	char *directory = ground_store();
	g_autoptr(db) raw = ground_open(directory, "raw.db", DB_READ), desk = ground_open(directory, "desk.db", DB_READ);
	g_assert_cmpint(ground_number(raw, "PRAGMA page_size"), ==, DB_PAGE_FRAMES);
	g_assert_cmpint(ground_number(desk, "PRAGMA page_size"), ==, DB_PAGE_ROWS);
	ground_free(directory);
}

/* Both numbers are told, and nothing is changed. */
static void
test_newer(void)
{
	char *directory = ground_store();
	db *raw = ground_open(directory, "raw.db", DB_WRITE);
	ground_run(raw, "PRAGMA user_version=99");
	db_close(raw);
	g_autoptr(GError) first = NULL, second = NULL;
	g_assert_false(migrate_run(directory, &first));
	g_assert_nonnull(strstr(first->message, "99"));
	g_assert_false(migrate_is_current(directory, &second));
	g_assert_nonnull(strstr(second->message, "99"));
	ground_free(directory);
}

static void
test_older(void)
{
	char *directory = ground_store();
	db *desk = ground_open(directory, "desk.db", DB_WRITE);
	ground_run(desk, "PRAGMA user_version=0");
	db_close(desk);
	g_autoptr(GError) error = NULL;
	g_assert_false(migrate_is_current(directory, &error));
	g_assert_nonnull(strstr(error->message, "belfry migrate"));
	ground_free(directory);
}

/* The lists of words that a column may hold were taken apart: none was lost, none came in. */
static void
test_checks_stay(void)
{
	static const struct {
		const char *table, *column, *allowed;
	} checks[] = {{"thread", "status", "open closed pending1 pending2"}, {"thread", "folder", "normal spam bin merged"},
		{"message", "kind", "customer employee note"}, {"message", "state", "ok partial unreadable"}};
	char *directory = ground_store();
	g_autoptr(db) desk = ground_open(directory, "desk.db", DB_WRITE);
	ground_run(desk, "INSERT INTO shop_group VALUES (7, ''); INSERT INTO shop (id, group_id, name) VALUES (7, 7, '');"
		"INSERT INTO thread (id, shop_id, email, language, subject, status, created, last_message, status_changed) VALUES (7, 7, '', '', '', 'open', 0, 0, 0);"
		"INSERT INTO message (id, shop_id, thread_id, kind, received) VALUES (7, 7, 7, 'customer', 0)");
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
		g_autofree char *refused = g_strdup_printf("UPDATE %s SET %s = 'other'", checks[i].table, checks[i].column);
		g_assert_false(db_run(desk, refused, NULL));
		g_auto(GStrv) allowed = g_strsplit(checks[i].allowed, " ", -1);
		for (char **value = allowed; *value; value++) {
			g_autofree char *taken = g_strdup_printf("UPDATE %s SET %s = '%s'", checks[i].table, checks[i].column, *value);
			ground_run(desk, taken);
		}
	}
	g_assert_cmpint(ground_number(desk, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), ==, 1);
	ground_free(directory);
}

/* Whoever made the file and was stopped before it was a WAL database. */
static void
test_half_made(void)
{
	g_autoptr(GError) error = NULL;
	char *directory = ground_directory();
	g_autofree char *raw = g_build_filename(directory, "raw.db", NULL);
	g_assert_true(g_file_set_contents(raw, "", 0, NULL));
	g_assert_true(migrate_run(directory, &error));
	g_autoptr(db) reader = ground_open(directory, "raw.db", DB_READ);
	g_autoptr(query) row = db_query(reader, "PRAGMA journal_mode", NULL);
	g_assert_cmpint(query_next(row, NULL), ==, 1);
	g_assert_cmpstr(query_text(row, 0), ==, "wal");
	ground_free(directory);
}

static void
remove_db(const char *directory, const char *name)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *file = g_strconcat(name, endings[i], NULL), *path = g_build_filename(directory, file, NULL);
		g_unlink(path);
	}
}

/* One of two files is no new store: what the other knows would be hidden, or numbers of mail be given twice. */
static void
test_half_lost(void)
{
	static const char *const names[] = {"raw.db", "desk.db"};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;
		char *directory = ground_store();
		db *raw = ground_open(directory, "raw.db", DB_WRITE);
		ground_run(raw, "INSERT INTO mail (captured, door, sender, recipients, client, helo, tls, auth, queue_id, size, raw)"
			" VALUES (1, 'milter', '', '', '', '', '', '', '', 0, x'')");
		db_close(raw);
		remove_db(directory, names[i]);
		g_assert_false(migrate_run(directory, &error));
		g_assert_nonnull(strstr(error->message, "is gone"));
		g_assert_nonnull(strstr(error->message, names[i]));
		g_autofree char *path = g_build_filename(directory, names[i], NULL);
		g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
		ground_free(directory);
	}
}

/* The first migration broke off between the two. */
static void
test_half_begun(void)
{
	g_autoptr(GError) error = NULL;
	char *directory = ground_store();
	remove_db(directory, "desk.db");
	g_assert_true(migrate_run(directory, &error));
	g_assert_no_error(error);
	ground_free(directory);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/migrate/made", test_made);
	g_test_add_func("/migrate/boot-begins-epoch", test_boot_begins_epoch);
	g_test_add_func("/migrate/missing", test_missing);
	g_test_add_func("/migrate/pages", test_pages);
	g_test_add_func("/migrate/newer", test_newer);
	g_test_add_func("/migrate/older", test_older);
	g_test_add_func("/migrate/checks-stay", test_checks_stay);
	g_test_add_func("/migrate/half-made", test_half_made);
	g_test_add_func("/migrate/half-lost", test_half_lost);
	g_test_add_func("/migrate/half-begun", test_half_begun);
	return g_test_run();
}
