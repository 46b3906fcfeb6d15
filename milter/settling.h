/* settling: what came of each try, into the outbox, by a thread of its own, so that a session goes on with its next mail. An answer is not lost
 * because a disk is full: it is written again until it is there. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/outbox_courier.h"
#include "store/writer.h"

/* The end of a try. Owns what it points to. */
typedef struct ending {
	struct outbox_outcome outcome;
	gint64 thread_id, size, milliseconds;
	int tries, recipients;
} ending;
/* Copies of REASON, QUEUE_ID and SAID. Owner: caller, until settling_add. */
ending *ending_new(const struct outbox_outcome *outcome);

typedef struct settling settling;

settling *settling_open(writer *desk);
/* Writes what waits, once more at most what could not be written, then ends. */
void settling_close(settling *self);
/* Takes END over; waits while too many do. Logs its line when it is in the store. From any thread. */
void settling_add(settling *self, ending *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(settling, settling_close)
