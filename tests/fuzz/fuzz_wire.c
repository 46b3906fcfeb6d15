/* What the parse child hands back, should a mail have taken it over: a whole message, or an error. */
#include "milter/read/mime.h"
#include "tests/fuzz/fuzz.h"

static void
check_text(const char *text)
{
	g_assert_true(text && g_utf8_validate(text, -1, NULL));
}

static void
check_message(const mime_message *message)
{
	const char *const texts[] = {message->note, message->subject, message->message_id, message->text, message->reply};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		check_text(texts[i]);
	for (guint i = 0; i < message->from->len; i++) {
		check_text(((const struct mime_address *)message->from->pdata[i])->name);
		check_text(((const struct mime_address *)message->from->pdata[i])->address);
	}
	for (guint i = 0; i < message->parts->len; i++)
		check_text(((const struct mime_part *)message->parts->pdata[i])->name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) wire = g_bytes_new(data, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(mime_message) message = mime_unpack(wire, &error);
	g_assert_true(!message == !!error);
	if (!message)
		return 0;
	check_message(message);
	g_autoptr(GBytes) packed = mime_pack(message);
	g_autoptr(mime_message) again = mime_unpack(packed, NULL);
	g_assert_nonnull(again);
	return 0;
}
