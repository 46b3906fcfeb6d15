/* delivery: what became of a mail of ours after Send, and telling of it (desk.db). Who changes an outbox row or its recipients calls
 * delivery_tell in the same transaction; what comes back from the world, reports and answers, is entered here. The caller begins, commits and
 * wakes web. Recipients that a server has spoken of by a report keep that word: who enters the relay's answer changes only those still "waiting"
 * (a report may be sorted before the courier has committed the answer). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* Writes the event "delivery" {"state","detail"} for the outbox row's thread (nothing where it has none). Its sender's bell gets a notice
 * "undelivered" while it stands at failed or doubtful, and loses it otherwise. A doubtful row of which a recipient's server has spoken is settled as
 * sent first. Call it once after each change of what outbox_write shows. */
bool delivery_tell(db *desk, gint64 outbox, gint64 now, GError **error);

/* What a report says of one recipient. */
struct delivery_word {
	const char *address, *original; /* Final-Recipient, Original-Recipient; "" = not said */
	const char *action;             /* failed, delayed, delivered, relayed, expanded, read, complaint */
	const char *answer;             /* the diagnostic text with its status; "" = none */
};

/* The outbox row that a report is about: by one of IDS (char *: Message-IDs, an ENVID), else, in THREAD (0 = unknown), the newest that went to
 * one of the recipients. 1 and *OUTBOX and *THREAD (its thread, 0 = none); 0: none of ours; -1: ERROR. */
int delivery_find(db *desk, const GPtrArray *ids, gint64 thread, const struct delivery_word *words, size_t count, gint64 *outbox, gint64 *in_thread,
	GError **error);
/* Enters what a report says; a doubtful row is settled by it. Tells only when something has changed. */
bool delivery_report(db *desk, gint64 outbox, const struct delivery_word *words, size_t count, gint64 now, GError **error);
/* A mail from SENDER names one of IDS as its parent: doubtful rows among them have arrived. */
bool delivery_answered(db *desk, const GPtrArray *ids, const char *sender, gint64 now, GError **error);
