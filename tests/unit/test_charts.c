/* The charts' numbers: what came and went, and how long the first answer took. */
#include "store/charts.h"
#include "store/status.h"
#include "tests/unit/desk.h"

#define Q ((gint64)CHARTS_QUARTER_MS)

static void
add(const struct charts_quarter *quarter, void *data)
{
	struct charts_quarter *sum = (struct charts_quarter *)data + quarter->start / Q;
	sum->in += quarter->in;
	sum->out += quarter->out;
	sum->answered += quarter->answered;
	sum->wait_sum += quarter->wait_sum;
}

static void
assert_quarter(struct desk *desk, gint64 since, int at, struct charts_quarter wanted)
{
	g_autoptr(GError) error = NULL;
	struct charts_quarter sums[20] = {0};
	g_assert_true(charts_each(desk->db, desk->admin, since, add, sums, &error));
	g_assert_cmpint(sums[at].in, ==, wanted.in);
	g_assert_cmpint(sums[at].out, ==, wanted.out);
	g_assert_cmpint(sums[at].answered, ==, wanted.answered);
	g_assert_cmpint(sums[at].wait_sum, ==, wanted.wait_sum);
}

/* Thread 1 asks at quarter 2 and 3 and is answered at 6, after a note at 4; thread 2 asks at 3 and waits; thread 3 is in the bin. */
static void
fill(struct desk *desk)
{
	g_autoptr(GError) error = NULL;
	desk_file(desk, &(struct desk_mail){.from = "kim@customer.example", .text = "One", .received = 2 * Q});
	desk_file(desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Two", .received = 3 * Q, .thread = 1});
	desk_file(desk, &(struct desk_mail){.from = "lee@customer.example", .text = "Three", .received = 3 * Q, .contact = 1});
	desk_file(desk, &(struct desk_mail){.from = "max@customer.example", .text = "Four", .received = 3 * Q});
	status_bin(desk->db, desk->admin, 3, 9, &error);
	db_run(desk->db, "INSERT INTO message (shop_id, kind, received, thread_id, is_private) VALUES (1, 'note', 4 * 900000, 1, 1),"
		" (1, 'employee', 6 * 900000, 1, 0)", &error);
	g_assert_no_error(error);
}

static void
numbers(void)
{
	struct desk desk;
	desk_setup(&desk);
	fill(&desk);
	assert_quarter(&desk, 0, 2, (struct charts_quarter){.in = 1, .answered = 1, .wait_sum = 4 * Q});
	assert_quarter(&desk, 0, 3, (struct charts_quarter){.in = 2});
	assert_quarter(&desk, 0, 4, (struct charts_quarter){0});
	assert_quarter(&desk, 0, 6, (struct charts_quarter){.out = 1});
	assert_quarter(&desk, 3 * Q, 2, (struct charts_quarter){0});
	desk_teardown(&desk);
}

static void
only_contacts_they_may_see(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	fill(&desk);
	db_run(desk.db, "UPDATE employee SET has_all = 0; INSERT INTO employee_contact VALUES (1, 1)", &error);
	g_assert_no_error(error);
	assert_quarter(&desk, 0, 2, (struct charts_quarter){0});
	assert_quarter(&desk, 0, 3, (struct charts_quarter){.in = 1});
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/charts/numbers", numbers);
	g_test_add_func("/charts/only-contacts-they-may-see", only_contacts_they_may_see);
	return g_test_run();
}
