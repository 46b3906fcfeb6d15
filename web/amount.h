/* amount: sums of money as texts: "12.34" ↔ millionths. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* At most six decimals, eleven digits before them; a minus in front. FALSE: not such a number. */
bool amount_parse(const char *text, gint64 *millionths);
/* With as many decimals as it needs, two at least. Owner: caller. */
char *amount_text(gint64 millionths);
