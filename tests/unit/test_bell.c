/* The bell: what rings for whom, one entry a thread, newest first, and what takes it away. */
#include "store/bell.h"
#include "store/status.h"
#include "tests/unit/desk.h"

static bool
take_entry(const struct bell_entry *entry, void *data)
{
	g_string_append_printf(data, "%s%d:%s", ((GString *)data)->len ? " " : "", (int)entry->thread, entry->kind);
	return true;
}

static void
assert_rings(struct desk *desk, gint64 count, const char *entries)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) said = g_string_new(NULL);
	g_assert_cmpint(bell_count(desk->db, desk->admin, &error), ==, count);
	g_assert_no_error(error);
	bell_each(desk->db, desk->admin, 2, take_entry, said, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(said->str, ==, entries);
}

static void
run(struct desk *desk, const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_run(desk->db, sql, &error);
	g_assert_no_error(error);
}

/* Threads 1, 2, 3, in this order. */
static void
fill(struct desk *desk)
{
	static const char *const from[] = {"kim@customer.example", "lee@other.example", "max@other.example"};
	for (size_t i = 0; i < G_N_ELEMENTS(from); i++)
		desk_file(desk, &(struct desk_mail){.from = from[i], .subject = "Lamp", .text = "The lamp broke", .contact = i == 1 ? 1 : 2});
}

static void
newest_first_one_a_thread(void)
{
	struct desk desk;
	desk_setup(&desk);
	assert_rings(&desk, 0, "");
	fill(&desk);
	assert_rings(&desk, 3, "3:message 2:message");
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .thread = 1, .text = "And?"});
	assert_rings(&desk, 3, "1:message 3:message");
	run(&desk, "INSERT INTO event (created, kind, shop_id, thread_id, target_id) VALUES (9, 'assigned', 1, 2, 1), (9, 'assigned', 1, 2, 1);"
		"INSERT INTO notice SELECT 1, id, 2, 'assigned' FROM event WHERE kind = 'assigned'");
	assert_rings(&desk, 3, "2:assigned 1:message");
	desk_teardown(&desk);
}

static void
kinds_that_are_not_wanted(void)
{
	struct desk desk;
	desk_setup(&desk);
	fill(&desk);
	run(&desk, "INSERT INTO event (created, kind, shop_id, thread_id, target_id) VALUES (9, 'assigned', 1, 2, 1);"
		"INSERT INTO notice SELECT 1, id, 2, 'assigned' FROM event WHERE kind = 'assigned'");
	run(&desk, "UPDATE employee SET bell_off = 'assigned'");
	assert_rings(&desk, 3, "3:message 2:message");
	run(&desk, "UPDATE employee SET bell_off = 'message undelivered'");
	assert_rings(&desk, 1, "2:assigned");
	run(&desk, "UPDATE employee SET bell_off = 'message assigned undelivered'");
	assert_rings(&desk, 0, "");
	desk_teardown(&desk);
}

static void
seen_opened_closed(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	fill(&desk);
	g_assert_true(bell_see(desk.db, 1, 1, &error));
	assert_rings(&desk, 2, "3:message 2:message");
	g_assert_true(bell_open_thread(desk.db, 1, 3, 3, &error));
	assert_rings(&desk, 1, "2:message");
	g_assert_cmpint(status_set(desk.db, desk.admin, 2, "closed", 9, &error), ==, 1);
	assert_rings(&desk, 0, "");
	desk_teardown(&desk);
}

static void
only_contacts_they_may_see(void)
{
	struct desk desk;
	desk_setup(&desk);
	fill(&desk);
	run(&desk, "UPDATE employee SET has_all = 0; INSERT INTO employee_contact VALUES (1, 1)");
	assert_rings(&desk, 1, "2:message");
	desk_teardown(&desk);
}

/* What rings is found in its index alone, however many threads there are; the count stops. */
static void
bounded(void)
{
	struct desk desk;
	desk_setup(&desk);
	run(&desk, "INSERT INTO event (created, kind, shop_id, thread_id, is_ringing) VALUES (1, 'message', 1, 1, 1);"
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
		" INSERT INTO thread (shop_id, email, language, subject, status, created, last_message, status_changed, bell_event)"
		" SELECT 1, 'kim@customer.example', 'en', '', 'open', i, i, i, i FROM n");
	g_assert_cmpint(bell_count(desk.db, desk.admin, NULL), ==, BELL_COUNT_MAX);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM sqlite_schema WHERE name = 'thread_by_bell' AND sql LIKE '%(bell_event, folder, contact_id)%'"), ==, 1);
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bell/newest-first-one-a-thread", newest_first_one_a_thread);
	g_test_add_func("/bell/seen-opened-closed", seen_opened_closed);
	g_test_add_func("/bell/kinds-that-are-not-wanted", kinds_that_are_not_wanted);
	g_test_add_func("/bell/only-contacts-they-may-see", only_contacts_they_may_see);
	g_test_add_func("/bell/bounded", bounded);
	return g_test_run();
}
