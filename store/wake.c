#include "store/wake.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "store/hold.h"

static bool
address_of(struct sockaddr_un *address, const char *store, const char *name)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	int length = g_snprintf(address->sun_path, sizeof address->sun_path, "%s/wake/%s", store, name);
	return length < (int)sizeof address->sun_path;
}

static void
name_own(char *name, size_t size, const char *role)
{
	g_snprintf(name, size, "%s.%d", role, (int)getpid());
}

int
wake_open(const char *store, const char *role, GError **error)
{
	struct sockaddr_un address;
	char name[64];
	name_own(name, sizeof name, role);
	int wake = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (wake >= 0 && address_of(&address, store, name)) {
		unlink(address.sun_path);
		if (!bind(wake, (struct sockaddr *)&address, sizeof address)) {
			if (hold_is_free(store, error))
				return wake;
			wake_close(wake, store, role);
			return -1;
		}
	}
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "%s/wake/%s: %s", store, name, g_strerror(errno));
	if (wake >= 0)
		close(wake);
	return -1;
}

void
wake_close(int wake, const char *store, const char *role)
{
	struct sockaddr_un address;
	char name[64];
	name_own(name, sizeof name, role);
	if (address_of(&address, store, name))
		unlink(address.sun_path);
	close(wake);
}

void
wake_clear(int wake)
{
	char byte;
	while (recv(wake, &byte, 1, MSG_DONTWAIT) > 0)
		;
}

void
wake_wait(int wake, int stop, int milliseconds)
{
	struct pollfd waits[] = {{.fd = wake, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
	poll(waits, 2, milliseconds);
	wake_clear(wake);
}

static bool
is_alive(const struct sockaddr_un *address)
{
	int probe = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_bound = probe >= 0 && !connect(probe, (const struct sockaddr *)address, sizeof *address);
	if (probe >= 0)
		close(probe);
	return is_bound;
}

char *
wake_find(const char *store, const char *role)
{
	g_autofree char *directory = g_build_filename(store, "wake", NULL);
	g_autoptr(GDir) sockets = g_dir_open(directory, 0, NULL);
	const char *name;
	struct sockaddr_un address;
	while (sockets && (name = g_dir_read_name(sockets)))
		if ((!role || g_str_has_prefix(name, role)) && address_of(&address, store, name) && is_alive(&address))
			return g_strdup(name);
	return NULL;
}

/* The socket of a process that died without wake_close answers "connection refused": it is swept away. */
void
wake_send(const char *store, const char *role)
{
	g_autofree char *directory = g_build_filename(store, "wake", NULL);
	g_autoptr(GDir) sockets = g_dir_open(directory, 0, NULL);
	int from = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const char *name;
	while (from >= 0 && sockets && (name = g_dir_read_name(sockets))) {
		struct sockaddr_un address;
		if ((role && !g_str_has_prefix(name, role)) || !address_of(&address, store, name))
			continue;
		if (sendto(from, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address) < 0 &&
			errno == ECONNREFUSED)
			unlink(address.sun_path);
	}
	if (from >= 0)
		close(from);
}
