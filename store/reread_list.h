/* reread_list: which messages are to be read again: a selection of those that came as mail, or what staff have asked for (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

struct reread_selection { /* 0, FALSE: not asked for; all of it must hold */
	gint64 thread;      /* in it, wherever it was merged into */
	gint64 contact;     /* whose threads they are in */
	gint64 since;       /* ms: received then or later */
	bool is_unreadable;
};

/* A message, and how it stands. */
struct reread_row {
	gint64 message, mail, shop, thread;
	bool is_employee;   /* an answer that an employee sent from their own mail program */
	bool is_unreadable, is_report; /* of a delivery */
	char *charset;      /* to be read in; "" = as the mail says */
	gint64 employee;    /* who asked; 0: nobody */
};

/* The next ones after message AFTER, at most LIMIT. struct reread_row; NULL: ERROR. Owner: caller. */
GArray *reread_list_next(db *desk, const struct reread_selection *which, gint64 after, int limit, GError **error);
/* Raw mails after MAIL that the store would not take as messages, of SINCE or later, at most LIMIT. gint64; NULL: ERROR. Owner: caller. */
GArray *reread_list_unsorted(db *desk, gint64 since, gint64 after, int limit, GError **error);
/* It is a message by now. 1: it was in the list until now; 0; -1: ERROR. */
int reread_list_sorted(db *desk, gint64 mail, GError **error);

/* Staff want MESSAGE read again, in CHARSET ("": as it says; NULL: as chosen before). 1; 0: not there or not theirs to see; 2: it is no mail that
 * came in; -1: ERROR. */
int reread_list_ask(db *desk, const viewer *who, gint64 message, const char *charset, gint64 now, GError **error);
/* What is asked for, the oldest first, at most LIMIT. As reread_list_next. */
GArray *reread_list_asked(db *desk, int limit, GError **error);
/* Unless somebody has asked for another charset meanwhile. */
bool reread_list_answered(db *desk, const struct reread_row *row, GError **error);
