/* automatic: what we send by ourselves, links to set a password and the like, that no loop is made of it (RFC 3834; SPEC 6). What a person sends, answers and
 * forwards, does not count. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

#define AUTOMATIC_A_DAY 5 /* mails to one address */

struct automatic {
	const char *address; /* whom it would go to */
	char delimiter;      /* recipient_delimiter, 0 = none */
	gint64 answered;     /* the message that it answers; 0 = none */
};
/* May a mail that nobody wrote go there now? 1: yes, and it is counted, in the caller's transaction; 0: no: it is no address, a contact's or a
 * program's, or it had enough today; nor are staff answered, and automatic mail, bounces and lists; -1: ERROR. */
int automatic_claim(db *desk, const struct automatic *mail, gint64 now, GError **error);
