#include "store/thread_sql.h"

#include <string.h>

#include "store/sql_view.h"
#include "store/words.h"

static const struct {
	const char *name, *key;
} sorts[] = {
	{"id", "ct.id_customer_thread"},
	{"customer", "customer COLLATE NOCASE"},
	{"email", "ct.email COLLATE NOCASE"},
	{"contact", "type COLLATE NOCASE"},
	{"language", "ct.language"},
	{"status", "ct.status"},
	{"employee", "e.lastname COLLATE NOCASE"},
	{"message", "ct.message COLLATE NOCASE"},
	{"private", "ct.private"},
	{"last_message", "ct.date_upd"},
};

static const struct {
	const char *name, *condition;
} folders[] = {
	{"open", "ct.folder = 'normal' AND ct.status = 'open'"},
	{"mine", "ct.folder = 'normal' AND ct.status = 'open' AND ct.id_employee = "}, /* whose list it is */
	{"unassigned", "ct.folder = 'normal' AND ct.status = 'open' AND ct.id_employee IS NULL"},
	{"pending", "ct.folder = 'normal' AND ct.status IN ('pending1', 'pending2')"},
	{"closed", "ct.folder = 'normal' AND ct.status = 'closed'"},
	{"automatic", "ct.folder = 'normal' AND ct.automatic"},
	{"spam", "ct.folder = 'spam'"},
	{"bin", "ct.folder = 'bin'"},
	{"all", "ct.folder IN ('normal', 'spam', 'bin')"},
};
#define FOLDER_NONE "ct.folder = 'normal'"

/* The name is the employee's language's, else the shop's. */
#define TABLES \
	"SELECT ct.id_customer_thread, c.firstname || ' ' || c.lastname AS customer, ct.email, coalesce(cl.name, dl.name, '') AS type,\n" \
	"  ct.language, ct.status, substr(e.firstname, 1, 1) || '. ' || e.lastname AS employee, ct.message, ct.private, ct.date_upd,\n" \
	"  s.name AS shop, ct.subject\n" \
	"FROM customer_thread ct\n" \
	"JOIN shop s ON s.id_shop = ct.id_shop\n" \
	"LEFT JOIN customer c ON c.id_customer = ct.id_customer\n" \
	"LEFT JOIN employee e ON e.id_employee = ct.id_employee\n" \
	"LEFT JOIN contact_lang cl ON cl.id_contact = ct.id_contact AND cl.language = "
#define TABLES_REST "\nLEFT JOIN contact_lang dl ON dl.id_contact = ct.id_contact AND dl.language = s.language"

/* TEXT as SQL writes it: what stands in it is text, whatever it is. */
static void
append_literal(GString *sql, const char *text)
{
	g_string_append_c(sql, '\'');
	for (; *text; text++)
		g_string_append(sql, *text == '\'' ? "''" : (char[]){*text, '\0'});
	g_string_append_c(sql, '\'');
}

static void
append_folder(GString *sql, const viewer *who, const char *name)
{
	const char *condition = FOLDER_NONE;
	for (size_t i = 0; name && i < G_N_ELEMENTS(folders); i++)
		if (!strcmp(folders[i].name, name))
			condition = folders[i].condition;
	g_string_append(sql, condition);
	if (g_str_has_suffix(condition, "= "))
		g_string_append_printf(sql, "%" G_GINT64_FORMAT, who->id);
}

static int
compare_ids(const void *one, const void *other)
{
	gint64 a = *(const gint64 *)one, b = *(const gint64 *)other;
	return (a > b) - (a < b);
}

/* The contacts that WHO may see, when that is not all. */
static void
append_contacts(GString *sql, const viewer *who)
{
	if (who->has_all)
		return;
	g_autoptr(GList) ids = g_list_sort(g_hash_table_get_keys(who->contacts), compare_ids);
	g_string_append(sql, "\n  AND ct.id_contact IN (");
	for (const GList *id = ids; id; id = id->next)
		g_string_append_printf(sql, "%s%" G_GINT64_FORMAT, id == ids ? "" : ", ", *(const gint64 *)id->data);
	g_string_append_c(sql, ')');
}

static void
append_number(GString *sql, const char *before, gint64 number)
{
	if (number)
		g_string_append_printf(sql, "\n  AND %s%" G_GINT64_FORMAT, before, number);
}

static void
append_time(GString *sql, const char *before, gint64 ms)
{
	if (!ms)
		return;
	g_autofree char *time = sql_view_time(ms);
	g_string_append_printf(sql, "\n  AND %s'%s'", before, time);
}

static void
append_text(GString *sql, const char *before, const char *text, const char *after)
{
	if (!text)
		return;
	g_string_append_printf(sql, "\n  AND %s", before);
	append_literal(sql, text);
	g_string_append(sql, after);
}

static void
append_conditions(GString *sql, const struct thread_filter *f)
{
	append_number(sql, "ct.id_customer_thread = ", f->id);
	append_number(sql, "ct.id_contact = ", f->contact_id);
	append_number(sql, "ct.id_shop = ", f->shop_id);
	append_time(sql, "ct.date_upd >= ", f->from);
	append_time(sql, "ct.date_upd < ", f->to);
	append_text(sql, "matches(c.firstname || ' ' || c.lastname, ", f->customer, ")");
	append_text(sql, "matches(ct.email, ", f->email, ")");
	append_text(sql, "matches(e.lastname, ", f->employee, ")");
	append_text(sql, "matches((SELECT cm.message FROM customer_message cm WHERE cm.id_customer_message = ct.id_last_message), ", f->message, ")");
	append_text(sql, "ct.language = ", f->language, "");
	append_text(sql, "ct.status = ", f->status, "");
	if (f->is_private >= 0)
		g_string_append_printf(sql, "\n  AND ct.private = %d", f->is_private);
}

/* Of a search without a word the list knows no hit, while matches() says that all its none are there. */
static void
append_search(GString *sql, const char *text)
{
	g_autofree char *words = text ? words_query(text) : NULL;
	if (words && !*words)
		g_string_append(sql, "\n  AND FALSE");
	else
		append_text(sql, "ct.id_customer_thread IN (SELECT cm.id_customer_thread FROM customer_message cm\n"
			"    WHERE matches(cm.subject || ' ' || cm.message || ' ' || cm.from_name || ' ' || cm.from_address, ", text, "))");
}

static void
append_order(GString *sql, const char *sort)
{
	bool is_descending = !sort || *sort == '-';
	const char *name = sort ? sort + (*sort == '-') : "last_message", *key = sorts[G_N_ELEMENTS(sorts) - 1].key;
	for (size_t i = 0; i < G_N_ELEMENTS(sorts); i++)
		if (!strcmp(sorts[i].name, name))
			key = sorts[i].key;
	const char *direction = is_descending ? " DESC" : "";
	g_string_append_printf(sql, "\nORDER BY %s%s", key, direction);
	if (strcmp(name, "id") && strcmp(name, "last_message"))
		g_string_append_printf(sql, ", ct.date_upd%s", direction);
	if (strcmp(name, "id"))
		g_string_append_printf(sql, ", ct.id_customer_thread%s", direction);
}

char *
thread_sql(const viewer *who, const struct thread_filter *filter)
{
	GString *sql = g_string_new(TABLES);
	append_literal(sql, who->language);
	g_string_append(sql, TABLES_REST "\nWHERE ");
	append_folder(sql, who, filter->folder);
	append_contacts(sql, who);
	append_conditions(sql, filter);
	append_search(sql, filter->text);
	append_order(sql, filter->sort);
	return g_string_free(sql, FALSE);
}
