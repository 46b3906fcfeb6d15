#include "store/listing.h"

#include <string.h>

static bool
is_set(const struct listing_filter *filter)
{
	return filter->text || filter->number;
}

static void
append_filters(GString *sql, const struct listing *listing)
{
	for (size_t i = 0; i < LISTING_FILTERS_MAX; i++)
		if (is_set(&listing->filters[i]))
			g_string_append_printf(sql, " AND %s", listing->filters[i].condition);
}

static void
append_order(GString *sql, const struct listing *listing)
{
	const char *sort = listing->sort ? listing->sort : listing->otherwise;
	const char *direction = *sort == '-' ? " DESC" : "";
	size_t column = 0;
	while (listing->sorts[column + 1] && strcmp(listing->sorts[column], sort + (*sort == '-')))
		column++;
	g_string_append_printf(sql, " ORDER BY %s%s, %s%s", listing->keys[column], direction, listing->tie, direction);
}

static query *
prepare(db *desk, const char *sql, const struct listing *listing, GError **error)
{
	query *rows = db_query(desk, sql, error);
	for (size_t i = 0; rows && i < LISTING_FILTERS_MAX; i++) {
		const struct listing_filter *filter = &listing->filters[i];
		if (filter->text)
			query_set_text(rows, filter->parameter, filter->text);
		else if (filter->number)
			query_set_int(rows, filter->parameter, filter->number);
	}
	return rows;
}

query *
listing_rows(db *desk, const struct listing *listing, GError **error)
{
	g_autoptr(GString) sql = g_string_new(listing->columns);
	g_string_append(sql, listing->tables);
	append_filters(sql, listing);
	append_order(sql, listing);
	g_string_append(sql, " LIMIT :limit OFFSET :offset");
	query *rows = prepare(desk, sql->str, listing, error);
	if (rows) {
		query_set_int(rows, ":limit", listing->limit);
		query_set_int(rows, ":offset", (gint64)listing->limit * (MAX(listing->page, 1) - 1));
	}
	return rows;
}

query *
listing_count(db *desk, const struct listing *listing, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT count(*)");
	g_string_append(sql, listing->tables);
	append_filters(sql, listing);
	return prepare(desk, sql->str, listing, error);
}
