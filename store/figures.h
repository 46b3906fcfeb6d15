/* figures: numbers of the Customer Service page, from counters kept with the data; none scans on view but the 30-day ones. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

struct figures_statistics {
	gint64 total_threads, pending_threads, customer_messages, employee_messages, unread_threads, closed_threads;
};
bool figures_statistics(db *desk, const viewer *who, struct figures_statistics *numbers, GError **error);

gint64 figures_pending(db *desk, const viewer *who, GError **error); /* threads not closed, automatic ones apart; -1: ERROR */
/* Over the 30 days before NOW (ms); 0 when there is nothing to average; FALSE: ERROR. */
bool figures_response_hours(db *desk, const viewer *who, gint64 now, double *hours, GError **error);
bool figures_messages_per_thread(db *desk, const viewer *who, gint64 now, double *messages, GError **error);

/* Outside spam and bin, whoever may see them: for monitors. -1: ERROR. */
gint64 figures_all_threads(db *desk, GError **error);

/* Threads in each folder of the sidebar. */
struct figures_folders {
	gint64 open, mine, unassigned, pending, closed, automatic, spam, bin;
};
bool figures_folders(db *desk, const viewer *who, struct figures_folders *numbers, GError **error);
