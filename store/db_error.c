/* What SQLite and the system say of a failure, in our words. */
#include <errno.h>
#include <sqlite3.h>

#include "store/db_handle.h"

/* G_DEFINE_QUARK would keep it where threads race for it. */
GQuark
db_error_quark(void)
{
	return g_quark_from_static_string("belfry-db");
}

struct kind {
	int code; /* SQLite's or the system's */
	enum db_error kind;
};

static const struct kind of_sqlite[] = {
	{SQLITE_FULL, DB_FULL}, {SQLITE_CORRUPT, DB_DAMAGED}, {SQLITE_NOTADB, DB_DAMAGED}, {SQLITE_INTERRUPT, DB_LIMIT}, {SQLITE_BUSY, DB_LOCKED},
	{SQLITE_LOCKED, DB_LOCKED}, {SQLITE_PROTOCOL, DB_LOCKED}, {SQLITE_READONLY, DB_READ_ONLY}, {SQLITE_PERM, DB_DENIED},
	{SQLITE_IOERR, DB_DISK}, {SQLITE_CANTOPEN, DB_DISK}, {SQLITE_NOMEM, DB_DISK}};

/* What SQLite calls an I/O error, or a file that cannot be opened, may be less than that. */
static const struct kind of_system[] = {
	{ENOSPC, DB_FULL}, {EDQUOT, DB_FULL}, {EROFS, DB_READ_ONLY}, {EACCES, DB_DENIED}, {EPERM, DB_DENIED}, {ENOENT, DB_GONE}, {ENOTDIR, DB_GONE}};

static enum db_error
find_kind(const struct kind *kinds, size_t count, int code, enum db_error otherwise)
{
	for (size_t i = 0; i < count; i++)
		if (kinds[i].code == code)
			return kinds[i].kind;
	return otherwise;
}

enum db_error
db_kind_of_errno(int code)
{
	return find_kind(of_system, G_N_ELEMENTS(of_system), code, DB_DISK);
}

static enum db_error
kind_of(int code, int system)
{
	enum db_error kind = find_kind(of_sqlite, G_N_ELEMENTS(of_sqlite), code, DB_FAILED);
	return kind == DB_DISK ? db_kind_of_errno(system) : kind;
}

/* What the system said of the file that OPERATION (SQLITE_FCNTL_…) finds; 0: nothing. */
static int
last_errno(db *connection, int operation)
{
	sqlite3_file *file = NULL;
	int system = 0;
	sqlite3_file_control(connection->handle, "main", operation, &file);
	if (file && file->pMethods)
		file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &system);
	return system;
}

/* SQLite keeps it for the connection, but not of a commit: that stands with the log, or with the file. */
static int
system_of(db *connection)
{
	int system = sqlite3_system_errno(connection->handle);
	if (!system)
		system = last_errno(connection, SQLITE_FCNTL_JOURNAL_POINTER);
	return system ? system : last_errno(connection, SQLITE_FCNTL_FILE_POINTER);
}

/* The statement is named where the fault may lie in it. */
bool
db_fail(db *connection, const char *doing, GError **error)
{
	int code = sqlite3_errcode(connection->handle) & 0xff;
	int system = code == SQLITE_IOERR || code == SQLITE_CANTOPEN ? system_of(connection) : 0;
	enum db_error kind = kind_of(code, system);
	const char *text = sqlite3_errmsg(connection->handle);
	if (kind == DB_FAILED || kind == DB_LIMIT)
		g_set_error(error, DB_ERROR, (int)kind, "%s: %s: %s", connection->path, doing, text);
	else if (system)
		g_set_error(error, DB_ERROR, (int)kind, "%s: %s (%s)", connection->path, text, g_strerror(system));
	else
		g_set_error(error, DB_ERROR, (int)kind, "%s: %s", connection->path, text);
	return false;
}

bool
db_may_pass(const GError *error)
{
	static const int passing[] = {DB_FULL, DB_GONE, DB_LOCKED, DB_READ_ONLY, DB_DENIED, DB_DISK};
	for (size_t i = 0; i < G_N_ELEMENTS(passing); i++)
		if (g_error_matches(error, DB_ERROR, passing[i]))
			return true;
	return false;
}
