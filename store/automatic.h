/* automatic: what we send by ourselves, confirmations and the like, that no loop is made of it (RFC 3834; SPEC 6). What a person sends, answers and
 * forwards, does not count. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

#define AUTOMATIC_A_DAY 5 /* mails to one address */

/* May a mail that nobody wrote go to ADDRESS now? 1: yes, and it is counted, in the caller's transaction; 0: no: it is none, one of our own or of a
 * program, or it had enough today; -1: ERROR. MESSAGE: the one that it answers, 0 = none: nothing answers automatic mail, bounces and lists. */
int automatic_claim(db *desk, const char *address, gint64 message, gint64 now, GError **error);
