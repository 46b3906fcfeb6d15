#include "store/shop.h"

bool
shop_each(db *desk, bool (*each)(const struct shop_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT id, name, language, languages, time_zone FROM shop ORDER BY id", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		struct shop_row shop = {query_int(rows, 0), query_text(rows, 1), query_text(rows, 2), query_text(rows, 3), query_text(rows, 4)};
		if (!each(&shop, data))
			return true;
	}
	return got == 0;
}
