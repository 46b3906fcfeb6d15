/* multipart/form-data as browsers and programs send it, split anywhere; and what is hostile. */
#include "web/multipart.h"

#include <string.h>

static const char type[] = "multipart/form-data; boundary=----b";

static bool
note_part(const struct multipart_part *part, void *data)
{
	GString *seen = data;
	g_string_append_printf(seen, "[%s|%s|%s:", part->name, part->filename ? part->filename : "-", part->type);
	return strcmp(part->name, "stop");
}

static bool
note_octets(const void *octets, size_t size, void *data)
{
	g_string_append_len(data, octets, (gssize)size);
	return true;
}

static bool
note_end(void *data)
{
	g_string_append_c(data, ']');
	return true;
}

static const struct multipart_events events = {note_part, note_octets, note_end};

/* What is seen of TEXT in pieces of STEP octets; "!" behind it: refused; "…": it has no end. */
static char *
read_in(const char *content_type, const char *text, size_t size, size_t step)
{
	GString *seen = g_string_new(NULL);
	g_autoptr(multipart) self = multipart_new(content_type, &events, seen);
	bool ok = self;
	for (size_t at = 0; ok && at < size; at += step)
		ok = multipart_add(self, text + at, MIN(step, size - at));
	g_string_append(seen, !ok ? "!" : multipart_is_whole(self) ? "" : "…");
	return g_string_free(seen, FALSE);
}

#define FIELD(name, value) "------b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define END "------b--\r\n"
#define HEAD "------b\r\nContent-Disposition: form-data; "

static const char *const cases[][2] = {
	{FIELD("text", "Hello") END, "[text|-|:Hello]"},
	{FIELD("a", "") FIELD("b", "\r\n") END, "[a|-|:][b|-|:\r\n]"},
	{"preamble\r\n" FIELD("a", "1") "------b--\r\nepilogue\r\n------b\r\n", "[a|-|:1]"},
	{FIELD("a", "\r\n-----b\r\n------\r\n--") END, "[a|-|:\r\n-----b\r\n------\r\n--]"},
	{HEAD "name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nx\r\n" END, "[f|a.txt|text/plain:x]"},
	{"------b\r\ncontent-type:text/plain\r\nCONTENT-DISPOSITION:form-data;name=f;filename=a.txt\r\n\r\nx\r\n" END, "[f|a.txt|text/plain:x]"},
	{HEAD "name=\"f\"; filename=\"\"\r\n\r\n\r\n" END, "[f||:]"},
	/* Browsers: %22 for a quote, nothing else is escaped. curl: a backslash. */
	{HEAD "name=\"f\"; filename=\"a%22b%0D%0A%41\\\"; c.txt\"\r\n\r\nx\r\n" END, "[f|a\"b\r\n%41\"; c.txt|:x]"},
	{HEAD "name=\"f\"; filename=\"C:\\dir\\x.txt\"\r\n\r\nx\r\n" END, "[f|C:\\dir\\x.txt|:x]"},
	{HEAD "name=\"f\"; filename=\"\xc3\x84.txt\"\r\n\r\nx\r\n" END, "[f|Ä.txt|:x]"},
	{HEAD "name=\"f\"; filename=\"\xc4.txt\"\r\n\r\nx\r\n" END, "[f|\uFFFD.txt|:x]"},
	{HEAD "name=\"f\"; filename=\"x\"; filename*=UTF-8''na%C3%AFve%20%e2%82%ac.txt\r\n\r\nx\r\n" END, "[f|naïve €.txt|:x]"},
	{HEAD "name=\"f\"; filename*=iso-8859-1'en'%A3.txt\r\n\r\nx\r\n" END, "[f|£.txt|:x]"},
	{HEAD "name=\"f\"; filename*=broken; filename=\"y\"\r\n\r\nx\r\n" END, "[f|y|:x]"},
	{"------b \t\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n" END, "[a|-|:1]"},
	{END, ""},
	/* Broken off, malformed. */
	{"", "…"}, {FIELD("a", "1"), "[a|-|:…"}, {HEAD "name=\"a\"\r\n", "…"},
	{"------b\r\nContent-Type: text/plain\r\n\r\nx\r\n" END, "!"}, {"------b\r\n\r\nx\r\n" END, "!"}, {HEAD "filename=\"x\"\r\n\r\nx\r\n" END, "!"},
	{"------b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n" END, "!"}, {"------bX\r\n", "!"}, {"------b\rX", "!"},
	{HEAD "name=\"a\r\n\r\nx\r\n" END, "!"}, {FIELD("stop", "1") END, "[stop|-|:!"},
};

static void
read_cases(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (size_t step = 1; step < 40; step++) {
			g_autofree char *seen = read_in(type, cases[i][0], strlen(cases[i][0]), step);
			g_autofree char *whole = read_in(type, cases[i][0], strlen(cases[i][0]), 100000);
			g_assert_cmpstr(whole, ==, cases[i][1]);
			g_assert_cmpstr(seen, ==, cases[i][1]);
		}
}

static void
boundaries(void)
{
	static const char *const good[] = {"multipart/form-data; boundary=x", "Multipart/Form-Data; charset=utf-8; boundary=\"a b:c\"", "multipart/form-data;boundary=x"};
	static const char *const bad[] = {NULL, "", "text/plain; boundary=x", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
		"multipart/form-database; boundary=x", "multipart/form-data; boundary=\"x", "multipart/form-data; boundary=\"x \"", "multipart/form-data; boundary=x\xff",
		"multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890"};
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		multipart *self = multipart_new(good[i], &events, NULL);
		g_assert_nonnull(self);
		multipart_free(self);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_null(multipart_new(bad[i], &events, NULL));
}

static void
too_much(void)
{
	g_autoptr(GString) parts = g_string_new(NULL), header = g_string_new(HEAD "name=\"a\"\r\nX: "), blanks = g_string_new("------b");
	for (int i = 0; i < 1000; i++)
		g_string_append(parts, FIELD("a", "1"));
	g_autofree char *seen = read_in(type, parts->str, parts->len, 4096);
	g_assert_true(g_str_has_suffix(seen, "]!"));
	g_assert_cmpuint(strlen(seen), ==, MULTIPART_PARTS_MAX * strlen("[a|-|:1]") + 1);
	for (int i = 0; i < MULTIPART_HEADER_MAX; i++)
		g_string_append_c(header, 'x');
	g_autofree char *refused = read_in(type, header->str, header->len, 1000);
	g_assert_cmpstr(refused, ==, "!");
	for (int i = 0; i < 100; i++)
		g_string_append_c(blanks, ' ');
	g_autofree char *blank = read_in(type, blanks->str, blanks->len, 1);
	g_assert_cmpstr(blank, ==, "!");
	g_autofree char *zero = read_in(type, HEAD "name=\"a\0b\"\r\n\r\nx", sizeof(HEAD "name=\"a\0b\"\r\n\r\nx") - 1, 5);
	g_assert_cmpstr(zero, ==, "!");
}

/* Whatever comes, in whatever pieces: it ends, and the same is seen. */
static void
anything(void)
{
	static const char *const words[] = {"\r\n", "------b", "--", "\r\n------b\r\n", "Content-Disposition: form-data; name=\"a\"", "\r\n\r\n", "x", "\0", "\"", "="};
	for (int round = 0; round < 3000; round++) {
		g_autoptr(GString) text = g_string_new(g_test_rand_bit() ? "------b\r\n" : "");
		for (int i = g_test_rand_int_range(0, 20); i; i--) {
			int word = g_test_rand_int_range(0, G_N_ELEMENTS(words));
			g_string_append_len(text, words[word], (gssize)MAX(strlen(words[word]), 1));
		}
		g_autofree char *whole = read_in(type, text->str, text->len, text->len + 1);
		g_autofree char *pieces = read_in(type, text->str, text->len, (size_t)g_test_rand_int_range(1, 9));
		if (!g_str_has_suffix(whole, "!"))
			g_assert_cmpstr(whole, ==, pieces);
	}
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	g_test_add_func("/multipart/cases", read_cases);
	g_test_add_func("/multipart/boundaries", boundaries);
	g_test_add_func("/multipart/too-much", too_much);
	g_test_add_func("/multipart/anything", anything);
	return g_test_run();
}
