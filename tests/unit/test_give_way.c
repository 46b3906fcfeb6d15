/* How long work rests for others. */
#include "milter/give_way.h"

static void
rests_for_others(void)
{
	static const struct {gint64 lasted, lag; guint processors; int rest;} cases[] = {
		{10000, 0, 2, 150}, /* a sixteenth of the time is its own */
		{10000, 0, 4, 70},
		{10000, 0, 1, 310},
		{10000, 0, 16, 10},
		{10000, 0, 32, 0},
		{10000, 0, 64, 0},
		{10000, GIVE_WAY_LAG, 2, 150},
		{10000, GIVE_WAY_LAG + 1, 2, 0}, /* late enough */
		{500000, 0, 2, 1000},            /* never for long */
		{0, 0, 2, 0},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(give_way_rest(cases[i].lasted, cases[i].lag, cases[i].processors), ==, cases[i].rest);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/give_way/rests for others", rests_for_others);
	return g_test_run();
}
