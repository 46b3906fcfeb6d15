#include "store/outbox_courier.h"

#include <string.h>

#include "store/delivery.h"
#include "store/outbox.h"

#define RETRY_FIRST_MS (G_GINT64_CONSTANT(60) * 1000)
#define RETRY_MAX_MS (G_GINT64_CONSTANT(4) * 3600 * 1000)

static void
free_target(void *data)
{
	struct outbox_target *target = data;
	g_free(target->field);
	g_free(target->name);
	g_free(target->address);
	g_free(target);
}

void
outbox_mail_free(outbox_mail *mail)
{
	if (!mail)
		return;
	g_free(mail->kind);
	g_free(mail->domain);
	g_free(mail->message_ref);
	g_free(mail->sender);
	g_ptr_array_unref(mail->targets);
	g_free(mail);
}

static void
free_mail(void *data)
{
	outbox_mail_free(data);
}

/* SQL with :id, and whichever of :now, :mail, :due, :answer, :queue it names. */
struct change {
	gint64 id, now, mail, due;
	const char *answer, *queue_id;
};

static bool
run(db *desk, const char *sql, const struct change *change, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (!statement)
		return false;
	query_set_int(statement, ":id", change->id);
	if (strstr(sql, ":now"))
		query_set_int(statement, ":now", change->now);
	if (strstr(sql, ":mail"))
		query_set_id(statement, ":mail", change->mail);
	if (strstr(sql, ":due"))
		query_set_int(statement, ":due", change->due);
	if (strstr(sql, ":answer"))
		query_set_text(statement, ":answer", change->answer ? change->answer : "");
	if (strstr(sql, ":queue"))
		query_set_text(statement, ":queue", change->queue_id ? change->queue_id : "");
	return query_finish(statement, error);
}

static bool
load_targets(db *desk, outbox_mail *mail, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT position, field, name, address, state = 'waiting' FROM outbox_recipient WHERE outbox_id = :id"
		" ORDER BY position", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":id", mail->id);
	while (rows && (got = query_next(rows, error)) > 0) {
		struct outbox_target *target = g_new(struct outbox_target, 1);
		*target = (struct outbox_target){(int)query_int(rows, 0), g_strdup(query_text(rows, 1)), g_strdup(query_text(rows, 2)),
			g_strdup(query_text(rows, 3)), query_int(rows, 4)};
		g_ptr_array_add(mail->targets, target);
	}
	return got == 0;
}

static outbox_mail *
read_mail(query *row)
{
	outbox_mail *mail = g_new(outbox_mail, 1);
	*mail = (outbox_mail){.id = query_int(row, 0), .thread_id = query_int(row, 1), .message_id = query_int(row, 2), .created = query_int(row, 3),
		.mail_id = query_int(row, 4), .tries = (int)query_int(row, 5) + 1, .kind = g_strdup(query_text(row, 6)),
		.domain = g_strdup(query_text(row, 7)), .message_ref = g_strdup(query_text(row, 8)), .sender = g_strdup(query_text(row, 9)),
		.targets = g_ptr_array_new_with_free_func(free_target)};
	return mail;
}

static GPtrArray *
find_due(db *desk, gint64 now, const char *busy, int limit, GError **error)
{
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func(free_mail);
	g_autoptr(query) rows = db_query(desk,
		"SELECT id, thread_id, message_id, created, mail_id, tries, kind, domain, message_ref, sender FROM outbox"
		" WHERE state IN ('queued', 'delayed') AND due <= :now AND domain NOT IN (SELECT value FROM json_each(:busy)) ORDER BY due, id LIMIT :limit",
		error);
	int got = rows ? 0 : -1;
	if (rows) {
		query_set_int(rows, ":now", now);
		query_set_text(rows, ":busy", busy);
		query_set_int(rows, ":limit", limit);
	}
	while (rows && (got = query_next(rows, error)) > 0)
		g_ptr_array_add(mails, read_mail(rows));
	return got < 0 ? NULL : g_steal_pointer(&mails);
}

GPtrArray *
outbox_take(db *desk, gint64 now, const char *busy, int limit, GError **error)
{
	g_autoptr(GPtrArray) mails = find_due(desk, now, busy, limit, error);
	for (guint i = 0; mails && i < mails->len; i++) {
		outbox_mail *mail = mails->pdata[i];
		const struct change change = {.id = mail->id};
		if (!run(desk, "UPDATE outbox SET state = 'handing', tries = tries + 1, handed = NULL, undo = '' WHERE id = :id", &change, error) ||
			!load_targets(desk, mail, error))
			return NULL;
	}
	return g_steal_pointer(&mails);
}

int
outbox_is_due(db *desk, gint64 now, const char *busy, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM outbox WHERE state IN ('queued', 'delayed') AND due <= :now"
		" AND domain NOT IN (SELECT value FROM json_each(:busy)) LIMIT 1", error);
	if (!row)
		return -1;
	query_set_text(row, ":busy", busy);
	query_set_int(row, ":now", now);
	return query_next(row, error);
}

#define GIVE_BACK \
	"UPDATE outbox SET state = iif(tries > 1, 'delayed', 'queued'), tries = max(tries - 1, 0), mail_id = coalesce(mail_id, :mail) WHERE id = :id"
#define LEAVE_IN_DOUBT "UPDATE outbox SET state = 'doubtful', answer = :answer, undo = '' WHERE id = :id"

/* 1: one that was at work. */
static int
find_at_work(db *desk, gint64 *id, bool *is_handed, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT id, handed IS NOT NULL FROM outbox WHERE state = 'handing' LIMIT 1", error);
	int got = row ? query_next(row, error) : -1;
	if (got > 0) {
		*id = query_int(row, 0);
		*is_handed = query_int(row, 1);
	}
	return got;
}

bool
outbox_recover(db *desk, gint64 now, int *doubtful, GError **error)
{
	struct change change = {.now = now, .answer = "the courier ended before the mail server's answer came: it may have arrived"};
	bool is_handed;
	int got;
	*doubtful = 0;
	while ((got = find_at_work(desk, &change.id, &is_handed, error)) > 0) {
		if (!run(desk, is_handed ? LEAVE_IN_DOUBT : GIVE_BACK, &change, error) || (is_handed && !delivery_tell(desk, change.id, now, error)))
			return false;
		*doubtful += is_handed;
	}
	return got == 0;
}

/* 1: one that has not left. */
static int
find_waiting(db *desk, gint64 *id, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT id FROM outbox WHERE state IN ('queued', 'delayed', 'handing') LIMIT 1", error);
	int got = row ? query_next(row, error) : -1;
	if (got > 0)
		*id = query_int(row, 0);
	return got;
}

bool
outbox_doubt_all(db *desk, const char *why, gint64 now, int *doubtful, GError **error)
{
	struct change change = {.now = now, .answer = why};
	int got;
	*doubtful = 0;
	while ((got = find_waiting(desk, &change.id, error)) > 0) {
		if (!run(desk, LEAVE_IN_DOUBT, &change, error) || !delivery_tell(desk, change.id, now, error))
			return false;
		++*doubtful;
	}
	return got == 0;
}

bool
outbox_hand(db *desk, gint64 id, gint64 mail, gint64 now, GError **error)
{
	const struct change change = {.id = id, .mail = mail, .now = now};
	if (!run(desk, "UPDATE outbox SET handed = :now, mail_id = :mail, undo = '' WHERE id = :id AND state = 'handing'", &change, error))
		return false;
	if (db_changes(desk))
		return run(desk, "UPDATE message SET mail_id = :mail WHERE id = (SELECT message_id FROM outbox WHERE id = :id AND kind = 'reply')", &change, error);
	g_set_error(error, DB_ERROR, DB_FAILED, "outbox %" G_GINT64_FORMAT " was taken away", id);
	return false;
}

/* Who has been spoken of by a report keeps that word. */
static bool
note_said(db *desk, gint64 id, const struct outbox_said *said, GError **error)
{
	query *update = db_query(desk, "UPDATE outbox_recipient SET state = CASE :kind WHEN 2 THEN 'sent' WHEN 5 THEN 'failed' ELSE state END, answer = :answer"
		" WHERE outbox_id = :id AND position = :position AND state = 'waiting'", error);
	if (!update)
		return false;
	query_set_int(update, ":kind", said->code / 100);
	query_set_text(update, ":answer", said->answer);
	query_set_int(update, ":id", id);
	query_set_int(update, ":position", said->position);
	return query_finish(update, error);
}

static gint64
retry_after(int tries)
{
	return MIN(RETRY_FIRST_MS << CLAMP(tries - 1, 0, 10), RETRY_MAX_MS);
}

/* Once more later, or, when its days are over, not any more. */
static bool
put_off(db *desk, const struct outbox_outcome *outcome, const char *answer, const char **state, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT tries, expires FROM outbox WHERE id = :id", error);
	if (!row)
		return false;
	query_set_int(row, ":id", outcome->id);
	int got = query_next(row, error);
	if (got <= 0)
		return got == 0;
	struct change change = {.id = outcome->id, .now = outcome->now, .due = outcome->now + retry_after((int)query_int(row, 0)), .answer = answer,
		.mail = outcome->mail_id};
	bool is_over = change.due > query_int(row, 1);
	*state = is_over ? "failed" : "delayed";
	if (!is_over)
		return run(desk, "UPDATE outbox SET state = 'delayed', due = :due, answered = :now, handed = NULL, answer = :answer, mail_id = coalesce(mail_id, :mail)"
			" WHERE id = :id", &change, error);
	return run(desk, "UPDATE outbox_recipient SET state = 'failed', answer = coalesce(nullif(answer, ''), :answer) WHERE outbox_id = :id AND state = 'waiting'",
		&change, error) && run(desk, "UPDATE outbox SET state = iif(EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = :id AND state <> 'failed'), 'sent', 'failed'),"
		" answered = :now, answer = :answer, undo = '', mail_id = coalesce(mail_id, :mail) WHERE id = :id", &change, error);
}

/* The first answer of KIND (2, 4 or 5); NULL: none such. */
static const char *
answer_of(const struct outbox_outcome *outcome, int kind)
{
	for (size_t i = 0; i < outcome->said_count; i++)
		if (outcome->said[i].code / 100 == kind)
			return outcome->said[i].answer;
	return NULL;
}

static bool
enter_answers(db *desk, const struct outbox_outcome *outcome, const char **state, GError **error)
{
	for (size_t i = 0; i < outcome->said_count; i++)
		if (!note_said(desk, outcome->id, &outcome->said[i], error))
			return false;
	const char *good = answer_of(outcome, 2), *bad = answer_of(outcome, 5);
	for (size_t i = 0; i < outcome->said_count; i++)
		if (outcome->said[i].code / 100 != 2 && outcome->said[i].code / 100 != 5)
			return put_off(desk, outcome, outcome->said[i].answer, state, error);
	const struct change change = {.id = outcome->id, .now = outcome->now, .answer = bad ? bad : good, .queue_id = outcome->queue_id,
		.mail = outcome->mail_id};
	*state = good ? "sent" : "failed";
	return run(desk, "UPDATE outbox SET state = iif(EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = :id AND state <> 'failed'), 'sent', 'failed'),"
		" answered = :now, answer = :answer, queue_id = :queue, undo = '', mail_id = coalesce(mail_id, :mail) WHERE id = :id", &change, error);
}

bool
outbox_settle(db *desk, const struct outbox_outcome *outcome, const char **state, GError **error)
{
	const struct change change = {.id = outcome->id, .now = outcome->now, .answer = outcome->reason, .mail = outcome->mail_id};
	bool ok = false;
	*state = "queued";
	switch (outcome->what) {
	case OUTBOX_GIVEN_BACK: return run(desk, GIVE_BACK, &change, error);
	case OUTBOX_ANSWERED: ok = enter_answers(desk, outcome, state, error); break;
	case OUTBOX_NOT_HANDED: ok = put_off(desk, outcome, outcome->reason, state, error); break;
	case OUTBOX_UNANSWERED:
		*state = "doubtful";
		for (size_t i = 0; i < outcome->said_count; i++)
			if (outcome->said[i].code / 100 == 5 && !note_said(desk, outcome->id, &outcome->said[i], error))
				return false;
		ok = run(desk, LEAVE_IN_DOUBT, &change, error);
		break;
	}
	return ok && delivery_tell(desk, outcome->id, outcome->now, error);
}

bool
outbox_each_waiting(db *desk, bool (*each)(const struct outbox_waiting *row, void *data), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT o.id, o.thread_id, o.created, o.due, o.tries, o.state, o.kind,"
		" (SELECT group_concat(address, ', ') FROM outbox_recipient WHERE outbox_id = o.id), o.answer FROM outbox o WHERE o.state <> 'sent' ORDER BY o.id",
		error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		struct outbox_waiting row = {.id = query_int(rows, 0), .thread_id = query_int(rows, 1), .created = query_int(rows, 2),
			.due = query_int(rows, 3), .tries = (int)query_int(rows, 4), .state = query_text(rows, 5), .kind = query_text(rows, 6),
			.recipients = query_text(rows, 7), .answer = query_text(rows, 8)};
		if (!each(&row, data))
			return true;
	}
	return got == 0;
}

/* SQL that returns the row's id when it has changed something. */
static int
change_one(db *desk, const char *sql, gint64 id, gint64 now, GError **error)
{
	const struct change change = {.id = id, .now = now};
	return !run(desk, sql, &change, error) ? -1 : db_changes(desk) ? 1 : 0;
}

int
outbox_retry(db *desk, gint64 id, gint64 now, GError **error)
{
	g_autofree char *sql = g_strdup_printf("UPDATE outbox SET state = 'queued', due = :now, expires = :now + %" G_GINT64_FORMAT ", handed = NULL, tries = 0,"
		" undo = '' WHERE id = :id AND state IN ('queued', 'delayed', 'failed', 'doubtful')", OUTBOX_EXPIRES_MS);
	const struct change change = {.id = id};
	int got = change_one(desk, sql, id, now, error);
	if (got <= 0)
		return got;
	bool ok = run(desk, "UPDATE outbox_recipient SET state = 'waiting', answer = '' WHERE outbox_id = :id AND state = 'failed'", &change, error) &&
		delivery_tell(desk, id, now, error);
	return ok ? 1 : -1;
}

int
outbox_give_up(db *desk, gint64 id, gint64 now, GError **error)
{
	const struct change change = {.id = id, .now = now, .answer = "taken out of the queue"};
	int got = change_one(desk, "UPDATE outbox SET state = 'failed', answered = :now, answer = 'taken out of the queue', undo = ''"
		" WHERE id = :id AND state IN ('queued', 'delayed', 'doubtful')", id, now, error);
	if (got <= 0)
		return got;
	bool ok = run(desk, "UPDATE outbox_recipient SET state = 'failed', answer = :answer WHERE outbox_id = :id AND state = 'waiting'", &change, error) &&
		delivery_tell(desk, id, now, error);
	return ok ? 1 : -1;
}

bool
outbox_figures_read(db *desk, gint64 now, struct outbox_figures *figures, GError **error)
{
	const struct {
		const char *state;
		gint64 *count;
	} states[] = {{"queued", &figures->queued}, {"handing", &figures->handing}, {"delayed", &figures->delayed}, {"sent", &figures->sent},
		{"failed", &figures->failed}, {"doubtful", &figures->doubtful}};
	*figures = (struct outbox_figures){0};
	g_autoptr(query) rows = db_query(desk, "SELECT state, count(*) FROM outbox GROUP BY state", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0)
		for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
			if (!strcmp(states[i].state, query_text(rows, 0)))
				*states[i].count = query_int(rows, 1);
	g_autoptr(query) oldest = got < 0 ? NULL : db_query(desk, "SELECT min(due) FROM outbox WHERE state IN ('queued', 'delayed') AND due <= :now", error);
	if (!oldest)
		return false;
	query_set_int(oldest, ":now", now);
	got = query_next(oldest, error);
	figures->oldest_due = got > 0 ? query_int(oldest, 0) : 0;
	return got >= 0;
}
