/* Fields of predefined messages: known and unknown ones, and what is filled in. Links to set a password are mailed. */
#include "store/placeholder.h"

#include "store/opening.h"
#include "store/automatic.h"
#include "store/reset_mail.h"
#include "tests/unit/answer.h"

static char *
names_of(GPtrArray *names)
{
	g_ptr_array_add(names, NULL);
	char *all = g_strjoinv(" ", (char **)names->pdata);
	g_ptr_array_unref(names);
	return all;
}

static void
unknown(void)
{
	static const char *const cases[][2] = {
		{"Hello {customer.firstname} {customer.lastname}, {order.reference}", ""}, {"{customer.name}", "customer.name"},
		{"{firstname} {firstname} {x_y}", "firstname x_y"}, {"{ customer.firstname }", " customer.firstname "}, {"{Customer.firstname}", "Customer.firstname"},
		{"{customer.firstname", ""}, {"{}", ""}, {"{1, 2}", ""}, {"{{customer.email}}", ""}, {"a { b } c", " b "}, {"é{œ}", ""}, {"{42}", ""}, {"", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *names = names_of(placeholder_unknown(cases[i][0]));
		g_test_message("%s", cases[i][0]);
		g_assert_cmpstr(names, ==, cases[i][1]);
	}
}

static char *
fill(struct place *place, const char *text, char **empty)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *names = NULL;
	char *filled = placeholder_fill(place->desk.db, place->desk.admin, place->thread, text, &names, &error);
	g_assert_no_error(error);
	*empty = names_of(names);
	return filled;
}

static void
visitors_have_no_name(void)
{
	struct place place;
	place_setup(&place);
	g_autofree char *empty = NULL;
	g_autofree char *filled = fill(&place, "{customer.firstname}|{customer.email}|{thread.id}|{contact.name}|{employee.firstname} {employee.lastname}|{who}|{order.total}", &empty);
	g_assert_cmpstr(filled, ==, "|kim@customer.example|1|Support|Ada Lovelace|{who}|");
	g_assert_cmpstr(empty, ==, "customer.firstname order.total");
	place_teardown(&place);
}

static void
customers_and_orders(void)
{
	struct place place;
	place_setup(&place);
	place_run(&place, "INSERT INTO customer (shop_id, firstname, lastname, email, registered) VALUES (1, 'Kim', '{shop.name}', 'kim@customer.example', 1);"
		"INSERT INTO shop_order (shop_id, customer_id, reference, total, currency, created) VALUES (1, 1, 'A-1', 12500000, 'EUR', 1);"
		"INSERT INTO shop_order_state (order_id, position, created, name, is_valid) VALUES (1, 1, 1, 'New', 0), (1, 2, 2, 'Paid', 1);"
		"UPDATE thread SET customer_id = 1, order_id = 1, language = 'fr'");
	g_autofree char *empty = NULL;
	/* What is filled in is not looked at again. */
	g_autofree char *filled = fill(&place, "{customer.firstname} {customer.lastname}: {order.reference} {order.state} {order.total}", &empty);
	g_assert_cmpstr(filled, ==, "Kim {shop.name}: A-1 Paid 12,50 EUR");
	g_assert_cmpstr(empty, ==, "");
	place_run(&place, "UPDATE shop_order SET total = -250000");
	g_autofree char *none = NULL, *negative = fill(&place, "{order.total}", &none);
	g_assert_cmpstr(negative, ==, "-0,25 EUR");
	place_teardown(&place);
}

static void
opening_speaks_the_threads_language(void)
{
	struct place place;
	static const char *const cases[][2] = {{"fr", "Cher client,"}, {"pl", "Szanowny Kliencie,"}, {"de", "Dear Customer,"}};
	place_setup(&place);
	place_run(&place, "UPDATE employee SET signature = ' Ada '");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *sql = g_strdup_printf("UPDATE thread SET language = '%s'", cases[i][0]);
		place_run(&place, sql);
		g_autoptr(correspondence) about = correspondence_open(place.desk.db, place.desk.admin, &place.signer, place.thread, &error);
		g_autofree char *text = opening_text(place.desk.db, place.desk.admin, about, &error);
		g_assert_no_error(error);
		g_assert_true(g_str_has_prefix(text, cases[i][1]));
		g_assert_true(g_str_has_suffix(text, "\n\nAda"));
	}
	place_teardown(&place);
}

static void
links_are_mailed(void)
{
	struct place place;
	g_autoptr(GError) error = NULL;
	struct reset_link link = {1, 9000, "https://desk.example/reset/abc", '+'};
	place_setup(&place);
	g_assert_cmpint(reset_mail(place.desk.db, &link, 5000, &error), ==, 1);
	link.url = "https://desk.example/reset/abd";
	g_assert_cmpint(reset_mail(place.desk.db, &link, 5000, &error), ==, 1);
	g_assert_cmpint(desk_number(&place.desk, "SELECT count(*) FROM outbox WHERE kind = 'notice' AND sender = '' AND thread_id IS NULL AND undo = ''"
		" AND expires = 9000 AND head ->> 'automatic' AND head ->> 'subject' = 'Set a new password' AND instr(text, 'https://desk.example/reset/ab') > 0"), ==, 2);
	g_assert_cmpint(desk_number(&place.desk, "SELECT count(*) FROM outbox_recipient WHERE address = 'ada@shop.example'"), ==, 2);
	for (int i = 2; i < AUTOMATIC_A_DAY + 2; i++)
		g_assert_cmpint(reset_mail(place.desk.db, &link, 5000, &error), ==, i < AUTOMATIC_A_DAY);
	place_run(&place, "DELETE FROM automatic_mail; UPDATE employee SET email = 'support+me@shop.example'");
	g_assert_cmpint(reset_mail(place.desk.db, &link, 5000, &error), ==, 0); /* it would come back to the desk */
	place_run(&place, "UPDATE employee SET email = 'ada@shop.example', is_active = 0");
	g_assert_cmpint(reset_mail(place.desk.db, &link, 5000, &error), ==, 0);
	place_run(&place, "UPDATE employee SET is_active = 1; UPDATE contact SET address = ''");
	g_assert_cmpint(reset_mail(place.desk.db, &link, 5000, &error), ==, 0);
	g_assert_no_error(error);
	place_teardown(&place);
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	g_test_add_func("/placeholder/unknown", unknown);
	g_test_add_func("/placeholder/visitor", visitors_have_no_name);
	g_test_add_func("/placeholder/customer", customers_and_orders);
	g_test_add_func("/opening/language", opening_speaks_the_threads_language);
	g_test_add_func("/reset-mail", links_are_mailed);
	return g_test_run();
}
