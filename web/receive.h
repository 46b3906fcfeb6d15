/* receive: a file that came from a browser goes into raw.db, and is noted as one of an answer that is being written. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "web/call.h"

/* Takes FILE. NAME and TYPE as the browser says them. FALSE with the reply set: nothing is left of it. */
bool receive_file(struct call *call, gather *file, const char *name, const char *type, gint64 *id);
/* Files that were received are not wanted after all. */
void receive_drop(struct call *call, const GArray *ids);
/* The store did not take it, for ERROR: noted, and 503. */
void receive_failed(struct web *web, const struct request *request, struct reply *reply, const GError *error);
/* "25 MB in 50 files" is what an answer may have: 413. */
void receive_refuse(struct call *call);
