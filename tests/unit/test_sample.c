/* etc/belfry.conf, the sample, against the table of keys: the same keys in the same order with the same defaults. */
#include <glib.h>

#include "store/conf.h"

#define SAMPLE "etc/belfry.conf"

/* "section.key = value" of each line of the sample, in its order. */
static GPtrArray *
sample_lines(void)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) error = NULL;
	g_key_file_load_from_file(file, SAMPLE, G_KEY_FILE_NONE, &error);
	g_assert_no_error(error);
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) sections = g_key_file_get_groups(file, NULL);
	for (char **section = sections; *section; section++) {
		g_auto(GStrv) names = g_key_file_get_keys(file, *section, NULL, NULL);
		for (char **name = names; *name; name++) {
			g_autofree char *value = g_key_file_get_value(file, *section, *name, NULL);
			g_ptr_array_add(lines, g_strdup_printf("%s.%s = %s", *section, *name, value));
		}
	}
	return lines;
}

static void
test_agrees(void)
{
	g_autoptr(GPtrArray) lines = sample_lines();
	guint i = 0;
	for (const char *const *key = conf_defaults(); *key; key += 3, i++) {
		g_autofree char *line = g_strdup_printf("%s.%s = %s", key[0], key[1], key[2]);
		g_assert_cmpstr(line, ==, i < lines->len ? lines->pdata[i] : "(nothing more)");
	}
	g_assert_cmpuint(i, ==, lines->len);
}

static void
test_loads(void)
{
	g_autoptr(GError) error = NULL;
	struct conf *conf = conf_load(SAMPLE, &error);
	g_assert_no_error(error);
	g_assert_nonnull(conf);
	conf_free(conf);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sample/agrees", test_agrees);
	g_test_add_func("/sample/loads", test_loads);
	return g_test_run();
}
