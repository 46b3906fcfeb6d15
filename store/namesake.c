#include "store/namesake.h"

#include <string.h>

#include "store/guise.h"

struct namesakes {
	GHashTable *contacts, *employees, *domains; /* skeleton → as it is written */
	GHashTable *staff;                          /* employees' addresses, lower case */
};

static GHashTable *
new_table(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

/* The rows of SQL, each one text. */
static bool
load(db *desk, const char *sql, GHashTable *into, GError **error)
{
	g_autoptr(query) rows = db_query(desk, sql, error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		char *skeleton = guise_skeleton(query_text(rows, 0));
		if (*skeleton)
			g_hash_table_insert(into, skeleton, g_strdup(query_text(rows, 0)));
		else
			g_free(skeleton);
	}
	return got == 0;
}

static bool
load_staff(db *desk, GHashTable *into, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT email FROM employee", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0)
		g_hash_table_add(into, g_ascii_strdown(query_text(rows, 0), -1));
	return got == 0;
}

namesakes *
namesakes_load(db *desk, GError **error)
{
	g_autoptr(namesakes) all = g_new0(namesakes, 1);
	all->contacts = new_table();
	all->employees = new_table();
	all->domains = new_table();
	all->staff = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool ok = load(desk, "SELECT name FROM contact_text", all->contacts, error) &&
		load(desk, "SELECT firstname || ' ' || lastname FROM employee WHERE is_active", all->employees, error) &&
		load(desk, "SELECT DISTINCT substr(address, instr(address, '@') + 1) FROM contact_address", all->domains, error) &&
		load_staff(desk, all->staff, error);
	return ok ? g_steal_pointer(&all) : NULL;
}

void
namesakes_free(namesakes *all)
{
	if (!all)
		return;
	g_hash_table_unref(all->contacts);
	g_hash_table_unref(all->employees);
	g_hash_table_unref(all->domains);
	g_hash_table_unref(all->staff);
	g_free(all);
}

static const char *
find(GHashTable *table, const char *text)
{
	g_autofree char *skeleton = guise_skeleton(text);
	return g_hash_table_lookup(table, skeleton);
}

const char *
namesakes_contact(const namesakes *all, const char *name)
{
	return all ? find(all->contacts, name) : NULL;
}

const char *
namesakes_employee(const namesakes *all, const char *name)
{
	return all ? find(all->employees, name) : NULL;
}

const char *
namesakes_domain(const namesakes *all, const char *domain)
{
	g_autofree char *shown = all ? g_hostname_to_unicode(domain) : NULL;
	const char *found = shown ? find(all->domains, shown) : NULL;
	return found && g_ascii_strcasecmp(found, domain) ? found : NULL;
}

bool
namesakes_is_staff(const namesakes *all, const char *address)
{
	g_autofree char *lower = g_ascii_strdown(address, -1);
	return all && g_hash_table_contains(all->staff, lower);
}

char *
namesake_customer(db *desk, const char *name, const char *address, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT email, sum(email = :address) FROM customer"
		" WHERE (firstname || ' ' || lastname) COLLATE NOCASE = :name", error);
	if (!row)
		return NULL;
	query_set_text(row, ":name", name);
	query_set_text(row, ":address", address);
	bool is_stranger = query_next(row, error) > 0 && *query_text(row, 0) && !query_int(row, 1);
	return is_stranger ? g_strdup(query_text(row, 0)) : NULL;
}
