/* writer: one thread that owns a connection and takes what is queued, at most 64 jobs and never waiting for more, into
 * one commit. Who submits waits until its job is on the disk. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

#define WRITER_BATCH_MAX 64
#define WRITER_PATIENCE 10000 /* ms since the first that could not begin, */
#define WRITER_GRACE 500      /* but so long for each */
#define WRITER_FRESH 3000     /* ms */

typedef struct writer writer;

/* A job: rows to write, within a savepoint of the shared transaction. FALSE with ERROR: its own rows are undone, the
 * others' stay. Runs in the writer's thread. */
typedef bool writer_job(db *connection, void *data, GError **error);

/* PATH as for db_open. AFTER (may be NULL) is called in the writer's thread after each commit: the place for a wake. */
writer *writer_open(const char *path, void (*after)(void *data), void *data, GError **error);
/* Ends after what is queued is done. */
void writer_close(writer *self);
/* Runs JOB and waits for the commit that holds it. TRUE only when that commit is durable and the file still in its place. A job that could
 * not begin within WRITER_PATIENCE, as somebody holds the file's lock, is taken back: FALSE with DB_LIMIT. From any thread but the writer's own. */
bool writer_submit(writer *self, writer_job *job, void *data, GError **error);
/* The same, waiting MILLISECONDS at most: then FALSE with DB_LIMIT, and a job that has begun may still be done. DATA is freed by FREE_DATA
 * when nobody needs it any more, in either thread. */
bool writer_submit_within(writer *self, writer_job *job, void *data, GDestroyNotify free_data, int milliseconds, GError **error);
/* Whether a commit lasts now: TRUE when the last one did and is not older than WRITER_FRESH; else one is tried, for MILLISECONDS at most. */
bool writer_try(writer *self, int milliseconds, GError **error);
/* Jobs that are waiting or being written. */
guint writer_waiting(writer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(writer, writer_close)
