/* Dates as mails write them → the moment. */
#include <string.h>

#include "milter/read/mime_date.h"

static const struct {const char *date, *moment;} cases[] = { /* NULL: none */
	{"Mon, 06 May 2024 10:15:01 +0000", "2024-05-06T10:15:01Z"},
	{"6 May 2024 10:15:01 +0200", "2024-05-06T08:15:01Z"}, /* no day of the week */
	{"Mon 6 May 2024 10:15:01 -0330", "2024-05-06T13:45:01Z"}, /* no comma */
	{"Mon, 6 May 2024 10:15 -0500", "2024-05-06T15:15:00Z"}, /* no seconds */
	{"Mon, 6 May 24 10:15:01 GMT", "2024-05-06T10:15:01Z"}, {"6 May 95 10:15:01 UT", "1995-05-06T10:15:01Z"}, /* years of two digits */
	{"6 May 102 10:15:01 Z", "2002-05-06T10:15:01Z"},
	{"Mon, 6 May 2024 10:15:01 EST", "2024-05-06T15:15:01Z"}, {"Mon, 6 May 2024 10:15:01 PDT", "2024-05-06T17:15:01Z"},
	{"Mon, 6 May 2024 10:15:01 cest", "2024-05-06T08:15:01Z"}, {"Mon, 6 May 2024 10:15:01 MSK", "2024-05-06T07:15:01Z"},
	{"Mon, 6 May 2024 10:15:01 K", "2024-05-06T10:15:01Z"}, {"Mon, 6 May 2024 10:15:01 Somewhere", "2024-05-06T10:15:01Z"},
	{"Mon, 6 May 2024 10:15:01 GMT+2", "2024-05-06T08:15:01Z"}, {"Mon, 6 May 2024 10:15:01 UTC-05:30", "2024-05-06T15:45:01Z"},
	{"Mon, 6 May 2024 10:15:01 +0200 (CEST)", "2024-05-06T08:15:01Z"}, {"Mon, 6 May 2024 10:15:01 (EDT) -0400", "2024-05-06T14:15:01Z"},
	{"Mon, 6 May 2024 10:15:01 (EDT)", "2024-05-06T14:15:01Z"}, /* the comment is all there is */
	{"Mon (so (it) was), 6 May 2024 10(a): 15 : 01 +0000 (x", "2024-05-06T10:15:01Z"},
	{"Mon, 6 May 2024 10:15:01+0200", "2024-05-06T08:15:01Z"}, {"Mon, 6 May 2024 10:15-0200", "2024-05-06T12:15:00Z"},
	{"Mon, 6 May 2024 10:15:01 +9900", "2024-05-06T10:15:01Z"}, {"Mon, 6 May 2024 10:15:99 +0000", "2024-05-06T10:15:59Z"},
	{"Mon, 6 May 2024 10:15:01.250 +0000", "2024-05-06T10:15:01Z"}, {"Mon, 6 May 2024 10.15 am", "2024-05-06T00:00:00Z"},
	{"Mon, May 6, 2024 2:15:01 PM", "2024-05-06T14:15:01Z"}, {"Mon, May 6, 2024 12:15 AM", "2024-05-06T00:15:00Z"},
	{"Mon May  6 10:15:01 2024", "2024-05-06T10:15:01Z"}, {"Mon May 6 10:15:01 CEST 2024", "2024-05-06T08:15:01Z"}, /* ctime, date(1) */
	{"2024-05-06T10:15:01Z", "2024-05-06T10:15:01Z"}, {"2024-05-06 10:15:01.5 +02:00", "2024-05-06T08:15:01Z"},
	{"2024/05/06 10:15", "2024-05-06T10:15:00Z"}, {"06-05-2024 10:15", "2024-05-06T10:15:00Z"}, {"6.5.2024 10:15", "2024-05-06T10:15:00Z"},
	{"5/6/2024 10:15:01 PM", "2024-05-06T22:15:01Z"}, {"06-May-24 10:15", "2024-05-06T10:15:00Z"}, {"10:15 06-05-2024", "2024-05-06T10:15:00Z"},
	{"Mo, 6 Mai 2024 10:15:01 +0200", "2024-05-06T08:15:01Z"}, {"mar., 6 août 2024 10:15 CEST", "2024-08-06T08:15:00Z"},
	{"maandag 6 mei 2024 10:15", "2024-05-06T10:15:00Z"}, {"6 października 2024 10:15", "2024-10-06T10:15:00Z"},
	{"Mon, 6 May 2024", "2024-05-06T00:00:00Z"}, {"Wed, 15 Dec 2010   59:10 -0000", "2010-12-15T00:00:00Z"},
	{"Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)", "1969-02-14T03:02:00Z"},
	{"6 May 2024 10:15 \xe2\x82", "2024-05-06T10:15:00Z"}, {"6 \x93May 2024 10:15", "2024-05-06T10:15:00Z"}, /* a letter cut, none of UTF-8 */
	{"", NULL}, {"yesterday", NULL}, {"10:15", NULL}, {"31 Feb 2024 10:15", NULL}, {"6 May 0001 10:15", NULL}, {"6 May 99999 10:15", NULL},
	{"99999999999999999999 May 99999999999999", NULL}, {"((((((((", NULL}, {"+ - : + 6 :", NULL},
};

static void
test_cases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].date);
		gint64 date = mime_date_read(cases[i].date, NULL);
		g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(date / 1000);
		g_autofree char *moment = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
		g_assert_cmpstr(date ? moment : NULL, ==, cases[i].moment);
	}
}

static void
test_whole(void)
{
	bool is_whole;
	g_assert_cmpint(mime_date_read("6 May 2024 10:15", &is_whole), !=, 0);
	g_assert_true(is_whole);
	g_assert_cmpint(mime_date_read("6 May 2024 10:15:t", &is_whole), !=, 0);
	g_assert_false(is_whole);
	g_assert_cmpint(mime_date_read("6 May 2024 10:", &is_whole), !=, 0);
	g_assert_false(is_whole);
	g_assert_cmpint(mime_date_read("10:15", &is_whole), ==, 0);
	g_assert_false(is_whole);
}

/* Whatever stands there, nothing breaks. */
static void
test_any_text(void)
{
	static const char letters[] = "0123456789:+-/., ()TZMayGMT\t\xc3\xa9";
	for (int round = 0; round < 20000; round++) {
		char text[40] = "";
		for (gsize i = 0; i < sizeof text - 1; i++)
			text[i] = letters[g_test_rand_int_range(0, sizeof letters - 1)];
		g_autofree char *valid = g_utf8_make_valid(text, -1);
		mime_date_read(valid, NULL);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/date/cases", test_cases);
	g_test_add_func("/date/whole", test_whole);
	g_test_add_func("/date/any-text", test_any_text);
	return g_test_run();
}
