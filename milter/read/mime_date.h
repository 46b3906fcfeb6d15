/* mime_date: when a mail says it was written (RFC 5322 §3.3, the obsolete forms of §4.3, ISO 8601, and what programs make of them). */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* ms since the epoch; 0 when there is no day in VALUE. IS_WHOLE, unless NULL: a whole time of day was there too; without one
 * it is midnight. A zone that nobody knows is UTC. Linear. */
gint64 mime_date_read(const char *value, bool *is_whole);
