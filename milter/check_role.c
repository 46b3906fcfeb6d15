/* The roles: does each answer at its door? */
#include <string.h>
#include <unistd.h>

#include "milter/capture_socket.h"
#include "milter/check_kit.h"
#include "milter/dial.h"
#include "milter/relay.h"
#include "store/wake.h"

#define START "start Belfry (systemctl start belfry, or belfry run), and see its log if it is started"
#define MILTER_ANSWER_MAX 65536

/* The milter protocol's packets: four octets of length, the command, its data. */
static const guint8 hello[] = {0, 0, 0, 13, 'O', 0, 0, 0, 6, 0, 0, 1, 0xff, 0, 0x1f, 0xff, 0xff};
static const guint8 quit[] = {0, 0, 0, 1, 'Q'};

/* Negotiates as Postfix would. The protocol version it answers with, -1: ERROR. */
static int
negotiate(int milter, GError **error)
{
	guint8 head[5], version[4], rest[256];
	if (!dial_send(milter, hello, sizeof hello, error) || !dial_read(milter, head, sizeof head, error))
		return -1;
	guint32 size = ((guint32)head[0] << 24 | (guint32)head[1] << 16 | (guint32)head[2] << 8 | head[3]);
	if (head[4] != 'O' || size < 13 || size > MILTER_ANSWER_MAX) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "what answers there speaks another protocol");
		return -1;
	}
	if (!dial_read(milter, version, sizeof version, error))
		return -1;
	for (guint32 left = size - 5; left;) {
		guint32 part = MIN(left, sizeof rest);
		if (!dial_read(milter, rest, part, error))
			return -1;
		left -= part;
	}
	return dial_send(milter, quit, sizeof quit, error) ? version[3] : -1;
}

void
check_milter(struct check *check)
{
	g_autoptr(GError) error = NULL;
	const char *address = check->conf->milter.socket;
	int milter = dial(address, &error), version = milter < 0 ? -1 : negotiate(milter, &error);
	if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_ACCES))
		check_skip(check, "%s: you may not connect, and need not; root can", address);
	else if (version < 0)
		check_error(check, START, "%s", error->message);
	else if (version < 6)
		check_error(check, "see that Belfry alone is at this address", "%s answers with protocol %d, not 6", address, version);
	else
		check_ok(check, "%s negotiates", address);
	if (milter >= 0)
		close(milter);
}

/* Asks in a protocol that is not there: who says so is the capture socket, and nothing comes of it. */
void
check_capture(struct check *check)
{
	static const char question[] = "belfry-check\n";
	g_autoptr(GError) error = NULL;
	const char *address = check->conf->capture.socket;
	int door = dial(address, &error);
	g_autofree char *answer = door >= 0 && dial_send(door, question, sizeof question - 1, &error) ? dial_line(door, &error) : NULL;
	if (!answer)
		check_error(check, START, "%s", error->message);
	else if (!strstr(answer, CAPTURE_GREETING))
		check_error(check, "see that Belfry alone is at this address", "%s answers \"%s\"", address, answer);
	else
		check_ok(check, "%s answers", address);
	if (door >= 0)
		close(door);
}

void
check_sort(struct check *check)
{
	const char *store = check->conf->belfry.store;
	g_autofree char *role = wake_find(store, "sort.");
	if (role)
		check_ok(check, "%s is at work", role);
	else if (access(store, X_OK))
		check_skip(check, "%s may not be looked into", store);
	else
		check_error(check, START, "no sort role is at work on %s: mail is kept, but becomes no thread", store);
}

void
check_courier(struct check *check)
{
	const char *store = check->conf->belfry.store;
	g_autofree char *role = wake_find(store, "courier.");
	if (role)
		check_ok(check, "%s is at work", role);
	else if (access(store, X_OK))
		check_skip(check, "%s may not be looked into", store);
	else
		check_error(check, START, "no courier role is at work on %s: replies do not leave", store);
}

/* Connects, seals and logs in as the courier does; no mail is sent. */
void
check_relay(struct check *check)
{
	static const char mend[] = "set [courier] relay, tls, user and password_file to a mail server that takes replies; they wait until then";
	g_autoptr(GError) error = NULL;
	g_autoptr(relay) server = relay_new(check->conf, -1, &error);
	g_autoptr(net) connection = server ? net_open(&server->server, &error) : NULL;
	if (!connection)
		check_warn(check, mend, "%s", error->message);
	else
		check_ok(check, "%s answers%s%s%s", check->conf->courier.relay, strcmp(check->conf->courier.tls, "none") ? " over TLS" : "",
			*check->conf->courier.user ? ", lets us in" : "", net_offer(connection, "DSN") ? ", reports deliveries (DSN)" : "");
	if (connection)
		net_send(connection, "QUIT\r\n", 6, NULL);
}

/* Status line, and the body's first line. */
static char *
get_health(int web, char **body, GError **error)
{
	static const char request[] = "GET /health HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	g_autofree char *status = dial_send(web, request, sizeof request - 1, error) ? dial_line(web, error) : NULL;
	if (!status)
		return NULL;
	char *line;
	while ((line = dial_line(web, NULL)) && *line)
		g_free(line);
	g_free(line);
	*body = dial_line(web, NULL);
	return g_steal_pointer(&status);
}

static bool
is_loopback(const char *address)
{
	return g_str_has_prefix(address, "127.") || g_str_has_prefix(address, "localhost:") || g_str_has_prefix(address, "[::1]:");
}

void
check_web(struct check *check)
{
	g_autoptr(GError) error = NULL;
	const char *address = check->conf->web.listen;
	g_autofree char *body = NULL, *status = NULL;
	int web = dial(address, &error);
	if (!is_loopback(address) && !*check->conf->web.certificate)
		check_warn(check, "listen = 127.0.0.1:8025 behind a proxy with TLS, or set certificate and key",
			"passwords and mail cross the network unsealed from %s", address);
	if (web >= 0 && *check->conf->web.certificate) {
		check_ok(check, "%s takes connections (TLS itself is not tried)", address);
		close(web);
		return;
	}
	status = web >= 0 ? get_health(web, &body, &error) : NULL;
	if (!status)
		check_error(check, START, "%s: %s", address, error->message);
	else if (!g_pattern_match_simple("HTTP/1.? 200*", status))
		check_error(check, "see Belfry's log", "%s: /health answers %s %s", address, status, body ? body : "");
	else
		check_ok(check, "%s answers", address);
	if (web >= 0)
		close(web);
}
