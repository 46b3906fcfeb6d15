/* What passes itself off as something else, and what only looks unusual. */
#include "store/guise.h"

#include <glib.h>

static void
skeleton(void)
{
	static const char *const same[][2] = {
		{"Customer Service", "customer  service"}, {"Ada Lovelace", "Аdа Lоvеlаcе"}, {"support", "supp0rt"}, {"Müller & Söhne", "Muller Sohne"},
		{"PayPal", "ΡayΡal"}, {"shop.example", "Sh\u00adop.example"}, {"Shop", "Ｓｈｏｐ"}, {"Shop", "S\u200bh\u200bo\u200bp"},
	};
	static const char *const other[][2] = {{"Anna", "Anne"}, {"shop.example", "shopexample"}, {"Иван", "Ivan"}, {"山田", "田山"}};
	for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
		g_autofree char *one = guise_skeleton(same[i][0]), *two = guise_skeleton(same[i][1]);
		g_assert_cmpstr(one, ==, two);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(other); i++) {
		g_autofree char *one = guise_skeleton(other[i][0]), *two = guise_skeleton(other[i][1]);
		g_assert_cmpstr(one, !=, two);
	}
}

static void
scripts(void)
{
	static const char *const mixed[] = {"Аdа", "Supроrt", "PayΡal", "ANNА"};
	static const char *const honest[] = {"Anna", "Анна", "Анна Nowak", "АО-Bank", "Γιάννης", "株式会社Sony", "Café", "µTorrent", "", "Sony株式会社", "5 этаж", "Иван (Ivan)"};
	for (size_t i = 0; i < G_N_ELEMENTS(mixed); i++)
		g_assert_true(guise_is_mixed(mixed[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(honest); i++)
		g_assert_false(guise_is_mixed(honest[i]));
}

static void
domains(void)
{
	static const struct {
		const char *domain;
		bool is_mixed;
	} cases[] = {
		{"shop.example", false}, {"xn--bcher-kva.example", false}, {"xn--shp-ted.example", true}, {"shоp.example", true}, {"раура.example", true},
		{"почта.example", false}, {"почта.рф", false}, {"рост.рф", false}, {"xn--", false}, {"", false}, {"日本.example", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].domain);
		g_assert_cmpint(guise_is_domain_mixed(cases[i].domain), ==, cases[i].is_mixed);
	}
}

static void
plain(void)
{
	static const char *const cases[][2] = {
		{"Anna Nowak", "Anna Nowak"}, {"\u202eelpmaxe\u202c", "elpmaxe\u202c"}, {"An\u200bna\u2060", "Anna"}, {"\u202bشركة\u202c", "\u202bشركة\u202c"},
		{"نام\u200cها", "نام\u200cها"}, {"\u200b", ""}, {"", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *shown = guise_plain(cases[i][0]);
		g_assert_cmpstr(shown, ==, cases[i][1]);
	}
	g_assert_true(guise_is_reversed("a\u202eb"));
	g_assert_false(guise_is_reversed("\u202bשלום\u202c"));
}

static void
addresses(void)
{
	static const char *const cases[][2] = {
		{"support@shop.example", "support@shop.example"}, {"Shop <support@shop.example>", "support@shop.example"}, {"Shop (support＠shop.example)", "support@shop.example"},
		{"write to a@b.example.", "a@b.example"}, {"sup\u200bport@shop.example", "support@shop.example"}, {"me @ work", NULL}, {"a@home", NULL},
		{"@shop.example", NULL}, {"@a.b c@d.example", "c@d.example"}, {"Anna", NULL}, {"", NULL}, {"@@@@", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = guise_address_in(cases[i][0]);
		g_assert_cmpstr(found, ==, cases[i][1]);
	}
	g_assert_true(guise_is_same_house("a@shop.example", "b@Mail.Shop.example"));
	g_assert_true(guise_is_same_house("a@bücher.example", "b@xn--bcher-kva.example"));
	g_assert_false(guise_is_same_house("a@shop.example", "b@myshop.example"));
	g_assert_false(guise_is_same_house("a", "b"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guise/skeleton", skeleton);
	g_test_add_func("/guise/scripts", scripts);
	g_test_add_func("/guise/domains", domains);
	g_test_add_func("/guise/plain", plain);
	g_test_add_func("/guise/addresses", addresses);
	return g_test_run();
}
