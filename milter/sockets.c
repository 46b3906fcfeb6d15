#include "milter/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_INHERITED 3

static bool
fail(GError **error, const char *address, const char *text)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", address, text);
	return false;
}

static int
inherited_count(void)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	if (!pid || !count || g_ascii_strtoll(pid, NULL, 10) != getpid())
		return 0;
	return (int)CLAMP(g_ascii_strtoll(count, NULL, 10), 0, 64);
}

int
sockets_inherited(const char *name)
{
	const char *list = getenv("LISTEN_FDNAMES");
	g_auto(GStrv) names = g_strsplit(list ? list : "", ":", -1);
	for (int i = 0, count = inherited_count(); i < count && names[i]; i++)
		if (!strcmp(names[i], name)) {
			fcntl(FIRST_INHERITED + i, F_SETFD, FD_CLOEXEC);
			return FIRST_INHERITED + i;
		}
	return -1;
}

const char *
sockets_path(const char *address)
{
	if (g_str_has_prefix(address, "unix:") || g_str_has_prefix(address, "local:"))
		address = strchr(address, ':') + 1;
	return *address == '/' ? address : NULL;
}

static bool
is_port(const char *text)
{
	guint64 port;
	return g_ascii_string_to_unsigned(text, 10, 1, 65535, &port, NULL);
}

bool
sockets_split(const char *address, char **host, char **port)
{
	const char *rest = g_str_has_prefix(address, "inet:") ? address + 5 : g_str_has_prefix(address, "inet6:") ? address + 6 : address;
	const char *at = strchr(rest, '@'), *colon = strrchr(rest, ':');
	if (at) {
		*port = g_strndup(rest, (gsize)(at - rest));
		*host = g_strdup(at + 1);
	} else if (colon) {
		*host = g_strndup(rest, (gsize)(colon - rest));
		*port = g_strdup(colon + 1);
	} else {
		return false;
	}
	size_t length = strlen(*host);
	if (length > 2 && **host == '[' && (*host)[length - 1] == ']') {
		memmove(*host, *host + 1, length - 2);
		(*host)[length - 2] = '\0';
	}
	return **host && is_port(*port);
}

static int
listen_first(const char *address, const struct addrinfo *found, GError **error)
{
	for (; found; found = found->ai_next) {
		int one = 1, listener = socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
		/* What is accepted inherits NODELAY: small answers leave at once. */
		if (listener >= 0 && !setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) &&
			!setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) &&
			!bind(listener, found->ai_addr, found->ai_addrlen) && !listen(listener, SOMAXCONN))
			return listener;
		if (!found->ai_next)
			fail(error, address, g_strerror(errno));
		if (listener >= 0)
			close(listener);
	}
	return -1;
}

static int
listen_inet(const char *address, GError **error)
{
	g_autofree char *host = NULL, *port = NULL;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found = NULL;
	if (!sockets_split(address, &host, &port)) {
		fail(error, address, "not an address; allowed are unix:/path, inet:HOST:PORT and inet:PORT@HOST");
		return -1;
	}
	int code = getaddrinfo(host, port, &hints, &found);
	if (code) {
		fail(error, address, gai_strerror(code));
		return -1;
	}
	int listener = listen_first(address, found, error);
	freeaddrinfo(found);
	return listener;
}

/* Open to all whatever the umask: an MTA must get through to the socket, whose own mode decides. */
static bool /* NOLINTNEXTLINE(misc-no-recursion): as deep as a path of ours */
make_directory(const char *path, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(path);
	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return true;
	if (!make_directory(parent, error))
		return false;
	return (!mkdir(path, 0755) && !chmod(path, 0755)) || errno == EEXIST || fail(error, path, g_strerror(errno));
}

static bool
is_answered(const struct sockaddr_un *place)
{
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool answered = probe >= 0 && (!connect(probe, (const struct sockaddr *)place, sizeof *place) || errno != ECONNREFUSED);
	if (probe >= 0)
		close(probe);
	return answered;
}

static bool
clear_place(const struct sockaddr_un *place, GError **error)
{
	struct stat what;
	if (lstat(place->sun_path, &what))
		return errno == ENOENT || fail(error, place->sun_path, g_strerror(errno));
	if (!S_ISSOCK(what.st_mode))
		return fail(error, place->sun_path, "is there, but is no socket");
	if (is_answered(place))
		return fail(error, place->sun_path, "somebody listens there already");
	return !unlink(place->sun_path) || fail(error, place->sun_path, g_strerror(errno));
}

static bool
give_to_group(const char *path, const char *group, GError **error)
{
	if (!*group)
		return true;
	const struct group *entry = getgrnam(group); /* NOLINT(concurrency-mt-unsafe): before any thread */
	if (!entry) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			"%s: there is no group %s: set socket_group to the mail server's group, or to nothing", path, group);
		return false;
	}
	if (!chown(path, (uid_t)-1, entry->gr_gid))
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: cannot be given to group %s: %s", path, group, g_strerror(errno));
	return false;
}

static int
listen_unix(const char *path, mode_t mode, const char *group, GError **error)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	g_autofree char *parent = g_path_get_dirname(path);
	if (g_strlcpy(place.sun_path, path, sizeof place.sun_path) >= sizeof place.sun_path) {
		fail(error, path, "is too long for a unix socket (107 octets)");
		return -1;
	}
	if (!make_directory(parent, error) || !clear_place(&place, error))
		return -1;
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* Nobody gets in before listen: the mode comes in time. The group first, for chown may take rights away. */
	if (listener >= 0 && !bind(listener, (struct sockaddr *)&place, sizeof place)) {
		if (!give_to_group(path, group, error)) {
			close(listener);
			unlink(path);
			return -1;
		}
		if (!chmod(path, mode) && !listen(listener, SOMAXCONN))
			return listener;
	}
	fail(error, path, g_strerror(errno));
	if (listener >= 0)
		close(listener);
	return -1;
}

int
sockets_listen(const char *address, mode_t mode, const char *group, GError **error)
{
	const char *path = sockets_path(address);
	return path ? listen_unix(path, mode, group, error) : listen_inet(address, error);
}

bool
sockets_knock(int descriptor)
{
	struct sockaddr_storage place = {0};
	socklen_t size = sizeof place;
	if (getsockname(descriptor, (struct sockaddr *)&place, &size))
		return false;
	int visitor = socket(place.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool ok = visitor >= 0 && (!connect(visitor, (struct sockaddr *)&place, size) || errno == EINPROGRESS);
	if (visitor >= 0)
		close(visitor);
	return ok;
}

/* An address that the kernel chooses and nobody knows. Not waiting: a poll that the old socket has woken finds nobody here. */
void
sockets_leave(int descriptor)
{
	const struct sockaddr nobody = {.sa_family = AF_UNIX};
	int quiet = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (quiet >= 0 && !bind(quiet, &nobody, sizeof nobody.sa_family) && !listen(quiet, 1))
		dup3(quiet, descriptor, O_CLOEXEC);
	if (quiet >= 0)
		close(quiet);
}

void
sockets_hand_down(const int *descriptors, const char *const *names, int count)
{
	int moved[count ? count : 1];
	for (int i = 0; i < count; i++)
		moved[i] = fcntl(descriptors[i], F_DUPFD_CLOEXEC, FIRST_INHERITED + count);
	g_autoptr(GString) list = g_string_new(NULL);
	for (int i = 0; i < count; i++) {
		dup2(moved[i], FIRST_INHERITED + i);
		close(moved[i]);
		if (descriptors[i] >= FIRST_INHERITED + count)
			close(descriptors[i]);
		g_string_append_printf(list, "%s%s", i ? ":" : "", names[i]);
	}
	g_autofree char *pid = g_strdup_printf("%d", (int)getpid()), *number = g_strdup_printf("%d", count);
	/* NOLINTBEGIN(concurrency-mt-unsafe): before the program begins that is to read them */
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", number, 1);
	setenv("LISTEN_FDNAMES", list->str, 1);
	/* NOLINTEND(concurrency-mt-unsafe) */
}
