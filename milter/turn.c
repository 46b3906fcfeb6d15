#include "milter/turn.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/durable.h"
#include "store/log.h"

#define LOOK_MS 100
#define QUIET_MS 2000 /* before a wait for the other one is told: after a crash it may still be ending */

int
turn_take(const char *store, const char *role, int stop, GError **error)
{
	g_autofree char *name = g_strconcat(role, ".lock", NULL), *path = g_build_filename(store, name, NULL);
	int turn = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (turn < 0) {
		durable_fail(path, error);
		return -1;
	}
	for (int waited = 0; flock(turn, LOCK_EX | LOCK_NB); waited += LOOK_MS) {
		if (waited == QUIET_MS)
			log_line(LOG_WARNING, "%s: another belfry %s is at work on this store: waiting until it ends", store, role);
		if (poll(&(struct pollfd){.fd = stop, .events = POLLIN}, 1, LOOK_MS) > 0) {
			close(turn);
			return -1;
		}
	}
	return turn;
}
