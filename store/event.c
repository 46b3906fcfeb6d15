#include "store/event.h"

bool
event_add(db *desk, struct event *event, GError **error)
{
	query *insert = db_query(desk,
		"INSERT INTO event (created, kind, shop_id, thread_id, contact_id, message_id, employee_id, target_id, is_ringing, data)"
		" VALUES (:created, :kind, :shop, :thread, :contact, :message, :employee, :target, :ringing, :data)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":created", event->created);
	query_set_text(insert, ":kind", event->kind);
	query_set_int(insert, ":shop", event->shop_id);
	query_set_int(insert, ":thread", event->thread_id);
	query_set_id(insert, ":contact", event->contact_id);
	query_set_id(insert, ":message", event->message_id);
	query_set_id(insert, ":employee", event->employee_id);
	query_set_id(insert, ":target", event->target_id);
	query_set_int(insert, ":ringing", event->is_ringing);
	query_set_text(insert, ":data", event->data ? event->data : "{}");
	bool ok = query_finish(insert, error);
	event->id = db_last_id(desk);
	return ok;
}

#define COLUMNS \
	"SELECT id, created, kind, shop_id, thread_id, contact_id, message_id, employee_id, target_id, is_ringing, data FROM event "

static bool
each_row(query *rows, bool (*each)(const struct event *, void *), void *data, GError **error)
{
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		struct event event = {.id = query_int(rows, 0), .created = query_int(rows, 1), .kind = query_text(rows, 2),
			.shop_id = query_int(rows, 3), .thread_id = query_int(rows, 4), .contact_id = query_int(rows, 5),
			.message_id = query_int(rows, 6), .employee_id = query_int(rows, 7), .target_id = query_int(rows, 8),
			.is_ringing = query_int(rows, 9), .data = query_text(rows, 10)};
		if (!each(&event, data))
			return true;
	}
	return got == 0;
}

bool
event_each(db *desk, gint64 after, int limit, bool (*each)(const struct event *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, COLUMNS "WHERE id > :after ORDER BY id LIMIT :limit", error);
	if (!rows)
		return false;
	query_set_int(rows, ":after", after);
	query_set_int(rows, ":limit", limit);
	return each_row(rows, each, data, error);
}

bool
event_each_of_thread(db *desk, gint64 thread, int limit, bool (*each)(const struct event *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"WITH RECURSIVE own (id) AS (SELECT :thread UNION SELECT t.id FROM thread t JOIN own ON t.merged_into = own.id) "
		COLUMNS "WHERE thread_id IN own AND NOT (kind = 'reread' AND employee_id IS NULL) ORDER BY id DESC LIMIT :limit", error);
	if (!rows)
		return false;
	query_set_int(rows, ":thread", thread);
	query_set_int(rows, ":limit", limit);
	return each_row(rows, each, data, error);
}

gint64
event_last(db *desk, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT coalesce(max(id), 0) FROM event", error);
	return row && query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

char *
event_epoch(db *desk, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT value FROM fact WHERE name = 'epoch'", error);
	if (!row || query_next(row, error) < 0)
		return NULL;
	return g_strdup(query_text(row, 0));
}
