/* A mail, whole: what comes out is text, lies within the mail, stays within its bounds, and crosses to sort and back as it is. */
#include <string.h>

#include "milter/read/mime.h"
#include "tests/fuzz/fuzz.h"

#define LEEWAY 4096 /* octets that a text may be longer than its bound: the last thing written goes on to its end */

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	mime_init();
	return 0;
}

/* One line, or a text, that can be shown: no controls in it. */
static void
check_text(const char *text, bool is_line)
{
	g_assert_true(text && g_utf8_validate(text, -1, NULL));
	for (; *text; text++)
		g_assert_true((guchar)*text >= ' ' || (!is_line && (*text == '\n' || *text == '\t')));
}

static void
check_addresses(const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const struct mime_address *address = addresses->pdata[i];
		check_text(address->name, true);
		check_text(address->address, true);
		g_assert_cmpint(*address->address, !=, '\0');
	}
}

static void
check_part(const struct mime_part *part, size_t size)
{
	check_text(part->name, true);
	check_text(part->type, true);
	check_text(part->charset, true);
	check_text(part->content_id, true);
	g_assert_null(strchr(part->name, '/'));
	g_assert_cmpuint(part->offset, <=, size);
	g_assert_cmpuint(part->length, <=, size - part->offset);
}

static void
check_message(const mime_message *message, size_t size)
{
	const char *const lines[] = {message->note, message->subject, message->message_id, message->date_raw, message->from_raw, message->language};
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
		check_text(lines[i], true);
	check_text(message->text, false);
	check_text(message->reply, false);
	g_assert_cmpuint(strlen(message->text), <=, 3 * MIME_TEXT_MAX + LEEWAY);
	g_assert_true(!message->html || g_utf8_validate(message->html, -1, NULL));
	g_assert_true((message->state == MIME_OK) == !*message->note);
	g_assert_cmpuint(message->headers->len, <=, MIME_HEADERS_MAX);
	g_assert_cmpuint(message->parts->len, <=, MIME_PARTS_MAX);
	const GPtrArray *people[] = {message->from, message->reply_to, message->to, message->cc};
	for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
		check_addresses(people[i]);
	for (guint i = 0; i < message->parts->len; i++)
		check_part(message->parts->pdata[i], size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ids[] = {"mx.shop.example", NULL};
	g_autoptr(GBytes) raw = g_bytes_new(data, size);
	const struct mime_options options = {.authserv_ids = ids, .is_null_sender = size & 1, .charset = size % 7 ? NULL : "koi8-r"};
	g_autoptr(mime_message) message = mime_read(raw, &options);
	check_message(message, size);
	g_autoptr(GBytes) wire = mime_pack(message);
	g_autoptr(mime_message) back = mime_unpack(wire, NULL);
	g_assert_nonnull(back);
	g_assert_cmpstr(back->text, ==, message->text);
	return 0;
}
