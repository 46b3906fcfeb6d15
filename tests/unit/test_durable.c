/* durable: what is made, what it refuses; that it outlives a power cut is seen in tests/e2e/powercut.test.mjs. */
#include "store/durable.h"

#include <sys/stat.h>

#include "tests/unit/ground.h"

static char *directory;

static void
test_directory(void)
{
	g_autoptr(GError) error = NULL;
	struct stat now;
	g_autofree char *deep = g_build_filename(directory, "a", "b", NULL), *file = g_build_filename(directory, "file", NULL),
		*below = g_build_filename(file, "c", NULL);
	mode_t mask = umask(0077);
	g_assert_true(durable_directory(deep, 0755, &error));
	umask(mask);
	g_assert_true(durable_directory(deep, 0700, &error));
	g_assert_cmpint(stat(deep, &now), ==, 0);
	g_assert_cmpint(now.st_mode & 0777, ==, 0755);
	g_assert_true(g_file_set_contents(file, "", 0, &error));
	g_assert_false(durable_directory(below, 0700, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR);
}

static void
test_create(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) left = NULL;
	g_autofree char *home = g_build_filename(directory, "home", NULL), *path = g_build_filename(home, "keys", NULL), *text = NULL;
	struct stat now;
	g_assert_false(durable_create(path, "one\n", &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
	g_clear_error(&error);
	g_assert_true(durable_directory(home, 0700, &error));
	g_assert_true(durable_create(path, "one\n", &error));
	g_assert_false(durable_create(path, "two\n", &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "one\n");
	g_assert_cmpint(stat(path, &now), ==, 0);
	g_assert_cmpint(now.st_mode & 0777, ==, 0600);
	left = g_dir_open(home, 0, NULL);
	g_assert_cmpstr(g_dir_read_name(left), ==, "keys");
	g_assert_null(g_dir_read_name(left));
}

static void
test_sync(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *nowhere = g_build_filename(directory, "nowhere", NULL);
	g_assert_true(durable_sync(directory, &error));
	g_assert_false(durable_sync(nowhere, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	directory = ground_directory();
	g_test_add_func("/durable/directory", test_directory);
	g_test_add_func("/durable/create", test_create);
	g_test_add_func("/durable/sync", test_sync);
	int status = g_test_run();
	ground_free(directory);
	return status;
}
