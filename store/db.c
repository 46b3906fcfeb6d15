#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db_handle.h"
#include "store/db_squeeze.h"
#include "store/db_words.h"

#define BUSY_MS 5000 /* that SQLite itself waits: for recovery after a crash and for mode changes alone */

static int
on_progress(void *data)
{
	const db *connection = data;
	return connection->deadline && g_get_monotonic_time() > connection->deadline;
}

static int
open_lock(const char *path, const char *suffix, GError **error)
{
	g_autofree char *name = g_strconcat(path, suffix, NULL);
	int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	if (lock < 0)
		g_set_error(error, DB_ERROR, (int)db_kind_of_errno(errno), "%s: %s", name, g_strerror(errno));
	return lock;
}

static bool
open_locks(db *connection, enum db_mode mode, GError **error)
{
	if (mode == DB_READ)
		return true;
	connection->gate = open_lock(connection->path, ".gate", error);
	connection->lock = connection->gate < 0 ? -1 : open_lock(connection->path, ".lock", error);
	return connection->lock >= 0;
}

static bool
remember_file(db *connection, GError **error)
{
	struct stat now;
	if (stat(connection->path, &now)) {
		g_set_error(error, DB_ERROR, DB_GONE, "%s: %s", connection->path, g_strerror(errno));
		return false;
	}
	connection->inode = now.st_ino;
	connection->device = now.st_dev;
	connection->size = now.st_size;
	return true;
}

static bool
open_handle(db *connection, int flags, GError **error)
{
	if (sqlite3_open_v2(connection->path, &connection->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return db_fail(connection, "open", error);
	sqlite3_busy_timeout(connection->handle, BUSY_MS);
	/* A plan goes by the statement, never by a value bound to it: a kept statement that a partial index might serve was else planned anew at each
	 * use (seen: half the time of a request for the list). */
	sqlite3_db_config(connection->handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
	return true;
}

void
db_count_no_memory(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

db *
db_open(const char *path, enum db_mode mode, GError **error)
{
	static const char *const synchronous[] = {
		[DB_READ] = "PRAGMA query_only=ON;", [DB_WRITE] = "PRAGMA synchronous=FULL;", [DB_WRITE_REDO] = "PRAGMA synchronous=NORMAL;"};
	g_autoptr(db) connection = g_new0(db, 1);
	connection->path = g_strdup(path);
	connection->lock = connection->gate = -1;
	connection->kept = g_hash_table_new_full(db_hash_of_sql, g_str_equal, NULL, query_free);
	/* Readers too open for writing: a WAL's index must be made when nobody else has it open. */
	if (!open_handle(connection, SQLITE_OPEN_READWRITE, error) || !open_locks(connection, mode, error) ||
		!remember_file(connection, error))
		return NULL;
	if (!db_words_add(connection->handle) || !db_squeeze_add(connection->handle)) {
		db_fail(connection, "open", error);
		return NULL;
	}
	sqlite3_progress_handler(connection->handle, 1000, on_progress, connection);
	if (sqlite3_exec(connection->handle, "PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;"
		"PRAGMA secure_delete=OFF; PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;", NULL, NULL, NULL) != SQLITE_OK ||
		sqlite3_exec(connection->handle, synchronous[mode], NULL, NULL, NULL) != SQLITE_OK) {
		db_fail(connection, "open", error);
		return NULL;
	}
	return g_steal_pointer(&connection);
}

bool
db_create(const char *path, enum db_page page, GError **error)
{
	struct stat now;
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0 || fstat(file, &now) || now.st_size) {
		g_set_error(error, DB_ERROR, (int)(file < 0 ? db_kind_of_errno(errno) : DB_FAILED), "%s: %s", path, g_strerror(file < 0 ? errno : EEXIST));
		if (file >= 0)
			close(file);
		return false;
	}
	close(file);
	g_autoptr(db) connection = db_open(path, DB_WRITE, error);
	g_autofree char *sql = g_strdup_printf("PRAGMA page_size=%d; PRAGMA journal_mode=WAL;", (int)page);
	return connection && db_run(connection, sql, error);
}

void
db_close(db *connection)
{
	if (!connection)
		return;
	db_rollback(connection);
	g_hash_table_destroy(connection->kept);
	sqlite3_close(connection->handle);
	if (connection->lock >= 0)
		close(connection->lock);
	if (connection->gate >= 0)
		close(connection->gate);
	g_free(connection->path);
	g_free(connection);
}

bool
db_is_in_place(const db *connection)
{
	struct stat now;
	return !stat(connection->path, &now) && now.st_ino == connection->inode && now.st_dev == connection->device;
}

bool
db_is_whole(const db *connection)
{
	struct stat now;
	return !stat(connection->path, &now) && now.st_size >= connection->size;
}

gint64
db_version(db *connection)
{
	g_autoptr(query) statement = db_query(connection, "PRAGMA data_version", NULL);
	return statement && query_next(statement, NULL) > 0 ? query_int(statement, 0) : -1;
}

void
db_set_cache(db *connection, int kib)
{
	g_autofree char *sql = g_strdup_printf("PRAGMA cache_size=-%d", kib);
	db_run(connection, sql, NULL);
}

void
db_rest(db *connection)
{
	sqlite3_db_release_memory(connection->handle);
	malloc_trim(0);
}

void
db_set_deadline(db *connection, int milliseconds)
{
	connection->deadline = milliseconds ? g_get_monotonic_time() + milliseconds * G_GINT64_CONSTANT(1000) : 0;
}

static bool
flock_wait(int descriptor, GError **error)
{
	while (flock(descriptor, LOCK_EX))
		if (errno != EINTR) {
			g_set_error(error, DB_ERROR, DB_FAILED, "writers' lock: %s", g_strerror(errno));
			return false;
		}
	return true;
}

/* The gate is held only while waiting for the lock: who waits there is next, however soon the holder comes back. */
static bool
take_lock(db *connection, GError **error)
{
	g_assert(connection->lock >= 0 && !connection->has_lock);
	if (!flock_wait(connection->gate, error))
		return false;
	connection->has_lock = flock_wait(connection->lock, error);
	flock(connection->gate, LOCK_UN);
	return connection->has_lock;
}

static void
drop_lock(db *connection)
{
	if (connection->has_lock)
		flock(connection->lock, LOCK_UN);
	connection->has_lock = false;
}

bool
db_begin(db *connection, GError **error)
{
	if (!take_lock(connection, error))
		return false;
	if (db_run(connection, "BEGIN IMMEDIATE", error))
		return true;
	drop_lock(connection);
	return false;
}

bool
db_commit(db *connection, GError **error)
{
	bool ok = db_run(connection, "COMMIT", error);
	if (!ok)
		db_rollback(connection);
	drop_lock(connection);
	return ok;
}

void
db_rollback(db *connection)
{
	if (connection->handle && !sqlite3_get_autocommit(connection->handle))
		db_run(connection, "ROLLBACK", NULL);
	drop_lock(connection);
}

bool
db_is_writing(const db *connection)
{
	return connection->has_lock && !sqlite3_get_autocommit(connection->handle);
}

bool
db_is_awaited(const db *connection)
{
	bool is_free = !flock(connection->gate, LOCK_EX | LOCK_NB);
	if (is_free)
		flock(connection->gate, LOCK_UN);
	return !is_free;
}

bool
db_begin_read(db *connection, GError **error)
{
	return db_run(connection, "BEGIN", error);
}

static bool
run_with_name(db *connection, const char *verb, const char *name, GError **error)
{
	g_autofree char *sql = g_strdup_printf("%s %s", verb, name);
	query *kept = db_query(connection, sql, error);
	return kept && query_finish(kept, error);
}

bool
db_savepoint(db *connection, const char *name, GError **error)
{
	return run_with_name(connection, "SAVEPOINT", name, error);
}

bool
db_release(db *connection, const char *name, GError **error)
{
	return run_with_name(connection, "RELEASE", name, error);
}

void
db_rollback_to(db *connection, const char *name)
{
	if (run_with_name(connection, "ROLLBACK TO", name, NULL))
		run_with_name(connection, "RELEASE", name, NULL);
}

static bool
may_write_back(const db *connection, GError **error)
{
	if (db_is_whole(connection))
		return true;
	g_set_error(error, DB_ERROR, DB_DAMAGED, "%s was cut short while it was open", connection->path);
	return false;
}

bool
db_touch(db *connection, GError **error)
{
	query *read = db_query(connection, "PRAGMA user_version", error);
	int got = read ? query_next(read, error) : -1;
	g_autofree char *same = got > 0 ? g_strdup_printf("PRAGMA user_version=%d", (int)query_int(read, 0)) : NULL;
	query_done(read);
	return same && db_run(connection, same, error);
}

bool
db_checkpoint(db *connection, GError **error)
{
	if (!may_write_back(connection, error))
		return false;
	int code = sqlite3_wal_checkpoint_v2(connection->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return code == SQLITE_OK || code == SQLITE_BUSY || db_fail(connection, "checkpoint", error);
}

/* TRUE: ours before UNTIL (monotonic µs). */
static bool
flock_try(int descriptor, gint64 until)
{
	while (flock(descriptor, LOCK_EX | LOCK_NB)) {
		if (g_get_monotonic_time() >= until)
			return false;
		g_usleep(1000);
	}
	return true;
}

static bool
try_lock(db *connection, int milliseconds)
{
	gint64 until = g_get_monotonic_time() + milliseconds * G_TIME_SPAN_MILLISECOND;
	if (!flock_try(connection->gate, until))
		return false;
	connection->has_lock = flock_try(connection->lock, until);
	flock(connection->gate, LOCK_UN);
	return connection->has_lock;
}

int
db_empty_log(db *connection, int milliseconds, GError **error)
{
	if (!may_write_back(connection, error))
		return -1;
	if (!try_lock(connection, milliseconds))
		return 0;
	sqlite3_busy_timeout(connection->handle, milliseconds);
	int code = sqlite3_wal_checkpoint_v2(connection->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(connection->handle, BUSY_MS);
	drop_lock(connection);
	if (code == SQLITE_OK || code == SQLITE_BUSY)
		return code == SQLITE_OK;
	db_fail(connection, "checkpoint", error);
	return -1;
}

static bool
stat_log(const db *connection, struct stat *log)
{
	g_autofree char *path = g_strconcat(connection->path, "-wal", NULL);
	return !stat(path, log);
}

gint64
db_log_size(const db *connection)
{
	struct stat log;
	return stat_log(connection, &log) ? log.st_size : 0;
}

gint64
db_log_rest(const db *connection)
{
	struct stat log;
	return stat_log(connection, &log) ? g_get_real_time() / 1000 - log.st_mtim.tv_sec * 1000 - log.st_mtim.tv_nsec / 1000000 : G_MAXINT64;
}

/* In one step: a writer between two steps would start it anew. */
bool
db_backup(db *from, const char *path, GError **error)
{
	db into = {.path = (char *)path};
	bool ok = open_handle(&into, SQLITE_OPEN_READWRITE, error);
	sqlite3_backup *copy = ok ? sqlite3_backup_init(into.handle, "main", from->handle, "main") : NULL;
	if (copy)
		sqlite3_backup_step(copy, -1);
	if (ok && (!copy || sqlite3_backup_finish(copy) != SQLITE_OK))
		ok = db_fail(&into, "copy", error);
	ok = ok && db_run(&into, "PRAGMA journal_mode=DELETE", error);
	sqlite3_close(into.handle);
	return ok;
}
