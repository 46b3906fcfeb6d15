/* A method and a path: the table finds what a second, simpler reading of its patterns finds, and nobody is let in by a strange spelling. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "web/route.h"

static bool
is_number(const char *word, gint64 *number)
{
	return *word != '+' && *word != '-' && g_ascii_string_to_signed(word, 10, 1, G_MAXINT64, number, NULL);
}

/* Whether PATTERN says PATH, word by word between slashes. */
static bool
says(const char *pattern, const char *path, gint64 numbers[2])
{
	g_auto(GStrv) wanted = g_strsplit(pattern, "/", -1), given = g_strsplit(path, "/", -1);
	guint count = g_strv_length(wanted), found = 0;
	if (count != g_strv_length(given))
		return false;
	for (guint i = 0; i < count; i++)
		if (strcmp(wanted[i], "#") ? strcmp(wanted[i], given[i]) != 0 : !is_number(given[i], &numbers[found++]))
			return false;
	return true;
}

static void
check(enum http_method method, const char *path)
{
	gint64 ids[2] = {0, 0}, numbers[2] = {0, 0};
	g_autofree char *allow = NULL;
	const struct route *found = route_find(method, path, ids, &allow), *expected = NULL;
	bool is_elsewhere = false;
	for (size_t i = 0; route_at(i) && !expected; i++)
		if (says(route_at(i)->path, path, numbers)) {
			expected = route_at(i)->method == (method == HTTP_HEAD ? HTTP_GET : method) ? route_at(i) : NULL;
			is_elsewhere |= !expected;
		}
	g_assert_true(found == expected);
	g_assert_true(!!allow == (!found && is_elsewhere));
	g_assert_true(!found || route_is_api(path));
	for (size_t i = 0, count = 0; found && found->path[i]; i++)
		if (found->path[i] == '#') {
			g_assert_cmpint(ids[count], ==, numbers[count]);
			count++;
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *path = fuzz_text(data, size);
	for (enum http_method method = HTTP_GET; method <= HTTP_OTHER; method++)
		check(method, path);
	return 0;
}
