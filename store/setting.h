/* setting: what staff decide; the narrowest scope wins. And facts about the store. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* The value for SHOP (0 = for all), or its default from the table in setting.c. An unknown name is a bug. Owner: caller; NULL: ERROR. */
char *setting_get(db *desk, gint64 shop, const char *name, GError **error);
gint64 setting_get_int(db *desk, gint64 shop, const char *name);

/* Facts: "epoch", "sorted" (the last raw mail that became a message). "" when absent. Owner: caller. */
char *fact_get(db *desk, const char *name, GError **error);
bool fact_set(db *desk, const char *name, const char *value, GError **error);
