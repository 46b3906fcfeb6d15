#include "store/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
durable_fail(const char *path, GError **error)
{
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "%s: %s", path, g_strerror(errno));
	return false;
}

bool
durable_sync(const char *path, GError **error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = (file >= 0 && !fsync(file)) || durable_fail(path, error);
	if (file >= 0)
		close(file);
	return ok;
}

static bool
sync_parent(const char *path, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(path);
	return durable_sync(parent, error);
}

static bool
make_one(const char *path, mode_t mode, GError **error)
{
	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return true;
	bool is_new = !mkdir(path, mode);
	if (is_new ? chmod(path, mode) : errno != EEXIST)
		return durable_fail(path, error);
	return sync_parent(path, error);
}

bool
durable_directory(const char *path, mode_t mode, GError **error)
{
	g_autofree char *way = g_strdup(path);
	bool ok = true;
	for (char *slash = strchr(way, '/'); ok && slash; slash = strchr(slash + 1, '/')) {
		if (slash == way)
			continue; /* the root is there */
		*slash = '\0';
		ok = make_one(way, mode, error);
		*slash = '/';
	}
	return ok && make_one(path, mode, error);
}

/* FILE is a new one at TEMPORARY. */
static bool
fill_and_name(int file, const char *text, const char *temporary, const char *path, GError **error)
{
	ssize_t length = (ssize_t)strlen(text);
	if (write(file, text, (size_t)length) != length || fsync(file))
		return durable_fail(temporary, error);
	return !link(temporary, path) || durable_fail(path, error);
}

bool
durable_create(const char *path, const char *text, GError **error)
{
	g_autofree char *temporary = g_strconcat(path, ".XXXXXX", NULL);
	int file = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0600);
	if (file < 0)
		return durable_fail(temporary, error);
	bool ok = fill_and_name(file, text, temporary, path, error);
	close(file);
	unlink(temporary);
	return ok && sync_parent(path, error);
}
