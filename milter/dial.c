#include "milter/dial.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "milter/sockets.h"

#define LINE_OCTETS_MAX 1000

static bool
fail(GError **error, const char *what, const char *text)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", what, text);
	return false;
}

static int
fail_connect(GError **error, const char *address, int reason)
{
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(reason), "%s: %s", address, g_strerror(reason));
	return -1;
}

/* Waits for connecting too: the time-out for sending counts for it. */
static int
open_socket(int family, const struct sockaddr *place, socklen_t size)
{
	const struct timeval patience = {.tv_sec = DIAL_SECONDS};
	int server = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server < 0)
		return -1;
	setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(server, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (!connect(server, place, size))
		return server;
	int reason = errno == EINPROGRESS ? ETIMEDOUT : errno;
	close(server);
	errno = reason;
	return -1;
}

static int
dial_unix(const char *path)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	if (g_strlcpy(place.sun_path, path, sizeof place.sun_path) < sizeof place.sun_path)
		return open_socket(AF_UNIX, (const struct sockaddr *)&place, sizeof place);
	errno = ENAMETOOLONG;
	return -1;
}

static int
dial_inet(const char *address, GError **error)
{
	g_autofree char *host = NULL, *port = NULL;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	if (!sockets_split(address, &host, &port))
		return fail(error, address, "not an address"), -1;
	int code = getaddrinfo(host, port, &hints, &found), server = -1;
	if (code)
		return fail(error, address, gai_strerror(code)), -1;
	for (const struct addrinfo *next = found; next && server < 0; next = next->ai_next)
		server = open_socket(next->ai_family, next->ai_addr, next->ai_addrlen);
	int reason = errno;
	freeaddrinfo(found);
	return server < 0 ? fail_connect(error, address, reason) : server;
}

int
dial(const char *address, GError **error)
{
	const char *path = sockets_path(address);
	if (!path)
		return dial_inet(address, error);
	int server = dial_unix(path);
	return server < 0 ? fail_connect(error, path, errno) : server;
}

bool
dial_send(int socket, const void *octets, size_t size, GError **error)
{
	for (const char *next = octets; size;) {
		ssize_t sent = send(socket, next, size, MSG_NOSIGNAL);
		if (sent < 0)
			return fail(error, "sending", g_strerror(errno));
		next += sent;
		size -= (size_t)sent;
	}
	return true;
}

bool
dial_read(int socket, void *octets, size_t size, GError **error)
{
	for (char *next = octets; size;) {
		ssize_t got = recv(socket, next, size, 0);
		if (got <= 0)
			return fail(error, "reading", !got ? "it hung up" : errno == EAGAIN ? "no answer in time" : g_strerror(errno));
		next += got;
		size -= (size_t)got;
	}
	return true;
}

char *
dial_line(int socket, GError **error)
{
	GString *line = g_string_new(NULL);
	char c;
	while (line->len < LINE_OCTETS_MAX && dial_read(socket, &c, 1, error)) {
		if (c == '\n') {
			if (line->len && line->str[line->len - 1] == '\r')
				g_string_truncate(line, line->len - 1);
			return g_string_free(line, FALSE);
		}
		g_string_append_c(line, c);
	}
	if (line->len == LINE_OCTETS_MAX)
		return g_string_free(line, FALSE);
	g_string_free(line, TRUE);
	return NULL;
}
