#include "store/factor.h"

static query *
of_employee(db *desk, const char *sql, gint64 employee, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (statement)
		query_set_int(statement, ":employee", employee);
	return statement;
}

static void
set_hash(query *statement, GBytes *hash)
{
	query_set_blob(statement, ":hash", g_bytes_get_data(hash, NULL), g_bytes_get_size(hash));
}

char *
factor_secret(db *desk, gint64 employee, gint64 *used, GError **error)
{
	g_autoptr(query) row = of_employee(desk, "SELECT totp, totp_used FROM employee WHERE id = :employee", employee, error);
	if (!row || query_next(row, error) <= 0)
		return NULL;
	*used = query_int(row, 1);
	return g_strdup(query_text(row, 0));
}

static bool
drop_recovery(db *desk, gint64 employee, GError **error)
{
	query *drop = of_employee(desk, "DELETE FROM recovery_code WHERE employee_id = :employee", employee, error);
	return drop && query_finish(drop, error);
}

bool
factor_set(db *desk, gint64 employee, const char *sealed, gint64 used, GError **error)
{
	query *update = of_employee(desk, "UPDATE employee SET totp = :sealed, totp_used = :used WHERE id = :employee", employee, error);
	if (!update)
		return false;
	query_set_text(update, ":sealed", sealed);
	query_set_int(update, ":used", used);
	return query_finish(update, error) && drop_recovery(desk, employee, error);
}

bool
factor_take_step(db *desk, gint64 employee, gint64 step, bool *is_taken, GError **error)
{
	query *update = of_employee(desk, "UPDATE employee SET totp_used = :step WHERE id = :employee AND totp_used < :step", employee, error);
	if (!update)
		return false;
	query_set_int(update, ":step", step);
	bool ok = query_finish(update, error);
	*is_taken = ok && db_changes(desk) == 1;
	return ok;
}

static bool
add_recovery(db *desk, gint64 employee, GBytes *hash, GError **error)
{
	query *insert = of_employee(desk, "INSERT INTO recovery_code (code_hash, employee_id) VALUES (:hash, :employee)", employee, error);
	if (!insert)
		return false;
	set_hash(insert, hash);
	return query_finish(insert, error);
}

bool
factor_set_recovery(db *desk, gint64 employee, const GPtrArray *hashes, GError **error)
{
	if (!drop_recovery(desk, employee, error))
		return false;
	for (guint i = 0; i < hashes->len; i++)
		if (!add_recovery(desk, employee, hashes->pdata[i], error))
			return false;
	return true;
}

bool
factor_take_recovery(db *desk, gint64 employee, GBytes *hash, bool *is_taken, GError **error)
{
	query *drop = of_employee(desk, "DELETE FROM recovery_code WHERE code_hash = :hash AND employee_id = :employee", employee, error);
	if (!drop)
		return false;
	set_hash(drop, hash);
	bool ok = query_finish(drop, error);
	*is_taken = ok && db_changes(desk) == 1;
	return ok;
}

gint64
factor_recovery_left(db *desk, gint64 employee, GError **error)
{
	g_autoptr(query) row = of_employee(desk, "SELECT count(*) FROM recovery_code WHERE employee_id = :employee", employee, error);
	return row && query_next(row, error) > 0 ? query_int(row, 0) : -1;
}
