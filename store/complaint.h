/* complaint: a fault that lasts is logged when it begins, when its text changes, once a minute after that, and when it is over. */
#pragma once

#include <glib.h>

#include "store/log.h"

/* Begins as {NULL}. One thread at a time. */
struct complaint {
	char *text; /* NULL: all is well */
	gint64 said;
};

void complaint_say(struct complaint *self, enum log_level level, const char *text);
/* All is well: OVER is logged when it was not before. Frees what SELF holds. */
void complaint_end(struct complaint *self, const char *over);
