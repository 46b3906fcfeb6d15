/* reset_mail: an employee gets the link by which a new password is set (desk.db). Rows of one transaction; the caller wakes the courier. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

struct reset_link {
	gint64 employee, expires; /* after that it is not sent, and not kept */
	const char *url;
	char delimiter;           /* recipient_delimiter, 0 = none */
};
/* 1: it is on its way; 0: there is no such active employee, no contact has an address to send from, the employee's is one of ours, or it got enough
 * of them today; -1: ERROR. */
int reset_mail(db *desk, const struct reset_link *link, gint64 now, GError **error);
