#include "store/order_message.h"

#include "store/listing.h"

const char *const order_message_sorts[] = {"id", "name", "message", NULL};

#define TABLES \
	" FROM order_message m LEFT JOIN order_message_text t ON t.order_message_id = m.id AND t.language =" \
	" (SELECT language FROM order_message_text o WHERE o.order_message_id = m.id ORDER BY o.language <> :language," \
	" o.language <> (SELECT language FROM shop ORDER BY id LIMIT 1), o.language LIMIT 1) WHERE 1"

static struct listing
describe(const struct order_message_filter *filter)
{
	static const char *const keys[] = {"m.id", "t.name", "t.text COLLATE NOCASE"};
	return (struct listing){
		.columns = "SELECT m.id, m.version, t.name, t.text", .tables = TABLES,
		.filters = {
			{"m.id = :id", ":id", .number = filter->id},
			{"matches(t.name, :name)", ":name", filter->name},
			{"matches(t.text, :text)", ":text", filter->text},
		},
		.sorts = order_message_sorts, .keys = keys, .otherwise = "id", .tie = "m.id",
		.sort = filter->sort, .limit = filter->limit, .page = filter->page,
	};
}

bool
order_message_each(db *desk, const char *language, const struct order_message_filter *filter,
	bool (*each)(const struct order_message_row *, void *), void *data, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) rows = listing_rows(desk, &listing, error);
	if (!rows)
		return false;
	query_set_text(rows, ":language", language);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct order_message_row row = {query_int(rows, 0), query_int(rows, 1), query_text(rows, 2), query_text(rows, 3)};
		if (!each(&row, data))
			return true;
	}
	return got == 0;
}

gint64
order_message_total(db *desk, const char *language, const struct order_message_filter *filter, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) count = listing_count(desk, &listing, error);
	if (!count)
		return -1;
	query_set_text(count, ":language", language);
	return query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

/* Its version; 0: not there; -1: ERROR. */
static gint64
version_of(db *desk, gint64 id, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT version FROM order_message WHERE id = :id", error);
	if (!row)
		return -1;
	query_set_int(row, ":id", id);
	int got = query_next(row, error);
	return got > 0 ? query_int(row, 0) : got;
}

gint64
order_message_get(db *desk, gint64 id, void (*each)(const struct order_message_text *, void *), void *data, GError **error)
{
	gint64 version = version_of(desk, id, error);
	if (version <= 0)
		return version;
	g_autoptr(query) rows = db_query(desk,
		"SELECT language, name, text FROM order_message_text WHERE order_message_id = :id ORDER BY language", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":id", id);
	while (rows && (got = query_next(rows, error)) > 0)
		each(&(struct order_message_text){query_text(rows, 0), query_text(rows, 1), query_text(rows, 2)}, data);
	return got < 0 ? -1 : version;
}

/* 1: another one has the name of EDIT's text AT. */
static int
is_taken(db *desk, const struct order_message_edit *edit, guint at, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT 1 FROM order_message_text WHERE language = :language AND name = :name AND order_message_id <> :id", error);
	if (!row)
		return -1;
	query_set_text(row, ":language", edit->texts[at].language);
	query_set_text(row, ":name", edit->texts[at].name);
	query_set_int(row, ":id", edit->id);
	return query_next(row, error);
}

/* As order_message_save answers. */
static int
make_or_touch(db *desk, struct order_message_edit *edit, GError **error)
{
	if (!edit->id) {
		if (!db_run(desk, "INSERT INTO order_message DEFAULT VALUES", error))
			return -1;
		edit->id = db_last_id(desk);
		return 1;
	}
	gint64 version = version_of(desk, edit->id, error);
	if (version <= 0)
		return (int)version;
	if (version != edit->version)
		return 3;
	query *update = db_query(desk, "UPDATE order_message SET version = version + 1 WHERE id = :id", error);
	if (!update)
		return -1;
	query_set_int(update, ":id", edit->id);
	return query_finish(update, error) ? 1 : -1;
}

static bool
drop_texts(db *desk, gint64 id, GError **error)
{
	query *statement = db_query(desk, "DELETE FROM order_message_text WHERE order_message_id = :id", error);
	if (!statement)
		return false;
	query_set_int(statement, ":id", id);
	return query_finish(statement, error);
}

static bool
add_text(db *desk, gint64 id, const struct order_message_text *text, GError **error)
{
	query *insert = db_query(desk,
		"INSERT INTO order_message_text (order_message_id, language, name, text) VALUES (:id, :language, :name, :text)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":id", id);
	query_set_text(insert, ":language", text->language);
	query_set_text(insert, ":name", text->name);
	query_set_text(insert, ":text", text->text);
	return query_finish(insert, error);
}

int
order_message_save(db *desk, struct order_message_edit *edit, GError **error)
{
	for (guint i = 0; i < edit->count; i++) {
		int taken = is_taken(desk, edit, i, error);
		edit->taken = i;
		if (taken)
			return taken < 0 ? -1 : 2;
	}
	int made = make_or_touch(desk, edit, error);
	if (made != 1)
		return made;
	bool ok = drop_texts(desk, edit->id, error);
	for (guint i = 0; ok && i < edit->count; i++)
		ok = add_text(desk, edit->id, &edit->texts[i], error);
	return ok ? 1 : -1;
}

int
order_message_drop(db *desk, gint64 id, GError **error)
{
	query *statement = db_query(desk, "DELETE FROM order_message WHERE id = :id", error);
	if (!statement)
		return -1;
	query_set_int(statement, ":id", id);
	if (!query_finish(statement, error))
		return -1;
	return db_changes(desk) > 0;
}
