/* Does Postfix accept what contacts receive on? Asked at its own door, up to RCPT: no mail is sent. */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include "milter/check_kit.h"
#include "milter/dial.h"

#define ADDRESSES_MAX 30 /* asked for at most: Postfix counts errors and slows down */
#define EXTENSION "belfry-check"

/* "smtp" or "2525" as a number. Owner: caller. */
static char *
port_number(const char *name)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): a command's, without threads */
	const struct servent *service = g_ascii_isdigit(*name) ? NULL : getservbyname(name, "tcp");
	return service ? g_strdup_printf("%d", ntohs((uint16_t)service->s_port)) : g_strdup(name);
}

static bool
is_loopback(const char *host)
{
	return !strncmp(host, "127.", 4) || !strcmp(host, "localhost") || !strcmp(host, "[::1]");
}

/* A service's name, "smtp", "127.0.0.1:2525" or "[::1]:smtp", as an address we can connect to; NULL: not on this machine's loopback. */
static char *
loopback_address(const postfix *mta, const char *name)
{
	const char *interfaces = postfix_get(mta, NULL, "inet_interfaces"), *colon = strrchr(name, ':');
	g_autofree char *host = colon ? g_strndup(name, (gsize)(colon - name)) : g_strdup("127.0.0.1");
	g_autofree char *port = port_number(colon ? colon + 1 : name);
	bool is_there = colon ? is_loopback(host) :
		!strcmp(interfaces, "all") || strstr(interfaces, "loopback-only") || strstr(interfaces, "127.0.0.1") || strstr(interfaces, "localhost");
	return is_there ? g_strdup_printf("%s:%s", host, port) : NULL;
}

/* Ports for log-in (submission) and those filters come back to judge recipients in their own way. */
static bool
is_public(const postfix *mta, const struct postfix_service *service)
{
	return !strcmp(service->type, "inet") && (!strcmp(service->command, "smtpd") || !strcmp(service->command, "postscreen")) &&
		strcmp(postfix_get(mta, service, "smtpd_sasl_auth_enable"), "yes") &&
		!strstr(postfix_get(mta, service, "receive_override_options"), "no_milters");
}

/* One answer, its last line. NULL with ERROR. Owner: caller. */
static char *
read_reply(int server, GError **error)
{
	char *line;
	while ((line = dial_line(server, error)) && strlen(line) > 3 && line[3] == '-')
		g_free(line);
	return line;
}

static char *
ask(int server, const char *command, GError **error)
{
	g_autofree char *line = g_strconcat(command, "\r\n", NULL);
	return dial_send(server, line, strlen(line), error) ? read_reply(server, error) : NULL;
}

/* A door that listens. -1: none; *ADDRESS then says which were tried. */
static int
find_door(const postfix *mta, char **address)
{
	g_autoptr(GString) tried = g_string_new(NULL);
	for (guint i = 0; i < mta->services->len; i++) {
		const struct postfix_service *service = mta->services->pdata[i];
		g_autofree char *place = is_public(mta, service) ? loopback_address(mta, service->name) : NULL;
		int server = place ? dial(place, NULL) : -1;
		if (server >= 0) {
			*address = g_steal_pointer(&place);
			return server;
		}
		if (place)
			g_string_append_printf(tried, " %s", place);
	}
	*address = g_strdup(tried->str);
	return -1;
}

/* 220, EHLO, MAIL FROM:<>. FALSE after saying why not. */
static bool
introduce(struct check *check, int server, const char *address)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *greeting = read_reply(server, &error);
	g_autofree char *hello = greeting ? ask(server, "EHLO localhost", &error) : NULL;
	g_autofree char *sender = hello ? ask(server, "MAIL FROM:<>", &error) : NULL;
	if (!sender)
		check_error(check, "see Postfix's log", "%s: %s", address, error->message);
	else if (*sender != '2')
		check_error(check, *sender == '4' ? "see the lines on milters above, and Postfix's log" : "see Postfix's log",
			"%s takes no mail now: \"%s\"", address, sender);
	return sender && *sender == '2';
}

/* FALSE when the talk is over. */
static bool
try_recipient(struct check *check, int server, const char *recipient, const char *mend)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *command = g_strdup_printf("RCPT TO:<%s>", recipient);
	g_autofree char *reply = ask(server, command, &error);
	if (!reply) {
		check_error(check, "see Postfix's log", "the talk with Postfix broke off at %s: %s", recipient, error->message);
		return false;
	}
	if (*reply == '4')
		check_warn(check, "see Postfix's log, and try again in some minutes", "Postfix does not take %s now: \"%s\"", recipient, reply);
	else if (*reply != '2')
		check_error(check, mend, "Postfix refuses %s: \"%s\"", recipient, reply);
	return strncmp(reply, "421", 3);
}

/* ADDRESS itself, and with an extension. A whole domain is asked for by one name in it. */
static bool
try_address(struct check *check, int server, const char *address)
{
	static const char unknown[] = "make it known to Postfix: a mailbox, an alias or a transport (README: three ways to be plugged in)";
	const char *delimiter = check->conf->milter.recipient_delimiter, *at = strrchr(address, '@');
	if (*address == '@') {
		g_autofree char *one = g_strconcat(EXTENSION, address, NULL);
		return try_recipient(check, server, one, unknown);
	}
	if (!try_recipient(check, server, address, unknown))
		return false;
	if (!*delimiter || !at)
		return true;
	g_autofree char *extended = g_strdup_printf("%.*s%s" EXTENSION "%s", (int)(at - address), address, delimiter, at);
	g_autofree char *mend = g_strdup_printf("postconf -e recipient_delimiter=%s; postfix reload; tables of recipients must know it too", delimiter);
	return try_recipient(check, server, extended, mend);
}

static void
try_all(struct check *check, int server, const char *address)
{
	guint asked = MIN(check->addresses->len, ADDRESSES_MAX);
	int errors = check->errors, warnings = check->warnings;
	for (guint i = 0; i < asked; i++)
		if (!try_address(check, server, check->addresses->pdata[i]))
			break;
	if (check->errors == errors && check->warnings == warnings)
		check_ok(check, "%s takes mail for contacts (addresses: %u)%s", address, asked,
			*check->conf->milter.recipient_delimiter ? ", with extensions too" : "");
	if (asked < check->addresses->len)
		check_skip(check, "%u more addresses were not asked for", check->addresses->len - asked);
}

void
check_recipients(struct check *check)
{
	g_autofree char *address = NULL;
	if (!check->addresses->len) {
		check_skip(check, "no contact's address is known");
		return;
	}
	int server = find_door(check->postfix, &address);
	if (server < 0) {
		check_skip(check, "no smtpd listens on this machine's loopback (tried:%s): whether Postfix takes mail for contacts is not known",
			*address ? address : " none is set up");
		return;
	}
	if (introduce(check, server, address)) {
		try_all(check, server, address);
		g_free(ask(server, "RSET", NULL));
		g_free(ask(server, "QUIT", NULL));
	}
	close(server);
}
