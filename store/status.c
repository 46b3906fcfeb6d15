#include "store/status.h"

#include <string.h>

#include "store/event.h"

/* A thread as the deeds need it. */
struct target {
	gint64 shop_id, contact_id, order_id, employee_id;
	char status[16], folder[16];
};

/* 1: there and theirs to see. */
static int
find(db *desk, const viewer *who, gint64 thread, struct target *target, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT shop_id, contact_id, status, folder, order_id, employee_id FROM thread"
		" WHERE id = :id AND folder <> 'merged' AND " VIEWER_SEES("contact_id"), error);
	if (!row)
		return -1;
	query_set_int(row, ":id", thread);
	query_set_int(row, ":viewer", who->id);
	int got = query_next(row, error);
	if (got > 0) {
		*target = (struct target){.shop_id = query_int(row, 0), .contact_id = query_int(row, 1), .order_id = query_int(row, 4),
			.employee_id = query_int(row, 5)};
		g_strlcpy(target->status, query_text(row, 2), sizeof target->status);
		g_strlcpy(target->folder, query_text(row, 3), sizeof target->folder);
	}
	return got;
}

/* SQL with :id, :value and :now. */
static bool
change(db *desk, const char *sql, gint64 thread, const char *value, gint64 now, GError **error)
{
	query *update = db_query(desk, sql, error);
	if (!update)
		return false;
	query_set_int(update, ":id", thread);
	query_set_text(update, ":value", value);
	query_set_int(update, ":now", now);
	return query_finish(update, error);
}

static bool
tell(db *desk, const viewer *who, gint64 thread, const struct target *target, const char *kind, const char *data, gint64 now, GError **error)
{
	struct event event = {.created = now, .kind = kind, .shop_id = target->shop_id, .thread_id = thread, .contact_id = target->contact_id,
		.employee_id = who->id, .data = data};
	return event_add(desk, &event, error);
}

int
status_set(db *desk, const viewer *who, gint64 thread, const char *status, gint64 now, GError **error)
{
	struct target target;
	int got = find(desk, who, thread, &target, error);
	if (got <= 0)
		return got;
	if (!strcmp(target.status, status))
		return 2;
	g_autofree char *data = g_strdup_printf("{\"from\":\"%s\",\"to\":\"%s\"}", target.status, status);
	return change(desk,
		"UPDATE thread SET status = :value, status_changed = :now, version = version + 1,"
		" bell_event = iif(:value = 'open', bell_event, NULL) WHERE id = :id", thread, status, now, error) &&
		tell(desk, who, thread, &target, "status", data, now, error) ? 1 : -1;
}

int
status_bin(db *desk, const viewer *who, gint64 thread, gint64 now, GError **error)
{
	struct target target;
	int got = find(desk, who, thread, &target, error);
	if (got <= 0)
		return got;
	if (!strcmp(target.folder, "bin"))
		return 2;
	return change(desk, "UPDATE thread SET folder = :value, binned = :now, bell_event = NULL, version = version + 1 WHERE id = :id", thread,
		"bin", now, error) && tell(desk, who, thread, &target, "deleted", NULL, now, error) ? 1 : -1;
}

int
status_restore(db *desk, const viewer *who, gint64 thread, gint64 now, GError **error)
{
	struct target target;
	int got = find(desk, who, thread, &target, error);
	if (got <= 0)
		return got;
	if (strcmp(target.folder, "bin"))
		return 2;
	return change(desk, "UPDATE thread SET folder = :value, binned = NULL, version = version + 1 + 0 * :now WHERE id = :id", thread,
		"normal", now, error) && tell(desk, who, thread, &target, "restored", NULL, now, error) ? 1 : -1;
}

/* 1 when the one row of SQL, with :viewer, :id and :value, says so. */
static int
may_choose(db *desk, const viewer *who, const char *sql, gint64 thread, gint64 value, GError **error)
{
	g_autoptr(query) row = db_query(desk, sql, error);
	if (!row)
		return -1;
	query_set_int(row, ":viewer", who->id);
	query_set_int(row, ":id", thread);
	query_set_int(row, ":value", value);
	return query_next(row, error);
}

/* SQL with :id and :value. */
static bool
put(db *desk, const char *sql, gint64 thread, gint64 value, GError **error)
{
	query *update = db_query(desk, sql, error);
	if (!update)
		return false;
	query_set_int(update, ":id", thread);
	query_set_id(update, ":value", value);
	return query_finish(update, error);
}

/* One that is not chosen for a thread but given up needs no right but that to the thread. */
static int
find_and_check(db *desk, const viewer *who, const char *sql, gint64 thread, gint64 value, struct target *target, GError **error)
{
	int got = find(desk, who, thread, target, error);
	if (got <= 0 || !value)
		return got;
	int may = may_choose(desk, who, sql, thread, value, error);
	return may < 0 ? -1 : may ? 1 : 3;
}

static char *
from_to(gint64 from, gint64 to)
{
	return g_strdup_printf("{\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT "}", from, to);
}

int
status_set_contact(db *desk, const viewer *who, gint64 thread, gint64 contact, gint64 now, GError **error)
{
	static const char may[] = "SELECT 1 FROM contact_shop s JOIN thread t ON t.shop_id = s.shop_id WHERE t.id = :id AND s.contact_id = :value AND "
		VIEWER_SEES("s.contact_id");
	struct target target;
	int got = find_and_check(desk, who, may, thread, contact, &target, error);
	if (got != 1)
		return got;
	if (!contact && !viewer_may_see(who, 0))
		return 3;
	if (target.contact_id == contact)
		return 2;
	g_autofree char *data = from_to(target.contact_id, contact);
	target.contact_id = contact;
	return put(desk, "UPDATE thread SET contact_id = :value, version = version + 1 WHERE id = :id", thread, contact, error) &&
		tell(desk, who, thread, &target, "contact", data, now, error) ? 1 : -1;
}

int
status_set_order(db *desk, const viewer *who, gint64 thread, gint64 order, gint64 now, GError **error)
{
	static const char may[] = "SELECT 1 FROM shop_order o JOIN thread t ON t.shop_id = o.shop_id AND t.customer_id = o.customer_id"
		" WHERE t.id = :id AND o.id = :value AND :viewer";
	struct target target;
	int got = find_and_check(desk, who, may, thread, order, &target, error);
	if (got != 1)
		return got;
	if (target.order_id == order)
		return 2;
	g_autofree char *data = from_to(target.order_id, order);
	return put(desk, "UPDATE thread SET order_id = :value, version = version + 1 WHERE id = :id", thread, order, error) &&
		tell(desk, who, thread, &target, "order", data, now, error) ? 1 : -1;
}

/* Only who is in charge now has a notice of it. */
static bool
tell_assigned(db *desk, const viewer *who, gint64 thread, const struct target *target, gint64 employee, gint64 now, GError **error)
{
	bool is_other = employee && employee != who->id;
	g_autofree char *data = from_to(target->employee_id, employee);
	struct event event = {.created = now, .kind = "assigned", .shop_id = target->shop_id, .thread_id = thread,
		.contact_id = target->contact_id, .employee_id = who->id, .target_id = employee, .is_ringing = is_other, .data = data};
	if (!event_add(desk, &event, error) ||
		!put(desk, "DELETE FROM notice WHERE thread_id = :id AND kind = 'assigned' AND employee_id IS NOT :value", thread, employee, error))
		return false;
	query *insert = is_other ? db_query(desk, "INSERT INTO notice (employee_id, event_id, thread_id, kind)"
		" VALUES (:employee, :event, :thread, 'assigned')", error) : NULL;
	if (!insert)
		return !is_other;
	query_set_int(insert, ":employee", employee);
	query_set_int(insert, ":event", event.id);
	query_set_int(insert, ":thread", thread);
	return query_finish(insert, error);
}

#define MAY_ANSWER \
	"e.is_active AND e.role <> 'viewer'" \
	" AND (e.has_all OR t.contact_id IN (SELECT contact_id FROM employee_contact WHERE employee_id = e.id))"

bool
status_each_assignable(db *desk, const viewer *who, gint64 thread, bool (*each)(gint64, const char *, const char *, void *), void *data,
	GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT e.id, e.firstname, e.lastname FROM employee e JOIN thread t ON t.id = :id WHERE " MAY_ANSWER " AND " VIEWER_SEES("t.contact_id")
		" ORDER BY e.firstname COLLATE NOCASE, e.lastname COLLATE NOCASE, e.id", error);
	int got = rows ? 0 : -1;
	if (rows) {
		query_set_int(rows, ":id", thread);
		query_set_int(rows, ":viewer", who->id);
	}
	while (rows && (got = query_next(rows, error)) > 0)
		if (!each(query_int(rows, 0), query_text(rows, 1), query_text(rows, 2), data))
			return true;
	return got == 0;
}

int
status_assign(db *desk, const viewer *who, gint64 thread, gint64 employee, gint64 now, GError **error)
{
	static const char may[] = "SELECT 1 FROM employee e JOIN thread t ON t.id = :id WHERE e.id = :value AND :viewer AND " MAY_ANSWER;
	struct target target;
	int got = find_and_check(desk, who, may, thread, employee, &target, error);
	if (got != 1)
		return got;
	if (target.employee_id == employee)
		return 2;
	return put(desk, "UPDATE thread SET employee_id = :value, version = version + 1 WHERE id = :id", thread, employee, error) &&
		tell_assigned(desk, who, thread, &target, employee, now, error) ? 1 : -1;
}

/* SQL with :id. */
static bool
run(db *desk, const char *sql, gint64 thread, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (!statement)
		return false;
	query_set_int(statement, ":id", thread);
	return query_finish(statement, error);
}

/* Marks and notices that say otherwise go. */
static bool
move_spam(db *desk, gint64 thread, bool is_spam, gint64 now, GError **error)
{
	if (is_spam)
		return change(desk, "UPDATE thread SET folder = :value, binned = :now, bell_event = NULL, version = version + 1 WHERE id = :id", thread,
			"spam", now, error) && run(desk, "DELETE FROM notice WHERE thread_id = :id", thread, error);
	return run(desk, "UPDATE thread SET folder = 'normal', binned = NULL, version = version + 1 WHERE id = :id", thread, error) &&
		run(desk, "UPDATE message SET is_spam = 0 WHERE thread_id = :id AND is_spam", thread, error);
}

int
status_spam(db *desk, const viewer *who, gint64 thread, bool is_spam, gint64 now, GError **error)
{
	struct target target;
	int got = find(desk, who, thread, &target, error);
	if (got <= 0)
		return got;
	if (is_spam == !strcmp(target.folder, "spam") || (!is_spam && strcmp(target.folder, "spam")))
		return 2;
	return move_spam(desk, thread, is_spam, now, error) &&
		tell(desk, who, thread, &target, "spam", is_spam ? "{\"spam\":true}" : "{\"spam\":false}", now, error) ? 1 : -1;
}
