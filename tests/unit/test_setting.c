/* setting: what is changed together has one version; contacts and order messages are checked and changed as a whole. */
#include "store/contact_edit.h"
#include "store/order_message.h"
#include "store/setting.h"
#include "tests/unit/desk.h"

static struct desk desk;

static void
test_setting(void)
{
	g_autoptr(GError) error = NULL;
	static const char *const names[] = {"bin_days", "spam_days", NULL}, *const values[] = {"7", "8", NULL}, *const others[] = {"9", "9", NULL};
	gint64 first = setting_version(desk.db, names, &error);
	g_assert_cmpint(first, >, 0);
	g_assert_cmpint(setting_get_int(desk.db, 1, "bin_days"), ==, 30);
	g_assert_cmpint(setting_save(desk.db, first, names, values, &error), ==, 1);
	g_assert_cmpint(setting_get_int(desk.db, 1, "bin_days"), ==, 7);
	g_assert_cmpint(setting_get_int(desk.db, 0, "spam_days"), ==, 8);
	g_assert_cmpint(setting_save(desk.db, first, names, others, &error), ==, 3);
	g_assert_cmpint(setting_get_int(desk.db, 1, "bin_days"), ==, 7);
	g_assert_cmpint(setting_version(desk.db, names, &error), >, first);
	g_assert_cmpint(setting_save(desk.db, setting_version(desk.db, names, &error), names, others, &error), ==, 1);
	g_assert_cmpint(setting_get_int(desk.db, 1, "spam_days"), ==, 9);
	g_assert_no_error(error);
}

static int
save(struct order_message_edit *edit, const struct order_message_text *texts, guint count)
{
	g_autoptr(GError) error = NULL;
	edit->texts = texts;
	edit->count = count;
	int got = order_message_save(desk.db, edit, &error);
	g_assert_no_error(error);
	return got;
}

static bool
note_name(const struct order_message_row *row, void *data)
{
	g_string_append_printf(data, "%s ", row->name);
	return true;
}

static void
assert_names(const char *language, const struct order_message_filter *filter, const char *names)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) found = g_string_new(NULL);
	g_assert_true(order_message_each(desk.db, language, filter, note_name, found, &error));
	g_assert_cmpstr(found->str, ==, names);
}

static void
test_order_message(void)
{
	static const struct order_message_text both[] = {{"en", "late", "It is late."}, {"fr", "retard", "En retard."}}, other[] = {{"en", "Stock", "None."}},
		taken[] = {{"en", "New", "x"}, {"fr", "RETARD", "x"}};
	struct order_message_edit one = {0}, two = {0}, three = {0};
	g_assert_cmpint(save(&one, both, 2), ==, 1);
	g_assert_cmpint(save(&two, other, 1), ==, 1);
	g_assert_cmpint(save(&three, taken, 2), ==, 2);
	g_assert_cmpint(three.taken, ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM order_message"), ==, 2);
	const struct order_message_filter all = {.limit = 10, .page = 1, .sort = "name"}, words = {.text = "lat", .limit = 10, .page = 1},
		second = {.limit = 1, .page = 2, .sort = "-id"};
	assert_names("en", &all, "late Stock ");
	assert_names("fr", &all, "retard Stock "); /* where French lacks, the shop's language */
	assert_names("pl", &second, "late ");
	assert_names("en", &words, "late ");
	one.version = 1;
	g_assert_cmpint(save(&one, both, 1), ==, 1); /* its own name is not taken */
	assert_names("fr", &all, "late Stock ");
	g_assert_cmpint(save(&one, both, 2), ==, 3);
	g_assert_cmpint(order_message_drop(desk.db, one.id, NULL), ==, 1);
	g_assert_cmpint(order_message_drop(desk.db, one.id, NULL), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM order_message_text"), ==, 1);
}

static void
set_address(contact_card *card, const char *address)
{
	g_strfreev(card->addresses);
	card->addresses = g_strsplit(address, " ", -1);
}

static void
test_contact(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(contact_card) card = contact_card_new();
	gint64 shop = 1, none = 77;
	guint wrong;
	g_array_append_val(card->shops, shop);
	contact_card_text(card, "en");
	set_address(card, "a@shop.example b@shop.example");
	g_assert_cmpint(contact_save(desk.db, card, &wrong, &error), ==, CONTACT_SAVED);
	g_autoptr(contact_card) again = contact_card_load(desk.db, card->id, &error);
	g_assert_cmpstr(again->addresses[0], ==, "a@shop.example");
	set_address(again, "b@shop.example");
	g_assert_cmpint(contact_save(desk.db, again, &wrong, &error), ==, CONTACT_SAVED);
	g_assert_cmpint(contact_save(desk.db, again, &wrong, &error), ==, CONTACT_STALE);
	g_autoptr(contact_card) second = contact_card_new();
	g_array_append_val(second->shops, shop);
	set_address(second, "a@shop.example b@shop.example");
	g_assert_cmpint(contact_save(desk.db, second, &wrong, &error), ==, CONTACT_TAKEN);
	g_assert_cmpint(wrong, ==, 1);
	set_address(second, "c@shop.example");
	g_array_append_val(second->shops, none);
	g_assert_cmpint(contact_save(desk.db, second, &wrong, &error), ==, CONTACT_NO_SHOP);
	g_assert_cmpint(wrong, ==, 1);
	g_assert_no_error(error);
}

/* Threads follow only where their shop is served; numbers follow them. */
static void
test_drop(void)
{
	g_autoptr(GError) error = NULL;
	desk_file(&desk, &(struct desk_mail){.from = "jane@customer.example", .contact = 2});
	db_run(desk.db, "DELETE FROM contact_shop WHERE contact_id = 1", &error);
	g_assert_cmpint(contact_drop(desk.db, 2, 1, desk.admin->id, 5, &error), ==, 2);
	g_assert_cmpint(contact_drop(desk.db, 2, 2, desk.admin->id, 5, &error), ==, 2);
	db_run(desk.db, "INSERT INTO contact_shop VALUES (1, 1)", &error);
	g_assert_cmpint(contact_drop(desk.db, 2, 1, desk.admin->id, 5, &error), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT contact_id FROM thread"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT value FROM counter WHERE contact_id = 1 AND name = 'open'"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM event WHERE kind = 'contact'"), ==, 1);
	g_assert_cmpint(contact_drop(desk.db, 1, 0, desk.admin->id, 5, &error), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT contact_id IS NULL FROM thread"), ==, 1);
	g_assert_cmpint(contact_drop(desk.db, 1, 0, desk.admin->id, 5, &error), ==, 0);
	g_assert_no_error(error);
}

static void
test_order(void)
{
	g_autoptr(GError) error = NULL;
	gint64 ids[8];
	guint count = (guint)desk_number(&desk, "SELECT count(*) FROM contact");
	gint64 last = desk_number(&desk, "SELECT max(id) FROM contact");
	g_assert_cmpint(count, ==, 1);
	ids[0] = ids[1] = last;
	g_assert_false(contact_set_order(desk.db, ids, 2, &error));
	g_assert_false(contact_set_order(desk.db, ids, 0, &error));
	g_assert_true(contact_set_order(desk.db, ids, 1, &error));
	g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	desk_setup(&desk);
	g_test_add_func("/setting/version", test_setting);
	g_test_add_func("/order_message/save", test_order_message);
	g_test_add_func("/contact/save", test_contact);
	g_test_add_func("/contact/drop", test_drop);
	g_test_add_func("/contact/order", test_order);
	int failed = g_test_run();
	desk_teardown(&desk);
	return failed;
}
