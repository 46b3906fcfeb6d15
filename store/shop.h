/* shop: one at first (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

struct shop_row {
	gint64 id;
	const char *name, *language, *languages, *time_zone; /* languages: "en,fr" */
};
bool shop_each(db *desk, bool (*each)(const struct shop_row *shop, void *data), void *data, GError **error);
