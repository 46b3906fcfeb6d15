/* conf: what is allowed, and what is said about what is not. */
#include <string.h>

#include "store/conf.h"
#include "tests/unit/ground.h"

static char *path;

static struct conf *
load(const char *text, GError **error)
{
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return conf_load(path, error);
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	struct conf *conf = load("", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(conf->belfry.store, ==, "/var/lib/belfry");
	g_assert_cmpint(conf->milter.socket_mode, ==, 0660);
	g_assert_cmpint(conf->milter.size_limit, ==, 50 << 20);
	g_assert_cmpstr(conf->milter.recipient_delimiter, ==, "+");
	g_assert_null(conf->sort.authserv_id[0]);
	conf_free(conf);
}

static void
test_values(void)
{
	g_autoptr(GError) error = NULL;
	struct conf *conf = load("# a remark\r\n[milter]\r\nsize_limit = 3k  \r\nmin_free=0\nrecipient_delimiter =\nsocket_mode = 0600\n"
		"[sort]\nauthserv_id = a.example; b.example ;\n[log]\nlevel = debug \n[belfry]\nuser =\n", &error);
	g_assert_no_error(error);
	g_assert_cmpint(conf->milter.size_limit, ==, 3072);
	g_assert_cmpint(conf->milter.min_free, ==, 0);
	g_assert_cmpstr(conf->milter.recipient_delimiter, ==, "");
	g_assert_cmpint(conf->milter.socket_mode, ==, 0600);
	g_assert_cmpstr(conf->sort.authserv_id[0], ==, "a.example");
	g_assert_cmpstr(conf->sort.authserv_id[1], ==, "b.example");
	g_assert_null(conf->sort.authserv_id[2]);
	g_assert_cmpint(conf->log.level, ==, 3);
	g_assert_cmpstr(conf->belfry.user, ==, "");
	conf_free(conf);
}

/* A file and what its error must tell. */
static void
test_refused(void)
{
	static const struct {const char *text, *told[3];} cases[] = {
		{"[mitler]\n", {"[mitler]", "[milter]"}},
		{"[milter]\nsize_limt = 5M\n", {"[milter]", "size_limt", "size_limit"}},
		{"[milter]\nsize_limit = much\n", {"size_limit", "\"much\"", "octets"}},
		{"[milter]\nsize_limit = 5MB\n", {"size_limit"}},
		{"[milter]\nsize_limit = -1\n", {"size_limit"}},
		{"[milter]\nsize_limit = 1099511627776G\n", {"size_limit"}},
		{"[milter]\nsize_limit = 99999999999999999999\n", {"size_limit"}},
		{"[milter]\nsocket_mode = 0999\n", {"socket_mode", "octal"}},
		{"[milter]\nsocket_mode = 7777\n", {"socket_mode"}},
		{"[milter]\nrecipient_delimiter = +-\n", {"recipient_delimiter"}},
		{"[milter]\nsocket =\n", {"socket"}},
		{"[web]\nworkers = 0\n", {"workers"}},
		{"[log]\nlevel = loud\n", {"level", "\"loud\"", "debug"}},
		{"[courier]\ntls = yes\n", {"tls", "starttls"}},
		{"user = x\n", {"belfry.conf"}}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(load(cases[i].text, &error));
		g_assert_nonnull(strstr(error->message, path));
		for (int j = 0; j < 3 && cases[i].told[j]; j++)
			if (!strstr(error->message, cases[i].told[j]))
				g_error("\"%s\" does not name %s", error->message, cases[i].told[j]);
	}
}

static void
test_no_file(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(conf_load("/nonexistent/belfry.conf", &error));
	g_assert_nonnull(strstr(error->message, "/nonexistent/belfry.conf"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	char *directory = ground_directory();
	path = g_build_filename(directory, "belfry.conf", NULL);
	g_test_add_func("/conf/defaults", test_defaults);
	g_test_add_func("/conf/values", test_values);
	g_test_add_func("/conf/refused", test_refused);
	g_test_add_func("/conf/no-file", test_no_file);
	int status = g_test_run();
	g_free(path);
	ground_free(directory);
	return status;
}
