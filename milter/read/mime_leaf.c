#include "milter/read/mime_leaf.h"

#include "store/part_decode.h"

#define STEP 65536

_Static_assert((int)MIME_BASE64 == (int)PART_BASE64 && (int)MIME_YENC == (int)PART_YENC, "one numbering of encodings");

struct mime_leaf
mime_leaf_slice(const struct mime_leaf *leaf, guint64 start, guint64 end)
{
	struct mime_leaf slice = *leaf;
	slice.type = g_strdup(leaf->type);
	slice.charset = g_strdup(leaf->charset);
	slice.name = g_strdup(leaf->name);
	slice.content_id = g_strdup(leaf->content_id);
	slice.offset = leaf->offset + start;
	slice.length = end - start;
	return slice;
}

static void
leaf_clear(void *data)
{
	struct mime_leaf *leaf = data;
	g_free(leaf->type);
	g_free(leaf->charset);
	g_free(leaf->name);
	g_free(leaf->content_id);
}

GArray *
mime_leaves_new(void)
{
	GArray *leaves = g_array_new(FALSE, FALSE, sizeof(struct mime_leaf));
	g_array_set_clear_func(leaves, leaf_clear);
	return leaves;
}

const guint8 *
mime_leaf_container(const struct mime_leaf *leaf, const guint8 *raw)
{
	return leaf->within ? g_bytes_get_data(leaf->within->octets, NULL) : raw;
}

/* Decodes in steps until MAX bytes are there. They are in OUT, or only counted when it IS_COUNT. */
static guint64
leaf_run(const struct mime_leaf *leaf, const guint8 *raw, gsize max, bool is_count, GByteArray *out)
{
	g_autoptr(part_decoder) decoder = part_decoder_new((enum part_encoding)leaf->encoding);
	const guint8 *in = mime_leaf_container(leaf, raw) + leaf->offset;
	guint64 size = 0;
	for (guint64 left = leaf->length, step; left > 0 && size + out->len < max; in += step, left -= step) {
		step = MIN(left, STEP);
		part_decoder_step(decoder, in, step, out);
		if (left == step)
			part_decoder_end(decoder, out);
		if (is_count) {
			size += out->len;
			g_byte_array_set_size(out, 0);
		}
	}
	return size;
}

GByteArray *
mime_leaf_decode(const struct mime_leaf *leaf, const guint8 *raw, gsize max)
{
	GByteArray *out = g_byte_array_sized_new(MIN(leaf->length, max) + 1);
	if (leaf->encoding == MIME_IDENTITY)
		g_byte_array_append(out, mime_leaf_container(leaf, raw) + leaf->offset, MIN(leaf->length, max));
	else
		leaf_run(leaf, raw, max, false, out);
	if (out->len > max)
		g_byte_array_set_size(out, max);
	return out;
}

guint64
mime_leaf_size(const struct mime_leaf *leaf, const guint8 *raw)
{
	if (leaf->encoding == MIME_IDENTITY)
		return leaf->length;
	g_autoptr(GByteArray) block = g_byte_array_new();
	return leaf_run(leaf, raw, G_MAXSIZE, true, block);
}
