/* gather: what goes in comes out, across frames and the spill file; of a mail over the limit the header. */
#include <string.h>

#include "store/db.h"
#include "store/gather.h"
#include "store/squeeze.h"
#include "tests/unit/crowd.h"
#include "tests/unit/ground.h"

static char *directory;

/* SIZE octets that do not compress. */
static GBytes *
noise(size_t size)
{
	guint8 *octets = g_malloc(size + 8);
	for (size_t i = 0; i < size; i += 4)
		memcpy(octets + i, &(guint32){g_test_rand_int() & 0xffffffff}, 4);
	return g_bytes_new_take(octets, size);
}

static GBytes *
unpack_all(const gather *mail)
{
	GByteArray *all = g_byte_array_new();
	for (guint i = 0; i < gather_frames(mail); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) frame = gather_frame(mail, i, &error);
		g_assert_no_error(error);
		g_autoptr(GBytes) octets = squeeze_unpack(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame), &error);
		g_assert_no_error(error);
		if (i + 1 < gather_frames(mail))
			g_assert_cmpuint(g_bytes_get_size(octets), ==, SQUEEZE_FRAME);
		g_byte_array_append(all, g_bytes_get_data(octets, NULL), (guint)g_bytes_get_size(octets));
	}
	return g_byte_array_free_to_bytes(all);
}

static void
add_in_pieces(gather *mail, GBytes *octets, size_t piece)
{
	g_autoptr(GError) error = NULL;
	size_t size;
	const char *all = g_bytes_get_data(octets, &size);
	for (size_t at = 0; at < size; at += piece) {
		gather_add(mail, all + at, MIN(piece, size - at), &error);
		g_assert_no_error(error);
	}
}

static void
check_sizes(void)
{
	static const size_t sizes[] = {0, 1, SQUEEZE_FRAME - 1, SQUEEZE_FRAME, SQUEEZE_FRAME + 1, 2 * SQUEEZE_FRAME, 9 * SQUEEZE_FRAME + 7};
	static const size_t pieces[] = {65535, SQUEEZE_FRAME, 3 * SQUEEZE_FRAME + 1};
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++)
		for (size_t j = 0; j < G_N_ELEMENTS(pieces); j++) {
			g_autoptr(GError) error = NULL;
			g_autoptr(gather) mail = gather_new(directory, 1 << 30);
			g_autoptr(GBytes) in = noise(sizes[i]);
			add_in_pieces(mail, in, pieces[j]);
			g_assert_true(gather_end(mail, &error));
			g_assert_cmpint(gather_size(mail), ==, (gint64)sizes[i]);
			g_assert_cmpuint(gather_frames(mail), ==, MAX(1, (sizes[i] + SQUEEZE_FRAME - 1) / SQUEEZE_FRAME));
			g_assert_false(gather_is_cut(mail));
			g_autoptr(GBytes) out = unpack_all(mail);
			g_assert_true(g_bytes_equal(in, out));
		}
}

static void
test_sizes(void)
{
	check_sizes();
	g_autoptr(gather) crowd = crowd_new("/nonexistent/belfry");
	check_sizes(); /* by way of the spill file */
}

/* Header octets, body octets and limit of a mail that is too large, and what is kept of it. */
static void
check_cut(void)
{
	static const struct {size_t header, body, kept; gint64 limit;} cases[] = {
		{100, 1000, 100, 500},                                              /* all within the first frame */
		{100, 3 * SQUEEZE_FRAME, 100, 2 * SQUEEZE_FRAME},                   /* first frame flushed before */
		{100, 9 * SQUEEZE_FRAME, 100, 8 * SQUEEZE_FRAME},                   /* spilled before */
		{5000, 10, 5000, 300},                                              /* the header alone is over the limit */
		{SQUEEZE_FRAME + 9, 10, SQUEEZE_FRAME, 300},                        /* more header than is ever kept */
		{2 * SQUEEZE_FRAME, 10, SQUEEZE_FRAME, SQUEEZE_FRAME + 100}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(gather) mail = gather_new(directory, cases[i].limit);
		g_autoptr(GBytes) header = noise(cases[i].header), body = noise(cases[i].body);
		add_in_pieces(mail, header, 997);
		gather_mark_body(mail);
		add_in_pieces(mail, body, 65535);
		g_assert_true(gather_end(mail, &error));
		g_assert_true(gather_is_cut(mail));
		g_assert_cmpint(gather_size(mail), ==, (gint64)(cases[i].header + cases[i].body));
		g_assert_cmpuint(gather_frames(mail), ==, 1);
		g_autoptr(GBytes) out = unpack_all(mail), expected = g_bytes_new_from_bytes(header, 0, cases[i].kept);
		g_assert_true(g_bytes_equal(expected, out));
	}
}

static void
test_cut(void)
{
	check_cut();
	g_autoptr(gather) crowd = crowd_new("/nonexistent/belfry");
	check_cut();
}

static void
test_limit_is_allowed(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(gather) mail = gather_new(directory, 1000);
	g_autoptr(GBytes) in = noise(1000);
	add_in_pieces(mail, in, 1000);
	g_assert_false(gather_is_cut(mail));
	gather_add(mail, "x", 1, &error);
	g_assert_true(gather_is_cut(mail));
}

static void
test_no_place_to_spill(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(gather) crowd = crowd_new("/nonexistent/belfry"), mail = gather_new("/nonexistent/belfry", 1 << 30);
	g_autoptr(GBytes) in = noise(8 * SQUEEZE_FRAME);
	g_assert_false(gather_add(mail, g_bytes_get_data(in, NULL), g_bytes_get_size(in), &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* Who goes gives back what it held of the memory that all share, and so does a mail that turns out too large. */
static void
test_memory_is_given_back(void)
{
	g_autoptr(GBytes) more = noise(3 * SQUEEZE_FRAME);
	for (guint i = 0; i < 3; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(gather) crowd = crowd_new("/nonexistent/belfry"), cut = NULL;
		g_assert_false(gather_add(crowd, g_bytes_get_data(more, NULL), g_bytes_get_size(more), &error));
		g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
		g_clear_pointer(&crowd, gather_free);
		cut = gather_new("/nonexistent/belfry", 8 * SQUEEZE_FRAME);
		g_autoptr(GBytes) in = noise(9 * SQUEEZE_FRAME);
		add_in_pieces(cut, in, 65535);
		g_assert_true(gather_is_cut(cut));
		crowd = crowd_new("/nonexistent/belfry");
	}
}

static void
test_damaged_frames(void)
{
	g_autoptr(GBytes) frame = squeeze_pack("hello hello hello hello hello", 29);
	for (size_t size = 0; size < g_bytes_get_size(frame); size++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) octets = squeeze_unpack(g_bytes_get_data(frame, NULL), size, &error);
		g_assert_null(octets);
		g_assert_error(error, DB_ERROR, DB_SPOILED);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	directory = ground_directory();
	g_test_add_func("/gather/sizes", test_sizes);
	g_test_add_func("/gather/cut", test_cut);
	g_test_add_func("/gather/limit-is-allowed", test_limit_is_allowed);
	g_test_add_func("/gather/no-place-to-spill", test_no_place_to_spill);
	g_test_add_func("/gather/memory-is-given-back", test_memory_is_given_back);
	g_test_add_func("/gather/damaged-frames", test_damaged_frames);
	int status = g_test_run();
	ground_free(directory);
	return status;
}
