#include "store/still.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/durable.h"

static int
lock(const char *store, int operation, GError **error)
{
	int directory = open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory >= 0 && !TEMP_FAILURE_RETRY(flock(directory, operation)))
		return directory;
	if (errno != EWOULDBLOCK)
		durable_fail(store, error);
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
