/* What staff do to a thread: contact, order, in charge, spam; numbers and bells follow. */
#include "store/bell.h"
#include "store/event.h"
#include "store/status.h"
#include "tests/unit/desk.h"

static gint64
counted(struct desk *desk, int contact, const char *name)
{
	g_autofree char *sql = g_strdup_printf("SELECT coalesce(sum(value), 0) FROM counter WHERE contact_id = %d AND name = '%s'", contact, name);
	return desk_number(desk, sql);
}

static void
run(struct desk *desk, const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_run(desk->db, sql, &error);
	g_assert_no_error(error);
}

/* An agent who sees contact 1 only. */
static viewer *
add_agent(struct desk *desk, const char *email)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	struct employee_new person = {.email = email, .firstname = "Ben", .lastname = "Baker", .role = "agent", .language = "en",
		.password_hash = "", .created = 1};
	employee_add(desk->db, &person, &id, &error);
	g_assert_no_error(error);
	g_autofree char *sql = g_strdup_printf("UPDATE employee SET has_all = 0 WHERE id = %d; INSERT INTO employee_contact VALUES (%d, 1)", (int)id,
		(int)id);
	run(desk, sql);
	return viewer_load(desk->db, id, &error);
}

static void
contact(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	g_autoptr(viewer) agent = add_agent(&desk, "ben@shop.example");
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .contact = 2});
	g_assert_cmpint(counted(&desk, 2, "open"), ==, 1);
	g_assert_cmpint(bell_count(desk.db, desk.admin, &error), ==, 1);
	g_assert_cmpint(bell_count(desk.db, agent, &error), ==, 0);
	g_assert_cmpint(status_set_contact(desk.db, agent, 1, 1, 9, &error), ==, 0); /* not theirs to see */
	g_assert_cmpint(status_set_contact(desk.db, desk.admin, 1, 99, 9, &error), ==, 3);
	g_assert_cmpint(status_set_contact(desk.db, desk.admin, 1, 2, 9, &error), ==, 2);
	g_assert_cmpint(status_set_contact(desk.db, desk.admin, 1, 1, 9, &error), ==, 1);
	g_assert_cmpint(counted(&desk, 2, "open"), ==, 0);
	g_assert_cmpint(counted(&desk, 1, "open"), ==, 1);
	g_assert_cmpint(counted(&desk, 1, "customer"), ==, 1);
	g_assert_cmpint(bell_count(desk.db, agent, &error), ==, 1);
	g_assert_cmpint(status_set_contact(desk.db, agent, 1, 2, 9, &error), ==, 3); /* they may not see where it would go */
	g_assert_cmpint(status_set_contact(desk.db, agent, 1, 0, 9, &error), ==, 3);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM event WHERE kind = 'contact' AND contact_id = 1"
		" AND data = '{\"from\":2,\"to\":1}'"), ==, 1);
	run(&desk, "DELETE FROM contact_shop WHERE contact_id = 2");
	g_assert_cmpint(status_set_contact(desk.db, desk.admin, 1, 2, 9, &error), ==, 3); /* it serves other shops */
	g_assert_no_error(error);
	desk_teardown(&desk);
}

static void
order(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	run(&desk, "INSERT INTO customer (shop_id, firstname, lastname, email, registered) VALUES (1, 'Kim', 'Lo', 'kim@customer.example', 1),"
		" (1, 'Lee', 'Ra', 'lee@customer.example', 1); INSERT INTO shop_order (shop_id, customer_id, reference, total, currency, created)"
		" VALUES (1, 1, 'KIM', 1, 'EUR', 1), (1, 2, 'LEE', 1, 'EUR', 1)");
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example"});
	g_assert_cmpint(status_set_order(desk.db, desk.admin, 1, 2, 9, &error), ==, 3);
	g_assert_cmpint(status_set_order(desk.db, desk.admin, 1, 1, 9, &error), ==, 1);
	g_assert_cmpint(status_set_order(desk.db, desk.admin, 1, 1, 9, &error), ==, 2);
	g_assert_cmpint(desk_number(&desk, "SELECT order_id FROM thread"), ==, 1);
	g_assert_cmpint(status_set_order(desk.db, desk.admin, 1, 0, 9, &error), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT order_id IS NULL FROM thread"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM event WHERE kind = 'order'"), ==, 2);
	g_assert_no_error(error);
	desk_teardown(&desk);
}

static bool
take_name(gint64 id, const char *firstname, const char *lastname, void *data)
{
	(void)id, (void)lastname;
	g_string_append_printf(data, "%s ", firstname);
	return true;
}

static void
in_charge(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) names = g_string_new(NULL);
	desk_setup(&desk);
	g_autoptr(viewer) agent = add_agent(&desk, "ben@shop.example");
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .contact = 2, .is_quiet = true});
	g_assert_cmpint(status_assign(desk.db, desk.admin, 1, agent->id, 9, &error), ==, 3); /* they do not see the thread */
	status_set_contact(desk.db, desk.admin, 1, 1, 9, &error);
	g_assert_true(status_each_assignable(desk.db, desk.admin, 1, take_name, names, &error));
	g_assert_cmpstr(names->str, ==, "Ada Ben ");
	g_assert_cmpint(status_assign(desk.db, desk.admin, 1, agent->id, 9, &error), ==, 1);
	g_assert_cmpint(bell_count(desk.db, agent, &error), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT target_id FROM event WHERE kind = 'assigned' AND is_ringing"), ==, agent->id);
	g_assert_cmpint(status_assign(desk.db, desk.admin, 1, desk.admin->id, 9, &error), ==, 1); /* they take it: no bell of their own */
	g_assert_cmpint(bell_count(desk.db, agent, &error), ==, 0);
	g_assert_cmpint(bell_count(desk.db, desk.admin, &error), ==, 0);
	g_assert_cmpint(status_assign(desk.db, desk.admin, 1, 0, 9, &error), ==, 1);
	run(&desk, "UPDATE employee SET role = 'viewer' WHERE id = 2");
	g_assert_cmpint(status_assign(desk.db, desk.admin, 1, agent->id, 9, &error), ==, 3);
	run(&desk, "UPDATE employee SET role = 'agent', is_active = 0 WHERE id = 2");
	g_assert_cmpint(status_assign(desk.db, desk.admin, 1, agent->id, 9, &error), ==, 3);
	g_assert_no_error(error);
	desk_teardown(&desk);
}

static void
spam(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .contact = 2});
	g_assert_cmpint(status_spam(desk.db, desk.admin, 1, false, 9, &error), ==, 2);
	g_assert_cmpint(status_spam(desk.db, desk.admin, 1, true, 9, &error), ==, 1);
	g_assert_cmpint(status_spam(desk.db, desk.admin, 1, true, 9, &error), ==, 2);
	g_assert_cmpint(bell_count(desk.db, desk.admin, &error), ==, 0);
	g_assert_cmpint(counted(&desk, 2, "open") + counted(&desk, 2, "customer"), ==, 0);
	g_assert_cmpint(counted(&desk, 2, "spam"), ==, 1);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .thread = 1});
	g_assert_cmpint(bell_count(desk.db, desk.admin, &error), ==, 0); /* spam does not ring */
	run(&desk, "UPDATE message SET is_spam = 1");
	g_assert_cmpint(status_spam(desk.db, desk.admin, 1, false, 9, &error), ==, 1);
	g_assert_cmpint(counted(&desk, 2, "spam"), ==, 0);
	g_assert_cmpint(counted(&desk, 2, "open"), ==, 1);
	g_assert_cmpint(counted(&desk, 2, "customer"), ==, 2);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread WHERE folder = 'normal' AND status = 'open' AND binned IS NULL"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM message WHERE is_spam"), ==, 0);
	/* Out of the bin into spam; what is in the bin is not taken out of it as "not spam". */
	g_assert_cmpint(status_bin(desk.db, desk.admin, 1, 9, &error), ==, 1);
	g_assert_cmpint(status_spam(desk.db, desk.admin, 1, false, 9, &error), ==, 2);
	g_assert_cmpint(status_spam(desk.db, desk.admin, 1, true, 9, &error), ==, 1);
	g_assert_no_error(error);
	desk_teardown(&desk);
}

static bool
take_kind(const struct event *event, void *data)
{
	g_string_append_printf(data, "%s@%d ", event->kind, (int)event->thread_id);
	return true;
}

/* The timeline tells what happened to a thread that was joined with this one. */
static void
timeline_of_merged(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) kinds = g_string_new(NULL);
	desk_setup(&desk);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example"});
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example"});
	g_assert_true(filing_merge(desk.db, 1, 2, 9, &error));
	g_assert_true(event_each_of_thread(desk.db, 1, 10, take_kind, kinds, &error));
	g_assert_cmpstr(kinds->str, ==, "merged@2 message@2 message@1 ");
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/status/contact", contact);
	g_test_add_func("/status/order", order);
	g_test_add_func("/status/in-charge", in_charge);
	g_test_add_func("/status/spam", spam);
	g_test_add_func("/status/timeline-of-merged", timeline_of_merged);
	return g_test_run();
}
