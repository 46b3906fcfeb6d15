/* Encoded words as the world writes them. */
#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/mime_word.h"

static const struct {const char *value, *text;} cases[] = {
	{"plain", "plain"}, {"=?utf-8?Q?caf=C3=A9?=", "café"}, {"=?UTF-8?b?Y2Fmw6k=?=", "café"}, {"a =?utf-8?q?=C3=A9?= b", "a é b"},
	{"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"}, {"=?utf-8?Q?a_?= =?utf-8?Q?b?=", "a b"}, {"=?utf-8?Q?a?=\r\n\t=?utf-8?Q?b?=", "ab"},
	{"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"}, {"x=?utf-8?Q?a?=y", "xay"}, {"\"=?utf-8?Q?a=C3=A9?=\"", "\"aé\""}, {"(=?utf-8?Q?a?=)", "(a)"},
	{"=?us-ascii*en?Q?tag?=", "tag"}, {"=?utf-8*fr-FR?Q?=C3=A9?=", "é"}, {"=??Q?none?=", "none"}, {"=?x-nothing?Q?=E9?=", "é"},
	/* a letter, a base64 group cut in two; two charsets side by side */
	{"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"}, {"=?utf-8?B?w4M=?= =?utf-8?Q?=C3?= =?utf-8?B?qQ==?=", "Ãé"}, {"=?utf-8?B?Y2Fm?= =?utf-8?B?w6k=?=", "café"},
	{"=?utf-8?B?Y2F?= =?utf-8?B?mw6k=?=", "café"}, {"=?iso-8859-1?Q?=E9?= =?koi8-r?Q?=F0?= =?iso-8859-2?Q?=B1?=", "éПą"},
	/* each without its padding */
	{"=?utf-8?B?YWI?= =?utf-8?B?Y2Q?=", "abcd"}, {"=?utf-8?B?YQ?=", "a"}, {"=?utf-8?B?YQ==?= =?utf-8?B?Yg==?=", "ab"},
	/* raw blanks, folds and soft line ends within */
	{"=?utf-8?Q?the order 1042 =C3=A9?=", "the order 1042 é"}, {"=?utf-8?Q?ab\r\n cd?=", "abcd"}, {"=?utf-8?Q?ab=\r\n cd?=", "abcd"},
	{"=?utf-8?B?Y2Fm w6k=?=", "café"}, {"=?utf-8?B?Y2Fm\r\n w6k=?=", "café"}, {"=?utf-8?B?Y2Fm*w6k=?=", "caf*w6k=?="},
	/* no end, half an end, an end too many */
	{"=?utf-8?Q?caf=C3=A9", "café"}, {"=?utf-8?Q?caf=C3=A9?", "café"}, {"=?utf-8?Q?caf=C3=A9 noir", "café noir"}, {"=?utf-8?B?Y2Fmw6k=", "café"},
	{"=?utf-8?B?Y2Fmw6k= noir", "café noir"}, {"=?utf-8?B?Y2Fmw6k?", "café"}, {"=?utf-8?B?Y2Fmw6k? x", "café x"}, {"=?utf-8?Q?ab =?utf-8?Q?cd?=", "abcd"},
	{"=?utf-8?B?Y2Fm =?utf-8?B?w6k=?=", "café"}, {"=?utf-8?Q?a?=?=", "a?="},
	/* question marks and underscores that were left as they are */
	{"=?utf-8?Q?who?" "?=", "who?"}, {"=?utf-8?Q?who?_me?=", "who? me"}, {"=?utf-8?Q?who?=20me?=", "who? me"}, {"=?utf-8?Q?a=5Fb=3D_=?=", "a_b= ="},
	{"=?utf-8?Q?100%=ZZ?=", "100%=ZZ"}, {"=?utf-8?B?" "?=", ""}, {"=?utf-8?Q?" "?= x", "x"}, {"=?utf-8?B?Y2Fmw6k_?=", "café?"},
	/* raw letters in a word, and beside it */
	{"=?utf-8?Q?caf\xc3\xa9?=", "café"}, {"=?iso-8859-1?Q?caf\xe9?=", "café"}, {"caf\xe9 =?utf-8?Q?=C3=A9?=", "café é"},
	{"\xcf\xf0\xe8\xe2\xe5\xf2 =?koi8-r?B?8NLJ18XU?=", "Привет Привет"},
	/* no words at all */
	{"=? what ? now ?=", "=? what ? now ?="}, {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="}, {"=?utf-8?Q", "=?utf-8?Q"}, {"=?", "=?"}, {"1=?2", "1=?2"},
	{"=?utf-8?Q?=0D=0ABcc:_x=00?=", "Bcc: x"}, {"=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?=", "日本"},
};

static void
test_cases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].value);
		g_autofree char *text = word_decode(cases[i].value, strlen(cases[i].value), NULL);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void
test_protect(void)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(g_free);
	const char *value = "=?utf-8?Q?Nowak,?= =?utf-8?Q?_Anna?= <a@b.example>, \"=?utf-8?B?w6k=?=\" <c@d.example>";
	g_autofree char *text = word_protect(value, strlen(value), NULL, runs);
	g_autofree char *again = word_restore(text, runs);
	g_assert_cmpuint(runs->len, ==, 2);
	g_assert_null(strchr(strchr(text, ',') + 1, ',')); /* the one in the name is hidden */
	g_assert_cmpstr(again, ==, "Nowak, Anna <a@b.example>, \"é\" <c@d.example>");
}

/* What we put in the place of words, written by the sender, stands for nothing. */
static void
test_marks_of_others(void)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(g_free);
	const char *value = "=?utf-8?Q?long?= \xef\xa3\xb0" "0\xef\xa3\xb1 \xef\xa3\xb0" "0\xef\xa3\xb1 <a@b.example>";
	g_autofree char *text = word_protect(value, strlen(value), NULL, runs), *again = word_restore(text, runs);
	g_assert_nonnull(strstr(again, "long"));
	g_assert_null(strstr(strstr(again, "long") + 1, "long"));
}

/* Pieces of words in any order: clean text comes out, and what is behind the value is not looked at (as sanitizers see). */
static void
test_any_text(void)
{
	static const char *const pieces[] = {"=?", "?=", "utf-8", "?Q?", "?B?", "=C3", "w6k=", " ", "\r\n ", "?", "=", "_", "\xc3\xa9", "\xe9", "=?utf-8?Q?", "a", "*en"};
	for (int round = 0; round < 20000; round++) {
		g_autoptr(GString) value = g_string_new(NULL);
		for (int i = 0; i < 12; i++)
			g_string_append(value, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
		g_autofree char *exact = g_memdup2(value->str, value->len);
		g_autofree char *text = word_decode(exact, value->len, "iso-8859-1");
		g_assert_true(g_utf8_validate(text, -1, NULL));
		g_assert_null(strpbrk(text, "\r\n"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	charset_init();
	g_test_add_func("/word/cases", test_cases);
	g_test_add_func("/word/protect", test_protect);
	g_test_add_func("/word/marks-of-others", test_marks_of_others);
	g_test_add_func("/word/any-text", test_any_text);
	return g_test_run();
}
