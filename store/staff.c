#include "store/staff.h"

#include <string.h>

#include "store/employee.h"
#include "store/reset.h"
#include "store/session.h"

static gint64
number_of(db *desk, const char *sql, gint64 id, GError **error)
{
	g_autoptr(query) row = db_query(desk, sql, error);
	if (!row)
		return -1;
	query_set_int(row, ":id", id);
	return query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

/* Admins besides ID who can log in; -1: ERROR. */
static gint64
other_admins(db *desk, gint64 id, GError **error)
{
	return number_of(desk, "SELECT count(*) FROM employee WHERE role = 'admin' AND is_active AND password <> '' AND id <> :id", id, error);
}

static bool
is_ruling(const employee *person)
{
	return person->is_active && !strcmp(person->role, "admin");
}

/* FALSE: ERROR. */
static bool
judge(db *desk, gint64 id, const struct staff_edit *edit, enum staff_answer *answer, GError **error)
{
	GError *problem = NULL;
	g_autoptr(employee) other = employee_by_email(desk, edit->email, &problem);
	if (!problem && other && other->id != id)
		*answer = STAFF_TAKEN;
	if (!problem && *edit->mail_login && employee_has_login(desk, edit->mail_login, id, &problem) > 0)
		*answer = STAFF_LOGIN_TAKEN;
	for (guint i = 0; !problem && !edit->has_all && *answer == STAFF_DONE && i < edit->contacts->len; i++)
		if (number_of(desk, "SELECT count(*) FROM contact WHERE id = :id", g_array_index(edit->contacts, gint64, i), &problem) == 0)
			*answer = STAFF_NO_CONTACT;
	if (problem)
		g_propagate_error(error, problem);
	return !problem;
}

static bool
drop_contacts(db *desk, gint64 id, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM employee_contact WHERE employee_id = :id", error);
	if (!drop)
		return false;
	query_set_int(drop, ":id", id);
	return query_finish(drop, error);
}

static bool
add_contact(db *desk, gint64 id, gint64 contact, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO employee_contact (employee_id, contact_id) VALUES (:id, :contact) ON CONFLICT DO NOTHING", error);
	if (!insert)
		return false;
	query_set_int(insert, ":id", id);
	query_set_int(insert, ":contact", contact);
	return query_finish(insert, error);
}

/* What an edit sets besides the columns that a new employee has from the start. */
static bool
write_rights(db *desk, gint64 id, const struct staff_edit *edit, GError **error)
{
	query *update = db_query(desk, "UPDATE employee SET is_active = :active, has_all = :all, mail_login = :login WHERE id = :id", error);
	if (!update)
		return false;
	query_set_int(update, ":active", edit->is_active);
	query_set_int(update, ":all", edit->has_all);
	query_set_text(update, ":login", edit->mail_login);
	query_set_int(update, ":id", id);
	if (!query_finish(update, error) || !drop_contacts(desk, id, error))
		return false;
	for (guint i = 0; !edit->has_all && i < edit->contacts->len; i++)
		if (!add_contact(desk, id, g_array_index(edit->contacts, gint64, i), error))
			return false;
	return true;
}

bool
staff_add(db *desk, const struct staff_edit *edit, gint64 now, gint64 *id, enum staff_answer *answer, GError **error)
{
	*answer = STAFF_DONE;
	if (!judge(desk, 0, edit, answer, error) || *answer != STAFF_DONE)
		return *answer != STAFF_DONE;
	struct employee_new person = {.email = edit->email, .firstname = edit->firstname, .lastname = edit->lastname, .role = edit->role,
		.language = edit->language, .password_hash = edit->password_hash ? edit->password_hash : "", .created = now};
	return employee_add(desk, &person, id, error) && write_rights(desk, *id, edit, error);
}

static bool
write_columns(db *desk, gint64 id, const struct staff_edit *edit, GError **error)
{
	query *update = db_query(desk, "UPDATE employee SET firstname = :firstname, lastname = :lastname, email = :email, role = :role,"
		" language = :language, version = version + 1 WHERE id = :id", error);
	if (!update)
		return false;
	query_set_text(update, ":firstname", edit->firstname);
	query_set_text(update, ":lastname", edit->lastname);
	query_set_text(update, ":email", edit->email);
	query_set_text(update, ":role", edit->role);
	query_set_text(update, ":language", edit->language);
	query_set_int(update, ":id", id);
	return query_finish(update, error);
}

static bool
end_all(db *desk, gint64 id, GError **error)
{
	return session_end_all(desk, id, NULL, error) && reset_drop(desk, id, error);
}

static bool
write_edit(db *desk, gint64 id, const struct staff_edit *edit, GError **error)
{
	return write_columns(desk, id, edit, error) && write_rights(desk, id, edit, error) &&
		(!edit->password_hash || (employee_set_password(desk, id, edit->password_hash, NULL, error) && reset_drop(desk, id, error))) &&
		(edit->is_active || end_all(desk, id, error));
}

/* FALSE: ERROR. */
static bool
judge_last_admin(db *desk, const employee *person, enum staff_answer *answer, GError **error)
{
	gint64 others = other_admins(desk, person->id, error);
	if (!others)
		*answer = STAFF_LAST_ADMIN;
	return others >= 0;
}

bool
staff_change(db *desk, gint64 id, gint64 version, const struct staff_edit *edit, enum staff_answer *answer, GError **error)
{
	GError *problem = NULL;
	g_autoptr(employee) person = employee_get(desk, id, &problem);
	if (problem) {
		g_propagate_error(error, problem);
		return false;
	}
	*answer = !person ? STAFF_MISSING : version && version != person->version ? STAFF_STALE : STAFF_DONE;
	bool stays = edit->is_active && !strcmp(edit->role, "admin");
	if (*answer == STAFF_DONE && is_ruling(person) && !stays && !judge_last_admin(desk, person, answer, error))
		return false;
	if (*answer == STAFF_DONE && !judge(desk, id, edit, answer, error))
		return false;
	return *answer != STAFF_DONE || write_edit(desk, id, edit, error);
}

bool
staff_remove(db *desk, gint64 id, enum staff_answer *answer, GError **error)
{
	GError *problem = NULL;
	g_autoptr(employee) person = employee_get(desk, id, &problem);
	if (problem) {
		g_propagate_error(error, problem);
		return false;
	}
	*answer = person ? STAFF_DONE : STAFF_MISSING;
	if (person && is_ruling(person) && !judge_last_admin(desk, person, answer, error))
		return false;
	gint64 written = *answer == STAFF_DONE ? number_of(desk, "SELECT EXISTS (SELECT 1 FROM message WHERE employee_id = :id)", id, error) : 0;
	if (written > 0)
		*answer = STAFF_HAS_WRITTEN;
	query *drop = *answer == STAFF_DONE && !written ? db_query(desk, "DELETE FROM employee WHERE id = :id", error) : NULL;
	if (!drop)
		return *answer != STAFF_DONE;
	query_set_int(drop, ":id", id);
	return query_finish(drop, error);
}
