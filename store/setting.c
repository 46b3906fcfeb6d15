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
	{"employee_clients", "0"},
	{"file_upload", "1"},
	{"default_message.en", "Dear Customer,\n\nRegards,\nCustomer service"},
	{"default_message.fr", "Cher client,\n\nCordialement,\nLe service client"},
	{"default_message.nl", "Beste klant,\n\nMet vriendelijke groet,\nKlantenservice"},
	{"default_message.pl", "Szanowny Kliencie,\n\nZ poważaniem\nSerwis klienta"},
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
	g_autoptr(query) row = db_query(desk, /* sorting asks for each mail: one statement, no table to sort in */
		"SELECT coalesce((SELECT value FROM setting WHERE name = :name AND shop_id = :shop ORDER BY group_id DESC LIMIT 1),"
		" (SELECT value FROM setting WHERE name = :name AND shop_id = 0 AND group_id = (SELECT group_id FROM shop WHERE id = :shop)),"
		" (SELECT value FROM setting WHERE name = :name AND shop_id = 0 AND group_id = 0))", error);
	if (!row)
		return NULL;
	query_set_text(row, ":name", name);
	query_set_int(row, ":shop", shop);
	if (query_next(row, error) < 0)
		return NULL;
	return g_strdup(query_is_null(row, 0) ? default_of(name) : query_text(row, 0));
}

gint64
setting_get_int(db *desk, gint64 shop, const char *name)
{
	g_autofree char *value = setting_get(desk, shop, name, NULL);
	return g_ascii_strtoll(value ? value : default_of(name), NULL, 10);
}

/* Nothing ever takes such a row away, so the sum only grows. */
gint64
setting_version(db *desk, const char *const *names, GError **error)
{
	gint64 version = 1;
	for (; *names; names++) {
		g_autoptr(query) row = db_query(desk, "SELECT version FROM setting WHERE name = :name AND group_id = 0 AND shop_id = 0", error);
		if (!row)
			return -1;
		query_set_text(row, ":name", *names);
		int got = query_next(row, error);
		if (got < 0)
			return -1;
		version += got ? query_int(row, 0) : 0;
	}
	return version;
}

static bool
set(db *desk, const char *name, const char *value, GError **error)
{
	query *upsert = db_query(desk, "INSERT INTO setting (name, value) VALUES (:name, :value)"
		" ON CONFLICT (group_id, shop_id, name) DO UPDATE SET value = excluded.value, version = version + 1", error);
	if (!upsert)
		return false;
	query_set_text(upsert, ":name", name);
	query_set_text(upsert, ":value", value);
	return query_finish(upsert, error);
}

int
setting_save(db *desk, gint64 version, const char *const *names, const char *const *values, GError **error)
{
	gint64 present = setting_version(desk, names, error);
	if (present != version)
		return present < 0 ? -1 : 3;
	for (size_t i = 0; names[i]; i++)
		if (!set(desk, names[i], values[i], error))
			return -1;
	return 1;
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
