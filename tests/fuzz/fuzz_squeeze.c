/* Frames of raw mail: what is packed comes back as it was; what is none, or a damaged one, is refused or holds no more than a frame may. */
#include "store/squeeze.h"
#include "tests/fuzz/fuzz.h"

#define ENOUGH (16 * 1024) /* octets for lines of base64 to be looked at */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	while (size && text->len < ENOUGH)
		g_byte_array_append(text, data, (guint)size);
	g_autoptr(GBytes) frame = squeeze_pack(text->data, text->len);
	g_autoptr(GBytes) back = squeeze_unpack(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame), NULL);
	g_assert_true(back);
	g_assert_cmpmem(g_bytes_get_data(back, NULL), g_bytes_get_size(back), text->data, text->len);
	g_autofree uint8_t *whole = g_memdup2(data, size);
	g_autoptr(GBytes) other = squeeze_unpack(whole, size, NULL);
	g_assert_true(!other || g_bytes_get_size(other) <= SQUEEZE_FRAME);
	return 0;
}
