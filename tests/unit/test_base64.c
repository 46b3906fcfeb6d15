/* base64: whole groups of letters, read many at a time and group by group, are what GLib says they are, up to the first octet that is no letter. */
#include <glib.h>
#include <string.h>

#include "store/base64.h"

#define GROUPS_MOST 60

static void
fill(guint8 *octets, gsize size)
{
	for (gsize i = 0; i < size; i++)
		octets[i] = (guint8)g_test_rand_int();
}

/* Memory of just the size that is promised, so that a sanitizer sees who goes beyond. */
static void
test_back_and_forth(void)
{
	for (gsize groups = 0; groups < GROUPS_MOST; groups++) {
		g_autofree guint8 *octets = g_malloc(groups * 3), *back = g_malloc(groups * 3), *letters = g_malloc(groups * 4);
		fill(octets, groups * 3);
		base64_write(octets, groups * 3, letters);
		g_autofree char *expected = g_base64_encode(octets, groups * 3);
		g_assert_cmpmem(letters, groups * 4, expected, strlen(expected));
		g_assert_cmpuint(base64_read(letters, groups * 4, back), ==, groups * 4);
		g_assert_cmpmem(back, groups * 3, octets, groups * 3);
	}
}

/* Letters that are left over are no group. */
static void
test_left_over(void)
{
	for (gsize size = 1; size < GROUPS_MOST * 4; size++) {
		g_autofree guint8 *letters = g_malloc(size), *octets = g_malloc(size / 4 * 3);
		memset(letters, 'A', size);
		g_assert_cmpuint(base64_read(letters, size, octets), ==, size / 4 * 4);
	}
}

/* Each octet at each place: it is a letter or ends what is read before its group. */
static void
test_other_octets(void)
{
	enum {GROUPS = 13};
	guint8 octets[GROUPS * 3], letters[GROUPS * 4];
	for (gsize place = 0; place < sizeof letters; place++)
		for (guint octet = 0; octet < 256; octet++) {
			memset(letters, 'A', sizeof letters);
			letters[place] = (guint8)octet;
			bool is_letter = octet < 128 && (g_ascii_isalnum((char)octet) || octet == '+' || octet == '/');
			g_assert_cmpint(base64_is_letter((guint8)octet) != 0, ==, is_letter);
			g_assert_cmpuint(base64_read(letters, sizeof letters, octets), ==, is_letter ? sizeof letters : place / 4 * 4);
			if (is_letter)
				g_assert_cmpuint((guint)octets[place / 4 * 3] << 16 | (guint)octets[place / 4 * 3 + 1] << 8 | octets[place / 4 * 3 + 2], ==,
					base64_value((guint8)octet) << (3 - place % 4) * 6);
		}
}

/* Wherever in memory they begin. */
static void
test_any_place(void)
{
	guint8 octets[48], back[48], memory[64 + 16];
	fill(octets, sizeof octets);
	for (gsize at = 0; at < 16; at++) {
		base64_write(octets, sizeof octets, memory + at);
		g_assert_cmpuint(base64_read(memory + at, 64, back), ==, 64);
		g_assert_cmpmem(back, sizeof back, octets, sizeof octets);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base64/back-and-forth", test_back_and_forth);
	g_test_add_func("/base64/left-over", test_left_over);
	g_test_add_func("/base64/other-octets", test_other_octets);
	g_test_add_func("/base64/any-place", test_any_place);
	return g_test_run();
}
