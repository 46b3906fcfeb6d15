#include "store/session.h"

static query *
by_token(db *desk, const char *sql, GBytes *token_hash, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (statement)
		query_set_blob(statement, ":token", g_bytes_get_data(token_hash, NULL), g_bytes_get_size(token_hash));
	return statement;
}

bool
session_add(db *desk, const struct session_new *session, GError **error)
{
	query *insert = by_token(desk, "INSERT INTO session (token_hash, employee_id, created, used, address, agent)"
		" VALUES (:token, :employee, :now, :now, :address, :agent)", session->token_hash, error);
	if (!insert)
		return false;
	query_set_int(insert, ":employee", session->employee_id);
	query_set_int(insert, ":now", session->now);
	query_set_text(insert, ":address", session->address);
	query_set_text(insert, ":agent", session->agent);
	return query_finish(insert, error);
}

gint64
session_find(db *desk, GBytes *token_hash, gint64 now, gint64 *used, GError **error)
{
	g_autoptr(query) row = by_token(desk, "SELECT e.id, s.used FROM session s JOIN employee e ON e.id = s.employee_id"
		" WHERE s.token_hash = :token AND e.is_active AND s.used > :idle AND s.created > :oldest", token_hash, error);
	if (!row)
		return -1;
	query_set_int(row, ":idle", now - SESSION_IDLE_MS);
	query_set_int(row, ":oldest", now - SESSION_MAX_MS);
	int got = query_next(row, error);
	if (got <= 0)
		return got;
	*used = query_int(row, 1);
	return query_int(row, 0);
}

bool
session_touch(db *desk, GBytes *token_hash, gint64 now, GError **error)
{
	query *update = by_token(desk, "UPDATE session SET used = :now WHERE token_hash = :token", token_hash, error);
	if (!update)
		return false;
	query_set_int(update, ":now", now);
	return query_finish(update, error);
}

bool
session_end(db *desk, GBytes *token_hash, GError **error)
{
	query *drop = by_token(desk, "DELETE FROM session WHERE token_hash = :token", token_hash, error);
	return drop && query_finish(drop, error);
}

/* 48 bits of the hash: a whole number for JavaScript too. */
static gint64
id_of(GBytes *token_hash)
{
	gsize size;
	const guint8 *octets = g_bytes_get_data(token_hash, &size);
	gint64 id = 0;
	for (gsize i = 0; i < MIN(size, 6); i++)
		id = id << 8 | octets[i];
	return MAX(id, 1);
}

static bool
give_row(query *row, bool (*each)(const struct session_row *, void *), void *data)
{
	size_t size;
	const void *hash = query_blob(row, 0, &size);
	g_autoptr(GBytes) token_hash = g_bytes_new(hash, size);
	struct session_row session = {.id = id_of(token_hash), .created = query_int(row, 1), .used = query_int(row, 2), .address = query_text(row, 3),
		.agent = query_text(row, 4), .token_hash = token_hash};
	return each(&session, data);
}

bool
session_each(db *desk, gint64 employee, gint64 now, bool (*each)(const struct session_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT token_hash, created, used, address, agent FROM session"
		" WHERE employee_id = :employee AND used > :idle AND created > :oldest ORDER BY used DESC, created DESC", error);
	if (!rows)
		return false;
	query_set_int(rows, ":employee", employee);
	query_set_int(rows, ":idle", now - SESSION_IDLE_MS);
	query_set_int(rows, ":oldest", now - SESSION_MAX_MS);
	int got;
	while ((got = query_next(rows, error)) > 0)
		if (!give_row(rows, each, data))
			return true;
	return got == 0;
}

bool
session_end_all(db *desk, gint64 employee, GBytes *but, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM session WHERE employee_id = :employee AND token_hash IS NOT :but", error);
	if (!drop)
		return false;
	query_set_int(drop, ":employee", employee);
	if (but)
		query_set_blob(drop, ":but", g_bytes_get_data(but, NULL), g_bytes_get_size(but));
	return query_finish(drop, error);
}

bool
session_sweep(db *desk, gint64 now, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM session WHERE used <= :idle OR created <= :oldest", error);
	if (!drop)
		return false;
	query_set_int(drop, ":idle", now - SESSION_IDLE_MS);
	query_set_int(drop, ":oldest", now - SESSION_MAX_MS);
	return query_finish(drop, error);
}
