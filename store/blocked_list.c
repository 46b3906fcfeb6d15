/* blocked_list: all blocked senders in memory, for who asks at every mail. */
#include <string.h>

#include "store/blocked.h"
#include "store/contact.h"

struct blocked_list {
	GHashTable *senders;  /* a set */
	gint64 count, newest; /* what is added has a number of its own, so these two tell every change of the set */
};

static void
clear(void *data)
{
	blocked_list *list = data;
	g_hash_table_unref(list->senders);
}

blocked_list *
blocked_list_ref(blocked_list *list)
{
	return g_atomic_rc_box_acquire(list);
}

void
blocked_list_unref(blocked_list *list)
{
	if (list)
		g_atomic_rc_box_release_full(list, clear);
}

static bool
read_stamp(db *desk, blocked_list *list, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT count(*), coalesce(max(id), 0) FROM blocked_sender", error);
	if (!row || query_next(row, error) < 0)
		return false;
	list->count = query_int(row, 0);
	list->newest = query_int(row, 1);
	return true;
}

static bool
read_senders(db *desk, blocked_list *list, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT sender FROM blocked_sender", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0)
		g_hash_table_add(list->senders, g_strdup(query_text(rows, 0)));
	return got == 0;
}

blocked_list *
blocked_list_load(db *desk, blocked_list *before, GError **error)
{
	g_autoptr(blocked_list) list = g_atomic_rc_box_new0(blocked_list);
	list->senders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!read_stamp(desk, list, error))
		return NULL;
	if (before && before->count == list->count && before->newest == list->newest)
		return blocked_list_ref(before);
	return read_senders(desk, list, error) ? g_steal_pointer(&list) : NULL;
}

const char *
blocked_list_find(const blocked_list *list, const char *address)
{
	if (!list || !g_hash_table_size(list->senders) || strlen(address) > BLOCKED_ADDRESS_MAX)
		return NULL;
	g_autofree char *normal = contact_normal_address(address);
	for (const char *name = NULL; normal && (name = blocked_wider(normal, name));) {
		void *found;
		if (g_hash_table_lookup_extended(list->senders, name, &found, NULL))
			return found;
	}
	return NULL;
}
