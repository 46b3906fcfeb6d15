#include "milter/own_client.h"

#include <string.h>

#include "milter/read/mime_scan.h"
#include "store/colleague.h"
#include "store/contact.h"

#define IDS_MAX 200 /* looked at; of References those at the end, which are nearest */
#define ID_MAX 998

static bool
is_plain(const char *start, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (start[i] <= ' ' || start[i] == '<' || start[i] == 0x7f)
			return false;
	return length && length <= ID_MAX;
}

/* Adds what stands between < and > in VALUE, the last one first. */
static void
add_ids(GPtrArray *ids, const char *value, size_t length)
{
	const char *close = value + length, *open;
	while (ids->len < IDS_MAX && (close = memrchr(value, '>', (size_t)(close - value))) &&
		(open = memrchr(value, '<', (size_t)(close - value)))) {
		if (is_plain(open + 1, (size_t)(close - open - 1)))
			g_ptr_array_add(ids, g_strndup(open + 1, (size_t)(close - open - 1)));
		close = open;
	}
}

static GPtrArray *
parents_of(const GByteArray *header)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(struct mime_field));
	const char *start = (const char *)header->data, *note = NULL;
	const struct mime_field *field;
	mime_fields_read(start, start + header->len, fields, &note);
	static const char *const names[] = {"in-reply-to", "references"};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		for (guint n = 0; (field = mime_field_find(fields, names[i], n)); n++)
			add_ids(ids, field->value, field->value_length);
	return ids;
}

static GPtrArray *
addresses_of(const GPtrArray *recipients)
{
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < recipients->len; i++) {
		char *normal = contact_normal_address(recipients->pdata[i]);
		if (normal)
			g_ptr_array_add(addresses, normal);
	}
	return addresses;
}

static bool
ask(const char *store, gint64 employee, const GPtrArray *ids, const GPtrArray *addresses, GError **error)
{
	g_autofree char *path = g_build_filename(store, "desk.db", NULL), *keys_path = g_build_filename(store, "keys", NULL);
	g_autoptr(keyring) keys = keyring_open(keys_path, error);
	db *desk = keys ? db_open(path, DB_READ, error) : NULL;
	g_autoptr(viewer) who = desk ? viewer_load(desk, employee, error) : NULL;
	struct colleague_thread found;
	bool is_ours = who && colleague_find_thread(desk, keys, who, ids, addresses, &found, error) > 0;
	db_close(desk);
	return is_ours;
}

bool
own_client_is_answer(const char *store, gint64 employee, const GByteArray *header, const GPtrArray *recipients, GError **error)
{
	g_autoptr(GPtrArray) ids = parents_of(header), addresses = addresses_of(recipients);
	return ids->len && addresses->len && ask(store, employee, ids, addresses, error);
}
