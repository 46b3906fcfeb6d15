#include "store/saved.h"

static int
each_row(query *rows, bool (*each)(const struct saved_filter *, void *), void *data, GError **error)
{
	int got, count = 0;
	while ((got = query_next(rows, error)) > 0) {
		struct saved_filter filter = {query_int(rows, 0), query_text(rows, 1), query_text(rows, 2), query_int(rows, 3)};
		count++;
		if (!each(&filter, data))
			return count;
	}
	return got < 0 ? -1 : count;
}

bool
saved_each(db *desk, gint64 employee, bool (*each)(const struct saved_filter *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT id, name, query, version FROM saved_filter WHERE employee_id = :employee ORDER BY name COLLATE NOCASE, id", error);
	if (!rows)
		return false;
	query_set_int(rows, ":employee", employee);
	return each_row(rows, each, data, error) >= 0;
}

int
saved_get(db *desk, gint64 employee, gint64 id, bool (*each)(const struct saved_filter *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT id, name, query, version FROM saved_filter WHERE id = :id AND employee_id = :employee", error);
	if (!rows)
		return -1;
	query_set_int(rows, ":id", id);
	query_set_int(rows, ":employee", employee);
	return each_row(rows, each, data, error);
}

/* A count; -1: ERROR. */
static gint64
count(db *desk, const char *sql, gint64 employee, const struct saved_filter *filter, GError **error)
{
	g_autoptr(query) row = db_query(desk, sql, error);
	if (!row)
		return -1;
	query_set_int(row, ":employee", employee);
	query_set_int(row, ":id", filter->id);
	query_set_text(row, ":name", filter->name);
	return query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

static enum saved_result
check(db *desk, gint64 employee, const struct saved_filter *filter, GError **error)
{
	gint64 same = count(desk, "SELECT count(*) FROM saved_filter WHERE employee_id = :employee AND id <> :id AND name = :name COLLATE NOCASE",
		employee, filter, error);
	gint64 all = same < 0 ? -1
		: count(desk, "SELECT count(*) FROM saved_filter WHERE employee_id = :employee AND id <> :id AND :name IS NOT NULL", employee, filter, error);
	if (all < 0)
		return SAVED_FAILED;
	if (same)
		return SAVED_TAKEN;
	return filter->id || all < SAVED_MAX ? SAVED_DONE : SAVED_TOO_MANY;
}

static enum saved_result
missing_or_stale(db *desk, gint64 employee, const struct saved_filter *filter, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM saved_filter WHERE id = :id AND employee_id = :employee", error);
	if (!row)
		return SAVED_FAILED;
	query_set_int(row, ":id", filter->id);
	query_set_int(row, ":employee", employee);
	int got = query_next(row, error);
	return got < 0 ? SAVED_FAILED : got ? SAVED_STALE : SAVED_MISSING;
}

enum saved_result
saved_put(db *desk, gint64 employee, const struct saved_filter *filter, gint64 *id, GError **error)
{
	enum saved_result result = check(desk, employee, filter, error);
	if (result != SAVED_DONE)
		return result;
	query *put = db_query(desk, filter->id
		? "UPDATE saved_filter SET name = coalesce(:name, name), query = coalesce(:query, query), version = version + 1"
			" WHERE id = :id AND employee_id = :employee AND version = :version"
		: "INSERT INTO saved_filter (employee_id, name, query) SELECT :employee, :name, :query WHERE :id = 0 AND :version = 0", error);
	if (!put)
		return SAVED_FAILED;
	query_set_int(put, ":employee", employee);
	query_set_int(put, ":id", filter->id);
	query_set_text(put, ":name", filter->name);
	query_set_text(put, ":query", filter->query);
	query_set_int(put, ":version", filter->version);
	if (!query_finish(put, error))
		return SAVED_FAILED;
	*id = filter->id ? filter->id : db_last_id(desk);
	return db_changes(desk) ? SAVED_DONE : missing_or_stale(desk, employee, filter, error);
}

enum saved_result
saved_drop(db *desk, gint64 employee, gint64 id, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM saved_filter WHERE id = :id AND employee_id = :employee", error);
	if (!drop)
		return SAVED_FAILED;
	query_set_int(drop, ":employee", employee);
	query_set_int(drop, ":id", id);
	if (!query_finish(drop, error))
		return SAVED_FAILED;
	return db_changes(desk) ? SAVED_DONE : SAVED_MISSING;
}
