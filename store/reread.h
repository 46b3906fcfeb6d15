/* reread: what a mail says once it has been read again, in place of what was kept of it (desk.db). The message's row, its parts, its index of
 * words and the ids it refers to become what reading gives; of its thread what had been taken from the message. What people did stays: number,
 * thread, contact, status, who is in charge, customer, notes, bin and spam, what was sent; who takes part only grows. Where it now refers to another
 * thread, or another one to it, the two are linked. The caller begins and commits. */
#pragma once

#include "store/filing.h"

/* What reading it again is for. */
struct reread_reading {
	gint64 message;
	const struct filing_mail *mail; /* as filing would take it, shop_id the message's; its contacts and employee do not count */
	const char *charset;            /* it was read in this one, by somebody's choice; "" = as the mail says */
	gint64 employee;                /* who asked for it; 0: nobody */
	gint64 now;                     /* ms */
};

/* Bits of what is not as it was kept, by reread_name. 0: all is. 1: *CHANGES is set; 0: no such message; -1: ERROR. */
int reread_compare(db *desk, const struct reread_reading *reading, guint32 *changes, GError **error);
/* The same, and writes them, with the event "reread" {"changes":[…],"charset"} where something has changed or somebody asked. */
int reread_enter(db *desk, const struct reread_reading *reading, guint32 *changes, GError **error);

/* It could not be read, and stays as it was: the event "reread" {"failed":true} for READING's employee. READING's mail does not count. */
bool reread_fail(db *desk, const struct reread_reading *reading, GError **error);

/* What a bit stands for: "subject", "attachments"; NULL beyond the last. */
const char *reread_name(guint bit);
/* The bit of NAME. */
guint32 reread_bit(const char *name);
