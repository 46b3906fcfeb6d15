/* wake, log: nudges reach who waits and hurt nobody who does not; one event is one line. */
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "store/log.h"
#include "store/wake.h"
#include "tests/unit/ground.h"

static char *directory;

static int
milliseconds_waited(int wake, int stop, int at_most)
{
	gint64 start = g_get_monotonic_time();
	wake_wait(wake, stop, at_most);
	return (int)((g_get_monotonic_time() - start) / 1000);
}

static int
open_wake(const char *role)
{
	g_autoptr(GError) error = NULL;
	int wake = wake_open(directory, role, &error);
	g_assert_no_error(error);
	return wake;
}

static void
test_roles(void)
{
	int sort = open_wake("sort"), web = open_wake("web");
	wake_send(directory, "sort");
	g_assert_cmpint(milliseconds_waited(web, -1, 50), >=, 45);
	g_assert_cmpint(milliseconds_waited(sort, -1, 5000), <, 2000);
	g_assert_cmpint(milliseconds_waited(sort, -1, 50), >=, 45); /* taken */
	wake_send(directory, NULL);
	g_assert_cmpint(milliseconds_waited(web, -1, 5000), <, 2000);
	g_assert_cmpint(milliseconds_waited(sort, -1, 5000), <, 2000);
	wake_close(sort, directory, "sort");
	wake_close(web, directory, "web");
}

static void
test_stop(void)
{
	int web = open_wake("web"), stop = eventfd(1, EFD_CLOEXEC);
	g_assert_cmpint(milliseconds_waited(web, stop, 5000), <, 2000);
	close(stop);
	wake_close(web, directory, "web");
}

/* More nudges than a socket holds: nobody blocks; a dead process' socket is swept away. */
static void
test_never_blocks(void)
{
	int web = open_wake("web"), dead = open_wake("sort");
	close(dead);
	for (int i = 0; i < 2000; i++)
		wake_send(directory, NULL);
	g_assert_cmpint(milliseconds_waited(web, -1, 5000), <, 2000);
	g_assert_cmpint(milliseconds_waited(web, -1, 50), >=, 45);
	g_autofree char *name = g_strdup_printf("%s/wake/sort.%d", directory, (int)getpid());
	g_assert_false(g_file_test(name, G_FILE_TEST_EXISTS));
	wake_close(web, directory, "web");
	wake_send("/nonexistent/belfry", NULL);
}

static void
say_lines(void)
{
	log_open("test", LOG_INFO);
	log_line(LOG_INFO, "one %s", "two\nbelfry web: forged\r\t\x1b[1m\x7f");
	log_line(LOG_DEBUG, "not wanted");
	log_line(LOG_ERROR, "%d", 7);
}

static void
test_lines(void)
{
	if (g_test_subprocess()) {
		g_unsetenv("JOURNAL_STREAM");
		say_lines();
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_passed();
	g_test_trap_assert_stderr("belfry test: one two belfry web: forged   [1m \nbelfry test: error: 7\n");
}

static void
test_marks(void)
{
	if (g_test_subprocess()) {
		g_setenv("JOURNAL_STREAM", "8:1", TRUE);
		say_lines();
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_stderr("<6>belfry test: one *\n<3>belfry test: error: 7\n");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	directory = ground_store();
	g_test_add_func("/wake/roles", test_roles);
	g_test_add_func("/wake/stop", test_stop);
	g_test_add_func("/wake/never-blocks", test_never_blocks);
	g_test_add_func("/log/lines", test_lines);
	g_test_add_func("/log/marks", test_marks);
	int status = g_test_run();
	ground_free(directory);
	return status;
}
