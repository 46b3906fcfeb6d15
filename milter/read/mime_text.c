#include "milter/read/mime_text.h"

#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/flowed.h"
#include "milter/read/html_text.h"

bool
mime_text_is_html(const struct mime_leaf *leaf)
{
	return strcmp(leaf->type, "text/html") == 0;
}

#define STRANGE_SHARE 12 /* more than one letter in so many that is no base64: words, not damage */

struct line { /* of what calls itself base64 */
	gsize letters; /* without its blanks at the end */
	bool is_words, is_padded;
};

static struct line
line_read(const guint8 *p, const guint8 *end)
{
	while (end > p && g_ascii_isspace(end[-1]))
		end--;
	struct line line = {.letters = end - p, .is_padded = end > p && end[-1] == '='};
	gsize strange = 0;
	for (; p < end; p++)
		strange += !g_ascii_isalnum(*p) && !strchr("+/=-_", *p);
	line.is_words = strange * STRANGE_SHARE > line.letters;
	return line;
}

/* What follows a padded line, or an empty one, and holds words. */
gsize
mime_text_base64_length(const guint8 *text, gsize length)
{
	const guint8 *end = text + length, *stop = NULL, *next;
	bool has_base64 = false;
	for (const guint8 *p = text; p < end; p = next) {
		const guint8 *newline = memchr(p, '\n', end - p);
		next = newline ? newline + 1 : end;
		struct line line = line_read(p, next);
		if (line.is_words && !has_base64)
			return 0;
		if (line.is_words && stop)
			return stop - text;
		has_base64 |= line.letters > 0;
		if (has_base64 && line.letters == 0 && !stop)
			stop = p;
		else if (line.is_padded)
			stop = next;
	}
	return length;
}

/* A label that is no promise: none, ASCII, UTF-8 that the bytes are not, or a name nobody knows. */
static bool
is_open(const char *charset, const GByteArray *bytes)
{
	return !charset_is_known(charset) && !charset_is_utf8((const char *)bytes->data, bytes->len);
}

static char *
bytes_decode(const struct mime_leaf *leaf, const struct mime_source *source, const GByteArray *bytes)
{
	if (source->charset)
		return charset_decode_as(source->charset, bytes->data, bytes->len);
	bool is_unlabelled = !*leaf->charset || is_open(leaf->charset, bytes);
	g_autofree char *meta = is_unlabelled && mime_text_is_html(leaf) ? html_charset(bytes->data, bytes->len) : NULL;
	if (meta && charset_is_known(meta))
		return charset_decode(meta, bytes->data, bytes->len);
	if (!*leaf->charset)
		return charset_decode_header(source->hint, bytes->data, bytes->len);
	return charset_decode(leaf->charset, bytes->data, bytes->len);
}

/* Its octets; what was written below its base64 stands behind them as it is. */
static GByteArray *
leaf_bytes(const struct mime_leaf *leaf, const guint8 *raw, gsize max)
{
	if (leaf->encoding != MIME_BASE64)
		return mime_leaf_decode(leaf, raw, max);
	struct mime_leaf encoded = *leaf;
	const guint8 *text = mime_leaf_container(leaf, raw) + leaf->offset;
	encoded.length = mime_text_base64_length(text, leaf->length);
	GByteArray *bytes = mime_leaf_decode(&encoded, raw, max);
	if (bytes->len < max)
		g_byte_array_append(bytes, text + encoded.length, MIN(leaf->length - encoded.length, max - bytes->len));
	return bytes;
}

char *
mime_text_read(const struct mime_leaf *leaf, const struct mime_source *source, gsize *left, bool *is_cut)
{
	g_autoptr(GByteArray) bytes = leaf_bytes(leaf, source->raw, *left + 1);
	*is_cut = bytes->len > *left;
	if (*is_cut)
		g_byte_array_set_size(bytes, *left);
	*left -= bytes->len;
	char *text = charset_clean_text(bytes_decode(leaf, source, bytes));
	return mime_text_is_html(leaf) || !leaf->is_flowed ? text : flowed_join(text, leaf->is_delsp);
}
