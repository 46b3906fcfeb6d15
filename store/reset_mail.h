/* reset_mail: an employee gets the link by which a new password is set (desk.db). Rows of one transaction; the caller wakes the courier. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* 1: it is on its way; 0: there is no such active employee, or no contact has an address to send from; -1: ERROR. */
int reset_mail(db *desk, gint64 employee, const char *url, gint64 now, GError **error);
