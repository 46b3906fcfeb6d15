#include "store/placeholder.h"

#include <string.h>

const char *const placeholder_names[] = {
	"customer.firstname", "customer.lastname", "customer.email", "order.reference", "order.state", "order.total", "thread.id", "contact.name",
	"shop.name", "employee.firstname", "employee.lastname", NULL};

#define COUNT (G_N_ELEMENTS(placeholder_names) - 1)

/* In the order of the names. */
static const char values_sql[] =
	"SELECT coalesce(c.firstname, ''), coalesce(c.lastname, ''), t.email, coalesce(o.reference, ''),"
	" coalesce((SELECT name FROM shop_order_state WHERE order_id = o.id ORDER BY position DESC LIMIT 1), ''),"
	" CASE WHEN o.id IS NULL THEN '' ELSE format('%s%d%s%02d %s', iif(o.total < 0, '-', ''), abs(o.total) / 1000000,"
	"  iif(t.language = 'en', '.', ','), abs(o.total) % 1000000 / 10000, o.currency) END,"
	" t.id, coalesce(nullif(x.name, ''), d.name, ''), s.name, e.firstname, e.lastname"
	" FROM thread t JOIN shop s ON s.id = t.shop_id JOIN employee e ON e.id = :viewer LEFT JOIN customer c ON c.id = t.customer_id"
	" LEFT JOIN shop_order o ON o.id = t.order_id LEFT JOIN contact_text x ON x.contact_id = t.contact_id AND x.language = t.language"
	" LEFT JOIN contact_text d ON d.contact_id = t.contact_id AND d.language = s.language"
	" WHERE t.id = :thread AND " VIEWER_SEES("t.contact_id");

/* Octets from an opening brace to its closing one, when what is between could be a field's name; 0: it could not. */
static size_t
field_length(const char *brace)
{
	size_t length = strspn(brace + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.- ");
	return length && brace[1 + length] == '}' && strpbrk(brace + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ}") != brace + 1 + length
		? length + 2 : 0;
}

/* -1: none. */
static int
find_name(const char *name, size_t length)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strlen(placeholder_names[i]) == length && !strncmp(placeholder_names[i], name, length))
			return (int)i;
	return -1;
}

static void
add_once(GPtrArray *names, const char *name, size_t length)
{
	g_autofree char *copy = g_strndup(name, length);
	if (!g_ptr_array_find_with_equal_func(names, copy, g_str_equal, NULL))
		g_ptr_array_add(names, g_steal_pointer(&copy));
}

GPtrArray *
placeholder_unknown(const char *text)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	for (const char *brace = text; (brace = strchr(brace, '{')); brace++) {
		size_t length = field_length(brace);
		if (length && find_name(brace + 1, length - 2) < 0)
			add_once(names, brace + 1, length - 2);
	}
	return names;
}

static char *
fill(const char *text, query *values, GPtrArray *empty)
{
	GString *filled = g_string_new(NULL);
	while (*text) {
		size_t length = *text == '{' ? field_length(text) : 0;
		int field = length ? find_name(text + 1, length - 2) : -1;
		if (field < 0) {
			g_string_append_c(filled, *text++);
			continue;
		}
		g_string_append(filled, query_text(values, field));
		if (!*query_text(values, field))
			add_once(empty, text + 1, length - 2);
		text += length;
	}
	return g_string_free(filled, FALSE);
}

char *
placeholder_fill(db *desk, const viewer *who, gint64 thread, const char *text, GPtrArray **empty, GError **error)
{
	g_autoptr(query) values = db_query(desk, values_sql, error);
	*empty = g_ptr_array_new_with_free_func(g_free);
	if (!values)
		return NULL;
	query_set_int(values, ":viewer", who->id);
	query_set_int(values, ":thread", thread);
	return query_next(values, error) > 0 ? fill(text, values, *empty) : NULL;
}
