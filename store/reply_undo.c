#include "store/reply.h"

#include <string.h>

#include "store/event.h"
#include "store/outbox.h"

/* An answer while it is taken back. */
struct undoing {
	db *desk;
	gint64 thread, message, employee, now;
	const char *undo;
};

static bool
undo_step(const struct undoing *undoing, const char *sql, GError **error)
{
	query *statement = db_query(undoing->desk, sql, error);
	if (!statement)
		return false;
	const struct {
		const char *name;
		gint64 value;
	} numbers[] = {{":thread", undoing->thread}, {":message", undoing->message}, {":employee", undoing->employee}, {":now", undoing->now}};
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		if (strstr(sql, numbers[i].name))
			query_set_int(statement, numbers[i].name, numbers[i].value);
	if (strstr(sql, ":undo"))
		query_set_text(statement, ":undo", undoing->undo);
	return query_finish(statement, error);
}

/* What somebody has changed since stays as they want it; what came since waits too. */
static const char *const undo_steps[] = {
	"UPDATE thread SET status_changed = iif(status = :undo ->> 'set_status', :undo ->> 'status_changed', status_changed),"
	" status = iif(status = :undo ->> 'set_status', :undo ->> 'status', status),"
	" employee_id = iif(employee_id IS :undo ->> 'set_employee', (SELECT id FROM employee WHERE id = :undo ->> 'employee'), employee_id),"
	" waiting_message = coalesce(:undo ->> 'waiting_message', waiting_message), waiting_since = coalesce(:undo ->> 'waiting_since', waiting_since),"
	" bell_event = coalesce(max(bell_event, :undo ->> 'bell_event'), bell_event, :undo ->> 'bell_event'), version = version + 1 WHERE id = :thread",
	"INSERT INTO upload (mail_id, employee_id, thread_id, name, type, size, created) SELECT mail_id, :employee, :thread, name, type, size, :now FROM part"
	" WHERE message_id = :message AND mail_id IS NOT NULL",
	"DELETE FROM sent_key WHERE employee_id = :employee AND message_id = :message",
	"UPDATE event SET message_id = NULL WHERE thread_id = :thread AND message_id = :message",
	"UPDATE thread_read SET message_id = message_id - 1 WHERE thread_id = :thread AND message_id = :message",
	"DELETE FROM message WHERE id = :message",
	"INSERT OR REPLACE INTO draft (employee_id, thread_id, content, updated) SELECT :employee, :thread, :undo -> 'draft', :now"
	" WHERE :undo ->> 'draft' IS NOT NULL",
};

/* 1: it is WHO's own, *THREAD and *CONTACT and *SHOP are its thread's. */
static int
find_own(db *desk, const viewer *who, gint64 message, struct event *event, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT t.id, t.shop_id, t.contact_id FROM message m JOIN thread t ON t.id = m.thread_id"
		" WHERE m.id = :message AND m.kind = 'employee' AND m.employee_id = :viewer AND " VIEWER_SEES("t.contact_id"), error);
	if (!row)
		return -1;
	query_set_int(row, ":message", message);
	query_set_int(row, ":viewer", who->id);
	int got = query_next(row, error);
	if (got > 0)
		*event = (struct event){.kind = "undone", .thread_id = query_int(row, 0), .shop_id = query_int(row, 1), .contact_id = query_int(row, 2),
			.employee_id = who->id};
	return got;
}

enum reply_result
reply_undo(db *desk, const viewer *who, gint64 message, gint64 now, gint64 *thread, GError **error)
{
	struct event event;
	g_autofree char *undo = NULL;
	int got = find_own(desk, who, message, &event, error);
	if (got <= 0)
		return got < 0 ? REPLY_ERROR : REPLY_NOT_THERE;
	got = outbox_withdraw(desk, message, &undo, error);
	if (got <= 0)
		return got < 0 ? REPLY_ERROR : REPLY_LEFT;
	struct undoing undoing = {desk, event.thread_id, message, who->id, now, undo};
	for (size_t i = 0; i < G_N_ELEMENTS(undo_steps); i++)
		if (!undo_step(&undoing, undo_steps[i], error))
			return REPLY_ERROR;
	*thread = event.thread_id;
	event.created = now;
	return event_add(desk, &event, error) ? REPLY_DONE : REPLY_ERROR;
}
