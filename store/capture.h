/* capture: what every door calls. A mail is in raw.db, on the disk, when it returns TRUE; sort is nudged. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/gather.h"
#include "store/mail.h"
#include "store/writer.h"

typedef struct capture capture;

/* STORE: the store's directory; MIN_FREE octets must stay free on its disk. */
capture *capture_open(const char *store, gint64 min_free, GError **error);
/* Ends after what is being stored is. */
void capture_close(capture *door);
/* A new gather that spills into the store's directory. */
gather *capture_gather(capture *door, gint64 size_limit);
/* gather_end, then one durable commit (shared with whoever stores at the same time). From any thread. FALSE with ERROR:
 * nothing is kept, answer 451. */
bool capture_store(capture *door, const struct envelope *envelope, gather *mail, gint64 *id, GError **error);
/* Mails that wait for their commit now. */
guint capture_waiting(capture *door);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(capture, capture_close)
