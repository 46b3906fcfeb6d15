/* Snippets: where the words of a search stand, told apart from the text around them. */
#include <glib.h>
#include <string.h>

#include "store/snippet.h"

#define LONG "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. "

static const struct {
	const char *text, *words, *parts; /* parts joined by "|"; NULL: none */
} cases[] = {
	{"Where is my lamp?", "lamp", "Where is my |lamp|?"},
	{"Where is my lamp?", "LAM", "Where is my |lamp|?"},
	{"Where is my lamp?", "amp", NULL},
	{"Café in Zürich", "zurich cafe", "|Café| in |Zürich|"},
	{"Cafe\xcc\x81 noir", "café", "|Cafe\xcc\x81| noir"},
	{"élan", "ELAN", "|élan|"},
	{"<b>bold</b> & <script>", "script bold", "<b>|bold|</b> & <|script|>"},
	{"one\n\n  two\tthree", "three", "one two |three|"},
	{LONG "The zebra sleeps.", "zebra", "…et dolore magna aliqua. The |zebra| sleeps."},
	{"lamp " LONG "zebra and lamp", "lamp zebra", "…et dolore magna aliqua. |zebra| and |lamp|"},
	{"zebra " LONG, "zebra", "|zebra| Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et…"},
	{"", "lamp", NULL},
	{"lamp", "", NULL},
	{"lamp", "\"*", NULL},
	{"Где моя лампа", "ЛАМП", "Где моя |лампа|"},
};

static void
parts(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) got = snippet_make(cases[i].text, cases[i].words);
		g_autofree char *joined = got ? g_strjoinv("|", got) : NULL;
		g_assert_cmpstr(joined, ==, cases[i].parts);
	}
}

static void
long_without_blanks(void)
{
	g_autofree char *text = g_strnfill(5000, 'x');
	memcpy(text, "zebra ", 6);
	g_auto(GStrv) got = snippet_make(text, "zebra");
	g_assert_cmpuint(g_strv_length(got), ==, 3);
	g_assert_cmpuint(strlen(got[2]), <, 200);
	for (const char *word = "łłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłłł"; *word; word++)
		if (g_utf8_validate(word, -1, NULL)) {
			g_auto(GStrv) all = snippet_make(word, "l ł");
			for (char **part = all; part && *part; part++)
				g_assert_true(g_utf8_validate(*part, -1, NULL));
		}
}

static void
counts(void)
{
	g_assert_cmpint(snippet_count("The lamp, the lamps and a zebra", "lamp zebra walnut"), ==, 2);
	g_assert_cmpint(snippet_count("", "lamp"), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snippet/parts", parts);
	g_test_add_func("/snippet/long-without-blanks", long_without_blanks);
	g_test_add_func("/snippet/counts", counts);
	return g_test_run();
}
