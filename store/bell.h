/* bell: what an employee still has to look at: threads in which a customer wrote, and notices meant for them (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

struct bell_entry { /* strings live during the callback */
	gint64 event, thread, message, contact_id, when;
	const char *kind; /* message, assigned, undelivered */
	const char *status, *email, *name, *subject, *contact_name;
	gint64 customer_id;
	const char *firstname, *lastname;
	gint64 by_id; /* the employee who did it; 0: a customer, or Belfry itself */
	const char *by_firstname, *by_lastname;
	const char *why; /* it was not delivered; "" otherwise, or unknown */
};

#define BELL_COUNT_MAX 1000

/* Entries of the kinds that the employee wants, one a thread, up to BELL_COUNT_MAX; -1: ERROR. */
gint64 bell_count(db *desk, const viewer *who, GError **error);
/* Newest first, at most LIMIT. */
bool bell_each(db *desk, const viewer *who, int limit, bool (*each)(const struct bell_entry *entry, void *data), void *data, GError **error);

/* Takes away all message entries up to event UPTO, in every shop. */
bool bell_see(db *desk, gint64 employee, gint64 upto, GError **error);
/* Opened: its own entries go, notices too; read up to MESSAGE. */
bool bell_open_thread(db *desk, gint64 employee, gint64 thread, gint64 message, GError **error);
