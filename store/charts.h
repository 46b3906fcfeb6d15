/* charts: how much came and went, and how long people waited for a first answer, over the last days; from the desk's rows, spam and
 * bin apart. Time comes in quarters of an hour, which every time zone's days are made of. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

#define CHARTS_QUARTER_MS (15 * 60 * 1000)

struct charts_quarter {
	gint64 start;              /* ms */
	gint64 in, out;            /* messages of customers, public ones of employees */
	gint64 answered, wait_sum; /* threads that began then and were answered since, and their waits in ms */
};
/* Quarters since SINCE (ms) in which something was, in no order; one may come twice, then with other numbers. */
bool charts_each(db *desk, const viewer *who, gint64 since, void (*each)(const struct charts_quarter *quarter, void *data), void *data,
	GError **error);
