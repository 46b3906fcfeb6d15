#include "milter/read/mime_id.h"

#include <stdbool.h>
#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/mime_word.h"

#define ID_MAX 998

static void
id_add(GPtrArray *ids, const char *start, gsize length)
{
	if (length == 0 || length > ID_MAX)
		return;
	g_autofree char *utf8 = charset_decode(NULL, (const guint8 *)start, length);
	charset_clean_line(utf8);
	char *to = utf8;
	for (const char *from = utf8; *from; from++) /* folded in the middle of an id */
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
	if (!*utf8)
		return;
	if (ids->len >= MIME_IDS_MAX)
		g_ptr_array_remove_index(ids, MIME_IDS_MAX / 2);
	g_ptr_array_add(ids, g_steal_pointer(&utf8));
}

/* Without the bracket that has lost its other one. */
static void
bare_id_add(GPtrArray *ids, const char *start, const char *stop)
{
	while (start < stop && strchr("<\"'", *start))
		start++;
	while (start < stop && strchr(">\"'", stop[-1]))
		stop--;
	if (memchr(start, '@', stop - start))
		id_add(ids, start, stop - start);
}

static void
bare_ids_read(const char *p, const char *end, GPtrArray *ids)
{
	while (p < end) {
		const char *stop = p;
		while (stop < end && !strchr(" \t\r\n,;", *stop))
			stop++;
		bare_id_add(ids, p, stop);
		p = stop + 1;
	}
}

static void
plain_ids_read(const char *value, gsize length, GPtrArray *ids)
{
	const char *p = value, *end = value + length, *open;
	guint before = ids->len;
	while ((open = memchr(p, '<', end - p))) {
		const char *close = memchr(open, '>', end - open);
		if (!close)
			break;
		const char *again;
		while ((again = memchr(open + 1, '<', close - open - 1)))
			open = again;
		id_add(ids, open + 1, close - open - 1);
		p = close + 1;
	}
	if (ids->len == before)
		bare_ids_read(value, end, ids);
}

/* Some programs take a long id for a text and encode it ("=?utf-8?q?=3Ca=40b=3E?="). */
void
mime_ids_read(const char *value, gsize length, GPtrArray *ids)
{
	if (!g_strstr_len(value, (gssize)length, "=?")) {
		plain_ids_read(value, length, ids);
		return;
	}
	g_autofree char *decoded = word_decode(value, length, NULL);
	plain_ids_read(decoded, strlen(decoded), ids);
}
