/* event: what happened to a thread, numbered and kept (desk.db). Bell, timeline and audit log are made of them. An event is
 * written in the transaction of what it tells. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

struct event {
	gint64 id, created;
	const char *kind; /* message, status, assigned, forwarded, reply, note, contact, order, deleted, restored, spam, merged, delivery, undone, reread */
	gint64 shop_id, thread_id;
	gint64 contact_id, message_id, employee_id, target_id; /* 0 = none */
	bool is_ringing;
	const char *data; /* JSON object */
};

/* Fills event->id. */
bool event_add(db *desk, struct event *event, GError **error);
/* Those after AFTER, ascending, at most LIMIT. */
bool event_each(db *desk, gint64 after, int limit, bool (*each)(const struct event *event, void *data), void *data, GError **error);
/* Those of a thread and of what was joined with it, newest first, at most LIMIT. What nobody asked for (resort) is left out: it happened to no one. */
bool event_each_of_thread(db *desk, gint64 thread, int limit, bool (*each)(const struct event *event, void *data), void *data, GError **error);
gint64 event_last(db *desk, GError **error); /* 0: none yet; -1: ERROR */
/* The epoch the numbers belong to; NULL with ERROR. Owner: caller. */
char *event_epoch(db *desk, GError **error);
