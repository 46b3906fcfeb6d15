#include "milter/read/mime_report.h"

#include <string.h>

#include "milter/read/bounce.h"
#include "milter/read/charset.h"
#include "milter/read/feedback.h"
#include "milter/read/receipt.h"

#define REPORT_MAX (256 * 1024)
#define LEAVES_MAX 10 /* that are looked at */

static const char *const status_types[] = {"message/delivery-status", "message/global-delivery-status", "message/delivery_status", NULL};
static const char *const receipt_types[] = {"message/disposition-notification", "message/global-disposition-notification", NULL};
static const char *const feedback_types[] = {"message/feedback-report", "message/x-feedback-report", NULL};
static const char *const original_types[] = {"message/rfc822", "text/rfc822-headers", "text/rfc822-header", "text/rfc822", "message/rfc822-headers",
	"message/partial", "message/global", "message/global-headers", NULL};

static char *
leaf_text(const struct mime_leaf *leaf, const guint8 *raw)
{
	g_autoptr(GByteArray) bytes = mime_leaf_decode(leaf, raw, REPORT_MAX);
	return charset_clean_text(charset_decode(leaf->charset, bytes->data, bytes->len));
}

/* The first leaf of one of TYPES, decoded; NULL. Owner: caller. */
static char *
part_text(const struct mime_tree *tree, const guint8 *raw, const char *const *types)
{
	for (guint i = 0; i < tree->leaves->len; i++) {
		const struct mime_leaf *leaf = &g_array_index(tree->leaves, struct mime_leaf, i);
		if (g_strv_contains(types, leaf->type))
			return leaf_text(leaf, raw);
	}
	return NULL;
}

/* Where the part that came back has lost its type, or its boundary: the first leaf that holds a header with a Message-ID. Owner: caller. */
static char *
original_id_anywhere(const struct mime_tree *tree, const guint8 *raw)
{
	for (guint i = 0; i < MIN(tree->leaves->len, LEAVES_MAX); i++) {
		const struct mime_leaf *leaf = &g_array_index(tree->leaves, struct mime_leaf, i);
		bool may_be = g_str_has_prefix(leaf->type, "text/") || g_str_has_prefix(leaf->type, "message/") || !strcmp(leaf->type, "application/octet-stream");
		g_autofree char *text = may_be ? leaf_text(leaf, raw) : g_strdup(""), *id = bounce_original_id(text);
		if (*id)
			return g_steal_pointer(&id);
	}
	return g_strdup("");
}

static const char *
header_value(const mime_message *message, const char *name)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const struct mime_header *header = message->headers->pdata[i];
		if (strcmp(header->name, name) == 0)
			return header->value;
	}
	return NULL;
}

/* What a read receipt says, NULL: it is none. ORIGINAL: the header of the mail it is about, may be NULL. */
static struct mime_bounce *
receipt_find(const char *fields, const char *original)
{
	struct mime_bounce *receipt = fields ? receipt_read(fields) : NULL;
	if (receipt && !*receipt->original_id) {
		g_free(receipt->original_id);
		receipt->original_id = bounce_original_id(original);
	}
	return receipt;
}

/* Doors that have no envelope: the last server wrote down what it said. */
static bool
is_from_nobody(const mime_message *message)
{
	const char *path = header_value(message, "return-path");
	return path && (g_str_has_prefix(path, "<>") || g_ascii_strncasecmp(path, "<mailer-daemon", strlen("<mailer-daemon")) == 0);
}

static bool
is_report_of(const struct mime_tree *tree, const char *type)
{
	return strcmp(tree->type, "multipart/report") == 0 && (!type || g_ascii_strcasecmp(tree->report_type, type) == 0);
}

void
mime_report_judge(mime_message *message, const struct mime_tree *tree, const guint8 *raw, bool is_null_sender)
{
	bool is_report = is_report_of(tree, NULL), is_nobody = is_null_sender || is_from_nobody(message);
	g_autofree char *status = part_text(tree, raw, status_types), *original = part_text(tree, raw, original_types);
	g_autofree char *read = is_report ? part_text(tree, raw, receipt_types) : NULL, *complaint = part_text(tree, raw, feedback_types);
	message->bounce = receipt_find(read, original);
	if (!message->bounce)
		message->bounce = feedback_read(&(struct feedback_clues){.fields = complaint, .original_header = original, .message = message,
			.is_report = is_report_of(tree, "feedback-report")});
	if (!message->bounce)
		message->bounce = bounce_read(&(struct bounce_clues){.status_report = status, .original_header = original, .message = message,
			.failed_recipients = header_value(message, "x-failed-recipients"), .is_report = is_report,
			.is_status_report = is_report_of(tree, "delivery-status"), .is_null_sender = is_nobody});
	if (message->bounce && !*message->bounce->original_id) {
		g_free(message->bounce->original_id);
		message->bounce->original_id = original_id_anywhere(tree, raw);
	}
	message->automatic |= message->bounce || is_report || is_nobody;
	message->auto_reply &= !message->bounce;
}
