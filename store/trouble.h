/* trouble: what a person is told of an error that the store met: staff why it cannot be now, an admin what to do. No path, no SQL. */
#pragma once

#include <glib.h>

/* Of an error of the store (DB_ERROR, G_FILE_ERROR) or any other: why, as a part of a sentence ("the disk is full"). Never NULL. */
const char *trouble_reason(const GError *error);
/* What an admin does about it, a sentence; "" when there is nothing better than the log. Never NULL. */
const char *trouble_advice(const GError *error);
/* Appends the advice to ERROR's message, for the log's line. NULL is fine. */
void trouble_explain(GError *error);
