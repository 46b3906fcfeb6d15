#include "store/machine.h"

bool
machine_add(db *desk, const struct machine_new *token, gint64 *id, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO token (name, token_hash, employee_id, role, created)"
		" VALUES (:name, :hash, :employee, :role, :now)", error);
	if (!insert)
		return false;
	query_set_text(insert, ":name", token->name);
	query_set_blob(insert, ":hash", g_bytes_get_data(token->token_hash, NULL), g_bytes_get_size(token->token_hash));
	query_set_int(insert, ":employee", token->employee_id);
	query_set_text(insert, ":role", token->role);
	query_set_int(insert, ":now", token->now);
	bool ok = query_finish(insert, error);
	*id = db_last_id(desk);
	return ok;
}

bool
machine_each(db *desk, gint64 employee, bool (*each)(const struct machine *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT t.id, t.employee_id, t.created, t.used, t.name, t.role, e.firstname, e.lastname"
		" FROM token t JOIN employee e ON e.id = t.employee_id WHERE t.employee_id = :employee OR :employee = 0 ORDER BY t.id DESC", error);
	if (!rows)
		return false;
	query_set_int(rows, ":employee", employee);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct machine token = {.id = query_int(rows, 0), .employee_id = query_int(rows, 1), .created = query_int(rows, 2),
			.used = query_int(rows, 3), .name = query_text(rows, 4), .role = query_text(rows, 5), .firstname = query_text(rows, 6),
			.lastname = query_text(rows, 7)};
		if (!each(&token, data))
			return true;
	}
	return got == 0;
}

static query *
by_hash(db *desk, const char *sql, GBytes *token_hash, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (statement)
		query_set_blob(statement, ":hash", g_bytes_get_data(token_hash, NULL), g_bytes_get_size(token_hash));
	return statement;
}

gint64
machine_find(db *desk, GBytes *token_hash, char **role, gint64 *used, GError **error)
{
	g_autoptr(query) row = by_hash(desk, "SELECT t.employee_id, t.role, t.used FROM token t JOIN employee e ON e.id = t.employee_id"
		" WHERE t.token_hash = :hash AND e.is_active", token_hash, error);
	int got = row ? query_next(row, error) : -1;
	if (got <= 0)
		return got;
	*role = g_strdup(query_text(row, 1));
	*used = query_int(row, 2);
	return query_int(row, 0);
}

bool
machine_touch(db *desk, GBytes *token_hash, gint64 now, GError **error)
{
	query *update = by_hash(desk, "UPDATE token SET used = :now WHERE token_hash = :hash", token_hash, error);
	if (!update)
		return false;
	query_set_int(update, ":now", now);
	return query_finish(update, error);
}

bool
machine_revoke(db *desk, gint64 id, gint64 employee, GBytes **token_hash, GError **error)
{
	*token_hash = NULL;
	g_autoptr(query) drop = db_query(desk, "DELETE FROM token WHERE id = :id AND (employee_id = :employee OR :employee = 0)"
		" RETURNING token_hash", error);
	if (!drop)
		return false;
	query_set_int(drop, ":id", id);
	query_set_int(drop, ":employee", employee);
	int got = query_next(drop, error);
	size_t size;
	const void *hash = got > 0 ? query_blob(drop, 0, &size) : NULL;
	if (hash)
		*token_hash = g_bytes_new(hash, size);
	return got >= 0;
}
