/* writer: shared commits; a job that fails takes only its own rows with it; nobody waits for ever. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/writer.h"
#include "tests/unit/ground.h"

static char *directory, *path;

static void
make_file(void)
{
	g_autoptr(GError) error = NULL;
	db_create(path, DB_PAGE_FRAMES, &error);
	g_assert_no_error(error);
	g_autoptr(db) connection = db_open(path, DB_WRITE, &error);
	ground_run(connection, "CREATE TABLE t (n INTEGER UNIQUE, big TEXT)");
}

static void
remove_file(void)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *name = g_strconcat(path, endings[i], NULL);
		g_unlink(name);
	}
}

static bool
insert(db *connection, void *data, GError **error)
{
	query *statement = db_query(connection, "INSERT INTO t VALUES (:n, NULL)", error);
	if (!statement)
		return false;
	query_set_int(statement, ":n", GPOINTER_TO_INT(data));
	return query_finish(statement, error);
}

static bool
insert_twice(db *connection, void *data, GError **error)
{
	return insert(connection, GINT_TO_POINTER(GPOINTER_TO_INT(data) + 100000), error) && insert(connection, data, error) &&
		insert(connection, data, error);
}

/* As a full disk does: the whole transaction is gone. */
static bool
lose_all(db *connection, void *data, GError **error)
{
	(void)data;
	db_run(connection, "ROLLBACK", NULL);
	return db_run(connection, "no such thing", error);
}

static gint64
count_rows(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) connection = db_open(path, DB_READ, &error);
	g_assert_no_error(error);
	return ground_number(connection, "SELECT count(*) FROM t");
}

static void
count_commit(void *data)
{
	g_atomic_int_inc((gint *)data);
}

#define THREADS 16
#define JOBS 200

struct crowd {
	writer *writer;
	int first, failed;
};

/* A disk that stalls for longer than the writer is patient is not what is tried here. */
static bool
submit_in_the_end(writer *to, writer_job *job, int number)
{
	for (;;) {
		g_autoptr(GError) error = NULL;
		if (writer_submit(to, job, GINT_TO_POINTER(number), &error))
			return true;
		if (!g_error_matches(error, DB_ERROR, DB_LIMIT))
			return false;
	}
}

static void *
submit_many(void *data)
{
	struct crowd *crowd = data;
	for (int i = 0; i < JOBS; i++)
		/* Every tenth one breaks the table's rule. */
		crowd->failed += !submit_in_the_end(crowd->writer, i % 10 ? insert : insert_twice, crowd->first + i);
	return NULL;
}

static void
test_crowd(void)
{
	g_autoptr(GError) error = NULL;
	gint commits = 0;
	make_file();
	writer *shared = writer_open(path, count_commit, &commits, &error);
	g_assert_no_error(error);
	struct crowd crowds[THREADS];
	GThread *threads[THREADS];
	for (int i = 0; i < THREADS; i++) {
		crowds[i] = (struct crowd){shared, i * JOBS, 0};
		threads[i] = g_thread_new("crowd", submit_many, &crowds[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		g_thread_join(threads[i]);
		g_assert_cmpint(crowds[i].failed, ==, JOBS / 10);
	}
	g_assert_cmpuint(writer_waiting(shared), ==, 0);
	writer_close(shared);
	g_assert_cmpint(count_rows(), ==, THREADS * JOBS * 9 / 10);
	g_assert_cmpint(commits, <, THREADS * JOBS); /* they did share */
	remove_file();
}

static void
test_lost_transaction(void)
{
	g_autoptr(GError) error = NULL;
	make_file();
	g_autoptr(writer) own = writer_open(path, NULL, NULL, &error);
	g_assert_false(writer_submit(own, lose_all, NULL, &error));
	g_assert_error(error, DB_ERROR, DB_FAILED);
	g_clear_error(&error);
	g_assert_true(writer_submit(own, insert, GINT_TO_POINTER(1), &error));
	g_assert_cmpint(count_rows(), ==, 1);
	remove_file();
}

static void
test_full(void)
{
	g_autoptr(GError) error = NULL;
	make_file();
	g_autoptr(db) other = db_open(path, DB_WRITE, &error);
	g_assert_false(db_begin(other, &error) && db_run(other, "PRAGMA max_page_count=10; INSERT INTO t VALUES (1, hex(randomblob(200000)))", &error));
	g_assert_error(error, DB_ERROR, DB_FULL);
	db_rollback(other);
	g_clear_error(&error);
	g_assert_cmpint(count_rows(), ==, 0);
	ground_run(other, "INSERT INTO t VALUES (2, NULL)");
	remove_file();
}

static void
note_free(void *data)
{
	g_atomic_int_inc((gint *)data);
}

static bool
do_nothing(db *connection, void *data, GError **error)
{
	(void)connection;
	(void)data;
	(void)error;
	return true;
}

/* Somebody else holds the writers' lock: the first job hangs in its transaction, the next ones in the queue; all give up in time. */
static void
test_late(void)
{
	g_autoptr(GError) error = NULL;
	gint freed = 0;
	make_file();
	g_autofree char *name = g_strconcat(path, ".lock", NULL);
	int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	g_assert_cmpint(flock(lock, LOCK_EX), ==, 0);
	writer *own = writer_open(path, NULL, NULL, &error);
	g_assert_no_error(error);
	gint64 start = g_get_monotonic_time();
	for (int i = 0; i < 3; i++) {
		g_assert_false(writer_submit_within(own, do_nothing, &freed, note_free, i ? 50 : 1000 /* the writer's thread may be late itself */, &error));
		g_assert_error(error, DB_ERROR, DB_LIMIT);
		g_clear_error(&error);
	}
	g_assert_cmpint(g_get_monotonic_time() - start, <, 10 * G_USEC_PER_SEC);
	g_assert_cmpint(g_atomic_int_get(&freed), ==, 2); /* the queued ones; the first is still under way */
	close(lock);
	g_assert_true(writer_submit_within(own, do_nothing, &freed, note_free, 5000, &error));
	writer_close(own);
	g_assert_cmpint(freed, ==, 4);
	remove_file();
}

/* What was put in the file's place is written from then on; while nothing is there, nothing succeeds. */
static void
test_replaced(void)
{
	g_autoptr(GError) error = NULL;
	make_file();
	g_autoptr(writer) own = writer_open(path, NULL, NULL, &error);
	g_assert_true(writer_submit(own, insert, GINT_TO_POINTER(1), &error));
	remove_file();
	g_assert_false(writer_submit(own, insert, GINT_TO_POINTER(2), &error));
	g_assert_error(error, DB_ERROR, DB_GONE);
	g_clear_error(&error);
	make_file();
	g_assert_true(writer_submit(own, insert, GINT_TO_POINTER(3), &error));
	g_assert_cmpint(count_rows(), ==, 1);
	remove_file();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	directory = ground_directory();
	path = g_build_filename(directory, "test.db", NULL);
	g_test_add_func("/writer/crowd", test_crowd);
	g_test_add_func("/writer/lost-transaction", test_lost_transaction);
	g_test_add_func("/writer/full", test_full);
	g_test_add_func("/writer/late", test_late);
	g_test_add_func("/writer/replaced", test_replaced);
	int status = g_test_run();
	g_free(path);
	ground_free(directory);
	return status;
}
