/* sorting_spam: whether a mail is spam, why, and where it goes then (SPEC 2.8). */
#include "milter/sorting_reading.h"
#include "store/out.h"

static const struct spam_rule *
find_rule(const struct sorting *sorting, const mime_message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const struct mime_header *header = message->headers->pdata[i];
		const struct spam_rule *rule = spam_table_find(sorting->spam, header->name, header->value, header->is_above_received);
		if (rule)
			return rule;
	}
	return NULL;
}

/* Whoever has a part in writing it: the envelope's sender, every From, and who stands behind a form. */
static const char *
find_blocked(const struct sorting *sorting, const struct reading *reading)
{
	const GPtrArray *from = reading->message->from;
	const char *found = blocked_list_find(sorting->blocked, reading->mail->sender);
	for (guint i = 0; i < from->len && !found; i++)
		found = blocked_list_find(sorting->blocked, ((const struct mime_address *)from->pdata[i])->address);
	return found ? found : blocked_list_find(sorting->blocked, reading->sender);
}

char *
sorting_spam(const struct sorting *sorting, const struct reading *reading)
{
	const char *blocked = find_blocked(sorting, reading);
	const struct spam_rule *rule = blocked ? NULL : find_rule(sorting, reading->message);
	if (!blocked && !rule)
		return g_strdup("");
	out *json = out_new();
	out_object(json, NULL);
	if (blocked)
		out_text(json, "blocked", blocked);
	else {
		out_text(json, "header", rule->header);
		out_text(json, "value", rule->value);
	}
	out_end(json);
	return out_done_text(json);
}

bool
sorting_set_apart(const struct sorting *sorting, gint64 shop, struct join_verdict *verdict, GError **error)
{
	struct filing_thread found = {0};
	g_array_set_size(verdict->merge, 0);
	if (!verdict->thread)
		return true;
	if (filing_find_thread(sorting->desk, shop, verdict->thread, "", &found, error) < 0)
		return false;
	if (found.is_spam)
		return true;
	g_array_append_val(verdict->related, verdict->thread);
	verdict->thread = 0;
	verdict->is_new_sender = false;
	return true;
}
