#include "store/squeeze.h"

#include <zstd.h>

#include "store/db.h"

#define LEVEL 1

/* A context is 100 to 600 KB to make and to give back, which takes as long as packing a small mail: one is kept. Who finds it in use makes their own. */
static size_t
compress(void *frame, size_t bound, const void *octets, size_t size)
{
	static GMutex lock;
	static ZSTD_CCtx *kept;
	if (!g_mutex_trylock(&lock))
		return ZSTD_compress(frame, bound, octets, size, LEVEL);
	if (!kept)
		kept = ZSTD_createCCtx();
	size_t packed = ZSTD_compressCCtx(kept, frame, bound, octets, size, LEVEL);
	g_mutex_unlock(&lock);
	return packed;
}

GBytes *
squeeze_pack(const void *octets, size_t size)
{
	size_t bound = ZSTD_compressBound(size);
	void *frame = g_malloc(bound);
	size_t packed = compress(frame, bound, octets, size);
	if (ZSTD_isError(packed))
		g_error("zstd: %s", ZSTD_getErrorName(packed));
	return g_bytes_new_take(g_realloc(frame, packed), packed);
}

static GBytes *
unpack(const void *frame, size_t size, size_t most, const char *what, GError **error)
{
	unsigned long long expected = ZSTD_getFrameContentSize(frame, size);
	g_autofree void *octets = expected > most ? NULL : g_malloc(expected + 1);
	size_t unpacked = octets ? ZSTD_decompress(octets, expected, frame, size) : 0;
	if (octets && !ZSTD_isError(unpacked) && unpacked == expected)
		return g_bytes_new_take(g_steal_pointer(&octets), unpacked);
	g_set_error(error, DB_ERROR, DB_SPOILED, "%s is damaged", what);
	return NULL;
}

GBytes *
squeeze_unpack(const void *frame, size_t size, GError **error)
{
	return unpack(frame, size, SQUEEZE_FRAME, "raw.db: a frame of mail", error);
}

GBytes *
squeeze_unpack_text(const void *frame, size_t size, GError **error)
{
	return unpack(frame, size, SQUEEZE_TEXT, "desk.db: a packed text", error);
}
