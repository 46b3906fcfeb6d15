/* patience: the door to raw.db, waited for. Mail is better kept waiting than answered for nothing: while raw.db is damaged or cannot be used, mail
 * servers stand at the socket, and say 451 themselves when they have had enough; a role that ended would only be started again. */
#pragma once

#include "store/capture.h"

/* capture_open, tried each second while that may help; what it waits for is logged, once. TERM and INT, which the caller has blocked, end
 * it. NULL: ERROR. Before the process has threads. */
capture *patience_open(const char *store, gint64 min_free, GError **error);
