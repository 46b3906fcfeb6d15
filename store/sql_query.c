#include "store/sql_query.h"

#include <string.h>

const char *const sql_query_sorts[] = {"id", "name", "sql", NULL};
static const char *const sort_keys[] = {"id", "name", "sql COLLATE NOCASE"};

#define COLUMNS "SELECT id, name, sql, created, version FROM sql_query"
#define CONDITIONS " WHERE (:id IS NULL OR id = :id) AND (:name IS NULL OR matches(name, :name)) AND (:sql IS NULL OR matches(sql, :sql))"

static struct sql_query
read_row(query *row)
{
	return (struct sql_query){.id = query_int(row, 0), .name = query_text(row, 1), .sql = query_text(row, 2), .created = query_int(row, 3),
		.version = query_int(row, 4)};
}

static void
bind_filter(query *rows, const struct sql_query_filter *filter)
{
	query_set_id(rows, ":id", filter->id);
	query_set_text(rows, ":name", filter->name);
	query_set_text(rows, ":sql", filter->sql);
}

static char *
order_of(const char *sort)
{
	size_t column = 0;
	bool is_descending = sort && *sort == '-';
	const char *name = sort ? sort + is_descending : "id";
	while (sql_query_sorts[column + 1] && strcmp(sql_query_sorts[column], name))
		column++;
	return g_strdup_printf(" ORDER BY %s%s, id LIMIT :limit OFFSET :offset", sort_keys[column], is_descending ? " DESC" : "");
}

bool
sql_query_each(db *desk, const struct sql_query_filter *filter, bool (*each)(const struct sql_query *, void *), void *data, GError **error)
{
	g_autofree char *order = order_of(filter->sort);
	g_autofree char *sql = g_strconcat(COLUMNS CONDITIONS, order, NULL);
	g_autoptr(query) rows = db_query(desk, sql, error);
	if (!rows)
		return false;
	bind_filter(rows, filter);
	query_set_int(rows, ":limit", filter->limit);
	query_set_int(rows, ":offset", (gint64)filter->limit * (MAX(filter->page, 1) - 1));
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
	g_autoptr(query) count = db_query(desk, "SELECT count(*) FROM sql_query" CONDITIONS, error);
	if (!count)
		return -1;
	bind_filter(count, filter);
	return query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

int
sql_query_get(db *desk, gint64 id, bool (*each)(const struct sql_query *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, COLUMNS " WHERE id = :id", error);
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
