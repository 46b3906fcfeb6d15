/* Sendmail, where there is no Postfix. */
#include <string.h>

#include "milter/check_kit.h"
#include "milter/sockets.h"

#define SENDMAIL_CF "/etc/mail/sendmail.cf"

/* The X line of sendmail.cf whose S= is our socket: "Xbelfry, S=local:/run/belfry/milter.sock, F=T, …". Borrowed from LINES. */
static const char *
find_filter(char **lines, const char *place)
{
	for (; *lines; lines++)
		if (**lines == 'X' && strstr(*lines, place))
			return *lines;
	return NULL;
}

/* "O InputMailFilters=a, b": its last one is to be ours. */
static const char *
find_order(char **lines)
{
	for (; *lines; lines++)
		if (g_str_has_prefix(*lines, "O InputMailFilters="))
			return strchr(*lines, '=') + 1;
	return "";
}

static void
check_filter(struct check *check, const char *filter, const char *order)
{
	g_autofree char *name = g_strndup(filter + 1, strcspn(filter + 1, ", "));
	g_auto(GStrv) names = g_strsplit_set(order, ", ", -1);
	guint count = g_strv_length(names);
	if (!g_strv_contains((const char *const *)names, name))
		check_error(check, "INPUT_MAIL_FILTER instead of MAIL_FILTER in sendmail.mc, make, restart Sendmail", "%s is defined, but not used", name);
	else if (strcmp(names[count - 1], name))
		check_warn(check, "move its INPUT_MAIL_FILTER behind the others in sendmail.mc", "%s is not the last filter: %s", name, order);
	if (strstr(filter, "F=T"))
		check_ok(check, "%s: while Belfry is down senders come again later (F=T); nothing is missed", name);
	else if (strstr(filter, "F=R"))
		check_error(check, "F=T in its INPUT_MAIL_FILTER", "%s: while Belfry is down mail is refused for good (F=R)", name);
	else
		check_warn(check, "F=T in its INPUT_MAIL_FILTER", "%s: while Belfry is down mail flows past it, and the desk never sees that mail", name);
}

void
check_sendmail(struct check *check)
{
	g_autofree char *text = NULL, *host = NULL, *port = NULL;
	const char *path = sockets_path(check->conf->milter.socket);
	if (!g_file_get_contents(SENDMAIL_CF, &text, NULL, NULL)) {
		check_skip(check, "neither Postfix nor Sendmail is set up here: look into the mail server's own settings (--postfix DIRECTORY names another"
			" Postfix; etc/sendmail/belfry.mc has Sendmail's lines)");
		return;
	}
	g_autofree char *place = path || !sockets_split(check->conf->milter.socket, &host, &port) ? g_strdup(path) : g_strdup_printf("%s@", port);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	const char *filter = place ? find_filter(lines, place) : NULL;
	g_autofree char *mend = g_strdup_printf("in sendmail.mc, after other filters: INPUT_MAIL_FILTER(`belfry', `S=%s%s, F=T'), make, restart Sendmail",
		path ? "local:" : "inet:", path ? path : place);
	if (filter)
		check_filter(check, filter, find_order(lines));
	else
		check_error(check, mend, "%s names no filter at %s", SENDMAIL_CF, check->conf->milter.socket);
}
