/* A method and a path: the table finds what a second, simpler reading of its patterns finds, and nobody is let in by a strange spelling. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "web/route.h"

static bool
is_number(const char *word, size_t length, gint64 *number)
{
	g_autofree char *text = g_strndup(word, length);
	return g_ascii_isdigit(*text) && g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, number, NULL);
}

/* Whether PATTERN says PATH, word by word between slashes. */
static bool
says(const char *pattern, const char *path, gint64 numbers[2])
{
	for (size_t found = 0;;) {
		size_t wanted = strcspn(pattern, "/"), given = strcspn(path, "/");
		if (*pattern == '#' ? !is_number(path, given, &numbers[found++]) : wanted != given || strncmp(pattern, path, given))
			return false;
		if (!pattern[wanted] || !path[given])
			return pattern[wanted] == path[given];
		pattern += wanted + 1;
		path += given + 1;
	}
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
