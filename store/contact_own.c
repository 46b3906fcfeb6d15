/* Which addresses come back to us. */
#include "store/contact.h"

#include <string.h>

int
contact_is_own(db *desk, const char *address, char delimiter, GError **error)
{
	const char *at = strrchr(address, '@'), *mark = delimiter ? memchr(address, delimiter, (size_t)(at - address)) : NULL;
	g_autofree char *plain = g_strdup_printf("%.*s%s", (int)((mark ? mark : at) - address), address, at);
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM contact_address WHERE address IN (:address, :plain, :domain) LIMIT 1", error);
	if (!row)
		return -1;
	query_set_text(row, ":address", address);
	query_set_text(row, ":plain", plain);
	query_set_text(row, ":domain", at);
	return query_next(row, error);
}

int
contact_has_domain(db *desk, const char *domain, GError **error)
{
	g_autofree char *at = g_strconcat("@", domain, NULL), *below = g_strconcat(".", domain, NULL);
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM contact_address WHERE substr(address, -length(:at)) IN (:at, :below) LIMIT 1", error);
	if (!row)
		return -1;
	query_set_text(row, ":at", at);
	query_set_text(row, ":below", below);
	return query_next(row, error);
}
