/* Customers and their orders: rows, filters, whose threads become whose, sums. */
#include "store/order.h"
#include "store/register.h"
#include "store/thread.h"
#include "tests/unit/desk.h"

static gint64
register_one(struct desk *desk, const char *firstname, const char *lastname, const char *email)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	const struct customer_new customer = {1, 5, firstname, lastname, email};
	g_assert_cmpint(register_customer(desk->db, &customer, &id, &error), ==, 1);
	g_assert_no_error(error);
	return id;
}

static void
takes_over_threads(void)
{
	struct desk desk;
	desk_setup(&desk);
	desk_file(&desk, &(struct desk_mail){.from = "Kim@Customer.example"});
	desk_file(&desk, &(struct desk_mail){.from = "lee@other.example"});
	gint64 kim = register_one(&desk, "Kim", "Müller", "kim@customer.EXAMPLE");
	g_assert_cmpint(desk_number(&desk, "SELECT customer_id FROM thread WHERE id = 1"), ==, kim);
	g_assert_cmpint(desk_number(&desk, "SELECT customer_id IS NULL FROM thread WHERE id = 2"), ==, 1);
	/* What comes later is theirs at once, and a new address brings its threads along; the old ones stay. */
	desk_file(&desk, &(struct desk_mail){.from = "KIM@customer.example"});
	g_assert_cmpint(desk_number(&desk, "SELECT customer_id FROM thread WHERE id = 3"), ==, kim);
	g_autoptr(GError) error = NULL;
	const struct customer_new moved = {1, 5, "Kim", "Müller", "lee@other.example"};
	g_assert_cmpint(register_change(desk.db, kim, 1, &moved, &error), ==, 1);
	g_assert_no_error(error);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread WHERE customer_id = 1"), ==, 3);
	g_assert_cmpint(customer_drop(desk.db, kim, &error), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread WHERE customer_id IS NULL"), ==, 3);
	desk_teardown(&desk);
}

static void
refusals(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	gint64 id;
	desk_setup(&desk);
	gint64 kim = register_one(&desk, "Kim", "Müller", "kim@customer.example");
	const struct customer_new again = {1, 5, "Other", "One", "KIM@customer.example"}, nowhere = {9, 5, "No", "Shop", "no@customer.example"};
	g_assert_cmpint(register_customer(desk.db, &again, &id, &error), ==, 2);
	g_assert_cmpint(register_customer(desk.db, &nowhere, &id, &error), ==, 0);
	gint64 lee = register_one(&desk, "Lee", "Ray", "lee@customer.example");
	g_assert_cmpint(register_change(desk.db, lee, 1, &again, &error), ==, 2);
	const struct customer_new fine = {1, 5, "Lea", "Ray", "lee@customer.example"};
	g_assert_cmpint(register_change(desk.db, lee, 7, &fine, &error), ==, 3);
	g_assert_cmpint(register_change(desk.db, 99, 1, &fine, &error), ==, 2);
	const struct customer_new free_address = {1, 5, "Lea", "Ray", "lea@customer.example"};
	g_assert_cmpint(register_change(desk.db, 99, 1, &free_address, &error), ==, 0);
	g_assert_cmpint(register_change(desk.db, lee, 1, &fine, &error), ==, 1);
	g_assert_cmpint(register_change(desk.db, lee, 1, &fine, &error), ==, 3);
	g_assert_cmpint(customer_drop(desk.db, 99, &error), ==, 0);
	g_assert_no_error(error);
	g_assert_cmpint(kim, !=, lee);
	desk_teardown(&desk);
}

static bool
take_name(const struct customer_row *row, void *data)
{
	g_string_append_printf(data, "%s%s", ((GString *)data)->len ? " " : "", row->firstname);
	return true;
}

static void
lists(void)
{
	static const struct {
		struct customer_filter filter;
		const char *names;
	} cases[] = {
		{{.limit = 20, .page = 1}, "Lee Kim Ann"},
		{{.limit = 20, .page = 1, .sort = "-name"}, "Ann Kim Lee"},
		{{.limit = 20, .page = 1, .sort = "email"}, "Ann Kim Lee"},
		{{.limit = 20, .page = 1, .sort = "-id"}, "Lee Ann Kim"},
		{{.limit = 2, .page = 2}, "Ann"},
		{{.limit = 20, .page = 1, .address = "KIM@customer.example"}, "Kim"},
		{{.limit = 20, .page = 1, .address = "kim@customer"}, ""},
		{{.limit = 20, .page = 1, .email = "customer kim"}, "Kim"},
		{{.limit = 20, .page = 1, .name = "MULL"}, "Kim"},
		{{.limit = 20, .page = 1, .shop_id = 1, .name = "a"}, "Lee Ann"},
		{{.limit = 20, .page = 1, .shop_id = 2}, ""},
	};
	struct desk desk;
	desk_setup(&desk);
	register_one(&desk, "Kim", "Müller", "kim@customer.example");
	register_one(&desk, "Ann", "Zand", "ann@customer.example");
	register_one(&desk, "Lee", "Abel", "lee@other.example");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GString) names = g_string_new(NULL);
		g_test_message("case %d", (int)i);
		g_assert_true(customer_each(desk.db, desk.admin, &cases[i].filter, take_name, names, &error));
		g_assert_cmpstr(names->str, ==, cases[i].names);
	}
	g_assert_cmpint(customer_total(desk.db, desk.admin, &cases[0].filter, NULL), ==, 3);
	desk_teardown(&desk);
}

/* Who sees one contact only sees the customers of the shops it serves. */
static void
rights(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	gint64 kim = register_one(&desk, "Kim", "Müller", "kim@customer.example");
	g_autoptr(GString) names = g_string_new(NULL);
	db_run(desk.db, "UPDATE employee SET has_all = 0; INSERT INTO shop (group_id, name) VALUES (1, 'Second')", &error);
	g_assert_no_error(error);
	g_assert_cmpint(customer_get(desk.db, desk.admin, kim, take_name, names, &error), ==, 0);
	db_run(desk.db, "INSERT INTO employee_contact VALUES (1, 2)", &error);
	g_assert_cmpint(customer_get(desk.db, desk.admin, kim, take_name, names, &error), ==, 1);
	db_run(desk.db, "UPDATE customer SET shop_id = 2", &error);
	g_assert_cmpint(customer_get(desk.db, desk.admin, kim, take_name, names, &error), ==, 0);
	g_assert_no_error(error);
	desk_teardown(&desk);
}

static gint64
order_one(struct desk *desk, gint64 customer, const char *reference, gint64 total, const char *currency, bool was_valid, bool is_valid)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	const struct order_state states[] = {{10, "Payment accepted", was_valid}, {20, is_valid ? "Shipped" : "Canceled", is_valid}};
	const struct order_line lines[] = {{"Lamp", 2, 3500000}};
	const struct order_new order = {.shop_id = 1, .customer_id = customer, .total = total, .created = 9, .reference = reference,
		.currency = currency, .states = states, .state_count = 2, .lines = lines, .line_count = 1};
	g_assert_cmpint(order_add(desk->db, &order, &id, &error), ==, ORDER_DONE);
	g_assert_no_error(error);
	return id;
}

static bool
take_sum(const struct order_sum *sum, void *data)
{
	g_string_append_printf(data, "%d %s %d;", (int)sum->count, sum->currency, (int)sum->total);
	return true;
}

/* Only orders that stand in a valid state now count, each currency by itself. */
static void
sums(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) said = g_string_new(NULL);
	desk_setup(&desk);
	gint64 kim = register_one(&desk, "Kim", "Müller", "kim@customer.example");
	order_one(&desk, kim, "A", 1000000, "EUR", false, true);
	order_one(&desk, kim, "B", 2500000, "EUR", false, true);
	order_one(&desk, kim, "C", 7000000, "PLN", false, true);
	order_one(&desk, kim, "D", 9000000, "EUR", true, false);
	order_one(&desk, 0, "E", 9000000, "EUR", false, true);
	g_assert_true(order_each_sum(desk.db, kim, take_sum, said, &error));
	g_assert_cmpstr(said->str, ==, "2 EUR 3500000;1 PLN 7000000;");
	desk_teardown(&desk);
}

static bool
take_state(const struct order_state *state, void *data)
{
	g_string_append_printf(data, "%s;", state->name);
	return true;
}

static bool
take_order(const struct order_row *row, void *data)
{
	g_string_append_printf(data, "%s %s %s;", row->reference, row->state.name, row->lastname);
	return true;
}

static void
orders(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) said = g_string_new(NULL);
	desk_setup(&desk);
	gint64 kim = register_one(&desk, "Kim", "Müller", "kim@customer.example"), other;
	gint64 id = order_one(&desk, kim, "XKB", 1000000, "EUR", false, true);
	struct order_new order = {.shop_id = 1, .customer_id = kim, .total = 5, .created = 9, .reference = "XKB", .currency = "EUR"};
	g_assert_cmpint(order_add(desk.db, &order, &other, &error), ==, ORDER_TAKEN);
	order.reference = "YKB";
	order.customer_id = 99;
	g_assert_cmpint(order_add(desk.db, &order, &other, &error), ==, ORDER_NO_CUSTOMER);
	order.customer_id = kim;
	order.shop_id = 9;
	g_assert_cmpint(order_add(desk.db, &order, &other, &error), ==, ORDER_MISSING);
	order.shop_id = 1;
	g_assert_cmpint(order_set(desk.db, id, 4, &order, &error), ==, ORDER_OLD);
	g_assert_cmpint(order_set(desk.db, id, 1, &order, &error), ==, ORDER_DONE);
	g_assert_true(order_each_state(desk.db, id, take_state, said, &error));
	g_assert_cmpstr(said->str, ==, "Payment accepted;Shipped;"); /* not named: they stay */
	const struct order_state state = {30, "Delivered", true};
	order.states = &state;
	order.state_count = 1;
	g_assert_cmpint(order_set(desk.db, id, 2, &order, &error), ==, ORDER_DONE);
	const struct order_filter filter = {.email = "KIM@customer.example", .exact = "ykb", .name = "mul", .limit = 20, .page = 1};
	g_string_truncate(said, 0);
	g_assert_true(order_each(desk.db, desk.admin, &filter, take_order, said, &error));
	g_assert_cmpstr(said->str, ==, "YKB Delivered Müller;");
	g_assert_cmpint(order_total(desk.db, desk.admin, &filter, &error), ==, 1);
	g_assert_cmpint(order_drop(desk.db, id, &error), ==, ORDER_DONE);
	g_assert_cmpint(order_drop(desk.db, id, &error), ==, ORDER_MISSING);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM shop_order_state"), ==, 0);
	g_assert_no_error(error);
	desk_teardown(&desk);
}

static void
order_lists(void)
{
	static const struct {
		struct order_filter filter;
		const char *references;
	} cases[] = {
		{{.limit = 20, .page = 1}, "C Shipped ;B-7 Canceled Abel;A-12 Shipped Müller;"},
		{{.limit = 1, .page = 2, .sort = "reference"}, "B-7 Canceled Abel;"},
		{{.limit = 20, .page = 1, .sort = "-name"}, "A-12 Shipped Müller;B-7 Canceled Abel;C Shipped ;"},
		{{.limit = 20, .page = 1, .sort = "state"}, "B-7 Canceled Abel;A-12 Shipped Müller;C Shipped ;"},
		{{.limit = 20, .page = 1, .sort = "-total"}, "B-7 Canceled Abel;C Shipped ;A-12 Shipped Müller;"},
		{{.limit = 20, .page = 1, .reference = "a 1"}, "A-12 Shipped Müller;"},
		{{.limit = 20, .page = 1, .exact = "a-12"}, "A-12 Shipped Müller;"},
		{{.limit = 20, .page = 1, .exact = "a"}, ""},
		{{.limit = 20, .page = 1, .state = "ship", .name = "mull"}, "A-12 Shipped Müller;"},
		{{.limit = 20, .page = 1, .state = "payment"}, ""}, /* where they stand, not what they went through */
		{{.limit = 20, .page = 1, .from = 20, .to = 30}, "B-7 Canceled Abel;"},
		{{.limit = 20, .page = 1, .from = 31}, ""},
	};
	struct desk desk;
	desk_setup(&desk);
	order_one(&desk, register_one(&desk, "Kim", "Müller", "kim@customer.example"), "A-12", 1000000, "EUR", false, true);
	order_one(&desk, register_one(&desk, "Lee", "Abel", "lee@other.example"), "B-7", 9000000, "PLN", false, false);
	order_one(&desk, 0, "C", 5000000, "EUR", false, true);
	g_assert_true(db_run(desk.db, "UPDATE shop_order SET created = id * 10", NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GString) said = g_string_new(NULL);
		g_test_message("case %d", (int)i);
		g_assert_true(order_each(desk.db, desk.admin, &cases[i].filter, take_order, said, &error));
		g_assert_cmpstr(said->str, ==, cases[i].references);
	}
	g_assert_cmpint(order_total(desk.db, desk.admin, &cases[8].filter, NULL), ==, 1);
	desk_teardown(&desk);
}

static bool
take_thread(const struct thread_row *row, void *data)
{
	g_string_append_printf(data, "%d ", (int)row->id);
	return true;
}

/* A customer's threads and those about an order, newest first, page by page; without the bin, and only what one may see. */
static void
owned_threads(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) said = g_string_new(NULL);
	desk_setup(&desk);
	gint64 kim = register_one(&desk, "Kim", "Müller", "kim@customer.example");
	gint64 order = order_one(&desk, kim, "A", 1000000, "EUR", false, true);
	for (int i = 0; i < 4; i++)
		desk_file(&desk, &(struct desk_mail){.from = i == 3 ? "lee@other.example" : "kim@customer.example"});
	db_run(desk.db, "UPDATE thread SET last_message = 100 - id; UPDATE thread SET order_id = 1 WHERE id IN (2, 4)", &error);
	g_assert_no_error(error);
	struct thread_owner owners[] = {{.customer_id = kim, .limit = 2, .page = 1}, {.customer_id = kim, .limit = 2, .page = 2}, {.order_id = order, .limit = 9, .page = 1}};
	for (size_t i = 0; i < G_N_ELEMENTS(owners); i++) {
		g_assert_true(thread_each_of(desk.db, desk.admin, &owners[i], take_thread, said, &error));
		g_string_append_printf(said, "of %d;", (int)thread_total_of(desk.db, desk.admin, &owners[i], &error));
	}
	g_assert_cmpstr(said->str, ==, "1 2 of 3;3 of 3;2 4 of 2;");
	db_run(desk.db, "UPDATE thread SET folder = 'bin' WHERE id = 1", &error);
	g_assert_cmpint(thread_total_of(desk.db, desk.admin, &owners[0], &error), ==, 2);
	db_run(desk.db, "UPDATE employee SET has_all = 0", &error);
	g_assert_cmpint(thread_total_of(desk.db, desk.admin, &owners[2], &error), ==, 0);
	g_assert_no_error(error);
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/customer/takes-over-threads", takes_over_threads);
	g_test_add_func("/customer/refusals", refusals);
	g_test_add_func("/customer/lists", lists);
	g_test_add_func("/customer/rights", rights);
	g_test_add_func("/order/sums", sums);
	g_test_add_func("/order/rows", orders);
	g_test_add_func("/order/lists", order_lists);
	g_test_add_func("/order/threads", owned_threads);
	return g_test_run();
}
