/* contact: addresses in one form, and which recipient belongs to whom. */
#include <string.h>

#include "store/contact.h"
#include "tests/unit/ground.h"

static char *directory;
static db *desk;
static gint64 support, shop, off;

static void
test_normal(void)
{
	static const char *const cases[][2] = {
		{"support@shop.example", "support@shop.example"}, {"<Support@SHOP.example>", "support@shop.example"},
		{"a@BÜCHER.example", "a@xn--bcher-kva.example"}, {"a@xn--bcher-kva.example", "a@xn--bcher-kva.example"},
		{"a@shop.example.", "a@shop.example"}, {"\"a@b\"@shop.example", "\"a@b\"@shop.example"}, {"@Shop.example", "@shop.example"},
		{"É@shop.example", "É@shop.example"}, {"support", NULL}, {"support@", NULL}, {"", NULL}, {"<>", NULL}, {"a@b c", NULL},
		{"a\n@b", NULL}, {"a@", NULL}, {"<a@b", NULL}, {"a@.", NULL},
		{"a@b.\xff", NULL}, {"a@shop.example\xf0", NULL}, {"a@\xc3.example", NULL}, /* no UTF-8 */
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *normal = contact_normal_address(cases[i][0]);
		g_assert_cmpstr(normal, ==, cases[i][1]);
	}
}

static gint64
add(const char *name, bool is_taking, bool is_off, const char *const *addresses)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	const struct contact_new contact = {.name = name, .description = "", .addresses = addresses, .is_taking = is_taking, .is_off = is_off};
	g_assert_true(db_begin(desk, &error) && contact_add(desk, &contact, &id, &error) && db_commit(desk, &error));
	return id;
}

static void
test_find(void)
{
	static const struct {const char *recipient; gint64 *contact; const char *extension;} cases[] = {
		{"support@shop.example", &support, ""}, {"<SUPPORT@Shop.Example>", &support, ""}, {"support+x@shop.example", &support, "x"},
		{"support+@shop.example", &support, ""}, {"support+a+B@shop.example", &support, "a+b"}, {"help+me@shop.example", &off, ""},
		{"help@shop.example", &support, ""}, {"help+you@shop.example", &support, "you"}, {"support@other.example", NULL, ""},
		{"supportx@shop.example", NULL, ""}, {"suppor@shop.example", NULL, ""}, {"anyone@all.example", &shop, ""},
		{"anyone+x@all.example", &shop, "x"}, {"+x@all.example", &shop, "x"}, {"a@b@all.example", &shop, ""}, {"anyone@sub.all.example", NULL, ""},
		{"nonsense", NULL, ""}, {"", NULL, ""}, {"@", NULL, ""}};
	g_autoptr(GError) error = NULL;
	g_autoptr(contact_book) book = contact_book_load(desk, &error);
	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *extension = NULL;
		const struct contact_route *route = contact_book_find(book, cases[i].recipient, '+', &extension);
		if ((route ? route->id : 0) != (cases[i].contact ? *cases[i].contact : 0))
			g_error("%s: contact %d", cases[i].recipient, route ? (int)route->id : 0);
		g_assert_cmpstr(extension, ==, cases[i].extension);
	}
	g_assert_true(contact_book_by_id(book, off)->is_taking && !contact_book_by_id(book, off)->is_saving);
}

static void
test_without_delimiter(void)
{
	g_autoptr(contact_book) book = contact_book_load(desk, NULL);
	g_assert_null(contact_book_find(book, "support+x@shop.example", 0, NULL));
	g_assert_nonnull(contact_book_find(book, "support@shop.example", 0, NULL));
	g_assert_nonnull(contact_book_find(book, "support-x@shop.example", '-', NULL));
}

static void
refuse(const char *const *addresses, bool is_off, const char *told)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	const struct contact_new contact = {.name = "Bad", .description = "", .addresses = addresses, .is_off = is_off};
	g_assert_true(db_begin(desk, NULL));
	g_assert_false(contact_add(desk, &contact, &id, &error));
	g_assert_nonnull(strstr(error->message, told));
	db_rollback(desk);
}

static void
test_refused(void)
{
	refuse((const char *const[]){"Support@shop.example", NULL}, false, "already");
	refuse((const char *const[]){"@only.example", NULL}, false, "send from");
	refuse((const char *const[]){"nonsense", NULL}, false, "nonsense");
	refuse((const char *const[]){NULL}, true, "nowhere");
}

static void
test_more_addresses(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(db_begin(desk, &error));
	g_assert_true(contact_add_addresses(desk, support, (const char *const[]){"@more.example", "x@shop.example", NULL}, &error));
	g_assert_false(contact_add_addresses(desk, 2, (const char *const[]){"@first.example", NULL}, &error)); /* has none to send from */
	g_clear_error(&error);
	g_assert_true(db_commit(desk, &error));
	g_autoptr(contact_book) book = contact_book_load(desk, &error);
	g_assert_cmpint(contact_book_find(book, "any@more.example", '+', NULL)->id, ==, support);
	g_assert_cmpstr(contact_book_by_id(book, support)->address, ==, "support@shop.example");
}

static void
mailable(void)
{
	static const char *const cases[][2] = {
		{"Kim@Home.example", "kim@home.example"}, {"o'brien+x@bücher.example", "o'brien+x@xn--bcher-kva.example"}, {"a..b@docomo.example", "a..b@docomo.example"},
		{"root@localhost", "root@localhost"}, {"a@b@c.example", NULL}, {"@c.example", NULL}, {"a@", NULL}, {"a@-c.example", NULL}, {"a@c..example", NULL},
		{"\"a\"@c.example", NULL}, {"a,b@c.example", NULL}, {"a\tb@c.example", NULL}, {"a@c.example\r\nBcc: x@y.example", NULL}, {"Zoë@c.example", "zoë@c.example"},
		{"иван@почта.example", "иван@xn--80a1acny.example"}, {"a\u202eb@c.example", NULL}, {"a\u00a0b@c.example", NULL}, {"\xe4@c.example", NULL},
		{"a@[127.0.0.1]", NULL}, {"", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *address = contact_mailable_address(cases[i][0]);
		g_test_message("%s", cases[i][0]);
		g_assert_cmpstr(address, ==, cases[i][1]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	directory = ground_store();
	desk = ground_open(directory, "desk.db", DB_WRITE);
	support = add("Support", false, false, (const char *const[]){"Support@shop.example", "help@shop.example", NULL});
	shop = add("Shop", false, false, (const char *const[]){"info@all.example", "@all.example", NULL});
	off = add("Off", true, true, (const char *const[]){"help+me@shop.example", NULL});
	g_test_add_func("/contact/normal", test_normal);
	g_test_add_func("/contact/mailable", mailable);
	g_test_add_func("/contact/find", test_find);
	g_test_add_func("/contact/without-delimiter", test_without_delimiter);
	g_test_add_func("/contact/refused", test_refused);
	g_test_add_func("/contact/more-addresses", test_more_addresses);
	int status = g_test_run();
	db_close(desk);
	ground_free(directory);
	return status;
}
