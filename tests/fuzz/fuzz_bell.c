/* What a page says at its bell: the octets of a WebSocket message, a NUL between its pieces. It says something of ours, or nothing. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "web/bell_said.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) message = NULL;
	bool is_short = true;
	for (size_t at = 0, length; is_short && at < size; at += length + 1) {
		const uint8_t *end = memchr(data + at, '\0', size - at);
		length = end ? (size_t)(end - data) - at : size - at;
		is_short = bell_said_add(&message, data + at, length);
		g_assert_cmpuint(message->len, <=, BELL_SAID_MAX);
	}
	if (!is_short || !message)
		return 0;
	struct bell_said said = {0};
	g_autoptr(GBytes) text = g_bytes_new(message->data, message->len);
	if (bell_said_read(text, &said)) {
		g_assert_cmpint(said.thread, >=, 0);
		g_assert_false(said.is_writing && (!said.thread || said.is_listing));
	}
	return 0;
}
