/* multipart/form-data: the first line is its Content-Type. However its octets are cut into pieces, the same is read. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "web/multipart.h"

static bool
on_part(const struct multipart_part *part, void *data)
{
	g_assert_true(g_utf8_validate(part->name, -1, NULL) && (!part->filename || g_utf8_validate(part->filename, -1, NULL)));
	g_string_append_printf(data, "[%s|%s|%s:", part->name, part->filename ? part->filename : "-", part->type);
	return true;
}

static bool
on_octets(const void *octets, size_t size, void *data)
{
	g_string_append_len(data, octets, (gssize)size);
	return true;
}

static bool
on_end(void *data)
{
	g_string_append_c(data, ']');
	return true;
}

static GString *
read_in(const char *type, const guint8 *body, size_t size, size_t step)
{
	static const struct multipart_events events = {on_part, on_octets, on_end};
	GString *seen = g_string_new(NULL);
	g_autoptr(multipart) self = multipart_new(type, &events, seen);
	bool is_good = self;
	for (size_t at = 0; is_good && at < size; at += step)
		is_good = multipart_add(self, body + at, MIN(step, size - at));
	g_string_append(seen, !is_good ? "!" : multipart_is_whole(self) ? "." : "…");
	return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	size_t head = end ? (size_t)(end - data) : size;
	g_autofree char *type = fuzz_text(data, head);
	g_autofree guint8 *body = end ? g_memdup2(end + 1, size - head - 1) : NULL;
	size_t length = body ? size - head - 1 : 0;
	g_autoptr(GString) whole = read_in(type, body, length, MAX(length, 1)), single = read_in(type, body, length, 1),
		seven = read_in(type, body, length, 7);
	g_assert_true(g_string_equal(whole, single) && g_string_equal(whole, seven));
	return 0;
}
