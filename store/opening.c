#include "store/opening.h"

#include "store/placeholder.h"
#include "store/setting.h"

/* The thread's language, else, when the shop does not have it enabled, the shop's own; and WHO's signature. */
static bool
read_words(db *desk, const viewer *who, const correspondence *about, char **language, char **signature, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT iif(instr(',' || s.languages || ',', ',' || :language || ','), :language, s.language), e.signature"
		" FROM shop s JOIN employee e ON e.id = :viewer WHERE s.id = :shop", error);
	if (!row)
		return false;
	query_set_text(row, ":language", about->language);
	query_set_int(row, ":viewer", who->id);
	query_set_int(row, ":shop", about->shop_id);
	if (query_next(row, error) <= 0)
		return false;
	*language = g_strdup(query_text(row, 0));
	*signature = g_strdup(query_text(row, 1));
	return true;
}

char *
opening_text(db *desk, const viewer *who, const correspondence *about, GError **error)
{
	g_autofree char *language = NULL, *signature = NULL;
	g_autoptr(GPtrArray) empty = NULL;
	if (!read_words(desk, who, about, &language, &signature, error))
		return NULL;
	g_autofree char *name = g_strdup_printf("default_message.%s", language);
	g_autofree char *message = setting_get(desk, about->shop_id, name, error);
	g_autofree char *filled = message ? placeholder_fill(desk, who, about->thread, message, &empty, error) : NULL;
	if (!filled)
		return NULL;
	g_strstrip(signature);
	return g_strconcat(filled, *filled && *signature ? "\n\n" : "", signature, NULL);
}
