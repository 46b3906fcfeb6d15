/* reply_parts: an answer that came as multipart/form-data: fields named as in JSON, files called "attachments". */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "web/call.h"
#include "web/json.h"

struct reply_parts {
	json_in *in;      /* its fields, as if they had come as JSON */
	GArray *uploads;  /* gint64: its files, received */
	GBytes *digest;   /* of what was asked for, whatever the boundary */
};

/* FALSE with the reply set: nothing is left of it. PARTS to be cleared in any case. */
bool reply_parts_read(struct call *call, struct reply_parts *parts);
void reply_parts_clear(struct reply_parts *parts);
