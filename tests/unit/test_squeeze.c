/* squeeze: what is packed comes back octet for octet, lines of base64 among it whatever stands around them; what is damaged is found out. */
#include <glib.h>
#include <string.h>

#include "store/db.h"
#include "store/squeeze.h"

static guint8
noise(guint i)
{
	return (guint8)(i * 2654435761u >> 13);
}

/* COUNT lines of base64, of LETTERS each, with END behind each. */
static void
add_lines(GString *text, guint count, guint letters, const char *end)
{
	g_autofree guint8 *octets = g_malloc(letters);
	for (guint line = 0; line < count; line++) {
		for (guint i = 0; i < letters / 4 * 3; i++)
			octets[i] = noise(text->len + i);
		g_autofree char *row = g_base64_encode(octets, letters / 4 * 3);
		g_string_append_printf(text, "%s%s", row, end);
	}
}

/* The octets of the packed frame. */
static gsize
check(const char *octets, gsize size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) frame = squeeze_pack(octets, size);
	g_autoptr(GBytes) back = squeeze_unpack(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame), &error);
	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(back, NULL), g_bytes_get_size(back), octets, size);
	return g_bytes_get_size(frame);
}

static bool
has_lines(const GString *text)
{
	struct squeeze_parts parts;
	g_autoptr(GBytes) frame = squeeze_pack(text->str, text->len);
	g_assert_true(squeeze_open(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame), &parts, NULL));
	bool has = parts.packed;
	squeeze_parts_clear(&parts);
	return has;
}

static void
test_lines(void)
{
	static const struct {
		const char *before, *after, *end;
		guint count, letters;
		bool is_found;
	} cases[] = {
		{"", "", "\r\n", 300, 76, true}, {"From: a\r\n\r\n", "--b--\r\n", "\r\n", 300, 76, true}, {"QUJD\r\n", "QUI=\r\n", "\r\n", 300, 76, true},
		{"QUJ", "QUI", "\r\n", 2000, 40, true}, {"", "", "\r\n", 100, 996, true}, {"", "A", "\r\n", 1500, 64, true}, {"\r\n", "\r", "\r\n", 300, 72, true},
		{"", "", "\r\n", 60, 76, false}, {"", "", "\n", 300, 76, false}, {"", "", "\r\n", 300, 36, false}, {"", "", " \r\n", 300, 76, false},
		{"", "", "==\r\n", 300, 76, false}, {"", "", "", 300, 76, false}, {"", "", "\r\n", 90, 1000, false},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) text = g_string_new(cases[i].before);
		add_lines(text, cases[i].count, cases[i].letters, cases[i].end);
		g_string_append(text, cases[i].after);
		g_test_message("case %zu", i);
		check(text->str, text->len);
		g_assert_cmpint(has_lines(text), ==, cases[i].is_found);
	}
}

static void
test_several(void)
{
	g_autoptr(GString) text = g_string_new("one\r\n");
	add_lines(text, 150, 76, "\r\n");
	g_string_append(text, "QUI=\r\n--b\r\nContent-Type: text/plain\r\n\r\n");
	add_lines(text, 400, 60, "\r\n");
	add_lines(text, 500, 76, "\r\n");
	g_string_append(text, "QQ==\r\n");
	g_assert_true(has_lines(text));
	check(text->str, text->len);
}

/* Letters that stand for the same octets as others, as a mailer that is careless of the last one writes them, come back as they came. */
static void
test_careless(void)
{
	static const char *const ends[] = {"QQ==\r\n", "QR==\r\n", "QUI=\r\n", "QUJ=\r\n", "QUL=", "Q===\r\n", "====\r\n", "QUJD=\r\n", "QUJ\r\n", "QUJDRA\r\n", "\r"};
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
		for (guint place = 0; place < 3; place++) {
			g_autoptr(GString) text = g_string_new(place == 0 ? ends[i] : "");
			add_lines(text, 200, 76, "\r\n");
			g_string_append(text, place == 1 ? ends[i] : "");
			add_lines(text, 200, 76, "\r\n");
			g_string_append(text, place == 2 ? ends[i] : "");
			check(text->str, text->len);
			text->str[(text->len / 78 / 2) * 78 + 40] = '='; /* and within a line */
			check(text->str, text->len);
		}
}

/* Lines whose lengths change from one to the next, shorter and longer than what is looked at, with any end. */
static void
test_ragged(void)
{
	static const guint letters[] = {0, 4, 36, 40, 44, 76, 996, 1000};
	static const char *const ends[] = {"\r\n", "\n", "\r\r\n", "=\r\n", " \r\n"};
	g_autoptr(GRand) chance = g_rand_new_with_seed(7);
	for (guint round = 0; round < 50; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		while (text->len < 60000)
			add_lines(text, (guint)g_rand_int_range(chance, 1, 250), letters[g_rand_int_range(chance, 0, G_N_ELEMENTS(letters))],
				ends[g_rand_int_range(chance, 0, 20) % G_N_ELEMENTS(ends) * (guint)g_rand_boolean(chance)]);
		check(text->str, MIN(text->len, SQUEEZE_FRAME));
	}
}

/* Where frames begin and end within a mail nobody can choose. */
static void
test_cut_anywhere(void)
{
	g_autoptr(GString) text = g_string_new("Content-Transfer-Encoding: base64\r\n\r\n");
	add_lines(text, 200, 76, "\r\n");
	g_string_append(text, "QQ==\r\n");
	for (gsize from = 0; from < 200; from++) {
		check(text->str + from, text->len - 200);
		check(text->str, text->len - from); /* between CR and LF too */
	}
}

static void
test_other_octets(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	check("", 0);
	for (guint i = 0; i < SQUEEZE_FRAME; i++)
		g_string_append_c(text, (char)noise(i));
	check(text->str, text->len);
	memset(text->str, 'A', text->len); /* one line */
	check(text->str, text->len);
	memset(text->str, '\n', text->len);
	check(text->str, text->len);
	for (guint i = 0; i < SQUEEZE_FRAME; i += 2)
		memcpy(text->str + i, "\r\n", 2);
	check(text->str, text->len);
}

/* What compresses within the letters is smaller than its letters compressed. */
static void
test_size(void)
{
	g_autoptr(GString) file = g_string_new(NULL), text = g_string_new(NULL);
	while (file->len < 100000)
		g_string_append_printf(file, "%zu;\"Kim Müller\";open\r\n", file->len);
	g_autofree char *letters = g_base64_encode((const guint8 *)file->str, file->len);
	for (gsize at = 0; at + 76 <= strlen(letters); at += 76)
		g_string_append_printf(text, "%.76s\r\n", letters + at);
	g_assert_cmpuint(check(text->str, text->len), <, text->len / 3);
}

/* Cut short at any place it is refused; whatever bit was changed, it is refused or still says the same. */
static void
check_damaged(const GString *text)
{
	g_autoptr(GBytes) frame = squeeze_pack(text->str, text->len);
	gsize whole;
	const guint8 *octets = g_bytes_get_data(frame, &whole);
	for (gsize size = 0; size < whole; size++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(squeeze_unpack(octets, size, &error));
		g_assert_error(error, DB_ERROR, DB_SPOILED);
	}
	g_autofree guint8 *other = g_memdup2(octets, whole);
	for (gsize bit = 0; bit < whole * 8; bit += bit < 1024 ? 1 : 13) {
		other[bit / 8] ^= (guint8)(1 << bit % 8);
		g_autoptr(GBytes) got = squeeze_unpack(other, whole, NULL);
		if (got)
			g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got), text->str, text->len);
		other[bit / 8] ^= (guint8)(1 << bit % 8);
	}
}

static void
test_damaged(void)
{
	g_autoptr(GString) lines = g_string_new("before\r\n"), letters = g_string_new(NULL);
	add_lines(lines, 200, 76, "\r\n");
	g_string_append(lines, "after");
	check_damaged(lines);
	for (guint i = 0; i < 6000; i++)
		g_string_append_c(letters, (char)g_test_rand_int_range(0, 256)); /* zstd keeps these as they are */
	check_damaged(letters);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/squeeze/lines", test_lines);
	g_test_add_func("/squeeze/several", test_several);
	g_test_add_func("/squeeze/careless", test_careless);
	g_test_add_func("/squeeze/ragged", test_ragged);
	g_test_add_func("/squeeze/cut-anywhere", test_cut_anywhere);
	g_test_add_func("/squeeze/other-octets", test_other_octets);
	g_test_add_func("/squeeze/size", test_size);
	g_test_add_func("/squeeze/damaged", test_damaged);
	return g_test_run();
}
