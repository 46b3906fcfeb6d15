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
	{"xbcde a", "abc", false}, /* what a longer word left behind it is no part of one */
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

static bool
add_word(const char *word, size_t length, void *words)
{
	g_string_append_len(words, word, (gssize)length);
	g_string_append_c(words, '|');
	return true;
}

/* Words of plain letters go a short way of their own: the same ones come out as of the folded text. */
static void
each_word_is_one_of_the_folded_text(void)
{
	g_autofree char *longest = g_strnfill(63, 'L'), *longer = g_strnfill(64, 'L'), *far_longer = g_strnfill(300, 'L');
	const char *const texts[] = {"", "a", "__", "It's 5 o'clock, MÜLLER!", "cafe\xcc\x81s", "abc\xcc\x81 def", "\xcc\x81 abc", "10\xc2\xbd cups", "A\xef\xac\x81Z",
		"ŁÓDŹ-abc", "日本語 text 中", "Straße[0]@Z`a{z", longest, longer, far_longer};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GString) each = g_string_new(NULL), folded_words = g_string_new(NULL);
		g_autofree char *folded = words_fold(texts[i]);
		const char *word, *rest = folded;
		size_t length;
		while ((word = words_next(&rest, &length)))
			add_word(word, length, folded_words);
		words_each(texts[i], add_word, each);
		g_assert_cmpstr(each->str, ==, folded_words->str);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/words/match", match);
	g_test_add_func("/words/each", each_word_is_one_of_the_folded_text);
	g_test_add_func("/words/query", query_quotes_every_word);
	return g_test_run();
}
