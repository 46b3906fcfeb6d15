/* capture: what every door calls. A mail is in raw.db, on the disk, when it returns TRUE; sort is nudged. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/gather.h"
#include "store/mail.h"
#include "store/writer.h"

#define CAPTURE_WAIT 5000 /* ms: disks stall for a moment when others write much; who waits holds up nobody else (milter/kicker) */

typedef struct capture capture;

/* STORE: the store's directory; MIN_FREE octets must stay free on its disk. */
capture *capture_open(const char *store, gint64 min_free, GError **error);
/* Ends after what is being stored is. */
void capture_close(capture *door);
/* A new gather that spills into the store's directory. */
gather *capture_gather(capture *door, gint64 size_limit);
/* gather_end, then one durable commit (shared with whoever stores at the same time), waited for CAPTURE_WAIT at most and a little
 * longer for a large mail. From any thread. Takes MAIL over. FALSE with ERROR: answer 451; when it was only too slow the
 * mail may yet be kept, and its second coming is a repeat. */
bool capture_store(capture *door, const struct envelope *envelope, gather *mail, gint64 *id, GError **error);
/* The same of COUNT mails at once, all or none; their numbers into IDS. Takes each of MAILS over. */
bool capture_store_many(capture *door, const struct envelope *envelopes, gather *const *mails, guint count, gint64 *ids, GError **error);
/* Whether mail can be kept now: there is room, and a commit lasts (see writer_try). Waits CAPTURE_WAIT at most. */
bool capture_try(capture *door, GError **error);
/* Mails that wait for their commit now. */
guint capture_waiting(capture *door);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(capture, capture_close)
