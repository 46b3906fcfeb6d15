/* db_handle: what is behind a db; for db and db_query alone. */
#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include "store/db.h"

struct db {
	sqlite3 *handle;
	char *path;
	GHashTable *kept;  /* sql → query */
	int lock, gate;    /* descriptors; -1 in readers */
	bool has_lock;
	ino_t inode;
	dev_t device;
	off_t size;        /* when it was opened: it never shrinks */
	gint64 deadline;   /* monotonic us; 0 = none */
};

/* FALSE, with what SQLite says of it as ERROR. */
bool db_fail(db *connection, const char *doing, GError **error);
/* Of a file that cannot be used. */
enum db_error db_kind_of_errno(int code);
/* Of the statements that are kept: by their text, a string; DATA is a query. */
guint db_hash_of_sql(const void *sql);
void query_free(void *data);
