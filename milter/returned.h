/* returned: what comes back of a mail of ours: reports of its delivery, a copy of it, an answer that proves it arrived. */
#pragma once

#include "milter/sorting.h"

/* The thread of which MESSAGE is a copy of a mail of ours that has come back, through an alias, a list or a forward: it bears a Message-ID that only we
 * can have given, or, where a server on the way gave it another, it is from a contact and answers go to an address that only we can have signed.
 * 0: it is none. */
gint64 returned_copy(const struct sorting *sorting, const mime_message *message);
/* Of a copy that was not changed on its way, the message it is of; 0: not there (any more), or it is from somebody else now; -1: ERROR. */
gint64 returned_find(const struct sorting *sorting, gint64 shop, const mime_message *message, GError **error);

/* Enters what MESSAGE says of mails of ours, after it was filed in THREAD (0: in a new one): a bounce, or an answer by SENDER. IDS: what it refers to.
 * LOG gets "delivery=OUTBOX" for a bounce of ours. */
bool returned_enter(const struct sorting *sorting, const mime_message *message, const GPtrArray *ids, gint64 thread, const char *sender, gint64 now,
	GString *log, GError **error);
