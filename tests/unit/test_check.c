/* How Postfix's own words are read, and how rights are judged. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "milter/postfix.h"
#include "milter/rights.h"

static const char settings[] = "queue_directory = /var/spool/postfix\ncompatibility_level = 3.6\nsmtpd_milters = unix:belfry/milter.sock\n"
	"recipient_delimiter =\nmail_owner = postfix\n";
static const char services[] = "smtp       inet  n       -       y       -       -       smtpd\n"
	"submission inet  n       -       -       -       -       smtpd -o syslog_name=postfix/submission -o smtpd_milters=\n"
	"cleanup    unix  n       -       n       -       0       cleanup\n\nbroken line\n";
static const char overrides[] = "submission/inet/syslog_name = postfix/submission\nsubmission/inet/smtpd_milters =\n";

static const struct postfix_service *
service_named(const postfix *mta, const char *name)
{
	for (guint i = 0; i < mta->services->len; i++) {
		const struct postfix_service *service = mta->services->pdata[i];
		if (!strcmp(service->name, name))
			return service;
	}
	g_error("no service %s", name);
}

static void
test_settings(void)
{
	g_autoptr(postfix) mta = postfix_new("/etc/postfix");
	postfix_parse(mta, settings, services, overrides);
	g_assert_cmpuint(mta->services->len, ==, 3);
	g_assert_cmpstr(postfix_get(mta, NULL, "recipient_delimiter"), ==, "");
	g_assert_cmpstr(postfix_get(mta, service_named(mta, "smtp"), "smtpd_milters"), ==, "unix:belfry/milter.sock");
	g_assert_cmpstr(postfix_get(mta, service_named(mta, "submission"), "smtpd_milters"), ==, "");
	g_assert_cmpstr(postfix_find(mta, "cleanup")->name, ==, "cleanup");
	g_assert_null(postfix_find(mta, "lmtp"));
}

/* A dash in the chroot column: yes as it was of old, no from compatibility level 1 on. */
static void
test_chroot(void)
{
	g_autoptr(postfix) new = postfix_new("/etc/postfix"), old = postfix_new("/etc/postfix");
	postfix_parse(new, settings, services, overrides);
	postfix_parse(old, "queue_directory = /q\ncompatibility_level = 0\n", services, overrides);
	g_assert_true(service_named(new, "smtp")->is_chrooted);
	g_assert_false(service_named(new, "submission")->is_chrooted);
	g_assert_false(service_named(new, "cleanup")->is_chrooted);
	g_assert_true(service_named(old, "submission")->is_chrooted);
}

static void
test_outside_path(void)
{
	static const struct {
		const char *service, *path, *outside;
	} cases[] = {
		{"smtp", "belfry/milter.sock", "/var/spool/postfix/belfry/milter.sock"},
		{"smtp", "/belfry/milter.sock", "/var/spool/postfix/belfry/milter.sock"},
		{"smtp", "/run/belfry/milter.sock", "/var/spool/postfix/run/belfry/milter.sock"},
		{"cleanup", "belfry/milter.sock", "/var/spool/postfix/belfry/milter.sock"},
		{"cleanup", "/run/belfry/milter.sock", "/run/belfry/milter.sock"},
	};
	g_autoptr(postfix) mta = postfix_new("/etc/postfix");
	postfix_parse(mta, settings, services, overrides);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *outside = postfix_outside_path(mta, service_named(mta, cases[i].service), cases[i].path);
		g_assert_cmpstr(outside, ==, cases[i].outside);
	}
}

/* Each list as "address[=action]" joined by " | ". */
static void
test_milters(void)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"unix:a", "unix:a"},
		{"unix:a, inet:127.0.0.1:8891 unix:b,unix:c", "unix:a | inet:127.0.0.1:8891 | unix:b | unix:c"},
		{"{ unix:a, connect_timeout=10s, default_action=accept }", "unix:a=accept"},
		{"inet:h:1, {unix:a,default_action=tempfail}", "inet:h:1 | unix:a=tempfail"},
		{"{ unix:a, { default_action = quarantine }, { command_timeout = 3s } } unix:b", "unix:a=quarantine | unix:b"},
		{" ,\t{ unix:a } , ", "unix:a"},
		{"{ }", ""},
		{"{ unix:open", "{ unix:open"},
		{"}{", "}{"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) milters = postfix_read_milters(cases[i][0]);
		g_autoptr(GString) all = g_string_new(NULL);
		for (guint j = 0; j < milters->len; j++) {
			const struct postfix_milter *milter = milters->pdata[j];
			g_string_append_printf(all, "%s%s%s%s", j ? " | " : "", milter->address, *milter->default_action ? "=" : "", milter->default_action);
		}
		g_assert_cmpstr(all->str, ==, cases[i][1]);
	}
}

static void
listen_at(const char *path)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	g_strlcpy(place.sun_path, path, sizeof place.sun_path);
	g_assert_cmpint(bind(listener, (struct sockaddr *)&place, sizeof place), ==, 0);
	close(listener);
}

/* Judged for "nobody", who owns nothing here. */
static void
test_rights(void)
{
	static const struct {
		mode_t directory, socket;
		const char *problem;
	} cases[] = {
		{0755, 0666, ""},
		{0711, 0666, ""},
		{0700, 0666, "*/inner is * 0700: nobody may not pass"},
		{0755, 0660, "*/inner/socket is * 0660: nobody may not connect"},
		{0755, 0664, "*/inner/socket is * 0664: nobody may not connect"},
	};
	struct account nobody;
	if (!account_by_name("nobody", &nobody) || nobody.id == geteuid()) {
		g_test_skip("there is no other account nobody");
		return;
	}
	g_autofree char *top = g_dir_make_tmp("belfry-test-XXXXXX", NULL), *inner = g_build_filename(top, "inner", NULL);
	g_autofree char *path = g_build_filename(inner, "socket", NULL), *none = g_build_filename(inner, "none", NULL);
	g_assert_cmpint(chmod(top, 0755) + mkdir(inner, 0755), ==, 0);
	listen_at(path);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpint(chmod(inner, cases[i].directory) + chmod(path, cases[i].socket), ==, 0);
		g_autofree char *problem = rights_problem(path, &nobody, RIGHTS_CONNECT);
		if (!g_pattern_match_simple(cases[i].problem, problem ? problem : ""))
			g_assert_cmpstr(problem, ==, cases[i].problem);
	}
	g_autofree char *missing = rights_problem(none, &nobody, RIGHTS_CONNECT);
	g_assert_nonnull(strstr(missing, "No such file"));
	unlink(path);
	g_assert_cmpint(rmdir(inner) + rmdir(top), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/check/settings", test_settings);
	g_test_add_func("/check/chroot", test_chroot);
	g_test_add_func("/check/outside_path", test_outside_path);
	g_test_add_func("/check/milters", test_milters);
	g_test_add_func("/check/rights", test_rights);
	return g_test_run();
}
