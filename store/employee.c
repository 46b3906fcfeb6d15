#include "store/employee.h"

#include <string.h>

#define COLUMNS "SELECT id, bell_seen, version, email, firstname, lastname, password, role, language, theme, is_active, has_all FROM employee "

static employee *
read_employee(query *row)
{
	employee *person = g_new0(employee, 1);
	person->id = query_int(row, 0);
	person->bell_seen = query_int(row, 1);
	person->version = query_int(row, 2);
	person->email = g_strdup(query_text(row, 3));
	person->firstname = g_strdup(query_text(row, 4));
	person->lastname = g_strdup(query_text(row, 5));
	person->password = g_strdup(query_text(row, 6));
	person->role = g_strdup(query_text(row, 7));
	person->language = g_strdup(query_text(row, 8));
	person->theme = g_strdup(query_text(row, 9));
	person->is_active = query_int(row, 10);
	person->has_all = query_int(row, 11);
	return person;
}

void
employee_free(employee *person)
{
	if (!person)
		return;
	g_free(person->email);
	g_free(person->firstname);
	g_free(person->lastname);
	g_free(person->password);
	g_free(person->role);
	g_free(person->language);
	g_free(person->theme);
	g_free(person);
}

employee *
employee_get(db *desk, gint64 id, GError **error)
{
	g_autoptr(query) row = db_query(desk, COLUMNS "WHERE id = :id", error);
	if (!row)
		return NULL;
	query_set_int(row, ":id", id);
	return query_next(row, error) > 0 ? read_employee(row) : NULL;
}

employee *
employee_by_email(db *desk, const char *email, GError **error)
{
	g_autoptr(query) row = db_query(desk, COLUMNS "WHERE email = :email", error);
	if (!row)
		return NULL;
	query_set_text(row, ":email", email);
	return query_next(row, error) > 0 ? read_employee(row) : NULL;
}

static bool
is_role(const char *role)
{
	static const char *const roles[] = {"admin", "agent", "viewer", NULL};
	return g_strv_contains(roles, role);
}

bool
employee_add(db *desk, const struct employee_new *person, gint64 *id, GError **error)
{
	g_autoptr(employee) other = employee_by_email(desk, person->email, error);
	if (other) {
		g_set_error(error, DB_ERROR, DB_FAILED, "%s is an employee already.", person->email);
		return false;
	}
	if (!is_role(person->role)) {
		g_set_error(error, DB_ERROR, DB_FAILED, "%s is not a role; there are admin, agent and viewer.", person->role);
		return false;
	}
	query *insert = db_query(desk, "INSERT INTO employee (email, firstname, lastname, password, role, language, created)"
		" VALUES (:email, :firstname, :lastname, :password, :role, :language, :created)", error);
	if (!insert)
		return false;
	query_set_text(insert, ":email", person->email);
	query_set_text(insert, ":firstname", person->firstname);
	query_set_text(insert, ":lastname", person->lastname);
	query_set_text(insert, ":password", person->password_hash);
	query_set_text(insert, ":role", person->role);
	query_set_text(insert, ":language", person->language);
	query_set_int(insert, ":created", person->created);
	bool ok = query_finish(insert, error);
	*id = db_last_id(desk);
	return ok;
}

bool
employee_set_password(db *desk, gint64 id, const char *password_hash, GError **error)
{
	query *update = db_query(desk, "UPDATE employee SET password = :password, version = version + 1 WHERE id = :id", error);
	if (!update)
		return false;
	query_set_text(update, ":password", password_hash);
	query_set_int(update, ":id", id);
	query *end = query_finish(update, error) ? db_query(desk, "DELETE FROM session WHERE employee_id = :id", error) : NULL;
	if (!end)
		return false;
	query_set_int(end, ":id", id);
	return query_finish(end, error);
}

bool
employee_set_profile(db *desk, gint64 id, const char *language, const char *theme, GError **error)
{
	query *update = db_query(desk, "UPDATE employee SET language = coalesce(:language, language), theme = coalesce(:theme, theme),"
		" version = version + 1 WHERE id = :id", error);
	if (!update)
		return false;
	query_set_text(update, ":language", language);
	query_set_text(update, ":theme", theme);
	query_set_int(update, ":id", id);
	return query_finish(update, error);
}

bool
employee_each(db *desk, bool (*each)(const employee *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, COLUMNS "ORDER BY id", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		g_autoptr(employee) person = read_employee(rows);
		if (!each(person, data))
			return true;
	}
	return got == 0;
}
