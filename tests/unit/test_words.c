/* Words: case and accents ignored, beginnings enough. */
#include <glib.h>

#include "store/words.h"

static const struct {
	const char *text, *words;
	bool is_match;
} cases[] = {
	{"Kim Müller", "mull", true},
	{"Kim Muller", "MÜLLER kim", true},
	{"Kim Müller", "uller", false},
	{"Żółw", "zolw", true},
	{"Żółw", "żół", true},
	{"kim@customer.example", "customer", true},
	{"order-12345", "123", true},
	{"anything", "", true},
	{"", "a", false},
	{"ÇA VA", "ca", true},
	{"\xff broken", "broken", false}, /* not UTF-8: matches nothing, crashes nothing */
};

static void
match(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s / %s", cases[i].text, cases[i].words);
		g_assert_cmpint(words_match(cases[i].text, cases[i].words), ==, cases[i].is_match);
	}
}

static void
query_quotes_every_word(void)
{
	g_autofree char *plain = words_query("lamp broke"), *hostile = words_query("a\" OR b* NEAR("), *none = words_query("\"* -");
	g_assert_cmpstr(plain, ==, "\"lamp\"* \"broke\"*");
	g_assert_cmpstr(hostile, ==, "\"a\"* \"or\"* \"b\"* \"near\"*");
	g_assert_cmpstr(none, ==, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/words/match", match);
	g_test_add_func("/words/query", query_quotes_every_word);
	return g_test_run();
}
