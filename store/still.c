#include "store/still.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static int
lock(const char *store, int operation, GError **error)
{
	int directory = open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory >= 0 && !TEMP_FAILURE_RETRY(flock(directory, operation)))
		return directory;
	if (errno != EWOULDBLOCK)
		g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "%s: %s", store, g_strerror(errno));
	if (directory >= 0)
		close(directory);
	return -1;
}

int
still_keep(const char *store, GError **error)
{
	return lock(store, LOCK_SH, error);
}

int
still_disturb(const char *store, GError **error)
{
	return lock(store, LOCK_EX | LOCK_NB, error);
}
