/* amount: sums of money in and out, exactly. */
#include "web/amount.h"

static void
both_ways(void)
{
	static const struct {
		const char *in;
		gint64 millionths;
		const char *out; /* NULL: refused */
	} cases[] = {
		{"12.34", 12340000, "12.34"}, {"12", 12000000, "12.00"}, {"12.5", 12500000, "12.50"}, {"0.000001", 1, "0.000001"},
		{"-3.10", -3100000, "-3.10"}, {"007", 7000000, "7.00"}, {"99999999999.999999", G_GINT64_CONSTANT(99999999999999999), "99999999999.999999"},
		{"1.123400", 1123400, "1.1234"}, {"0", 0, "0.00"},
		{"", 0, NULL}, {"-", 0, NULL}, {".5", 0, NULL}, {"5.", 0, NULL}, {"1,5", 0, NULL}, {"1e5", 0, NULL}, {"1.0000001", 0, NULL},
		{"100000000000", 0, NULL}, {" 1", 0, NULL}, {"1 EUR", 0, NULL}, {"+1", 0, NULL}, {"--1", 0, NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 millionths = -1;
		g_test_message("%s", cases[i].in);
		g_assert_cmpint(amount_parse(cases[i].in, &millionths), ==, cases[i].out != NULL);
		if (!cases[i].out)
			continue;
		g_assert_cmpint(millionths, ==, cases[i].millionths);
		g_autofree char *text = amount_text(millionths);
		g_assert_cmpstr(text, ==, cases[i].out);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/amount/both-ways", both_ways);
	return g_test_run();
}
