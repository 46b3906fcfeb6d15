#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/brought_back.h"
#include "store/db.h"
#include "store/durable.h"
#include "store/hold.h"
#include "store/mail.h"
#include "store/migrate.h"
#include "store/still.h"
#include "store/verify.h"

static bool
fail(GError **error, const char *path, const char *text)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path, text);
	return false;
}

static bool
is_there(const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static bool
move_file(const char *from, const char *to, const char *name, GError **error)
{
	g_autofree char *old = g_build_filename(from, name, NULL), *new = g_build_filename(to, name, NULL);
	return !rename(old, new) || durable_fail(old, error);
}

/* A new file, for us alone. */
static int
create_file(const char *path, mode_t mode, GError **error)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (file < 0)
		durable_fail(path, error);
	return file;
}

static bool
copy_file(const char *from, const char *to, mode_t mode, GError **error)
{
	int source = open(from, O_RDONLY | O_CLOEXEC);
	if (source < 0)
		return durable_fail(from, error);
	int target = create_file(to, mode, error);
	ssize_t copied = -1;
	while (target >= 0 && (copied = sendfile(target, source, NULL, G_MAXINT32)) > 0)
		;
	bool ok = target >= 0 && !copied && !fsync(target);
	if (target >= 0 && !ok)
		durable_fail(to, error);
	if (target >= 0)
		close(target);
	close(source);
	return ok;
}

/* Takes PATH and the files in it away, best effort. */
static void
remove_directory(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		if (unlink(file))
			rmdir(file);
	}
	rmdir(path);
}

static gint64
size_of(const char *directory, const char *name)
{
	struct stat now;
	g_autofree char *path = g_build_filename(directory, name, NULL);
	return stat(path, &now) ? 0 : now.st_size;
}

/* On the store's own disk a backup must not take the room that mail comes into. */
static bool
has_room(const char *store, const char *directory, gint64 min_free, GError **error)
{
	struct stat a, b;
	struct statvfs disk;
	if (stat(store, &a) || stat(directory, &b) || a.st_dev != b.st_dev || statvfs(directory, &disk))
		return true;
	gint64 needed = size_of(store, "raw.db") + size_of(store, "desk.db");
	gint64 available = (gint64)disk.f_bavail * (gint64)disk.f_frsize;
	if (available - needed >= min_free)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
		"%s: the backup needs %" G_GINT64_FORMAT " MB, and %" G_GINT64_FORMAT " MB of the %" G_GINT64_FORMAT
		" MB free here must stay free for mail (min_free): put it on another disk", directory, needed >> 20, min_free >> 20, available >> 20);
	return false;
}

static bool
copy_database(const char *store, const char *to, const char *name, GError **error)
{
	g_autofree char *from = g_build_filename(store, name, NULL), *path = g_build_filename(to, name, NULL);
	g_autoptr(db) source = db_open(from, DB_READ, error);
	int file = source ? create_file(path, 0600, error) : -1;
	if (file < 0)
		return false;
	close(file);
	return db_backup(source, path, error) && durable_sync(path, error);
}

static gint64
last_mail_of(const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "raw.db", NULL);
	g_autoptr(db) raw = db_open(path, DB_READ, error);
	return raw ? mail_last_id(raw, error) : -1;
}

/* What comes in meanwhile may be in raw.db's copy alone, from where it is sorted; what goes is kept until both are made. */
static bool
copy_databases(const char *store, const char *into, GError **error)
{
	int still = still_keep(store, error);
	if (still < 0)
		return false;
	bool ok = copy_database(store, into, "desk.db", error) && copy_database(store, into, "raw.db", error);
	close(still);
	return ok;
}

static bool
fill(const char *store, const char *into, GError **error)
{
	gint64 taken = g_get_real_time() / 1000, last;
	g_autofree char *keys = g_build_filename(store, "keys", NULL), *copy = g_build_filename(into, "keys", NULL);
	return copy_databases(store, into, error) && copy_file(keys, copy, 0600, error) && (last = last_mail_of(into, error)) >= 0 &&
		manifest_write(into, taken, last, error);
}

/* The manifest last, when what it describes is in its place for good. */
static bool
publish(const char *from, const char *to, GError **error)
{
	for (const char *const *name = manifest_files; *name; name++)
		if (!move_file(from, to, *name, error))
			return false;
	return durable_sync(to, error) && move_file(from, to, MANIFEST_NAME, error) && durable_sync(to, error);
}

/* Makes PATH; an empty one that is there will do. */
static bool
make_empty(const char *path, bool *is_made, GError **error)
{
	*is_made = !mkdir(path, 0700);
	if (*is_made)
		return true;
	if (errno != EEXIST)
		return durable_fail(path, error);
	g_autoptr(GDir) directory = g_dir_open(path, 0, error);
	if (!directory || g_dir_read_name(directory))
		return directory ? fail(error, path, "is not empty: a backup gets a directory of its own") : false;
	return !chmod(path, 0700) || durable_fail(path, error);
}

bool
backup_make(const char *store, const char *directory, gint64 min_free, GError **error)
{
	bool is_made;
	g_autofree char *parent = g_path_get_dirname(directory), *work = g_build_filename(directory, "incomplete", NULL);
	if (!migrate_is_current(store, error) || !make_empty(directory, &is_made, error))
		return false;
	if (has_room(store, directory, min_free, error) && (!mkdir(work, 0700) || durable_fail(work, error)) && fill(store, work, error) &&
		publish(work, directory, error)) {
		remove_directory(work);
		return durable_sync(directory, error) && (!is_made || durable_sync(parent, error));
	}
	remove_directory(work);
	if (is_made)
		remove_directory(directory);
	return false;
}

GPtrArray *
backup_verify(const char *directory, GError **error)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	if (!manifest_compare(directory, problems, error))
		return NULL;
	if (problems->len)
		return g_steal_pointer(&problems);
	g_autofree char *raw_path = g_build_filename(directory, "raw.db", NULL), *desk_path = g_build_filename(directory, "desk.db", NULL);
	g_autoptr(db) raw = db_open(raw_path, DB_READ, error), desk = raw ? db_open(desk_path, DB_READ, error) : NULL;
	return desk && verify_all(raw, desk, problems, error) ? g_steal_pointer(&problems) : NULL;
}

/* A store of its own out of the backup, beside the one it will replace. */
static bool
stage_file(const char *directory, const char *stage, const char *name, GError **error)
{
	g_autofree char *from = g_build_filename(directory, name, NULL), *to = g_build_filename(stage, name, NULL);
	if (!g_str_has_suffix(name, ".db"))
		return copy_file(from, to, 0600, error);
	if (!copy_file(from, to, 0600, error))
		return false;
	g_autoptr(db) file = db_open(to, DB_WRITE, error);
	return file && db_run(file, "PRAGMA journal_mode=WAL", error);
}

/* The desk.db of DIRECTORY, or NULL. Owner: caller. */
static db *
open_desk(const char *directory, enum db_mode mode, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "desk.db", NULL);
	return db_open(path, mode, error);
}

static bool
begin_anew(const char *stage, const char *store, struct backup_restored *restored, GError **error)
{
	g_autoptr(db) desk = open_desk(stage, DB_WRITE, error), old = is_there(store, "desk.db") ? open_desk(store, DB_READ, NULL) : NULL;
	return desk && db_begin(desk, error) && migrate_new_epoch(desk, error) &&
		brought_back(desk, old, restored->manifest.taken, g_get_real_time() / 1000, &restored->doubtful, error) && db_commit(desk, error);
}

static bool
stage_all(const char *directory, const char *stage, const char *store, struct backup_restored *restored, GError **error)
{
	remove_directory(stage); /* of a restore that broke off */
	if (mkdir(stage, 0700))
		return durable_fail(stage, error);
	for (const char *const *name = manifest_files; *name; name++)
		if (!stage_file(directory, stage, *name, error))
			return false;
	return migrate_run(stage, error) && begin_anew(stage, store, restored, error);
}

/* Databases with what SQLite keeps beside them; a log that was left belongs to its database alone. */
static const char *const store_files[] = {"desk.db", "desk.db-wal", "desk.db-shm", "raw.db", "raw.db-wal", "raw.db-shm", "keys"};

static bool
move_all(const char *from, const char *to, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(store_files); i++)
		if (is_there(from, store_files[i]) && !move_file(from, to, store_files[i], error))
			return false;
	return durable_sync(from, error) && durable_sync(to, error);
}

static bool
has_files(const char *store)
{
	for (size_t i = 0; i < G_N_ELEMENTS(store_files); i++)
		if (is_there(store, store_files[i]))
			return true;
	return false;
}

/* A name that nothing has: a restore that failed may be tried again within the second. */
static char *
name_aside(const char *store)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *name = g_date_time_format(now, "before-restore.%Y%m%dT%H%M%SZ");
	char *path = g_build_filename(store, name, NULL);
	for (int i = 2; g_file_test(path, G_FILE_TEST_EXISTS); i++) {
		g_free(path);
		path = g_strdup_printf("%s/%s.%d", store, name, i);
	}
	return path;
}

static bool
swap(hold *alone, const char *store, const char *stage, struct backup_restored *restored, GError **error)
{
	g_autofree char *aside = name_aside(store);
	bool has_old = has_files(store);
	if (!hold_is_alone(alone, error) || (has_old && mkdir(aside, 0700) && !durable_fail(aside, error)) || !hold_mark(alone, error))
		return false;
	if ((has_old && !move_all(store, aside, error)) || !move_all(stage, store, error)) {
		g_prefix_error(error, "broke off while files were swapped (the old ones are in %s; restore again): ", aside);
		return false;
	}
	restored->aside = has_old ? g_steal_pointer(&aside) : NULL;
	return hold_unmark(alone, error);
}

/* Mails that came after the backup; a store that cannot be read says nothing about them. */
static void
count_left(const char *store, struct backup_restored *restored)
{
	g_autofree char *path = g_build_filename(store, "raw.db", NULL);
	restored->left_count = is_there(store, "raw.db") ? -1 : 0;
	g_autoptr(db) raw = db_open(path, DB_READ, NULL);
	g_autoptr(query) row = raw ? db_query(raw, "SELECT count(*), min(id), max(id) FROM mail WHERE id > :last", NULL) : NULL;
	if (!row)
		return;
	query_set_int(row, ":last", restored->manifest.last_mail);
	if (query_next(row, NULL) <= 0)
		return;
	restored->left_count = query_int(row, 0);
	restored->left_first = query_int(row, 1);
	restored->left_last = query_int(row, 2);
}

bool
backup_restore(const char *directory, const char *store, struct backup_restored *restored, GError **error)
{
	*restored = (struct backup_restored){0};
	if (!manifest_read(directory, &restored->manifest, error))
		return false;
	if (!durable_directory(store, 0700, error))
		return false;
	g_autoptr(hold) alone = hold_take(store, error);
	if (!alone)
		return false;
	g_autofree char *stage = g_build_filename(store, "restoring", NULL);
	count_left(store, restored);
	bool ok = stage_all(directory, stage, store, restored, error) && swap(alone, store, stage, restored, error);
	remove_directory(stage);
	hold_drop(g_steal_pointer(&alone));
	return ok && migrate_run(store, error) && durable_sync(store, error);
}
