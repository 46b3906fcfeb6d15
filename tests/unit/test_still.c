/* still: who makes a backup and who erases keep out of each other's way. */
#include "store/still.h"

#include <unistd.h>

#include "tests/unit/ground.h"

static char *directory;

static void
test_backup(void)
{
	g_autoptr(GError) error = NULL;
	int one = still_keep(directory, &error), two = still_keep(directory, &error);
	g_assert_cmpint(one, >=, 0);
	g_assert_cmpint(two, >=, 0);
	close(one);
	g_assert_cmpint(still_disturb(directory, &error), ==, -1);
	g_assert_no_error(error);
	close(two);
	int erasing = still_disturb(directory, &error);
	g_assert_cmpint(erasing, >=, 0);
	close(erasing);
}

static void
test_nowhere(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *nowhere = g_build_filename(directory, "nowhere", NULL);
	g_assert_cmpint(still_disturb(nowhere, &error), ==, -1);
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	directory = ground_directory();
	g_test_add_func("/still/backup", test_backup);
	g_test_add_func("/still/nowhere", test_nowhere);
	int status = g_test_run();
	ground_free(directory);
	return status;
}
