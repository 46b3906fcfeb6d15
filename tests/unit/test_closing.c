/* closing: who is waited for, and who comes too late. */
#include "milter/closing.h"

#define LATER_US (300 * 1000)

static void
test_over(void)
{
	struct closing closing = {0};
	g_assert_true(closing_enter(&closing));
	closing_leave(&closing);
	g_assert_true(closing_end(&closing));
	g_assert_false(closing_enter(&closing));
	g_assert_cmpint(closing.running, ==, 0);
}

static void *
leave_later(void *closing)
{
	g_usleep(LATER_US);
	g_assert_false(closing_enter(closing));
	closing_leave(closing);
	return NULL;
}

/* Who is at work when it ends. */
static void
test_running(void)
{
	struct closing closing = {0};
	gint64 began = g_get_monotonic_time();
	g_assert_true(closing_enter(&closing));
	GThread *thread = g_thread_new("callback", leave_later, &closing);
	g_assert_true(closing_end(&closing));
	g_assert_cmpint(g_get_monotonic_time() - began, >=, LATER_US);
	g_thread_join(thread);
}

static void *
finish_later(void *closing)
{
	g_usleep(LATER_US);
	g_assert_true(closing_enter(closing));
	closing_add_due(closing, -1);
	closing_leave(closing);
	return NULL;
}

/* Who has a mail under way may end it. */
static void
test_due(void)
{
	struct closing closing = {0};
	closing_add_due(&closing, 1);
	GThread *thread = g_thread_new("session", finish_later, &closing);
	g_assert_true(closing_end(&closing));
	g_assert_cmpint(closing.due, ==, 0);
	g_thread_join(thread);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/closing/over", test_over);
	g_test_add_func("/closing/running", test_running);
	g_test_add_func("/closing/due", test_due);
	return g_test_run();
}
