#include "store/colleague.h"

#include <string.h>

#include "store/setting.h"
#include "store/token.h"

#define THREADS_MAX 50 /* looked at per id */

char *
colleague_normal_login(const char *login)
{
	return g_utf8_validate(login, -1, NULL) ? g_utf8_casefold(login, -1) : g_ascii_strdown(login, -1);
}

/* Two employees with one log-in are nobody. */
static void
add_login(GHashTable *logins, char *login, gint64 employee)
{
	const gint64 *other = g_hash_table_lookup(logins, login);
	gint64 whose = other && *other != employee ? 0 : employee;
	g_hash_table_replace(logins, login, g_memdup2(&whose, sizeof whose));
}

GHashTable *
colleague_logins(db *desk, GError **error)
{
	g_autoptr(GHashTable) logins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (!setting_get_int(desk, 0, "employee_clients"))
		return g_steal_pointer(&logins);
	g_autoptr(query) rows = db_query(desk, "SELECT id, iif(mail_login = '', email, mail_login) FROM employee WHERE is_active AND role <> 'viewer'", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0)
		add_login(logins, colleague_normal_login(query_text(rows, 1)), query_int(rows, 0));
	return got < 0 ? NULL : g_steal_pointer(&logins);
}

/* A thread by number, through merges, that WHO sees. */
static const char by_number[] =
	"WITH RECURSIVE way (id, merged_into) AS (SELECT id, merged_into FROM thread WHERE id = :thread"
	" UNION SELECT t.id, t.merged_into FROM thread t JOIN way w ON t.id = w.merged_into)"
	" SELECT t.id, t.shop_id, t.contact_id FROM way w JOIN thread t ON t.id = w.id WHERE t.merged_into IS NULL AND " VIEWER_SEES("t.contact_id");

static const char by_message[] =
	"SELECT DISTINCT t.id, t.shop_id, t.contact_id FROM shop s CROSS JOIN message_id i ON i.shop_id = s.id AND i.ref = :ref AND i.is_own = 1"
	" JOIN message m ON m.id = i.message_id JOIN thread t ON t.id = m.thread_id WHERE m.kind <> 'note' AND t.folder <> 'merged'"
	" AND " VIEWER_SEES("t.contact_id") " ORDER BY t.id LIMIT :max";

static query *
threads_of(db *desk, const keyring *keys, const viewer *who, const char *id, GError **error)
{
	gint64 thread = token_read_message_id(keys, id);
	query *rows = db_query(desk, thread ? by_number : by_message, error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":viewer", who->id);
	if (thread) {
		query_set_int(rows, ":thread", thread);
	} else {
		query_set_text(rows, ":ref", id);
		query_set_int(rows, ":max", THREADS_MAX);
	}
	return rows;
}

static int
takes_part(db *desk, gint64 thread, const char *address, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM thread_person WHERE thread_id = :thread AND address = :address", error);
	if (!row)
		return -1;
	query_set_int(row, ":thread", thread);
	query_set_text(row, ":address", address);
	return query_next(row, error);
}

static int
one_takes_part(db *desk, gint64 thread, const GPtrArray *addresses, GError **error)
{
	int got = 0;
	for (guint i = 0; i < addresses->len && !got; i++)
		got = takes_part(desk, thread, addresses->pdata[i], error);
	return got;
}

int
colleague_find_thread(db *desk, const keyring *keys, const viewer *who, const GPtrArray *ids, const GPtrArray *addresses,
	struct colleague_thread *found, GError **error)
{
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(query) rows = threads_of(desk, keys, who, ids->pdata[i], error);
		int got = rows ? 0 : -1, part = 0;
		while (rows && !part && (got = query_next(rows, error)) > 0) {
			*found = (struct colleague_thread){query_int(rows, 0), query_int(rows, 1), query_int(rows, 2)};
			part = one_takes_part(desk, found->thread, addresses, error);
		}
		if (got < 0 || part)
			return got < 0 ? -1 : part;
	}
	return 0;
}
