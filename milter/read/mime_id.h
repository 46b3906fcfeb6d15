/* mime_id: Message-IDs as they come. */
#pragma once

#include <glib.h>

#define MIME_IDS_MAX 200 /* of one mail; of more the first and the last are kept, which tell the thread */

/* Adds the ids in a raw header value to IDS (char *), without <>, in order; bare ones only where no <> stand. */
void mime_ids_read(const char *value, gsize length, GPtrArray *ids);
