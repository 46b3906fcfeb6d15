/* The query shown for a list, run in the console, gives the list's threads in the list's order: for every filter and sort, in combination. */
#include "store/db_console.h"
#include "store/sql_view.h"
#include "store/thread_sql.h"
#include "tests/unit/desk.h"

struct both {
	struct desk desk;
	db_console *console;
	GArray *listed, *queried; /* of gint64 */
};

static const char *const names[] = {"Müller", "muller", "O'Brien", "Łukasz", "İnci", "de la Cruz", "zoë", "Adams"};
static const char *const texts[] = {"The lamp broke", "Señor chair arrived", "it's \"quoted\" 'text'; DROP TABLE x --", "Straße 12", "ŁÓDŹ lamp", "",
	"two\nlines\nof lamp", "日本語 のテキスト", "100% _wild* ?card"};
static const char *const languages[] = {"en", "fr", "pl", "de"}, *const statuses[] = {"open", "closed", "pending1", "pending2"};
static const char *const folders_of[] = {"normal", "normal", "normal", "spam", "bin"};

/* 120 threads, many with the same time, name, text and language. */
static void
fill(struct desk *desk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) sql = g_string_new("INSERT INTO shop_group VALUES (2, 'Second'); INSERT INTO shop (id, group_id, name, language) VALUES (2, 2, 'Zwei', 'fr');"
		"INSERT INTO contact (id, shop_id, address) VALUES (3, 2, 'third@shop.example'); INSERT INTO contact_text VALUES (3, 'fr', 'Après-vente', '');"
		"INSERT INTO employee (email, firstname, lastname, password, role, created) VALUES ('bob@shop.example', 'Bob', 'lowly', '', 'agent', 1);"
		"UPDATE employee SET language = 'fr' WHERE id = 1;");
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_auto(GStrv) halves = g_strsplit(names[i], "'", -1);
		g_autofree char *name = g_strjoinv("''", halves);
		g_string_append_printf(sql, "INSERT INTO customer (shop_id, firstname, lastname, email, registered) VALUES (1, '%c%c', '%s', 'c%d@shop.example', 1);",
			(int)('A' + i % 3), (int)('a' + i % 2), name, (int)i);
	}
	db_run(desk->db, sql->str, &error);
	g_assert_no_error(error);
	for (int i = 0; i < 120; i++) {
		g_autofree char *from = g_strdup_printf("%s%d@%s.example", i % 4 ? "kim" : "Lee", i % 11, i % 3 ? "other" : "customer");
		desk_file(desk, &(struct desk_mail){.from = from, .subject = texts[(i + 3) % G_N_ELEMENTS(texts)], .text = texts[i % G_N_ELEMENTS(texts)],
			.received = 1714953600000 + i / 3 * 5000000 + (i % 2) * 7, .contact = 1 + i % 3, .is_automatic = i % 13 == 0});
		g_autofree char *change = g_strdup_printf("UPDATE thread SET language = '%s', status = '%s', folder = '%s', is_private = %d, employee_id = nullif(%d, 0),"
			" customer_id = nullif(%d, 0), contact_id = nullif(%d, 0), shop_id = %d WHERE id = %d", languages[i % 4], statuses[i / 2 % 4],
			folders_of[i % 5], i % 3 == 1, i % 7 % 3, i % 9, (i + 1) % 4, 1 + (i % 10 == 0), i + 1);
		db_run(desk->db, change, &error);
		g_assert_no_error(error);
	}
	db_run(desk->db, "UPDATE thread SET folder = 'merged', merged_into = 1 WHERE id = 50; UPDATE thread SET is_automatic = 1 WHERE id % 6 = 0", &error);
	g_assert_no_error(error);
}

static bool
take_thread(const struct thread_row *row, void *data)
{
	g_array_append_val((GArray *)data, row->id);
	return true;
}

static bool
take_columns(const char *const *columns, int count, void *data)
{
	(void)data;
	g_assert_cmpstr(columns[0], ==, "id_customer_thread");
	return count > 0;
}

static bool
take_row(const struct db_value *values, int count, void *data)
{
	g_assert_cmpint(count, >, 0);
	g_array_append_val((GArray *)data, values[0].integer);
	return true;
}

/* Returns how many threads there are. */
static guint
compare(struct both *self, const struct thread_filter *filter)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *sql = thread_sql(self->desk.admin, filter);
	struct console_reader reader = {take_columns, take_row, self->queried};
	g_array_set_size(self->listed, 0);
	g_array_set_size(self->queried, 0);
	thread_each(self->desk.db, self->desk.admin, filter, take_thread, self->listed, &error);
	g_assert_no_error(error);
	db_console_run(self->console, sql, 5000, &reader, &error);
	g_assert_no_error(error);
	if (self->listed->len != self->queried->len)
		g_error("%u threads listed, %u queried by %s", self->listed->len, self->queried->len, sql);
	if (memcmp(self->listed->data, self->queried->data, self->listed->len * sizeof(gint64)))
		g_error("another order by %s", sql);
	return self->listed->len;
}

#define BASE .is_private = -1, .limit = 100000, .page = 1
static const struct thread_filter filters[] = {
	{BASE}, {BASE, .id = 7}, {BASE, .id = 50}, {BASE, .contact_id = 2}, {BASE, .contact_id = 3}, {BASE, .shop_id = 2},
	{BASE, .from = 1714953600007 + 5000000}, {BASE, .to = 1714953600007 + 50000000}, {BASE, .from = 1714970000000, .to = 1715040000000},
	{BASE, .customer = "mull"}, {BASE, .customer = "aa O'Bri"}, {BASE, .customer = "łuk"}, {BASE, .customer = "' OR 1=1 --"},
	{BASE, .email = "lee other"}, {BASE, .email = "KIM3"}, {BASE, .employee = "low"}, {BASE, .employee = "Lovelace"}, {BASE, .message = "LAMP"},
	{BASE, .message = "senor"}, {BASE, .message = "it's 'text'"}, {BASE, .message = "日本"}, {BASE, .message = "*"}, {BASE, .language = "fr"},
	{BASE, .language = "de"}, {BASE, .status = "pending1"}, {BASE, .status = "closed"}, {.is_private = 1, .limit = 100000, .page = 1},
	{.is_private = 0, .limit = 100000, .page = 1}, {BASE, .folder = "open"}, {BASE, .folder = "mine"}, {BASE, .folder = "unassigned"},
	{BASE, .folder = "pending"}, {BASE, .folder = "closed"}, {BASE, .folder = "automatic"}, {BASE, .folder = "spam"}, {BASE, .folder = "bin"},
	{BASE, .folder = "all"}, {BASE, .text = "lamp"}, {BASE, .text = "lodz la"}, {BASE, .text = "kim3 other"}, {BASE, .text = "Straße"},
	{BASE, .text = "drop table quoted"}, {BASE, .text = "\"*'"}, {BASE, .text = "100 wild card"}, {BASE, .text = "' OR 1 --"},
};

/* Of both, where both say something ONE's. */
static struct thread_filter
merge(const struct thread_filter *one, const struct thread_filter *other)
{
	struct thread_filter both = *one;
#define TAKE(field) both.field = one->field ? one->field : other->field
	TAKE(id); TAKE(contact_id); TAKE(shop_id); TAKE(from); TAKE(to); TAKE(customer); TAKE(email); TAKE(employee); TAKE(message); TAKE(language);
	TAKE(status); TAKE(folder); TAKE(text);
	both.is_private = one->is_private >= 0 ? one->is_private : other->is_private;
	return both;
}

static void
setup(struct both *self)
{
	g_autoptr(GError) error = NULL;
	desk_setup(&self->desk);
	fill(&self->desk);
	viewer_free(self->desk.admin);
	self->desk.admin = viewer_load(self->desk.db, 1, &error);
	self->listed = g_array_new(FALSE, FALSE, sizeof(gint64));
	self->queried = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autofree char *path = g_build_filename(self->desk.directory, "desk.db", NULL);
	self->console = db_console_open(path, sql_views, &error);
	g_assert_no_error(error);
}

static void
teardown(struct both *self)
{
	db_console_close(self->console);
	g_array_unref(self->listed);
	g_array_unref(self->queried);
	desk_teardown(&self->desk);
}

static void
test_every_filter_and_sort(void)
{
	struct both self;
	setup(&self);
	guint found = 0, unsorted = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
		for (const char *const *sort = thread_sorts; *sort; sort++) {
			g_autofree char *descending = g_strconcat("-", *sort, NULL);
			struct thread_filter filter = filters[i];
			filter.sort = *sort;
			found += compare(&self, &filter) > 0;
			filter.sort = descending;
			compare(&self, &filter);
			unsorted += self.queried->len > 30;
		}
	g_assert_cmpuint(found, >, 30 * 10); /* most find something */
	g_assert_cmpuint(unsorted, >, 5 * 10);
	teardown(&self);
}

static void
test_every_pair(void)
{
	struct both self;
	guint found = 0, turn = 0;
	setup(&self);
	for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
		for (size_t j = i + 1; j < G_N_ELEMENTS(filters); j++) {
			struct thread_filter filter = merge(&filters[i], &filters[j]);
			filter.sort = thread_sorts[turn++ % 10];
			found += compare(&self, &filter) > 0;
		}
	g_assert_cmpuint(found, >, 200);
	teardown(&self);
}

/* An admin who sees some contacts only gets a query for those. */
static void
test_some_contacts(void)
{
	struct both self;
	setup(&self);
	struct thread_filter filter = {BASE, .folder = "all"};
	guint all = compare(&self, &filter);
	db_run(self.desk.db, "UPDATE employee SET has_all = 0; INSERT INTO employee_contact VALUES (1, 3), (1, 1)", NULL);
	viewer_free(self.desk.admin);
	self.desk.admin = viewer_load(self.desk.db, 1, NULL);
	guint some = compare(&self, &filter);
	g_assert_cmpuint(some, >, 0);
	g_assert_cmpuint(some, <, all);
	db_run(self.desk.db, "DELETE FROM employee_contact", NULL);
	viewer_free(self.desk.admin);
	self.desk.admin = viewer_load(self.desk.db, 1, NULL);
	g_assert_cmpuint(compare(&self, &filter), ==, 0);
	teardown(&self);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/thread-sql/every-filter-and-sort", test_every_filter_and_sort);
	g_test_add_func("/thread-sql/every-pair", test_every_pair);
	g_test_add_func("/thread-sql/some-contacts", test_some_contacts);
	return g_test_run();
}
