#include "store/sql_query.h"

#include "store/listing.h"

const char *const sql_query_sorts[] = {"id", "name", "sql", NULL};

#define COLUMNS "SELECT id, name, sql, created, version"
#define TABLE " FROM sql_query WHERE 1"

static struct sql_query
read_row(query *row)
{
	return (struct sql_query){.id = query_int(row, 0), .name = query_text(row, 1), .sql = query_text(row, 2), .created = query_int(row, 3),
		.version = query_int(row, 4)};
}

static struct listing
describe(const struct sql_query_filter *filter)
{
	static const char *const keys[] = {"id", "name", "sql COLLATE NOCASE"};
	return (struct listing){
		.columns = COLUMNS, .tables = TABLE,
		.filters = {
			{"id = :id", ":id", .number = filter->id},
			{"matches(name, :name)", ":name", filter->name},
			{"matches(sql, :sql)", ":sql", filter->sql},
		},
		.sorts = sql_query_sorts, .keys = keys, .otherwise = "id", .tie = "id",
		.sort = filter->sort, .limit = filter->limit, .page = filter->page,
	};
}

bool
sql_query_each(db *desk, const struct sql_query_filter *filter, bool (*each)(const struct sql_query *, void *), void *data, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) rows = listing_rows(desk, &listing, error);
	if (!rows)
		return false;
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct sql_query row = read_row(rows);
		if (!each(&row, data))
			return true;
	}
	return got == 0;
}

gint64
sql_query_total(db *desk, const struct sql_query_filter *filter, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) count = listing_count(desk, &listing, error);
	if (!count)
		return -1;
	return query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

int
sql_query_get(db *desk, gint64 id, bool (*each)(const struct sql_query *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, COLUMNS TABLE " AND id = :id", error);
	if (!rows)
		return -1;
	query_set_int(rows, ":id", id);
	int got = query_next(rows, error);
	if (got > 0) {
		struct sql_query row = read_row(rows);
		each(&row, data);
	}
	return got;
}

int
sql_query_is_taken(db *desk, const char *name, gint64 except, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM sql_query WHERE name = :name AND id <> :except", error);
	if (!row)
		return -1;
	query_set_text(row, ":name", name);
	query_set_int(row, ":except", except);
	return query_next(row, error);
}

bool
sql_query_add(db *desk, const char *name, const char *sql, gint64 now, gint64 *id, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO sql_query (name, sql, created) VALUES (:name, :sql, :now)", error);
	if (!insert)
		return false;
	query_set_text(insert, ":name", name);
	query_set_text(insert, ":sql", sql);
	query_set_int(insert, ":now", now);
	bool ok = query_finish(insert, error);
	*id = db_last_id(desk);
	return ok;
}

int
sql_query_change(db *desk, gint64 id, gint64 version, const char *name, const char *sql, GError **error)
{
	query *update = db_query(desk, "UPDATE sql_query SET name = :name, sql = :sql, version = version + 1 WHERE id = :id AND version = :version",
		error);
	if (!update)
		return -1;
	query_set_text(update, ":name", name);
	query_set_text(update, ":sql", sql);
	query_set_int(update, ":id", id);
	query_set_int(update, ":version", version);
	return query_finish(update, error) ? db_changes(desk) > 0 : -1;
}

int
sql_query_drop(db *desk, gint64 id, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM sql_query WHERE id = :id", error);
	if (!drop)
		return -1;
	query_set_int(drop, ":id", id);
	return query_finish(drop, error) ? db_changes(desk) > 0 : -1;
}
