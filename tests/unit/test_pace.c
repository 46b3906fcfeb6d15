/* Which mail goes next: no domain takes all, a slow one few. */
#include "milter/pace.h"

static guint
start_all(pace *self, gint64 now)
{
	guint count = 0;
	while (pace_next(self, now))
		count++;
	return count;
}

static void
one_domain_leaves_room(void)
{
	g_autoptr(pace) self = pace_new(16);
	int item;
	for (int i = 0; i < 30; i++)
		pace_add(self, "a", &item);
	g_assert_cmpuint(start_all(self, 0), ==, 2); /* a new one gets few, until it has proved well */
	for (int i = 0; i < 2; i++)
		pace_end(self, "a", 0, 10, true);
	g_assert_cmpuint(start_all(self, 10), ==, 6);
	for (int i = 0; i < 4; i++)
		pace_end(self, "a", 0, 10, true);
	g_assert_cmpuint(start_all(self, 10), ==, 10);
	pace_add(self, "b", &item);
	g_assert_nonnull(pace_next(self, 10));
	g_assert_cmpuint(pace_waiting(self), ==, 12);
	for (int i = 0; i < 5; i++)
		pace_add(self, "a", &item);
	g_autofree char *busy = pace_busy(self);
	g_assert_cmpstr(busy, ==, "[\"a\"]");
	pace_end(self, "a", 0, 10, true);
	g_assert_nonnull(pace_next(self, 10));
}

static void
slow_one_gets_few(void)
{
	g_autoptr(pace) self = pace_new(16);
	int item;
	pace_add(self, "dead", &item);
	g_assert_nonnull(pace_next(self, 0));
	pace_end(self, "dead", 0, 20, false);
	for (int i = 0; i < 10; i++)
		pace_add(self, "dead", &item);
	g_assert_cmpuint(start_all(self, 30), ==, 2);
	for (int i = 0; i < 5; i++)
		pace_add(self, "quick", &item);
	g_assert_cmpuint(start_all(self, 30), ==, 2);
	pace_end(self, "dead", 30, 40, true); /* it is well again */
	g_assert_cmpuint(start_all(self, 40), ==, 3);
}

static void
one_that_hangs_is_seen(void)
{
	g_autoptr(pace) self = pace_new(16);
	int item;
	pace_add(self, "a", &item);
	g_assert_nonnull(pace_next(self, 0));
	for (int i = 0; i < 10; i++)
		pace_add(self, "a", &item);
	g_assert_cmpuint(start_all(self, 5000), ==, 1);
}

static void
all_is_given_back(void)
{
	g_autoptr(pace) self = pace_new(1);
	int item;
	pace_add(self, "a", &item);
	pace_add(self, "b", &item);
	g_autoptr(GPtrArray) rest = pace_take_all(self);
	g_assert_cmpuint(rest->len, ==, 2);
	g_assert_cmpuint(pace_waiting(self), ==, 0);
	pace_add(self, "a", &item);
	g_assert_nonnull(pace_next(self, 0));
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	g_test_add_func("/pace/room", one_domain_leaves_room);
	g_test_add_func("/pace/slow", slow_one_gets_few);
	g_test_add_func("/pace/hangs", one_that_hangs_is_seen);
	g_test_add_func("/pace/rest", all_is_given_back);
	return g_test_run();
}
