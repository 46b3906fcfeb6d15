#include "store/setting.h"

#include <string.h>

/* What staff decide until they decide otherwise (SPEC 14). Days are whole days. */
static const struct {
	const char *name, *value;
} defaults[] = {
	{"reopen_days", "30"},
	{"bin_days", "30"},
	{"spam_days", "30"},
	{"plus_address", "1"},
	{"subject_marker", "0"},
	{"quote", "1"},
	{"new_sender_new_thread", "0"},
};

static const char *
default_of(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++)
		if (!strcmp(defaults[i].name, name))
			return defaults[i].value;
	g_error("no setting %s is known", name);
}

char *
setting_get(db *desk, gint64 shop, const char *name, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT value FROM setting WHERE name = :name AND (shop_id = :shop OR (shop_id = 0 AND group_id IN"
		" (0, (SELECT group_id FROM shop WHERE id = :shop)))) ORDER BY shop_id DESC, group_id DESC LIMIT 1", error);
	if (!row)
		return NULL;
	query_set_text(row, ":name", name);
	query_set_int(row, ":shop", shop);
	int got = query_next(row, error);
	return got < 0 ? NULL : g_strdup(got ? query_text(row, 0) : default_of(name));
}

gint64
setting_get_int(db *desk, gint64 shop, const char *name)
{
	g_autofree char *value = setting_get(desk, shop, name, NULL);
	return g_ascii_strtoll(value ? value : default_of(name), NULL, 10);
}

char *
fact_get(db *desk, const char *name, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT value FROM fact WHERE name = :name", error);
	if (!row)
		return NULL;
	query_set_text(row, ":name", name);
	int got = query_next(row, error);
	return got < 0 ? NULL : g_strdup(got ? query_text(row, 0) : "");
}

bool
fact_set(db *desk, const char *name, const char *value, GError **error)
{
	query *upsert = db_query(desk, "INSERT INTO fact (name, value) VALUES (:name, :value) ON CONFLICT DO UPDATE SET value = excluded.value",
		error);
	if (!upsert)
		return false;
	query_set_text(upsert, ":name", name);
	query_set_text(upsert, ":value", value);
	return query_finish(upsert, error);
}
