/* HTML that is to become a letter: what is left holds a letter's elements and links alone, and cleaning it again changes nothing. */
#include <string.h>

#include "store/letter.h"
#include "tests/fuzz/fuzz.h"

/* The element behind each "<" is one of a letter's, and has no attribute but a link's address, quoted. */
static void
check_elements(const char *html)
{
	static const char pattern[] = "<(?!/?(?:p|strong|em|ul|ol|li|blockquote)>|br>|/a>|a href=\"(?:https?://|mailto:)[^\"<>]*\">)";
	g_autoptr(GRegex) other = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
	g_assert_false(g_regex_match(other, html, 0, NULL));
}

static void
check_again(const char *clean)
{
	g_autofree char *again = letter_clean(clean);
	g_assert_cmpstr(again, ==, clean);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *html = fuzz_text(data, size), *valid = g_utf8_make_valid(html, -1);
	g_autofree char *clean = letter_clean(html), *text = letter_text(html), *made = letter_html(valid), *cleaned = letter_clean(made);
	if (clean) {
		g_assert_true(g_utf8_validate(clean, -1, NULL));
		check_elements(clean);
		check_again(clean);
	}
	g_assert_true(!text || g_utf8_validate(text, -1, NULL));
	g_assert_true(g_utf8_validate(made, -1, NULL));
	if (cleaned)
		check_elements(cleaned);
	return 0;
}
