/* Reports about mail of ours: the input is a mail; what follows its first NUL is a report's fields, and behind the next one the header of the mail that
 * it is about. What is read of them are lines; no more recipients than are kept; codes that are codes. */
#include <string.h>

#include "milter/read/bounce.h"
#include "milter/read/feedback.h"
#include "milter/read/receipt.h"
#include "tests/fuzz/fuzz.h"

#define RECIPIENTS_MOST 100

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	mime_init();
	return 0;
}

static void
check_line(const char *line)
{
	g_assert_true(line && g_utf8_validate(line, -1, NULL));
	g_assert_null(strpbrk(line, "\r\n"));
}

static void
check_report(const struct mime_report *report)
{
	const char *const lines[] = {report->address, report->original, report->action, report->status, report->diagnostic};
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
		check_line(lines[i]);
}

/* Takes BOUNCE, which may be NULL. */
static void
check_bounce(struct mime_bounce *bounce)
{
	if (!bounce)
		return;
	const char *const lines[] = {bounce->action, bounce->status, bounce->reason, bounce->original_id, bounce->envelope_id};
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
		check_line(lines[i]);
	g_assert_cmpint(*bounce->action, !=, '\0');
	g_assert_true(!*bounce->status || strspn(bounce->status, "0123456789.") == strlen(bounce->status));
	g_assert_cmpuint(bounce->recipients->len, <=, RECIPIENTS_MOST);
	for (guint i = 0; i < bounce->recipients->len; i++)
		check_line(bounce->recipients->pdata[i]);
	g_assert_cmpuint(bounce->reports->len, <=, RECIPIENTS_MOST + 1);
	for (guint i = 0; i < bounce->reports->len; i++)
		check_report(bounce->reports->pdata[i]);
	bounce_free(bounce);
}

static char *
text_take(const uint8_t **data, size_t *size)
{
	g_autofree char *octets = fuzz_text(*data, *size);
	size_t length = MIN(strlen(octets) + 1, *size);
	*data += length, *size -= length;
	return g_utf8_make_valid(octets, -1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_report = size & 1, is_null_sender = size & 2;
	g_autofree char *mail = text_take(&data, &size), *fields = text_take(&data, &size), *header = text_take(&data, &size);
	g_autoptr(GBytes) raw = g_bytes_new(mail, strlen(mail));
	g_autoptr(mime_message) message = mime_read(raw, NULL);
	check_bounce(bounce_read(&(struct bounce_clues){.status_report = *fields ? fields : NULL, .original_header = *header ? header : NULL, .message = message,
		.is_report = is_report, .is_status_report = is_report, .is_null_sender = is_null_sender}));
	check_bounce(feedback_read(&(struct feedback_clues){.fields = *fields ? fields : NULL, .original_header = *header ? header : NULL, .message = message,
		.is_report = is_report}));
	check_bounce(receipt_read(fields));
	return 0;
}
