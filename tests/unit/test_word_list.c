/* Many words looked for at once: the same is found as by looking for each. */
#include <glib.h>
#include <string.h>

#include "milter/read/word_list.h"

static const char *const words[] = {"on ", "one", "o", "le ", "lea", "été", "é", "wrote"};
static struct word_list list = WORD_LIST(words);

static const char *const texts[] = {"", "o", "on", "on monday", "one", "once", "le", "le ", "leap", "l", "été", "\xc3", "é", "à", "he wrote", "x", "wrot",
	"wrote", "xxon ", "\xff\xfe"};

static void
test_begins(void)
{
	for (gsize t = 0; t < G_N_ELEMENTS(texts); t++) {
		guint expected = 0, found = 0, at = 0;
		for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
			expected += g_str_has_prefix(texts[t], words[i]);
		for (const char *word; (word = word_list_next(&list, texts[t], &at)); found++)
			g_assert_true(g_str_has_prefix(texts[t], word));
		g_assert_cmpuint(found, ==, expected);
		g_assert_cmpint(word_list_begins(&list, texts[t]), ==, expected > 0);
	}
}

static void
test_within(void)
{
	for (gsize t = 0; t < G_N_ELEMENTS(texts); t++) {
		gboolean expected = FALSE;
		for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
			expected |= strstr(texts[t], words[i]) != NULL;
		g_assert_cmpint(word_list_is_within(&list, texts[t]), ==, expected);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/word_list/begins", test_begins);
	g_test_add_func("/word_list/within", test_within);
	return g_test_run();
}
