/* db: transactions, the writers' lock and its gate, deadlines, statements that are kept. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db_handle.h"
#include "tests/unit/ground.h"

static char *directory, *path;

static db *
open_file(enum db_mode mode)
{
	return ground_open(directory, "test.db", mode);
}

static void
test_missing(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *nowhere = g_build_filename(directory, "nowhere.db", NULL);
	g_assert_null(db_open(nowhere, DB_WRITE, &error));
	g_assert_nonnull(error);
	g_assert_false(g_file_test(nowhere, G_FILE_TEST_EXISTS));
	g_clear_error(&error);
	g_assert_false(db_create(path, DB_PAGE_ROWS, &error)); /* there is one */
	g_assert_nonnull(error);
}

static void
test_create(void)
{
	struct stat file;
	g_assert_cmpint(stat(path, &file), ==, 0);
	g_assert_cmpint(file.st_mode & 07, ==, 0);
	g_autoptr(db) reader = open_file(DB_READ);
	g_autoptr(query) row = db_query(reader, "PRAGMA journal_mode", NULL);
	g_assert_cmpint(query_next(row, NULL), ==, 1);
	g_assert_cmpstr(query_text(row, 0), ==, "wal");
	g_assert_cmpint(ground_number(reader, "PRAGMA page_size"), ==, DB_PAGE_ROWS);
}

static void
test_reader_cannot_write(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) reader = open_file(DB_READ);
	g_assert_false(db_run(reader, "INSERT INTO t VALUES (1)", &error));
	g_assert_nonnull(error);
}

static void
test_transaction(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) own = open_file(DB_WRITE), reader = open_file(DB_READ);
	gint64 version = db_version(reader);
	g_assert_true(db_begin(own, &error) && db_is_writing(own));
	g_assert_true(db_run(own, "INSERT INTO t VALUES (10)", &error));
	g_assert_true(db_savepoint(own, "inner", &error) && db_run(own, "INSERT INTO t VALUES (11)", &error));
	db_rollback_to(own, "inner");
	g_assert_cmpint(ground_number(reader, "SELECT count(*) FROM t WHERE n > 9"), ==, 0);
	g_assert_true(db_commit(own, &error) && !db_is_writing(own));
	g_assert_cmpint(ground_number(reader, "SELECT sum(n) FROM t WHERE n > 9"), ==, 10);
	g_assert_cmpint(db_version(reader), !=, version);
	g_assert_true(db_begin(own, &error) && db_run(own, "DELETE FROM t", &error));
	db_rollback(own);
	g_assert_cmpint(ground_number(reader, "SELECT sum(n) FROM t WHERE n > 9"), ==, 10);
}

static void
test_failed_commit(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) own = open_file(DB_WRITE), other = open_file(DB_WRITE);
	ground_run(own, "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
		"CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)");
	g_assert_true(db_begin(own, &error) && db_run(own, "INSERT INTO child VALUES (1)", &error));
	g_assert_false(db_commit(own, &error));
	g_assert_nonnull(error);
	ground_run(other, "INSERT INTO t VALUES (20)"); /* the lock is free again */
	ground_run(own, "INSERT INTO t VALUES (21)");
}

#define TURNS 300

static void *
add_one_by_one(void *data)
{
	g_autoptr(db) own = open_file(DB_WRITE);
	for (int i = 0; i < TURNS; i++)
		ground_run(own, "UPDATE sum SET n = n + 1");
	return data;
}

static void
test_writers_queue(void)
{
	GThread *threads[4];
	g_autoptr(db) own = open_file(DB_WRITE);
	ground_run(own, "CREATE TABLE sum (n INTEGER); INSERT INTO sum VALUES (0)");
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("adder", add_one_by_one, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	g_assert_cmpint(ground_number(own, "SELECT n FROM sum"), ==, TURNS * (gint64)G_N_ELEMENTS(threads));
}

static void *
add_one(void *data)
{
	g_autoptr(db) own = open_file(DB_WRITE);
	ground_run(own, "CREATE TABLE IF NOT EXISTS late (n INTEGER)");
	return data;
}

/* Whoever writes knows that others want to. */
static void
test_awaited(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) own = open_file(DB_WRITE);
	g_assert_true(db_begin(own, &error));
	g_assert_false(db_is_awaited(own));
	GThread *other = g_thread_new("adder", add_one, NULL);
	while (!db_is_awaited(own))
		g_usleep(1000);
	g_assert_true(db_commit(own, &error));
	g_thread_join(other);
	g_assert_false(db_is_awaited(own));
}

static void
test_deadline(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) reader = open_file(DB_READ);
	db_set_deadline(reader, 50);
	g_autoptr(query) endless = db_query(reader, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", &error);
	g_assert_cmpint(query_next(endless, &error), ==, -1);
	g_assert_error(error, DB_ERROR, DB_LIMIT);
	db_set_deadline(reader, 0);
	g_assert_cmpint(ground_number(reader, "SELECT 1"), ==, 1);
}

static int
cached(db *connection)
{
	int octets, highest;
	g_assert_cmpint(sqlite3_db_status(connection->handle, SQLITE_DBSTATUS_CACHE_USED, &octets, &highest, 0), ==, SQLITE_OK);
	return octets;
}

static void
test_rest(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) own = open_file(DB_WRITE);
	g_assert_true(db_begin(own, &error) && db_run(own, "CREATE TABLE large (x); INSERT INTO large VALUES (zeroblob(4000000))", &error) && db_commit(own, &error));
	g_assert_cmpint(cached(own), >, 3000000);
	db_rest(own);
	g_assert_cmpint(cached(own), <, 100000);
	g_assert_cmpint(ground_number(own, "SELECT length(x) FROM large"), ==, 4000000);
}

static void
test_values(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) reader = open_file(DB_READ);
	g_autoptr(query) row = db_query(reader, "SELECT :int, :text, :blob, :none, :null, length(:empty)", &error);
	query_set_int(row, ":int", G_MININT64);
	query_set_text(row, ":text", "a'b");
	query_set_blob(row, ":blob", "a\0b", 3);
	query_set_text(row, ":none", NULL);
	query_set_null(row, ":null");
	query_set_blob(row, ":empty", NULL, 0);
	g_assert_cmpint(query_next(row, &error), ==, 1);
	size_t size;
	g_assert_cmpint(query_int(row, 0), ==, G_MININT64);
	g_assert_cmpstr(query_text(row, 1), ==, "a'b");
	g_assert_cmpint(memcmp(query_blob(row, 2, &size), "a\0b", 3), ==, 0);
	g_assert_cmpuint(size, ==, 3);
	g_assert_true(query_is_null(row, 3) && query_is_null(row, 4) && !query_is_null(row, 5));
	g_assert_cmpstr(query_text(row, 3), ==, "");
	g_assert_cmpint(query_int(row, 5), ==, 0);
	g_assert_cmpint(query_next(row, &error), ==, 0);
}

/* A statement that is in use and asked for again is another one. */
static void
test_kept(void)
{
	g_autoptr(db) reader = open_file(DB_READ);
	const char *sql = "SELECT :n";
	query *one = db_query(reader, sql, NULL), *two = db_query(reader, sql, NULL);
	g_assert_true(one != two);
	query_set_int(one, ":n", 1);
	query_set_int(two, ":n", 2);
	g_assert_cmpint(query_next(one, NULL) + query_next(two, NULL), ==, 2);
	g_assert_cmpint(query_int(one, 0), ==, 1);
	g_assert_cmpint(query_int(two, 0), ==, 2);
	query_done(one);
	query_done(two);
	query *again = db_query(reader, sql, NULL);
	g_assert_true(again == one);
	g_assert_cmpint(query_next(again, NULL), ==, 1);
	g_assert_true(query_is_null(again, 0)); /* unbound again */
	query_done(again);
}

/* A value bound to a kept statement is no reason to plan it anew, though an index knows of one. */
static void
test_planned_once(void)
{
	g_autoptr(db) own = open_file(DB_WRITE);
	ground_run(own, "CREATE TABLE planned (state TEXT, n INTEGER); CREATE INDEX planned_open ON planned (n) WHERE state = 'open'");
	for (int i = 0; i < 3; i++) {
		g_autoptr(query) row = db_query(own, "SELECT n FROM planned WHERE state = :state ORDER BY n", NULL);
		query_set_text(row, ":state", "open");
		g_assert_cmpint(query_next(row, NULL), ==, 0);
	}
	for (sqlite3_stmt *one = sqlite3_next_stmt(own->handle, NULL); one; one = sqlite3_next_stmt(own->handle, one))
		g_assert_cmpint(sqlite3_stmt_status(one, SQLITE_STMTSTATUS_REPREPARE, 0), ==, 0);
	ground_run(own, "DROP TABLE planned");
}

static void
test_in_place(void)
{
	g_autofree char *aside = g_strconcat(path, ".aside", NULL);
	g_autoptr(db) reader = open_file(DB_READ);
	g_assert_true(db_is_in_place(reader));
	g_assert_cmpint(g_rename(path, aside), ==, 0);
	g_assert_false(db_is_in_place(reader));
	g_assert_cmpint(g_rename(aside, path), ==, 0);
	g_assert_true(db_is_in_place(reader));
}

static void
test_not_a_database(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_build_filename(directory, "text.db", NULL);
	g_assert_true(g_file_set_contents(text, "this is no database, though it is long enough to be looked at as if it were one", -1, NULL));
	g_autoptr(db) reader = db_open(text, DB_READ, &error);
	g_assert_true(!reader || !db_query(reader, "SELECT * FROM sqlite_master", &error));
	g_assert_error(error, DB_ERROR, DB_DAMAGED);
}

static void
write_page(db *writer)
{
	ground_run(writer, "CREATE TABLE IF NOT EXISTS page (octets BLOB); DELETE FROM page; INSERT INTO page VALUES (randomblob(100000))");
}

/* An open read: a snapshot that is held until it is reset. */
static query *
begin_to_read(db *reader)
{
	query *row = db_query(reader, "SELECT octets FROM page UNION ALL SELECT 'end'", NULL);
	g_assert_cmpint(query_next(row, NULL), ==, 1);
	return row;
}

/* Rounds in which one of two always reads. */
static void
grow_log(db *upkeep, db *writer, db *const readers[2])
{
	query *before = NULL;
	for (int i = 0; i < 20; i++) {
		query *row = begin_to_read(readers[i % 2]);
		g_clear_pointer(&before, query_done);
		before = row;
		write_page(writer);
		g_assert_true(db_checkpoint(upkeep, NULL));
	}
	query_done(before);
}

static void *
stop_reading(void *row)
{
	g_usleep(200 * 1000);
	query_done(row);
	return NULL;
}

/* The log of a file that is read without a pause is emptied all the same. */
static void
test_log(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) upkeep = open_file(DB_WRITE), writer = open_file(DB_WRITE), one = open_file(DB_READ), two = open_file(DB_READ);
	db *const readers[] = {one, two};
	write_page(writer);
	grow_log(upkeep, writer, readers);
	g_assert_cmpint(db_log_size(writer), >, 20 * 100000);
	query *row = begin_to_read(one);
	write_page(writer);
	g_assert_cmpint(db_empty_log(upkeep, 50, &error), ==, 0);
	g_assert_true(db_begin(writer, &error));
	g_assert_cmpint(db_empty_log(upkeep, 50, &error), ==, 0);
	db_rollback(writer);
	g_assert_no_error(error);
	write_page(writer);
	GThread *reader = g_thread_new("reader", stop_reading, row);
	g_assert_cmpint(db_empty_log(upkeep, 60000, &error), ==, 1);
	g_assert_cmpint(db_log_size(writer), ==, 0);
	g_thread_join(reader);
	g_assert_cmpint(ground_number(two, "SELECT length(octets) FROM page"), ==, 100000);
	write_page(writer);
}

/* Nothing is written back into a file that lacks its end: that would make it as long as it was. */
static void
test_cut_short(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *cut = g_build_filename(directory, "cut.db", NULL);
	g_assert_true(db_create(cut, DB_PAGE_ROWS, NULL));
	g_autoptr(db) writer = db_open(cut, DB_WRITE, NULL);
	write_page(writer);
	g_assert_true(db_checkpoint(writer, NULL));
	g_autoptr(db) upkeep = db_open(cut, DB_WRITE, NULL);
	write_page(writer);
	g_assert_cmpint(truncate(cut, DB_PAGE_ROWS), ==, 0);
	g_assert_false(db_checkpoint(upkeep, &error));
	g_assert_error(error, DB_ERROR, DB_DAMAGED);
	g_clear_error(&error);
	g_assert_cmpint(db_empty_log(upkeep, 50, &error), ==, -1);
	g_assert_error(error, DB_ERROR, DB_DAMAGED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	directory = ground_directory();
	path = g_build_filename(directory, "test.db", NULL);
	g_assert_true(db_create(path, DB_PAGE_ROWS, NULL));
	db *own = open_file(DB_WRITE);
	ground_run(own, "CREATE TABLE t (n INTEGER)");
	db_close(own);
	g_test_add_func("/db/missing", test_missing);
	g_test_add_func("/db/create", test_create);
	g_test_add_func("/db/reader-cannot-write", test_reader_cannot_write);
	g_test_add_func("/db/transaction", test_transaction);
	g_test_add_func("/db/failed-commit", test_failed_commit);
	g_test_add_func("/db/writers-queue", test_writers_queue);
	g_test_add_func("/db/awaited", test_awaited);
	g_test_add_func("/db/deadline", test_deadline);
	g_test_add_func("/db/rest", test_rest);
	g_test_add_func("/db/values", test_values);
	g_test_add_func("/db/kept", test_kept);
	g_test_add_func("/db/planned-once", test_planned_once);
	g_test_add_func("/db/in-place", test_in_place);
	g_test_add_func("/db/log", test_log);
	g_test_add_func("/db/cut-short", test_cut_short);
	g_test_add_func("/db/not-a-database", test_not_a_database);
	int status = g_test_run();
	g_free(path);
	ground_free(directory);
	return status;
}
