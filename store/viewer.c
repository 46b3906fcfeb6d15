#include "store/viewer.h"

#include <string.h>

enum role
viewer_role(const char *name)
{
	if (!strcmp(name, "admin"))
		return ROLE_ADMIN;
	return strcmp(name, "agent") ? ROLE_VIEWER : ROLE_AGENT;
}

static bool
load_contacts(viewer *who, db *desk, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT contact_id FROM employee_contact WHERE employee_id = :id", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":id", who->id);
	while (rows && (got = query_next(rows, error)) > 0) {
		gint64 id = query_int(rows, 0);
		g_hash_table_add(who->contacts, g_memdup2(&id, sizeof id));
	}
	return got == 0;
}

viewer *
viewer_load(db *desk, gint64 id, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT role, has_all, language, bell_off FROM employee WHERE id = :id AND is_active", error);
	if (!row)
		return NULL;
	query_set_int(row, ":id", id);
	if (query_next(row, error) <= 0)
		return NULL;
	g_autoptr(viewer) who = g_new0(viewer, 1);
	*who = (viewer){.id = id, .role = viewer_role(query_text(row, 0)), .has_all = query_int(row, 1), .language = g_strdup(query_text(row, 2)),
		.bell_off = g_strdup(query_text(row, 3)),
		.contacts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};
	return who->has_all || load_contacts(who, desk, error) ? g_steal_pointer(&who) : NULL;
}

void
viewer_free(viewer *who)
{
	if (!who)
		return;
	g_hash_table_destroy(who->contacts);
	g_free(who->language);
	g_free(who->bell_off);
	g_free(who);
}

bool
viewer_may_see(const viewer *who, gint64 contact)
{
	return who->has_all || (contact && g_hash_table_contains(who->contacts, &contact));
}

/* As the bell's own SQL has it: no kind is a part of another. */
bool
viewer_wants(const viewer *who, const char *kind)
{
	return !who->bell_off || !strstr(who->bell_off, kind);
}
