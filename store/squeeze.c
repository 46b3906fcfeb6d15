#include "store/squeeze.h"

#include <zstd.h>

#include "store/db.h"

GBytes *
squeeze_pack(const void *octets, size_t size)
{
	size_t bound = ZSTD_compressBound(size);
	void *frame = g_malloc(bound);
	size_t packed = ZSTD_compress(frame, bound, octets, size, 1);
	if (ZSTD_isError(packed))
		g_error("zstd: %s", ZSTD_getErrorName(packed));
	return g_bytes_new_take(g_realloc(frame, packed), packed);
}

static GBytes *
fail(GError **error)
{
	g_set_error(error, DB_ERROR, DB_SPOILED, "raw.db: a frame of mail is damaged");
	return NULL;
}

GBytes *
squeeze_unpack(const void *frame, size_t size, GError **error)
{
	unsigned long long expected = ZSTD_getFrameContentSize(frame, size);
	if (expected > SQUEEZE_FRAME)
		return fail(error);
	g_autofree void *octets = g_malloc(expected + 1);
	size_t unpacked = ZSTD_decompress(octets, expected, frame, size);
	if (ZSTD_isError(unpacked) || unpacked != expected)
		return fail(error);
	return g_bytes_new_take(g_steal_pointer(&octets), unpacked);
}
