#include "store/reset.h"

bool
reset_drop(db *desk, gint64 employee, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM password_reset WHERE employee_id = :employee", error);
	if (!drop)
		return false;
	query_set_int(drop, ":employee", employee);
	return query_finish(drop, error);
}

bool
reset_add(db *desk, GBytes *token_hash, gint64 employee, gint64 expires, GError **error)
{
	query *insert = reset_drop(desk, employee, error) ? db_query(desk,
		"INSERT INTO password_reset (token_hash, employee_id, expires) VALUES (:hash, :employee, :expires)", error) : NULL;
	if (!insert)
		return false;
	query_set_blob(insert, ":hash", g_bytes_get_data(token_hash, NULL), g_bytes_get_size(token_hash));
	query_set_int(insert, ":employee", employee);
	query_set_int(insert, ":expires", expires);
	return query_finish(insert, error);
}

gint64
reset_find(db *desk, GBytes *token_hash, gint64 now, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT e.id FROM password_reset r JOIN employee e ON e.id = r.employee_id"
		" WHERE r.token_hash = :hash AND r.expires > :now AND e.is_active", error);
	if (!row)
		return -1;
	query_set_blob(row, ":hash", g_bytes_get_data(token_hash, NULL), g_bytes_get_size(token_hash));
	query_set_int(row, ":now", now);
	int got = query_next(row, error);
	return got > 0 ? query_int(row, 0) : got;
}
