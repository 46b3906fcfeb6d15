/* trust: senders whose remote images an employee always wants to see (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* Case of ADDRESS is ignored. */
bool trust_add(db *desk, gint64 employee, const char *address, GError **error);
int trust_drop(db *desk, gint64 employee, const char *address, GError **error); /* 0: it was not there; -1: ERROR */
int trust_has(db *desk, gint64 employee, const char *address, GError **error);  /* -1: ERROR */
bool trust_each(db *desk, gint64 employee, bool (*each)(const char *address, void *data), void *data, GError **error);
