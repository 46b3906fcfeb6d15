/* part_decode: base64, however it is written and wherever the blocks fall, gives the octets that reading letter by letter gives. */
#include <glib.h>
#include <string.h>

#include "store/part_decode.h"

static GByteArray *
decode(const char *text, size_t block)
{
	g_autoptr(part_decoder) decoder = part_decoder_new(PART_BASE64);
	GByteArray *out = g_byte_array_new();
	for (size_t at = 0, size = strlen(text); at < size; at += block)
		part_decoder_step(decoder, (const guint8 *)text + at, MIN(block, size - at), out);
	part_decoder_end(decoder, out);
	return out;
}

static void
test_base64(void)
{
	static const struct {
		const char *text, *octets;
	} cases[] = {
		{"", ""}, {"SGVsbG8sIHdvcmxkIQ==", "Hello, world!"}, {"SGVsbG8sIHdvcmxkIQ", "Hello, world!"}, {"SGVs\r\nbG8s\r\nIHdv\r\ncmxk\r\nIQ==\r\n", "Hello, world!"},
		{"S G V s b G 8 s I H d v c m x k I Q", "Hello, world!"}, {"SGVsb\r\nG8sIH\r\ndvcmx\r\nkIQ==", "Hello, world!"},
		{"SGVsbG8=LCB3b3JsZCE=", "Hello, world!"}, {"SGVsbG8==LCB3b3JsZCE=", "Hello, world!"}, {"==SGVs", "Hel"}, {"SGVs!bG8s", "Hello,"},
		{"SGVs\x80\xff" "bG8s", "Hello,"}, {"SGVsb", "Hel"}, {"SGVsbG", "Hell"}, {"SGVsbG8", "Hello"}, {"=", ""}, {"Kys+Pz8/", "++>???"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (size_t block = 1; block <= strlen(cases[i].text) + 1; block++) {
			g_autoptr(GByteArray) out = decode(cases[i].text, block);
			g_test_message("case %zu by %zu", i, block);
			g_assert_cmpmem(out->data, out->len, cases[i].octets, strlen(cases[i].octets));
		}
}

/* What nobody would write: letters, padding and other octets in any order. */
static void
test_any_octets(void)
{
	static const char octets[] = "ABCDefgh0189+/+/==\r\n -_.";
	for (int i = 0; i < 2000; i++) {
		char text[200] = "";
		int length = g_test_rand_int_range(0, sizeof text - 1);
		for (int k = 0; k < length; k++)
			text[k] = octets[g_test_rand_int_range(0, (gint32)strlen(octets))];
		g_autoptr(GByteArray) plain = decode(text, 1), whole = decode(text, sizeof text), pieces = decode(text, (size_t)g_test_rand_int_range(2, 90));
		g_test_message("%s", text);
		g_assert_cmpmem(whole->data, whole->len, plain->data, plain->len);
		g_assert_cmpmem(pieces->data, pieces->len, plain->data, plain->len);
	}
}

static void
test_large(void)
{
	size_t size = 1000 * 1000 + 1;
	g_autofree guint8 *octets = g_malloc(size);
	for (size_t i = 0; i < size; i++)
		octets[i] = (guint8)(i * 2654435761u >> 13);
	g_autofree char *text = g_malloc0((size / 3 + 1) * 4 + size / 54 * 2 + 100);
	int state = 0, save = 0;
	size_t length = g_base64_encode_step(octets, size, TRUE, text, &state, &save);
	g_base64_encode_close(TRUE, text + length, &state, &save);
	g_autoptr(GByteArray) out = decode(text, 262144);
	g_assert_cmpmem(out->data, out->len, octets, size);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/part-decode/base64", test_base64);
	g_test_add_func("/part-decode/any-octets", test_any_octets);
	g_test_add_func("/part-decode/large", test_large);
	return g_test_run();
}
