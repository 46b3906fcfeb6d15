#include "milter/returned.h"

#include <string.h>

#include "store/delivery.h"
#include "store/filing.h"
#include "store/token.h"

/* The first of ADDRESSES is one of ours; *EXTENSION (may be NULL; owner: caller) is what follows its delimiter. */
static bool
is_ours(const struct sorting *sorting, const GPtrArray *addresses, char **extension)
{
	const struct mime_address *first = addresses->len ? addresses->pdata[0] : NULL;
	return first && contact_book_find(sorting->book, first->address, *sorting->conf->milter.recipient_delimiter, extension);
}

gint64
returned_copy(const struct sorting *sorting, const mime_message *message)
{
	g_autofree char *extension = NULL;
	gint64 thread = token_read_message_id(sorting->keys, message->message_id);
	if (thread || !is_ours(sorting, message->from, NULL) || !is_ours(sorting, message->reply_to, &extension))
		return thread;
	return token_read_extension(sorting->keys, extension);
}

gint64
returned_find(const struct sorting *sorting, gint64 shop, const mime_message *message, GError **error)
{
	g_autofree char *id = g_ascii_strdown(message->message_id, -1);
	return is_ours(sorting, message->from, NULL) ? filing_find_sent(sorting->desk, shop, id, error) : 0;
}

/* "550 5.1.1 no such user"; what the server said may leave out the status. Owner: caller. */
static char *
answer_of(const struct mime_report *report)
{
	if (!*report->status || strstr(report->diagnostic, report->status))
		return g_strdup(report->diagnostic);
	return g_strchomp(g_strdup_printf("%s %s", report->status, report->diagnostic));
}

static bool
enter_report(const struct sorting *sorting, const struct mime_bounce *bounce, const GPtrArray *ids, gint64 thread, gint64 now, GString *log, GError **error)
{
	guint count = bounce->reports->len;
	g_autofree struct delivery_word *words = g_new0(struct delivery_word, count + 1);
	g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < count; i++) {
		const struct mime_report *report = bounce->reports->pdata[i];
		g_ptr_array_add(answers, answer_of(report));
		words[i] = (struct delivery_word){report->address, report->original, report->action, answers->pdata[i]};
	}
	gint64 outbox, in_thread;
	int got = delivery_find(sorting->desk, ids, thread, words, count, &outbox, &in_thread, error);
	if (got <= 0)
		return got == 0;
	g_string_append_printf(log, " delivery=%" G_GINT64_FORMAT " %s", outbox, bounce->action);
	return delivery_report(sorting->desk, outbox, words, count, now, error);
}

bool
returned_enter(const struct sorting *sorting, const mime_message *message, const GPtrArray *ids, gint64 thread, const char *sender, gint64 now,
	GString *log, GError **error)
{
	if (message->bounce)
		return enter_report(sorting, message->bounce, ids, thread, now, log, error);
	g_autoptr(GPtrArray) ours = g_ptr_array_new();
	for (guint i = 0; i < ids->len; i++)
		if (token_read_message_id(sorting->keys, ids->pdata[i]))
			g_ptr_array_add(ours, ids->pdata[i]);
	return delivery_answered(sorting->desk, ours, sender, now, error);
}
