/* resend: what staff do about mail of theirs that has not arrived, or may not have: once more, to another address, or "it has". Each call is one
 * transaction's rows, events inside; the caller begins and commits, and wakes web and courier. Refused, they leave nothing behind. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

enum resend_result {
	RESEND_ERROR = -1,
	RESEND_NOT_THERE,   /* the message, or not theirs to see, or it never left */
	RESEND_DONE,
	RESEND_NOT_WAITING, /* nothing of it has failed, is put off, or is in doubt */
	RESEND_BAD_ADDRESS, /* none, or one whose mail comes back to us */
	RESEND_SEVERAL,     /* which of several recipients is meant by the new address? */
};

struct resend_to {
	const char *address;
	char delimiter; /* recipient_delimiter, 0 = none: our own plus-addresses are ours */
};
/* Once more, now, to those who have not got MESSAGE: it has failed, or is put off. TO takes the place of the one it could not go to, and
 * takes part in the thread; NULL = as before. */
enum resend_result resend_message(db *desk, const viewer *who, gint64 message, const struct resend_to *to, gint64 now, GError **error);
/* MESSAGE is in doubt: it HAS_ARRIVED, or goes out once more. */
enum resend_result resend_settle(db *desk, const viewer *who, gint64 message, bool has_arrived, gint64 now, GError **error);
