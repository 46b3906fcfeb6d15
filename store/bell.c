#include "store/bell.h"

/* What :viewer does not want in the bell. */
#define IS_WANTED(kind) "NOT instr((SELECT bell_off FROM employee WHERE id = :viewer), " kind ")"

/* Threads that ring for :viewer. The folder must not choose the index: nearly all threads are normal ones, few ring. */
#define RINGING \
	"FROM thread t WHERE t.bell_event > (SELECT bell_seen FROM employee WHERE id = :viewer) AND +t.folder = 'normal'" \
	" AND t.bell_event > coalesce((SELECT event_id FROM thread_read r WHERE r.employee_id = :viewer AND r.thread_id = t.id), 0)" \
	" AND " VIEWER_SEES("t.contact_id") " AND " IS_WANTED("'message'")
#define NOTICES "FROM notice WHERE employee_id = :viewer AND " IS_WANTED("kind")

gint64
bell_count(db *desk, const viewer *who, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT min(count(*), :max) FROM (SELECT * FROM (SELECT t.id " RINGING " LIMIT :max)"
		" UNION SELECT thread_id " NOTICES ")", error);
	if (!row)
		return -1;
	query_set_int(row, ":viewer", who->id);
	query_set_int(row, ":max", BELL_COUNT_MAX);
	return query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

/* One row an entry: the newest of both kinds, of each thread the newest. */
#define ENTRIES \
	"SELECT max(event) AS event, thread, kind FROM (" \
	" SELECT * FROM (SELECT t.bell_event AS event, t.id AS thread, 'message' AS kind " RINGING " ORDER BY t.bell_event DESC LIMIT :limit)" \
	" UNION ALL SELECT * FROM (SELECT max(event_id), thread_id, kind " NOTICES " GROUP BY thread_id" \
	"  ORDER BY 1 DESC LIMIT :limit)" \
	") GROUP BY thread"

bool
bell_each(db *desk, const viewer *who, int limit, bool (*each)(const struct bell_entry *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT b.event, b.thread, b.kind, v.message_id, v.created, t.contact_id, t.status, t.email, t.name, t.subject,"
		" coalesce((SELECT name FROM contact_text x WHERE x.contact_id = t.contact_id ORDER BY x.language ="
		" (SELECT language FROM employee WHERE id = :viewer) DESC LIMIT 1), ''), t.customer_id, c.firstname, c.lastname,"
		" e.id, e.firstname, e.lastname, iif(v.kind = 'delivery', coalesce(v.data ->> 'detail', ''), '')"
		" FROM (" ENTRIES ") b JOIN event v ON v.id = b.event JOIN thread t ON t.id = b.thread"
		" LEFT JOIN customer c ON c.id = t.customer_id LEFT JOIN employee e ON e.id = v.employee_id ORDER BY b.event DESC LIMIT :limit", error);
	if (!rows)
		return false;
	query_set_int(rows, ":viewer", who->id);
	query_set_int(rows, ":limit", limit);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct bell_entry entry = {.event = query_int(rows, 0), .thread = query_int(rows, 1), .kind = query_text(rows, 2),
			.message = query_int(rows, 3), .when = query_int(rows, 4), .contact_id = query_int(rows, 5), .status = query_text(rows, 6),
			.email = query_text(rows, 7), .name = query_text(rows, 8), .subject = query_text(rows, 9), .contact_name = query_text(rows, 10),
			.customer_id = query_int(rows, 11), .firstname = query_text(rows, 12), .lastname = query_text(rows, 13),
			.by_id = query_int(rows, 14), .by_firstname = query_text(rows, 15), .by_lastname = query_text(rows, 16),
			.why = query_text(rows, 17)};
		if (!each(&entry, data))
			return true;
	}
	return got == 0;
}

bool
bell_see(db *desk, gint64 employee, gint64 upto, GError **error)
{
	query *update = db_query(desk,
		"UPDATE employee SET bell_seen = min(:upto, (SELECT coalesce(max(id), 0) FROM event)) WHERE id = :employee AND bell_seen < :upto",
		error);
	if (!update)
		return false;
	query_set_int(update, ":upto", upto);
	query_set_int(update, ":employee", employee);
	return query_finish(update, error);
}

static bool
drop_notices(db *desk, gint64 employee, gint64 thread, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM notice WHERE employee_id = :employee AND thread_id = :thread", error);
	if (!drop)
		return false;
	query_set_int(drop, ":employee", employee);
	query_set_int(drop, ":thread", thread);
	return query_finish(drop, error);
}

/* Only what was there when the page was drawn is read: a message newer than MESSAGE keeps ringing. */
bool
bell_open_thread(db *desk, gint64 employee, gint64 thread, gint64 message, GError **error)
{
	query *upsert = db_query(desk,
		"INSERT INTO thread_read (employee_id, thread_id, message_id, event_id) SELECT :employee, :thread, :message,"
		" coalesce((SELECT max(id) FROM event WHERE thread_id = :thread AND message_id <= :message), 0)"
		" ON CONFLICT DO UPDATE SET message_id = max(message_id, excluded.message_id), event_id = max(event_id, excluded.event_id)", error);
	if (!upsert)
		return false;
	query_set_int(upsert, ":employee", employee);
	query_set_int(upsert, ":thread", thread);
	query_set_int(upsert, ":message", message);
	return query_finish(upsert, error) && drop_notices(desk, employee, thread, error);
}
