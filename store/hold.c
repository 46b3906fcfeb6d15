#include "store/hold.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/wake.h"

struct hold {
	char *store;
	int lock; /* STORE/restore.lock, locked; octets in it are the mark */
};

static int
open_lock(const char *store, int flags)
{
	g_autofree char *path = g_build_filename(store, "restore.lock", NULL);
	return open(path, flags | O_CLOEXEC, 0600);
}

static bool
fail(GError **error, const char *store, const char *text)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", store, text);
	return false;
}

bool
hold_is_alone(const hold *self, GError **error)
{
	g_autofree char *role = wake_find(self->store, NULL);
	if (!role)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		"%s: %s (role and process) is at work on it: stop Belfry first (systemctl stop 'belfry*', or end belfry run)", self->store, role);
	return false;
}

hold *
hold_take(const char *store, GError **error)
{
	int lock = open_lock(store, O_RDWR | O_CREAT);
	if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB)) {
		fail(error, store, lock >= 0 && errno == EWOULDBLOCK ? "is being restored already" : g_strerror(errno));
		if (lock >= 0)
			close(lock);
		return NULL;
	}
	g_autoptr(hold) self = g_new0(hold, 1);
	self->store = g_strdup(store);
	self->lock = lock;
	return hold_is_alone(self, error) ? g_steal_pointer(&self) : NULL;
}

bool
hold_mark(hold *self, GError **error)
{
	static const char mark[] = "files are being swapped\n";
	return (pwrite(self->lock, mark, sizeof mark - 1, 0) == sizeof mark - 1 && !fsync(self->lock)) ||
		fail(error, self->store, g_strerror(errno));
}

bool
hold_unmark(hold *self, GError **error)
{
	return (!ftruncate(self->lock, 0) && !fsync(self->lock)) || fail(error, self->store, g_strerror(errno));
}

void
hold_drop(hold *self)
{
	if (!self)
		return;
	close(self->lock);
	g_free(self->store);
	g_free(self);
}

bool
hold_is_free(const char *store, GError **error)
{
	struct stat now;
	int lock = open_lock(store, O_RDONLY);
	if (lock < 0)
		return errno == ENOENT || fail(error, store, g_strerror(errno));
	bool is_held = flock(lock, LOCK_SH | LOCK_NB), is_marked = !fstat(lock, &now) && now.st_size;
	close(lock);
	if (is_held)
		return fail(error, store, "is being restored: start again when belfry restore has ended");
	return !is_marked || fail(error, store, "a restore was interrupted half-way: run belfry restore again; what the store held"
		" before is in its directory before-restore.*");
}
