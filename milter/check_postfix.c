/* Postfix's own settings, as Postfix sees them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "milter/check_kit.h"
#include "milter/reach.h"
#include "milter/sockets.h"

#define HEADER_OCTETS 60000 /* what Postfix hands a milter of one header field at most */

/* Services that see the same: one line for all of them. */
struct view {
	const struct postfix_service *service; /* the first of them */
	GString *names;
};

static void
free_view(void *data)
{
	struct view *view = data;
	g_string_free(view->names, TRUE);
	g_free(view);
}

static bool
has_word(const char *list, const char *word)
{
	g_auto(GStrv) words = g_strsplit_set(list, ", \t", -1);
	return g_strv_contains((const char *const *)words, word);
}

/* Smtpd services that run milters, as views by what they say about them. */
static GPtrArray *
smtpd_views(const postfix *mta)
{
	GPtrArray *views = g_ptr_array_new_with_free_func(free_view);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < mta->services->len; i++) {
		const struct postfix_service *service = mta->services->pdata[i];
		if (strcmp(service->command, "smtpd") || has_word(postfix_get(mta, service, "receive_override_options"), "no_milters"))
			continue;
		char *key = g_strdup_printf("%d %s", service->is_chrooted, postfix_get(mta, service, "smtpd_milters"));
		struct view *view = g_hash_table_lookup(known, key);
		if (!view) {
			view = g_new0(struct view, 1);
			*view = (struct view){service, g_string_new(NULL)};
			g_ptr_array_add(views, view);
		}
		g_string_append_printf(view->names, "%s%s", view->names->len ? ", " : "", service->name);
		g_hash_table_replace(known, key, view);
	}
	return views;
}

/* Two paths of one place, whatever links are on the way. */
static bool
is_same_path(const char *a, const char *b)
{
	g_autofree char *dir_a = g_path_get_dirname(a), *dir_b = g_path_get_dirname(b);
	g_autofree char *name_a = g_path_get_basename(a), *name_b = g_path_get_basename(b);
	char *real_a = realpath(dir_a, NULL), *real_b = realpath(dir_b, NULL);
	bool is_same = !strcmp(name_a, name_b) && !strcmp(real_a ? real_a : dir_a, real_b ? real_b : dir_b);
	free(real_a);
	free(real_b);
	return is_same;
}

static bool
is_local_host(const char *host)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::", "*", NULL};
	return g_strv_contains(names, host);
}

static bool
is_same_inet(const char *a, const char *b)
{
	g_autofree char *host_a = NULL, *port_a = NULL, *host_b = NULL, *port_b = NULL;
	return sockets_split(a, &host_a, &port_a) && sockets_split(b, &host_b, &port_b) && !strcmp(port_a, port_b) &&
		(!strcmp(host_a, host_b) || (is_local_host(host_a) && is_local_host(host_b)));
}

/* The path in a milter's address, relative ones too; NULL: it is no unix socket. */
static const char *
unix_path(const char *address)
{
	return g_str_has_prefix(address, "unix:") || g_str_has_prefix(address, "local:") ? strchr(address, ':') + 1 : NULL;
}

static bool
is_ours(const struct check *check, const struct postfix_service *service, const char *address)
{
	const char *own = sockets_path(check->conf->milter.socket), *path = unix_path(address);
	if (!own || !path)
		return !own && !path && is_same_inet(address, check->conf->milter.socket);
	g_autofree char *outside = postfix_outside_path(check->postfix, service, path);
	return is_same_path(outside, own);
}

/* Meant for us, but another place as the service sees it. */
static bool
is_meant(const struct check *check, const char *address)
{
	const char *own = sockets_path(check->conf->milter.socket), *path = unix_path(address);
	if (!own || !path)
		return false;
	g_autofree char *own_name = g_path_get_basename(own), *name = g_path_get_basename(path);
	return is_same_path(path, own) || (!strcmp(own_name, name) && strstr(own, "belfry") && strstr(path, "belfry"));
}

/* The index of our milter in LIST, -1: it is not in it. */
static int
find_ours(const struct check *check, const struct postfix_service *service, const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++)
		if (is_ours(check, service, ((const struct postfix_milter *)list->pdata[i])->address))
			return (int)i;
	return -1;
}

static const struct postfix_milter *
find_meant(const struct check *check, const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++)
		if (is_meant(check, ((const struct postfix_milter *)list->pdata[i])->address))
			return list->pdata[i];
	return NULL;
}

/* PATH below the queue directory, relative to it; NULL when it is elsewhere. */
static const char *
below_queue(const struct check *check, const char *path)
{
	const char *queue = postfix_get(check->postfix, NULL, "queue_directory");
	size_t length = strlen(queue);
	return path && !strncmp(path, queue, length) && path[length] == '/' ? path + length + 1 : NULL;
}

/* What the administrator is to write into main.cf. Owner: caller. */
static char *
wanted_line(const struct check *check, const char *parameter)
{
	const char *own = sockets_path(check->conf->milter.socket), *relative = below_queue(check, own);
	g_autofree char *host = NULL, *port = NULL, *address = NULL;
	if (own)
		address = g_strdup_printf("unix:%s", relative ? relative : own);
	else if (sockets_split(check->conf->milter.socket, &host, &port))
		address = g_strdup_printf("inet:%s:%s", is_local_host(host) ? "127.0.0.1" : host, port);
	return g_strdup_printf("in main.cf: %s = { %s, connect_timeout=10s, default_action=tempfail }, last in the list; postfix reload", parameter,
		address ? address : check->conf->milter.socket);
}

/* A service in the chroot cannot get at a socket outside of the queue directory. */
static void
say_outside_chroot(struct check *check, const struct postfix_service *service, const char *names, const char *written)
{
	const char *queue = postfix_get(check->postfix, NULL, "queue_directory"), *own = sockets_path(check->conf->milter.socket);
	g_autofree char *seen = postfix_outside_path(check->postfix, service, unix_path(written)), *mend = NULL;
	if (below_queue(check, own))
		mend = g_strdup_printf("write unix:%s, which is right in the chroot and outside of it; postfix reload", below_queue(check, own));
	else
		mend = g_strdup_printf("[milter] socket = unix:%s/belfry/milter.sock in belfry.conf, unix:belfry/milter.sock in main.cf;"
			" or take %s out of the chroot in master.cf", queue, service->command);
	check_error(check, mend, "%s of %s is chrooted in %s: what is written there, %s, is %s for it, and Belfry's socket is %s: it is not reachable",
		service->command, names, queue, written, seen, own);
}

static void
check_action(struct check *check, const struct postfix_milter *milter, const char *names)
{
	static const char mend[] = "default_action=tempfail within the braces of Belfry's entry";
	const char *action = *milter->default_action ? milter->default_action : postfix_get(check->postfix, NULL, "milter_default_action");
	if (!strcmp(action, "tempfail"))
		check_ok(check, "%s: while Belfry is down senders come again later (tempfail); nothing is missed", names);
	else if (!strcmp(action, "accept"))
		check_warn(check, mend, "%s: while Belfry is down mail flows past it (accept), and the desk never sees that mail", names);
	else if (!strcmp(action, "quarantine"))
		check_warn(check, mend, "%s: while Belfry is down mail is put on hold (quarantine) until postsuper -r, and then is not captured", names);
	else
		check_error(check, mend, "%s: while Belfry is down mail is refused for good (%s)", names, action);
}

static void
check_reach(struct check *check, const struct postfix_service *service, const char *names, const char *address)
{
	static const char rights[] = "[milter] socket_group = postfix and socket_mode = 0660 in belfry.conf, restart Belfry; directories on the way:"
		" chmod o+x, or chgrp postfix and chmod g+x";
	const char *path = unix_path(address);
	g_autofree char *why = NULL;
	int problem = path ? reach(check->postfix, service, path, &why) : 0;
	if (problem == EACCES)
		check_error(check, rights, "Postfix cannot connect: %s", why);
	else if (problem)
		check_error(check, "start Belfry; if it runs, see that [milter] socket and main.cf mean the same place", "Postfix cannot connect: %s", why);
	else
		check_ok(check, "%s: %s is Belfry's socket, and Postfix may connect", names, address);
}

static void
check_place(struct check *check, const struct view *view, const GPtrArray *list, int index)
{
	const struct postfix_milter *own = list->pdata[index];
	check_reach(check, view->service, view->names->str, own->address);
	check_action(check, own, view->names->str);
	if ((guint)index + 1 < list->len)
		check_warn(check, "put Belfry's entry last", "%s: milters stand behind Belfry: it does not see what they add, and has mail they refuse",
			view->names->str);
}

/* One list of milters and who runs it. FALSE: ours is not in it. */
static bool
check_list(struct check *check, const struct view *view, const char *parameter)
{
	g_autoptr(GPtrArray) list = postfix_read_milters(postfix_get(check->postfix, view->service, parameter));
	int index = find_ours(check, view->service, list);
	const struct postfix_milter *meant = find_meant(check, list);
	if (index >= 0)
		check_place(check, view, list, index);
	else if (meant && view->service->is_chrooted)
		say_outside_chroot(check, view->service, view->names->str, meant->address);
	else
		return false;
	return true;
}

void
check_smtpd_milters(struct check *check)
{
	g_autoptr(GPtrArray) views = smtpd_views(check->postfix);
	g_autofree char *mend = wanted_line(check, "smtpd_milters");
	const char *own = check->conf->milter.socket;
	if (!views->len)
		check_warn(check, "look at the smtpd lines of master.cf", "no smtpd service runs milters");
	for (guint i = 0; i < views->len; i++) {
		const struct view *view = views->pdata[i];
		if (check_list(check, view, "smtpd_milters"))
			continue;
		if (*postfix_get(check->postfix, view->service, "smtpd_milters"))
			check_error(check, mend, "%s: Belfry's socket (%s) is not among them: %s", view->names->str, own,
				postfix_get(check->postfix, view->service, "smtpd_milters"));
		else
			check_error(check, mend, "%s: none is set: no mail reaches Belfry", view->names->str);
	}
	if (*postfix_get(check->postfix, NULL, "smtpd_milter_maps"))
		check_warn(check, "see that no client whose mail is for contacts is in that table", "smtpd_milter_maps may switch Belfry off for some clients");
}

/* Postfix's own reports come by cleanup, but only where it is told to show them. */
static void
check_reports(struct check *check)
{
	if (!has_word(postfix_get(check->postfix, NULL, "internal_mail_filter_classes"), "bounce"))
		check_warn(check, "postconf -e internal_mail_filter_classes=bounce; postfix reload",
			"internal_mail_filter_classes has no \"bounce\": what this Postfix reports of replies, that they were delivered or not, does not reach the desk");
}

/* Mail made on this machine comes by cleanup. */
void
check_other_milters(struct check *check)
{
	const struct postfix_service *cleanup = postfix_find(check->postfix, "cleanup");
	if (!cleanup) {
		check_skip(check, "master.cf has no cleanup service");
		return;
	}
	struct view view = {cleanup, g_string_new("local mail")};
	g_autofree char *mend = wanted_line(check, "non_smtpd_milters");
	if (!check_list(check, &view, "non_smtpd_milters"))
		check_warn(check, mend, "Belfry is not among them: mail made on this machine (sendmail, a shop's mail()) is not captured");
	else
		check_reports(check);
	g_string_free(view.names, TRUE);
}

void
check_protocol(struct check *check)
{
	const char *protocol = postfix_get(check->postfix, NULL, "milter_protocol");
	if (strtol(protocol, NULL, 10) >= 6)
		check_ok(check, "%s", protocol);
	else
		check_error(check, "postconf -e milter_protocol=6; postfix reload", "it is %s: mail would not come byte for byte", protocol);
}

void
check_delimiter(struct check *check)
{
	const char *theirs = postfix_get(check->postfix, NULL, "recipient_delimiter"), *ours = check->conf->milter.recipient_delimiter;
	g_autofree char *mend = NULL;
	if (*ours && !strchr(theirs, *ours)) {
		mend = g_strdup_printf("postconf -e recipient_delimiter=%s; postfix reload; or recipient_delimiter = %s in belfry.conf", ours,
			*theirs ? theirs : "(nothing)");
		check_error(check, mend, "Postfix %s%s, Belfry has \"%s\": answers to contact%sx@ would be refused or lost",
			*theirs ? "has " : "has none", theirs, ours, ours);
	} else if (*theirs && !*ours) {
		mend = g_strdup_printf("recipient_delimiter = %c in belfry.conf", *theirs);
		check_warn(check, mend, "Postfix has \"%s\", Belfry none: mail to contact%cx@ is delivered, but not captured", theirs, *theirs);
	} else {
		check_ok(check, "%s", *ours ? "both know the same" : "none on both sides");
	}
}

static void
check_header_size(struct check *check)
{
	const char *limit = postfix_get(check->postfix, NULL, "header_size_limit");
	if (g_ascii_strtoll(limit, NULL, 10) < HEADER_OCTETS)
		check_warn(check, "postconf -e header_size_limit=102400; postfix reload",
			"header_size_limit is %s: longer header fields are cut before Belfry gets them", limit);
}

void
check_sizes(struct check *check)
{
	gint64 theirs = g_ascii_strtoll(postfix_get(check->postfix, NULL, "message_size_limit"), NULL, 10), ours = check->conf->milter.size_limit;
	g_autofree char *mend = g_strdup_printf("postconf -e message_size_limit=%" G_GINT64_FORMAT "; postfix reload; or a larger size_limit in belfry.conf",
		ours);
	static const char after[] = "a mail in between is not stored: it goes on to its mailbox with a note in the desk, and is refused for contacts that"
		" take their mail";
	check_header_size(check);
	if (!theirs)
		check_warn(check, mend, "Postfix has no limit, Belfry stores up to %" G_GINT64_FORMAT " MB: %s", ours >> 20, after);
	else if (theirs > ours)
		check_warn(check, mend, "Postfix takes up to %" G_GINT64_FORMAT " MB, Belfry stores up to %" G_GINT64_FORMAT " MB: %s", theirs >> 20, ours >> 20,
			after);
	else
		check_ok(check, "what Postfix takes (%" G_GINT64_FORMAT " MB) Belfry stores (%" G_GINT64_FORMAT " MB)", theirs >> 20, ours >> 20);
}

static bool
is_filtered(const postfix *mta, const struct postfix_service *service)
{
	return *postfix_get(mta, service, "content_filter") || *postfix_get(mta, service, "smtpd_proxy_filter");
}

/* Where a filter hands mail back: a port of this machine's own that does not filter once more. */
static bool
is_way_back(const postfix *mta, const struct postfix_service *service)
{
	return !strcmp(service->command, "smtpd") && !is_filtered(mta, service) && strchr(service->name, ':') &&
		(g_str_has_prefix(service->name, "127.") || g_str_has_prefix(service->name, "localhost:") || g_str_has_prefix(service->name, "[::1]:"));
}

/* Would a mail that comes here pass Belfry? */
static bool
passes_belfry(const struct check *check, const struct postfix_service *service)
{
	g_autoptr(GPtrArray) list = postfix_read_milters(postfix_get(check->postfix, service, "smtpd_milters"));
	return !has_word(postfix_get(check->postfix, service, "receive_override_options"), "no_milters") && find_ours(check, service, list) >= 0;
}

void
check_filters(struct check *check)
{
	const postfix *mta = check->postfix;
	bool has_filter = *postfix_get(mta, NULL, "content_filter") || *postfix_get(mta, NULL, "smtpd_proxy_filter"), is_twice = false;
	for (guint i = 0; i < mta->services->len; i++)
		has_filter = has_filter || is_filtered(mta, mta->services->pdata[i]);
	for (guint i = 0; has_filter && i < mta->services->len; i++) {
		const struct postfix_service *service = mta->services->pdata[i];
		if (!is_way_back(mta, service) || !passes_belfry(check, service))
			continue;
		is_twice = true;
		check_warn(check, "in master.cf, under that line: -o receive_override_options=no_milters; postfix reload",
			"%s takes mail back from the content filter and runs milters again: Belfry gets every mail twice", service->name);
	}
	if (!is_twice)
		check_ok(check, "%s", has_filter ? "mail that a filter hands back does not come twice" : "there are none");
}
