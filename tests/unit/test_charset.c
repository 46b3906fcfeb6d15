/* Bytes in a charset, rightly or wrongly named. */
#include <glib.h>
#include <string.h>

#include "milter/charset.h"

static const struct {const char *declared, *bytes, *text;} cases[] = {
	{NULL, "plain", "plain"}, {"", "\xc3\xa9", "é"}, {NULL, "\xe9", "é"}, {"nonsense", "\x80", "€"},
	{"ISO-8859-1", "\x93x\x94", "“x”"}, {"iso_8859-1:1987", "\xe9", "é"}, {"Latin1", "\xe9", "é"}, {"us-ascii", "\xc3\xa9", "é"},
	{"ISO-8859-1", "\xc3\xa9", "é"}, {"x-mac-cyrillic", "\x80", "А"}, {"CP-1250", "\xb3", "ł"}, {"iso-8859-2", "\xb1", "ą"}, {"ISO-8859-9", "\xfd", "ı"},
	{"iso-8859-8-i", "\xf9", "ש"}, {"tis-620", "\xa1", "ก"}, {"ks_c_5601-1987", "\xb0\xa1", "가"}, {"x-sjis", "\x87\x40", "①"}, {"koi8-r", "\xf0", "П"},
	{"gb2312", "\xe9\x46", "镕"}, {"big5", "\xa4\xa4", "中"}, {"utf-7", "+AOk-", "é"}, {"utf-8", "a\xff\xc5\x82\xc3\xa9", "a\xef\xbf\xbdłé"},
	{"utf-8", "caf\xe9", "café"}, {"gb2312", "\xc5\x82\xc3\xa9\x81", "艂茅\xef\xbf\xbd"}, {"windows-1252", "\x81", "\xef\xbf\xbd"},
};

static void test_decode(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s %s", cases[i].declared, cases[i].text);
		g_autofree char *text = charset_decode(cases[i].declared, (const guint8 *)cases[i].bytes, strlen(cases[i].bytes));
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

/* What a person chose holds even where the bytes are something else. */
static void test_decode_as(void)
{
	static const struct {const char *name, *bytes, *text;} choices[] = {
		{"iso-8859-1", "\xc3\xa9", "Ã©"}, {"utf-8", "\xe9\xc3\xa9", "\xef\xbf\xbdé"}, {"koi8-r", "\xd0", "п"}, {"nonsense", "\xc3\xa9", "é"},
		{"big5", "\xa4\xa4\xff", "中\xef\xbf\xbd"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(choices); i++) {
		g_autofree char *text = charset_decode_as(choices[i].name, (const guint8 *)choices[i].bytes, strlen(choices[i].bytes));
		g_assert_cmpstr(text, ==, choices[i].text);
	}
}

static void test_nul(void)
{
	g_autofree char *plain = charset_decode(NULL, (const guint8 *)"a\0b\0", 4);
	g_autofree char *wide = charset_decode("utf-16", (const guint8 *)"\xff\xfe" "a\0\0\0b\0", 8);
	g_autofree char *none = charset_decode("utf-8", (const guint8 *)"", 0);
	g_assert_cmpstr(plain, ==, "ab");
	g_assert_cmpstr(wide, ==, "ab");
	g_assert_cmpstr(none, ==, "");
}

/* All names with all bytes: valid text, whatever they are. */
static void test_any_bytes(void)
{
	static const char *const names[] = {NULL, "utf-8", "gb2312", "iso-2022-jp", "utf-7", "utf-16", "utf-32", "big5", "johab", "iso-2022-kr", "windows-1255"};
	guint8 bytes[512];
	for (int round = 0; round < 200; round++) {
		for (gsize i = 0; i < sizeof bytes; i++)
			bytes[i] = g_test_rand_int_range(0, 256);
		for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
			g_autofree char *text = charset_decode(names[i], bytes, sizeof bytes);
			g_assert_true(g_utf8_validate(text, -1, NULL));
		}
	}
}

static void test_clean(void)
{
	char text[] = "\xef\xbb\xbf" "a\r\nb\rc\td\x07\x1b\x7f\n";
	char line[] = "  a\r\n\tb\r\n  c  d\x01 ";
	g_assert_cmpstr(charset_clean_text(text), ==, "a\nb\nc\td\n");
	g_assert_cmpstr(charset_clean_line(line), ==, "a b  c  d");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	charset_init();
	g_test_add_func("/charset/decode", test_decode);
	g_test_add_func("/charset/decode-as", test_decode_as);
	g_test_add_func("/charset/nul", test_nul);
	g_test_add_func("/charset/any-bytes", test_any_bytes);
	g_test_add_func("/charset/clean", test_clean);
	return g_test_run();
}
