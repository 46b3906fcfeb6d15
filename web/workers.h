/* workers: threads that answer requests, each with its own read connections. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

typedef struct workers workers;

/* Runs in a worker's thread. */
typedef void worker_job(db *desk, db *raw, void *data);

/* COUNT threads on the store in directory STORE, NICE (nice(1)) to the others of the process. */
workers *workers_open(const char *store, int count, int nice, GError **error);
/* Ends after what is queued is done. */
void workers_close(workers *pool);
/* Never blocks. From any thread. */
void workers_push(workers *pool, worker_job *job, void *data);
guint workers_waiting(workers *pool);
