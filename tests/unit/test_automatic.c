/* What we send by ourselves never makes a loop (RFC 3834). */
#include "store/automatic.h"

#include "store/contact.h"
#include "tests/unit/desk.h"

static int
claim(struct desk *desk, const char *address, gint64 message, gint64 now)
{
	g_autoptr(GError) error = NULL;
	int got = automatic_claim(desk->db, &(struct automatic){address, '+', message}, now, &error);
	g_assert_no_error(error);
	return got;
}

static void
to_whom(void)
{
	static const struct {
		const char *address;
		int may;
	} cases[] = {{"kim@customer.example", 1}, {"Kim@Customer.example", 1}, {"not an address", 0}, {"", 0}, {"MAILER-DAEMON@customer.example", 0},
		{"lamp-request@lists.example", 0}, {"owner-lamp@lists.example", 0}, {"no-reply@customer.example", 0}, {"support@shop.example", 0},
		{"Support+t1-abc@shop.example", 0}, {"any@help.example", 0}, {"Ada@shop.example", 1}};
	static const char *const addresses[] = {"support@shop.example", "@help.example", NULL};
	struct desk desk;
	desk_setup(&desk);
	contact_add_addresses(desk.db, 2, addresses, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].address);
		g_assert_cmpint(claim(&desk, cases[i].address, 0, 1000), ==, cases[i].may);
	}
	desk_teardown(&desk);
}

static void
five_a_day(void)
{
	const gint64 day = G_GINT64_CONSTANT(24) * 3600 * 1000;
	struct desk desk;
	desk_setup(&desk);
	for (int i = 0; i < 8; i++)
		g_assert_cmpint(claim(&desk, i % 2 ? "kim@customer.example" : "KIM@customer.example", 0, 1000 + i), ==, i < AUTOMATIC_A_DAY);
	g_assert_cmpint(claim(&desk, "lee@customer.example", 0, 2000), ==, 1);
	g_assert_cmpint(claim(&desk, "kim@customer.example", 0, day + 1), ==, 1);
	claim(&desk, "kim@customer.example", 0, 9 * day);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM automatic_mail"), ==, 1); /* older days are gone */
	desk_teardown(&desk);
}

static void
not_to_programs(void)
{
	struct desk desk;
	desk_setup(&desk);
	gint64 written = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example"}).message;
	gint64 automatic = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .is_automatic = TRUE}).message;
	gint64 listed = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .is_list = TRUE}).message;
	g_assert_cmpint(claim(&desk, "kim@customer.example", written, 1000), ==, 1);
	g_assert_cmpint(claim(&desk, "kim@customer.example", automatic, 1000), ==, 0);
	g_assert_cmpint(claim(&desk, "kim@customer.example", listed, 1000), ==, 0);
	g_assert_cmpint(claim(&desk, "ada@shop.example", written, 1000), ==, 0); /* staff may get a link, but no answer by itself */
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/automatic/to-whom", to_whom);
	g_test_add_func("/automatic/five-a-day", five_a_day);
	g_test_add_func("/automatic/programs", not_to_programs);
	return g_test_run();
}
