#include "store/delivery.h"

#include <string.h>

#include "store/event.h"
#include "store/out.h"
#include "store/outbox.h"

/* SQL with :outbox and maybe :now. */
static bool
run(db *desk, const char *sql, gint64 outbox, gint64 now, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (!statement)
		return false;
	query_set_int(statement, ":outbox", outbox);
	if (strstr(sql, ":now"))
		query_set_int(statement, ":now", now);
	return query_finish(statement, error);
}

static bool
is_bad(const char *state)
{
	return !strcmp(state, "failed") || !strcmp(state, "doubtful");
}

/* The event, and into *ID its number; 0 where the mail belongs to no thread. *IS_UNDELIVERED: its sender is to know. */
static bool
tell(db *desk, gint64 outbox, gint64 now, gint64 *id, bool *is_undelivered, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT t.shop_id, t.id, t.contact_id, o.message_id, e.id, " OUTBOX_OVERALL("o") ", " OUTBOX_REASON("o")
		" FROM outbox o JOIN thread t ON t.id = o.thread_id LEFT JOIN employee e ON e.id = o.employee_id AND e.is_active WHERE o.id = :outbox", error);
	if (!row)
		return false;
	query_set_int(row, ":outbox", outbox);
	int got = query_next(row, error);
	*id = 0;
	if (got <= 0)
		return got == 0;
	gint64 employee = query_int(row, 4);
	*is_undelivered = employee && is_bad(query_text(row, 5));
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "state", query_text(row, 5));
	out_text(json, "detail", query_text(row, 6));
	out_end(json);
	g_autofree char *data = out_done_text(json);
	struct event event = {.created = now, .kind = "delivery", .shop_id = query_int(row, 0), .thread_id = query_int(row, 1),
		.contact_id = query_int(row, 2), .message_id = query_int(row, 3), .target_id = *is_undelivered ? employee : 0,
		.is_ringing = *is_undelivered, .data = data};
	bool ok = event_add(desk, &event, error);
	*id = event.id;
	return ok;
}

static bool
add_notice(db *desk, gint64 event, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO notice (employee_id, event_id, thread_id, kind)"
		" SELECT target_id, id, thread_id, 'undelivered' FROM event WHERE id = :event", error);
	if (!insert)
		return false;
	query_set_int(insert, ":event", event);
	return query_finish(insert, error);
}

/* Of one mail there is one notice at most: the newest, while it is true. Events stay with a thread that was joined with another, notices move. */
static const char drop_notices[] =
	"DELETE FROM notice WHERE kind = 'undelivered' AND thread_id = (SELECT thread_id FROM outbox WHERE id = :outbox) AND EXISTS"
	" (SELECT 1 FROM outbox o JOIN event v ON v.message_id IS o.message_id WHERE o.id = :outbox AND v.id = notice.event_id AND v.kind = 'delivery')";

/* By the time the courier says it is in doubt, reports may have come for all. */
static const char settle_reported[] =
	"UPDATE outbox SET state = 'sent', answered = coalesce(answered, :now) WHERE id = :outbox AND state = 'doubtful'"
	" AND EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = :outbox AND state = 'delivered')"
	" AND NOT EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = :outbox AND state = 'waiting')";

bool
delivery_tell(db *desk, gint64 outbox, gint64 now, GError **error)
{
	gint64 event;
	bool is_undelivered = false;
	return run(desk, settle_reported, outbox, now, error) && run(desk, drop_notices, outbox, now, error) &&
		tell(desk, outbox, now, &event, &is_undelivered, error) && (!is_undelivered || add_notice(desk, event, error));
}

/* 1: found, and *OUTBOX and *THREAD are its own. */
static int
find_one(query *row, gint64 *outbox, gint64 *thread, GError **error)
{
	int got = query_next(row, error);
	if (got > 0) {
		*outbox = query_int(row, 0);
		*thread = query_int(row, 1);
	}
	return got;
}

static int
find_by_id(db *desk, const char *id, gint64 *outbox, gint64 *thread, GError **error)
{
	g_autofree char *ref = g_ascii_strdown(id, -1);
	g_autoptr(query) row = db_query(desk, "SELECT id, thread_id FROM outbox WHERE message_ref IN (:id, :ref)", error);
	if (!row)
		return -1;
	query_set_text(row, ":id", id);
	query_set_text(row, ":ref", ref);
	return find_one(row, outbox, thread, error);
}

/* ADDRESS "": whoever it went to. */
static int
find_in_thread(db *desk, gint64 in, const char *address, gint64 *outbox, gint64 *thread, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT o.id, o.thread_id FROM outbox o WHERE o.thread_id = :thread AND o.state IN ('handing', 'sent', 'doubtful') AND (:address = ''"
		" OR EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = o.id AND lower(address) = lower(:address))) ORDER BY o.id DESC LIMIT 1", error);
	if (!row)
		return -1;
	query_set_int(row, ":thread", in);
	query_set_text(row, ":address", address);
	return find_one(row, outbox, thread, error);
}

int
delivery_find(db *desk, const GPtrArray *ids, gint64 thread, const struct delivery_word *words, size_t count, gint64 *outbox, gint64 *in_thread,
	GError **error)
{
	int got = 0;
	for (guint i = 0; i < ids->len && !got; i++)
		got = find_by_id(desk, ids->pdata[i], outbox, in_thread, error);
	if (got || !thread)
		return got;
	bool has_named = false;
	for (size_t i = 0; i < count && !got; i++) {
		const char *named = *words[i].original ? words[i].original : words[i].address;
		has_named |= *named;
		got = *named ? find_in_thread(desk, thread, named, outbox, in_thread, error) : 0;
	}
	return got || has_named ? got : find_in_thread(desk, thread, "", outbox, in_thread, error);
}

static const struct {
	const char *action, *state;
	bool is_final; /* counts whatever was said before; what is not counts only until such a word */
} actions[] = {
	{"failed", "failed", true}, {"delivered", "delivered", true}, {"delayed", "delayed", false}, {"relayed", "sent", false}, {"expanded", "sent", false},
	{"read", "delivered", true}, {"complaint", "delivered", true},
};

/* Whom WORD means: by address, original first; a mail that went to one only, that one; one who names nobody, all. */
#define MEANT \
	"outbox_id = :outbox AND CASE WHEN :original <> '' AND EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = :outbox" \
	"  AND lower(address) = lower(:original)) THEN lower(address) = lower(:original)" \
	" WHEN EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = :outbox AND lower(address) = lower(:address)) THEN lower(address) = lower(:address)" \
	" ELSE :original || :address = '' OR (SELECT count(*) FROM outbox_recipient WHERE outbox_id = :outbox) = 1 END"

static bool
bind_and_run(query *statement, gint64 outbox, const struct delivery_word *word, GError **error)
{
	if (!statement)
		return false;
	query_set_int(statement, ":outbox", outbox);
	query_set_text(statement, ":original", word->original);
	query_set_text(statement, ":address", word->address);
	return query_finish(statement, error);
}

/* One who was waiting has an answer now: so the mail has left. */
static bool
settle(db *desk, gint64 outbox, const struct delivery_word *word, gint64 now, bool *has_changed, GError **error)
{
	query *update = db_query(desk, "UPDATE outbox SET state = 'sent', answered = coalesce(answered, :now) WHERE id = :outbox AND state = 'doubtful'"
		" AND EXISTS (SELECT 1 FROM outbox_recipient WHERE state = 'waiting' AND " MEANT ")", error);
	if (update)
		query_set_int(update, ":now", now);
	bool ok = bind_and_run(update, outbox, word, error);
	*has_changed |= ok && db_changes(desk);
	return ok;
}

static bool
enter(db *desk, gint64 outbox, const struct delivery_word *word, bool *has_changed, GError **error)
{
	size_t i = 0;
	while (i < G_N_ELEMENTS(actions) && g_ascii_strcasecmp(actions[i].action, word->action))
		i++;
	if (i == G_N_ELEMENTS(actions))
		return true;
	query *update = db_query(desk, "UPDATE outbox_recipient SET state = :state, answer = :answer WHERE (state, answer) IS NOT (:state, :answer)"
		" AND (:final OR state NOT IN ('failed', 'delivered')) AND " MEANT, error);
	if (update) {
		query_set_text(update, ":state", actions[i].state);
		query_set_text(update, ":answer", word->answer);
		query_set_int(update, ":final", actions[i].is_final);
	}
	bool ok = bind_and_run(update, outbox, word, error);
	*has_changed |= ok && db_changes(desk);
	return ok;
}

/* Whom nobody spoke of left with the others; a mail that was put off has nobody left to try. */
static const char *const report_steps[] = {
	"UPDATE outbox_recipient SET state = 'sent' WHERE outbox_id = :outbox AND state = 'waiting' AND EXISTS (SELECT 1 FROM outbox WHERE id = :outbox"
	" AND state = 'sent')",
	"UPDATE outbox SET state = 'sent', answered = coalesce(answered, :now) WHERE id = :outbox AND state = 'delayed'"
	" AND NOT EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = :outbox AND state = 'waiting')",
};

bool
delivery_report(db *desk, gint64 outbox, const struct delivery_word *words, size_t count, gint64 now, GError **error)
{
	bool has_changed = false;
	for (size_t i = 0; i < count; i++)
		if (!settle(desk, outbox, &words[i], now, &has_changed, error) || !enter(desk, outbox, &words[i], &has_changed, error))
			return false;
	for (size_t i = 0; has_changed && i < G_N_ELEMENTS(report_steps); i++)
		if (!run(desk, report_steps[i], outbox, now, error))
			return false;
	return !has_changed || delivery_tell(desk, outbox, now, error);
}

static bool
settle_answered(db *desk, const char *id, const char *sender, gint64 now, GError **error)
{
	static const char answer[] = "it was answered";
	g_autofree char *ref = g_ascii_strdown(id, -1);
	g_autoptr(query) row = db_query(desk, "UPDATE outbox SET state = 'sent', answered = :now, answer = :answer WHERE message_ref IN (:id, :ref)"
		" AND state = 'doubtful' RETURNING id", error);
	if (!row)
		return false;
	query_set_int(row, ":now", now);
	query_set_text(row, ":answer", answer);
	query_set_text(row, ":id", id);
	query_set_text(row, ":ref", ref);
	int got = query_next(row, error);
	if (got <= 0)
		return got == 0;
	gint64 outbox = query_int(row, 0);
	query *update = db_query(desk, "UPDATE outbox_recipient SET state = iif(lower(address) = lower(:sender), 'delivered', 'sent')"
		" WHERE outbox_id = :outbox AND state = 'waiting'", error);
	if (!update)
		return false;
	query_set_text(update, ":sender", sender);
	query_set_int(update, ":outbox", outbox);
	return query_finish(update, error) && delivery_tell(desk, outbox, now, error);
}

bool
delivery_answered(db *desk, const GPtrArray *ids, const char *sender, gint64 now, GError **error)
{
	for (guint i = 0; i < ids->len; i++)
		if (!settle_answered(desk, ids->pdata[i], sender, now, error))
			return false;
	return true;
}
