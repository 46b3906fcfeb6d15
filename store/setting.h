/* setting: what staff decide; the narrowest scope wins. And facts about the store. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* The value for SHOP (0 = for all), or its default from the table in setting.c. An unknown name is a bug. Owner: caller; NULL: ERROR. */
char *setting_get(db *desk, gint64 shop, const char *name, GError **error);
gint64 setting_get_int(db *desk, gint64 shop, const char *name);

/* Settings that are shown and saved together have one version, which grows with each change; -1: ERROR. NAMES: NULL-terminated. */
gint64 setting_version(db *desk, const char *const *names, GError **error);
/* Sets those for all shops. 1: done; 3: VERSION is not the present one; -1: ERROR. */
int setting_save(db *desk, gint64 version, const char *const *names, const char *const *values, GError **error);

/* Facts: "epoch", "sorted" (the last raw mail that became a message). "" when absent. Owner: caller. */
char *fact_get(db *desk, const char *name, GError **error);
bool fact_set(db *desk, const char *name, const char *value, GError **error);
