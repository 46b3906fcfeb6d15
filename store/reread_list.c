#include "store/reread_list.h"

static void
clear_row(void *data)
{
	g_free(((struct reread_row *)data)->charset);
}

/* The columns of struct reread_row. */
#define ROW(charset, employee) \
	"SELECT m.id, m.mail_id, m.shop_id, m.thread_id, m.kind = 'employee', m.state = 'unreadable', m.bounce <> '', " charset ", " employee

/* All of ROWS, already bound; takes it. */
static GArray *
read_rows(query *statement, GError **error)
{
	g_autoptr(query) rows = statement;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct reread_row));
	g_array_set_clear_func(list, clear_row);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct reread_row row = {query_int(rows, 0), query_int(rows, 1), query_int(rows, 2), query_int(rows, 3), query_int(rows, 4),
			query_int(rows, 5), query_int(rows, 6), g_strdup(query_text(rows, 7)), query_int(rows, 8)};
		g_array_append_val(list, row);
	}
	return got < 0 ? NULL : g_steal_pointer(&list);
}

GArray *
reread_list_next(db *desk, const struct reread_selection *which, gint64 after, int limit, GError **error)
{
	query *rows = db_query(desk,
		"WITH RECURSIVE way (id) AS (VALUES (:thread) UNION SELECT t.merged_into FROM thread t JOIN way w ON t.id = w.id WHERE t.merged_into IS NOT NULL) "
		ROW("m.charset", "0") " FROM message m JOIN thread t ON t.id = m.thread_id WHERE m.id > :after AND m.mail_id IS NOT NULL AND m.kind <> 'note'"
		" AND (:thread = 0 OR m.thread_id IN way) AND (:contact = 0 OR t.contact_id = :contact) AND m.received >= :since"
		" AND (:unreadable = 0 OR m.state = 'unreadable') ORDER BY m.id LIMIT :limit", error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":after", after);
	query_set_int(rows, ":thread", which->thread);
	query_set_int(rows, ":contact", which->contact);
	query_set_int(rows, ":since", which->since);
	query_set_int(rows, ":unreadable", which->is_unreadable);
	query_set_int(rows, ":limit", limit);
	return read_rows(rows, error);
}

GArray *
reread_list_unsorted(db *desk, gint64 since, gint64 after, int limit, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT mail_id FROM unsorted WHERE mail_id > :after AND captured >= :since ORDER BY mail_id LIMIT :limit", error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":after", after);
	query_set_int(rows, ":since", since);
	query_set_int(rows, ":limit", limit);
	return query_take_ints(rows, error);
}

int
reread_list_sorted(db *desk, gint64 mail, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM unsorted WHERE mail_id = :mail", error);
	if (!drop)
		return -1;
	query_set_int(drop, ":mail", mail);
	return query_finish(drop, error) ? db_changes(desk) > 0 : -1;
}

/* 1: it came in as a mail; 2: it did not; 0: not there or not theirs; -1: ERROR. Answers of ours have a mail too, of which the outbox tells. */
static int
find(db *desk, const viewer *who, gint64 message, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT m.mail_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id) FROM message m"
		" JOIN thread t ON t.id = m.thread_id WHERE m.id = :message AND " VIEWER_SEES("t.contact_id"), error);
	if (!row)
		return -1;
	query_set_int(row, ":message", message);
	query_set_int(row, ":viewer", who->id);
	int got = query_next(row, error);
	return got <= 0 || query_int(row, 0) ? got : 2;
}

int
reread_list_ask(db *desk, const viewer *who, gint64 message, const char *charset, gint64 now, GError **error)
{
	int found = find(desk, who, message, error);
	if (found != 1)
		return found;
	query *insert = db_query(desk,
		"INSERT INTO reread (message_id, employee_id, charset, asked) SELECT id, :employee, coalesce(:charset, charset), :now FROM message"
		" WHERE id = :message ON CONFLICT (message_id) DO UPDATE SET employee_id = excluded.employee_id, charset = excluded.charset", error);
	if (!insert)
		return -1;
	query_set_int(insert, ":employee", who->id);
	query_set_text(insert, ":charset", charset);
	query_set_int(insert, ":now", now);
	query_set_int(insert, ":message", message);
	return query_finish(insert, error) ? 1 : -1;
}

GArray *
reread_list_asked(db *desk, int limit, GError **error)
{
	query *rows = db_query(desk, ROW("r.charset", "coalesce(r.employee_id, 0)")
		" FROM reread r JOIN message m ON m.id = r.message_id ORDER BY r.asked LIMIT :limit", error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":limit", limit);
	return read_rows(rows, error);
}

bool
reread_list_answered(db *desk, const struct reread_row *row, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM reread WHERE message_id = :message AND charset = :charset", error);
	if (!drop)
		return false;
	query_set_int(drop, ":message", row->message);
	query_set_text(drop, ":charset", row->charset);
	return query_finish(drop, error);
}
