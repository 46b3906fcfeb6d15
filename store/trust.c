#include "store/trust.h"

static query *
prepare(db *desk, const char *sql, gint64 employee, const char *address, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (!statement)
		return NULL;
	query_set_int(statement, ":employee", employee);
	if (address)
		query_set_text(statement, ":address", address);
	return statement;
}

bool
trust_add(db *desk, gint64 employee, const char *address, GError **error)
{
	query *insert = prepare(desk, "INSERT OR IGNORE INTO trusted_sender (employee_id, address) VALUES (:employee, :address)", employee, address,
		error);
	return insert && query_finish(insert, error);
}

int
trust_drop(db *desk, gint64 employee, const char *address, GError **error)
{
	query *drop = prepare(desk, "DELETE FROM trusted_sender WHERE employee_id = :employee AND address = :address", employee, address, error);
	return drop && query_finish(drop, error) ? db_changes(desk) : -1;
}

int
trust_has(db *desk, gint64 employee, const char *address, GError **error)
{
	g_autoptr(query) row = prepare(desk, "SELECT 1 FROM trusted_sender WHERE employee_id = :employee AND address = :address", employee, address,
		error);
	return row ? query_next(row, error) : -1;
}

bool
trust_each(db *desk, gint64 employee, bool (*each)(const char *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = prepare(desk, "SELECT address FROM trusted_sender WHERE employee_id = :employee ORDER BY address", employee, NULL, error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0)
		if (!each(query_text(rows, 0), data))
			return true;
	return got == 0;
}
