#include "store/employee.h"

#include <string.h>

#define FIELDS \
	"id, bell_seen, version, email, firstname, lastname, password, role, language, theme, is_active, has_all, signature, notify, totp <> ''," \
	" created, (SELECT max(used) FROM session s WHERE s.employee_id = employee.id) AS last_used," \
	" (SELECT group_concat(contact_id) FROM employee_contact c WHERE c.employee_id = employee.id), mail_login"
#define COLUMNS "SELECT " FIELDS " FROM employee "

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
	person->signature = g_strdup(query_text(row, 12));
	person->notify = g_strdup(query_text(row, 13));
	person->has_totp = query_int(row, 14);
	person->created = query_int(row, 15);
	person->last_used = query_int(row, 16);
	person->contacts = g_strdup(query_text(row, 17));
	person->mail_login = g_strdup(query_text(row, 18));
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
	g_free(person->signature);
	g_free(person->contacts);
	g_free(person->notify);
	g_free(person->mail_login);
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

bool
employee_is_role(const char *role)
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
	if (!employee_is_role(person->role)) {
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
employee_set_password(db *desk, gint64 id, const char *password_hash, GBytes *but, GError **error)
{
	query *update = db_query(desk, "UPDATE employee SET password = :password WHERE id = :id", error);
	if (!update)
		return false;
	query_set_text(update, ":password", password_hash);
	query_set_int(update, ":id", id);
	query *end = query_finish(update, error)
		? db_query(desk, "DELETE FROM session WHERE employee_id = :id AND token_hash IS NOT :but", error) : NULL;
	if (!end)
		return false;
	query_set_int(end, ":id", id);
	if (but)
		query_set_blob(end, ":but", g_bytes_get_data(but, NULL), g_bytes_get_size(but));
	return query_finish(end, error);
}

bool
employee_set_profile(db *desk, gint64 id, const struct employee_profile *profile, GError **error)
{
	query *update = db_query(desk, "UPDATE employee SET firstname = coalesce(:firstname, firstname), lastname = coalesce(:lastname, lastname),"
		" language = coalesce(:language, language), theme = coalesce(:theme, theme), signature = coalesce(:signature, signature),"
		" notify = coalesce(:notify, notify), bell_off = coalesce(:bell_off, bell_off), mail_login = coalesce(:mail_login, mail_login),"
		" version = version + (coalesce(:firstname, :lastname, :signature, :notify, :mail_login) IS NOT NULL) WHERE id = :id", error);
	if (!update)
		return false;
	query_set_text(update, ":firstname", profile->firstname);
	query_set_text(update, ":lastname", profile->lastname);
	query_set_text(update, ":language", profile->language);
	query_set_text(update, ":theme", profile->theme);
	query_set_text(update, ":signature", profile->signature);
	query_set_text(update, ":notify", profile->notify);
	query_set_text(update, ":bell_off", profile->bell_off);
	query_set_text(update, ":mail_login", profile->mail_login);
	query_set_int(update, ":id", id);
	return query_finish(update, error);
}

int
employee_has_login(db *desk, const char *login, gint64 but, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM employee WHERE id <> :but AND (email = :login OR lower(mail_login) = lower(:login))", error);
	if (!row)
		return -1;
	query_set_int(row, ":but", but);
	query_set_text(row, ":login", login);
	return query_next(row, error);
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

static const char *
order_of(const char *sort)
{
	static const struct {
		const char *name, *order;
	} orders[] = {
		{"id", "id"}, {"-id", "id DESC"},
		{"firstname", "firstname COLLATE NOCASE, id"}, {"-firstname", "firstname COLLATE NOCASE DESC, id"},
		{"name", "firstname COLLATE NOCASE, lastname COLLATE NOCASE, id"},
		{"-name", "firstname COLLATE NOCASE DESC, lastname COLLATE NOCASE DESC, id"},
		{"lastname", "lastname COLLATE NOCASE, firstname COLLATE NOCASE, id"},
		{"-lastname", "lastname COLLATE NOCASE DESC, firstname COLLATE NOCASE DESC, id"},
		{"email", "email"}, {"-email", "email DESC"}, {"role", "role, id"}, {"-role", "role DESC, id"},
		{"active", "is_active, id"}, {"-active", "is_active DESC, id"},
		{"last_used", "last_used IS NOT NULL, last_used, id"}, {"-last_used", "last_used IS NULL, last_used DESC, id"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++)
		if (!strcmp(orders[i].name, sort))
			return orders[i].order;
	return NULL;
}

static void
set_filter(query *rows, const struct employee_filter *filter)
{
	query_set_text(rows, ":name", filter->name);
	query_set_text(rows, ":email", filter->email);
	query_set_text(rows, ":role", filter->role);
	query_set_int(rows, ":active", filter->active);
}

#define MATCHING \
	" FROM employee WHERE (:name IS NULL OR matches(firstname || ' ' || lastname, :name))" \
	" AND (:email IS NULL OR instr(lower(email), lower(:email))) AND (:role IS NULL OR role = :role)" \
	" AND (:active < 0 OR is_active = :active)"

static bool
count(db *desk, const struct employee_filter *filter, gint64 *total, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT count(*)" MATCHING, error);
	if (!row)
		return false;
	set_filter(row, filter);
	if (query_next(row, error) <= 0)
		return false;
	*total = query_int(row, 0);
	return true;
}

bool
employee_list(db *desk, const struct employee_filter *filter, gint64 *total, bool (*each)(const employee *, void *), void *data, GError **error)
{
	const char *order = order_of(filter->sort);
	if (!order || !count(desk, filter, total, error))
		return false;
	g_autofree char *sql = g_strdup_printf("SELECT " FIELDS MATCHING " ORDER BY %s LIMIT :limit OFFSET :offset", order);
	g_autoptr(query) rows = db_query(desk, sql, error);
	if (!rows)
		return false;
	set_filter(rows, filter);
	query_set_int(rows, ":limit", filter->limit);
	query_set_int(rows, ":offset", filter->offset);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		g_autoptr(employee) person = read_employee(rows);
		if (!each(person, data))
			return true;
	}
	return got == 0;
}
