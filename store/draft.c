#include "store/draft.h"

#include "store/upload.h"

int
draft_save(db *desk, const viewer *who, gint64 thread, const char *content, gint64 now, GError **error)
{
	query *upsert = db_query(desk, "INSERT INTO draft (employee_id, thread_id, content, updated) SELECT :viewer, id, :content, :now FROM thread"
		" WHERE id = :thread AND folder <> 'merged' AND " VIEWER_SEES("contact_id")
		" ON CONFLICT DO UPDATE SET content = excluded.content, updated = excluded.updated", error);
	if (!upsert)
		return -1;
	query_set_int(upsert, ":viewer", who->id);
	query_set_text(upsert, ":content", content);
	query_set_int(upsert, ":now", now);
	query_set_int(upsert, ":thread", thread);
	return query_finish(upsert, error) ? db_changes(desk) > 0 : -1;
}

char *
draft_get(db *desk, const viewer *who, gint64 thread, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT json_set(content, '$.updated', strftime('%Y-%m-%dT%H:%M:%fZ', updated / 1000.0, 'unixepoch'))"
		" FROM draft WHERE employee_id = :viewer AND thread_id = :thread", error);
	if (!row)
		return NULL;
	query_set_int(row, ":viewer", who->id);
	query_set_int(row, ":thread", thread);
	return query_next(row, error) > 0 ? g_strdup(query_text(row, 0)) : NULL;
}

int
draft_drop(db *desk, const viewer *who, gint64 thread, GError **error)
{
	int got = upload_drop_all(desk, who, thread, error);
	query *drop = got > 0 ? db_query(desk, "DELETE FROM draft WHERE employee_id = :viewer AND thread_id = :thread", error) : NULL;
	if (!drop)
		return got > 0 ? -1 : got;
	query_set_int(drop, ":viewer", who->id);
	query_set_int(drop, ":thread", thread);
	return query_finish(drop, error) ? 1 : -1;
}
