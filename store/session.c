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
