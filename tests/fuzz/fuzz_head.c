/* The head of a request as it comes off the wire: found whole exactly once, at its empty line, with nothing in it that ends a line elsewhere. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "web/head.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_memdup2(data, size);
	size_t length = 0, unused;
	int state = head_check(text, size, &length);
	g_assert_true(state == HEAD_PART || state == HEAD_WHOLE || (state >= 400 && state < 600));
	if (state != HEAD_WHOLE)
		return 0;
	g_assert_true(length > 4 && length <= MIN(size, HEAD_MAX) && !memcmp(text + length - 4, "\r\n\r\n", 4));
	g_assert_true(memmem(text, size, "\r\n\r\n", 4) == text + length - 4 && !memchr(text, 0, length));
	for (size_t i = 0; i < length; i++)
		g_assert_true((text[i] == '\r') == (i + 1 < length && text[i + 1] == '\n'));
	g_assert_cmpint(head_check(text, length - 1, &unused), ==, HEAD_PART);
	return 0;
}
