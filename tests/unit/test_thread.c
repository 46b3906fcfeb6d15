/* The list: every filter, sort and folder gives what SPEC 4 says. */
#include "store/status.h"
#include "store/thread_list.h"
#include "tests/unit/desk.h"

static bool
take_id(const struct thread_row *row, void *data)
{
	g_string_append_printf(data, "%s%d", ((GString *)data)->len ? " " : "", (int)row->id);
	return true;
}

/* Three threads: 1 kim (Müller; closed), 2 lee (open, contact 1), 3 max (pending1, French). */
static void
fill(struct desk *desk)
{
	static const char rows[] =
		"INSERT INTO customer (shop_id, firstname, lastname, email, registered) VALUES (1, 'Kim', 'Müller', 'KIM@customer.example', 1)";
	g_autoptr(GError) error = NULL;
	db_run(desk->db, rows, &error);
	g_assert_no_error(error);
	desk_file(desk, &(struct desk_mail){.from = "kim@customer.example", .subject = "Lamp", .text = "The lamp broke"});
	desk_file(desk, &(struct desk_mail){.from = "lee@other.example", .subject = "Chair", .text = "Señor chair arrived", .contact = 1});
	desk_file(desk, &(struct desk_mail){.from = "max@other.example", .subject = "Table", .text = "Table legs"});
	db_run(desk->db, "UPDATE thread SET language = 'fr' WHERE id = 3; UPDATE thread SET is_private = 1, employee_id = 1 WHERE id = 2;", &error);
	g_assert_no_error(error);
	status_set(desk->db, desk->admin, 1, "closed", 9, &error);
	status_set(desk->db, desk->admin, 3, "pending1", 9, &error);
	g_assert_no_error(error);
}

#define BASE .is_private = -1, .limit = 20, .page = 1
static const struct {
	const char *name;
	struct thread_filter filter;
	const char *ids;
} cases[] = {
	{"default", {BASE}, "3 2 1"},
	{"ascending", {BASE, .sort = "last_message"}, "1 2 3"},
	{"by-email", {BASE, .sort = "email"}, "1 2 3"},
	{"by-customer", {BASE, .sort = "-customer"}, "1 3 2"},
	{"by-contact", {BASE, .sort = "contact"}, "1 3 2"},
	{"by-language", {BASE, .sort = "-language"}, "3 2 1"},
	{"by-status", {BASE, .sort = "status"}, "1 2 3"},
	{"by-employee", {BASE, .sort = "-employee"}, "2 3 1"},
	{"by-message", {BASE, .sort = "message"}, "2 3 1"},
	{"by-private", {BASE, .sort = "-private"}, "2 3 1"},
	{"by-id", {BASE, .sort = "-id"}, "3 2 1"},
	{"id", {BASE, .id = 2}, "2"},
	{"customer", {BASE, .customer = "MULL kim"}, "1"},
	{"email", {BASE, .email = "other lee"}, "2"},
	{"email-middle-of-word", {BASE, .email = "ther"}, ""},
	{"contact", {BASE, .contact_id = 2}, "3 1"},
	{"language", {BASE, .language = "fr"}, "3"},
	{"status", {BASE, .status = "pending1"}, "3"},
	{"employee", {BASE, .employee = "love"}, "2"},
	{"message", {BASE, .message = "senor CHAIR"}, "2"},
	{"private", {.is_private = 1, .limit = 20, .page = 1}, "2"},
	{"not-private", {.is_private = 0, .limit = 20, .page = 1}, "3 1"},
	{"from-to", {BASE, .from = 2000, .to = 3000}, "2"},
	{"text", {BASE, .text = "lamp"}, "1"},
	{"text-beginning", {BASE, .text = "tab"}, "3"},
	{"text-address", {BASE, .text = "lee@other.example"}, "2"},
	{"text-hostile", {BASE, .text = "\" OR 1 NEAR( *"}, ""},
	{"text-of-signs-only", {BASE, .text = "\"*"}, ""},
	{"open", {BASE, .folder = "open"}, "2"},
	{"mine", {BASE, .folder = "mine"}, "2"},
	{"unassigned", {BASE, .folder = "unassigned"}, ""},
	{"pending", {BASE, .folder = "pending"}, "3"},
	{"closed", {BASE, .folder = "closed"}, "1"},
	{"bin", {BASE, .folder = "bin"}, ""},
	{"page-2", {.is_private = -1, .limit = 2, .page = 2}, "1"},
};

static void
filters_and_sorts(void)
{
	struct desk desk;
	desk_setup(&desk);
	fill(&desk);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GString) ids = g_string_new(NULL);
		g_test_message("%s", cases[i].name);
		thread_each(desk.db, desk.admin, &cases[i].filter, take_id, ids, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(ids->str, ==, cases[i].ids);
		if (cases[i].filter.limit == 20) {
			gint64 expected = *cases[i].ids ? (gint64)(strlen(cases[i].ids) + 1) / 2 : 0;
			g_assert_cmpint(thread_total(desk.db, desk.admin, &cases[i].filter, &error), ==, expected);
			g_assert_no_error(error);
		}
	}
	desk_teardown(&desk);
}

static void
only_contacts_they_may_see(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) ids = g_string_new(NULL);
	desk_setup(&desk);
	fill(&desk);
	db_run(desk.db, "UPDATE employee SET has_all = 0; INSERT INTO employee_contact VALUES (1, 1)", &error);
	struct thread_filter filter = {BASE};
	thread_each(desk.db, desk.admin, &filter, take_id, ids, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(ids->str, ==, "2");
	g_assert_cmpint(thread_total(desk.db, desk.admin, &filter, &error), ==, 1);
	g_assert_cmpint(thread_get(desk.db, desk.admin, 1, take_id, ids, &error), ==, 0);
	g_assert_cmpint(status_set(desk.db, desk.admin, 1, "open", 1, &error), ==, 0);
	desk_teardown(&desk);
}

static void
next_unanswered(void)
{
	struct desk desk;
	gint64 thread, message;
	desk_setup(&desk);
	fill(&desk);
	g_assert_true(thread_next_unanswered(desk.db, desk.admin, 1, &thread, &message, NULL));
	g_assert_cmpint(thread, ==, 1);
	g_assert_cmpint(message, ==, 1);
	db_run(desk.db, "INSERT INTO message (shop_id, kind, received, thread_id) VALUES (1, 'employee', 9999, 1); UPDATE thread SET status = 'open'"
		" WHERE id = 3", NULL);
	g_assert_true(thread_next_unanswered(desk.db, desk.admin, 1, &thread, &message, NULL));
	g_assert_cmpint(thread, ==, 3);
	g_assert_cmpint(message, ==, 3);
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/thread/filters-and-sorts", filters_and_sorts);
	g_test_add_func("/thread/only-contacts-they-may-see", only_contacts_they_may_see);
	g_test_add_func("/thread/next-unanswered", next_unanswered);
	return g_test_run();
}
