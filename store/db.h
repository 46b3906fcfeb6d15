/* db: SQLite lives here alone. A connection is used by one thread at a time; every connection is one process's own
 * (never carried over fork).
 *
 * Writers of one file queue on a lock beside it (FILE.lock behind FILE.gate, so that a busy writer cannot starve
 * another); nothing ever sleeps in SQLite's busy handler. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct db db;
typedef struct query query;

#define DB_ERROR db_error_quark()
GQuark db_error_quark(void);
enum db_error {
	DB_FAILED,  /* anything else */
	DB_FULL,    /* no space, quota */
	DB_DAMAGED, /* not a database, corrupt, cut short */
	DB_SPOILED, /* a row is there, what stands in it is not what was written */
	DB_GONE,    /* removed from its path, or replaced there */
	DB_LIMIT,   /* interrupted by its time limit */
	DB_LOCKED,  /* by a program that is none of ours */
	DB_READ_ONLY,
	DB_DENIED,  /* the account may not use the file */
	DB_DISK,    /* an I/O error */
	DB_REFUSED, /* a typed statement that may not be run */
	DB_WRONG,   /* a typed statement with a mistake */
};

/* TRUE for what lies neither in the rows nor in the statement and may be mended: full, gone, locked, read-only, denied, an I/O error. */
bool db_may_pass(const GError *error);

enum db_mode {
	DB_READ,        /* read only */
	DB_WRITE,       /* commits are on the disk when db_commit returns */
	DB_WRITE_REDO,  /* commits may be lost with the power: for what can be done again */
};

/* Before the first db_open of a process that has no console (db_console), whose limit it is for: SQLite counts the memory it takes no more, which costs
 * a lock at each allocation. */
void db_count_no_memory(void);

/* PATH must exist: a running role never creates a store. */
db *db_open(const char *path, enum db_mode mode, GError **error);
/* Octets of a file's pages, for as long as it lives. */
enum db_page {
	DB_PAGE_ROWS = 8192,   /* for rows */
	DB_PAGE_FRAMES = 16384 /* for what is read and written by the 100 KB: half as many calls for each */
};
/* Makes an empty database in WAL mode (file mode 0600); fails when there is one. An empty file, left by a crash, is none. */
bool db_create(const char *path, enum db_page page, GError **error);
void db_close(db *connection);

/* TRUE while PATH still names the file that is open. */
bool db_is_in_place(const db *connection);
/* TRUE while the file is no shorter than when it was opened. */
bool db_is_whole(const db *connection);
/* Changes when another connection has committed. */
gint64 db_version(db *connection);
/* Pages kept in memory: KIB of them at most; 8 MB unless told. For a file that is read through once it is not worth more than some. */
void db_set_cache(db *connection, int kib);
/* Who has had nothing to do for DB_REST_SECONDS gives back the memory that the last work took: the pages of the file, and what else is free. */
#define DB_REST_SECONDS 10
void db_rest(db *connection);
/* Work since now that takes longer than MILLISECONDS fails with DB_LIMIT; 0 = no limit. */
void db_set_deadline(db *connection, int milliseconds);

/* Waits for the file's writers' lock; then everything up to commit or rollback is one transaction.
 * Rolls back by itself when commit fails. A connection with an open transaction may not begin another. */
bool db_begin(db *connection, GError **error);
bool db_commit(db *connection, GError **error);
void db_rollback(db *connection);
/* TRUE from db_begin on, until commit, rollback or an error that rolled back by itself. */
bool db_is_writing(const db *connection);
/* TRUE while another writer waits for ours to end. */
bool db_is_awaited(const db *connection);
/* One reader's view over several queries; end with db_rollback. */
bool db_begin_read(db *connection, GError **error);
bool db_savepoint(db *connection, const char *name, GError **error);
bool db_release(db *connection, const char *name, GError **error);
void db_rollback_to(db *connection, const char *name);
/* Writes nothing that anybody reads, but writes: a transaction with it lasts only where another would. */
bool db_touch(db *connection, GError **error);
/* Writes the log back into the file as far as readers allow. It begins anew when all of it is written back and nobody reads in it: where
 * somebody always does, it grows without end. Never into a file that was cut short, which would hide that. */
bool db_checkpoint(db *connection, GError **error);
/* The same, and empties it, while other writers wait: so those who come to read need no log, and those who read in it grow fewer; for the last
 * of them, and for the writers' lock, it waits MILLISECONDS at most. 1: it is empty; 0: somebody reads in it still, or writes; -1: ERROR. */
int db_empty_log(db *connection, int milliseconds, GError **error);
gint64 db_log_size(const db *connection); /* octets */
gint64 db_log_rest(const db *connection); /* ms since something was written to it */

/* Copies FROM, as one moment saw it, while others write, into the empty file PATH: one file complete in itself, without a WAL. */
bool db_backup(db *from, const char *path, GError **error);

/* A kept statement for SQL, reset and unbound. NULL with ERROR when SQL is wrong. To be given back by query_done. */
query *db_query(db *connection, const char *sql, GError **error);
/* Runs SQL (one or several statements, no parameters), for schema steps and the like. */
bool db_run(db *connection, const char *sql, GError **error);
gint64 db_last_id(const db *connection);
int db_changes(const db *connection);

/* NAME with its colon, ":id". A name that SQL lacks is a bug. Texts and blobs must live until query_done; text NULL binds NULL. */
void query_set_int(query *statement, const char *name, gint64 value);
void query_set_id(query *statement, const char *name, gint64 id); /* 0 binds NULL */
void query_set_null(query *statement, const char *name);
void query_set_text(query *statement, const char *name, const char *value);
void query_set_blob(query *statement, const char *name, const void *value, size_t size);
/* 1: a row; 0: no more; -1: ERROR. */
int query_next(query *statement, GError **error);
/* Columns from 0. Text is never NULL ("" for NULL) and lives until the next query_next. Without copying. */
bool query_is_null(query *statement, int column);
gint64 query_int(query *statement, int column);
double query_double(query *statement, int column);
const char *query_text(query *statement, int column);
const void *query_blob(query *statement, int column, size_t *size);
/* To be run anew, with what is bound. */
void query_again(query *statement);
/* Gives the statement back. NULL is fine. */
void query_done(query *statement);
/* The first column of all rows that are still to come, as gint64. NULL: ERROR. Owner: caller. */
GArray *query_take_ints(query *statement, GError **error);
/* query_next once, then query_done: FALSE on error. For statements that return nothing. */
bool query_finish(query *statement, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(db, db_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(query, query_done)
