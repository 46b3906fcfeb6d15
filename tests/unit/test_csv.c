/* Cells of CSV: quoted, never a formula. */
#include <glib.h>
#include <string.h>

#include "web/csv.h"

static void
test_cells(void)
{
	static const char *const cases[][2] = {
		{"plain", "\"plain\""}, {"", "\"\""}, {"a,b", "\"a,b\""}, {"say \"so\"", "\"say \"\"so\"\"\""}, {"two\r\nlines", "\"two\r\nlines\""},
		{"=1+1", "\"'=1+1\""}, {"+1", "\"'+1\""}, {"-1", "\"'-1\""}, {"@x", "\"'@x\""}, {"\t=x", "\"'\t=x\""}, {"\rx", "\"'\rx\""}, {"\nx", "\"'\nx\""},
		{"  =x", "\"'  =x\""}, {"'=x", "\"''=x\""}, {"\xef\xbc\x9d" "1", "\"'\xef\xbc\x9d" "1\""}, {"a=b", "\"a=b\""}, {"bad \xff", "\"bad \xef\xbf\xbd\""},
		{NULL, "\"\""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) rows = g_string_new(NULL);
		csv_text(rows, cases[i][0]);
		g_assert_cmpstr(rows->str, ==, cases[i][1]);
	}
}

static void
test_rows(void)
{
	g_autoptr(GString) rows = g_string_new(CSV_MARK);
	csv_text(rows, "id");
	csv_text(rows, "n");
	csv_end(rows);
	csv_int(rows, -5);
	csv_number(rows, "1.5");
	csv_octets(rows, "a\0b", 3);
	csv_end(rows);
	g_assert_cmpstr(rows->str, ==, CSV_MARK "\"id\",\"n\"\r\n-5,1.5,\"a\xef\xbf\xbd" "b\"\r\n");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/csv/cells", test_cells);
	g_test_add_func("/csv/rows", test_rows);
	return g_test_run();
}
