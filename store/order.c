#include "store/order.h"

#include "store/listing.h"

const char *const order_sorts[] = {"id", "reference", "name", "total", "state", "created", NULL};

#define COLUMNS \
	"SELECT o.id, o.shop_id, o.customer_id, o.total, o.created, o.version, s.name, o.reference, o.currency, c.firstname, c.lastname," \
	" p.created, p.name, p.is_valid, c.email"
#define TABLES \
	" FROM shop_order o JOIN shop s ON s.id = o.shop_id LEFT JOIN customer c ON c.id = o.customer_id" \
	" LEFT JOIN shop_order_state p ON p.order_id = o.id" \
	" AND p.position = (SELECT max(position) FROM shop_order_state WHERE order_id = o.id) WHERE " VIEWER_SEES_SHOP("o.shop_id")

static struct order_row
read_row(query *row)
{
	return (struct order_row){.id = query_int(row, 0), .shop_id = query_int(row, 1), .customer_id = query_int(row, 2),
		.total = query_int(row, 3), .created = query_int(row, 4), .version = query_int(row, 5), .shop_name = query_text(row, 6),
		.reference = query_text(row, 7), .currency = query_text(row, 8), .firstname = query_text(row, 9), .lastname = query_text(row, 10),
		.state = {query_int(row, 11), query_text(row, 12), query_int(row, 13)}, .email = query_text(row, 14)};
}

static struct listing
describe(const struct order_filter *filter)
{
	static const char *const keys[] = {"o.id", "o.reference COLLATE NOCASE", "c.lastname || ' ' || c.firstname COLLATE NOCASE", "o.total",
		"p.name COLLATE NOCASE", "o.created"};
	return (struct listing){
		.columns = COLUMNS, .tables = TABLES,
		.filters = {
			{"o.shop_id = :shop", ":shop", .number = filter->shop_id},
			{"o.customer_id = :customer", ":customer", .number = filter->customer_id},
			{"o.created >= :from", ":from", .number = filter->from},
			{"o.created < :to", ":to", .number = filter->to},
			{"o.reference = :exact COLLATE NOCASE", ":exact", filter->exact},
			{"matches(o.reference, :reference)", ":reference", filter->reference},
			{"matches(p.name, :state)", ":state", filter->state},
			{"c.email = :email", ":email", filter->email},
			{"matches(c.firstname || ' ' || c.lastname, :name)", ":name", filter->name},
		},
		.sorts = order_sorts, .keys = keys, .otherwise = "-created", .tie = "o.id",
		.sort = filter->sort, .limit = filter->limit, .page = filter->page,
	};
}

bool
order_each(db *desk, const viewer *who, const struct order_filter *filter, bool (*each)(const struct order_row *, void *), void *data,
	GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) rows = listing_rows(desk, &listing, error);
	if (!rows)
		return false;
	query_set_int(rows, ":viewer", who->id);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct order_row row = read_row(rows);
		if (!each(&row, data))
			return true;
	}
	return got == 0;
}

gint64
order_total(db *desk, const viewer *who, const struct order_filter *filter, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) count = listing_count(desk, &listing, error);
	if (!count)
		return -1;
	query_set_int(count, ":viewer", who->id);
	return query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

/* SQL with :viewer and :id. */
static int
get_one(db *desk, const viewer *who, const char *sql, gint64 id, bool (*each)(const struct order_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, sql, error);
	if (!rows)
		return -1;
	query_set_int(rows, ":viewer", who->id);
	query_set_int(rows, ":id", id);
	int got = query_next(rows, error);
	if (got > 0) {
		struct order_row row = read_row(rows);
		each(&row, data);
	}
	return got;
}

int
order_get(db *desk, const viewer *who, gint64 id, bool (*each)(const struct order_row *, void *), void *data, GError **error)
{
	return get_one(desk, who, COLUMNS TABLES " AND o.id = :id", id, each, data, error);
}

int
order_of_thread(db *desk, const viewer *who, gint64 thread, bool (*each)(const struct order_row *, void *), void *data, GError **error)
{
	return get_one(desk, who, COLUMNS TABLES " AND o.id = (SELECT order_id FROM thread WHERE id = :id)", thread, each, data, error);
}

bool
order_each_state(db *desk, gint64 id, bool (*each)(const struct order_state *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT created, name, is_valid FROM shop_order_state WHERE order_id = :id ORDER BY position", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":id", id);
	while (rows && (got = query_next(rows, error)) > 0) {
		struct order_state state = {query_int(rows, 0), query_text(rows, 1), query_int(rows, 2)};
		if (!each(&state, data))
			return true;
	}
	return got == 0;
}

bool
order_each_line(db *desk, gint64 id, bool (*each)(const struct order_line *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT name, quantity, price FROM shop_order_line WHERE order_id = :id ORDER BY position", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":id", id);
	while (rows && (got = query_next(rows, error)) > 0) {
		struct order_line line = {query_text(rows, 0), query_int(rows, 1), query_int(rows, 2)};
		if (!each(&line, data))
			return true;
	}
	return got == 0;
}

bool
order_each_sum(db *desk, gint64 customer, bool (*each)(const struct order_sum *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT count(*), sum(o.total), o.currency FROM shop_order o WHERE o.customer_id = :customer AND (SELECT is_valid FROM shop_order_state p"
		" WHERE p.order_id = o.id ORDER BY position DESC LIMIT 1) GROUP BY o.currency ORDER BY o.currency", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":customer", customer);
	while (rows && (got = query_next(rows, error)) > 0) {
		struct order_sum sum = {query_int(rows, 0), query_int(rows, 1), query_text(rows, 2)};
		if (!each(&sum, data))
			return true;
	}
	return got == 0;
}

static bool
add_state(db *desk, gint64 id, size_t position, const struct order_state *state, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO shop_order_state (order_id, position, created, name, is_valid)"
		" VALUES (:id, :position, :created, :name, :valid)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":id", id);
	query_set_int(insert, ":position", (gint64)position);
	query_set_int(insert, ":created", state->created);
	query_set_text(insert, ":name", state->name);
	query_set_int(insert, ":valid", state->is_valid);
	return query_finish(insert, error);
}

static bool
add_line(db *desk, gint64 id, size_t position, const struct order_line *line, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO shop_order_line (order_id, position, name, quantity, price)"
		" VALUES (:id, :position, :name, :quantity, :price)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":id", id);
	query_set_int(insert, ":position", (gint64)position);
	query_set_text(insert, ":name", line->name);
	query_set_int(insert, ":quantity", line->quantity);
	query_set_int(insert, ":price", line->price);
	return query_finish(insert, error);
}

/* SQL with :id. */
static bool
clear(db *desk, const char *sql, gint64 id, GError **error)
{
	query *drop = db_query(desk, sql, error);
	if (!drop)
		return false;
	query_set_int(drop, ":id", id);
	return query_finish(drop, error);
}

static bool
set_parts(db *desk, gint64 id, const struct order_new *order, GError **error)
{
	if (order->states && !clear(desk, "DELETE FROM shop_order_state WHERE order_id = :id", id, error))
		return false;
	for (size_t i = 0; order->states && i < order->state_count; i++)
		if (!add_state(desk, id, i + 1, &order->states[i], error))
			return false;
	if (order->lines && !clear(desk, "DELETE FROM shop_order_line WHERE order_id = :id", id, error))
		return false;
	for (size_t i = 0; order->lines && i < order->line_count; i++)
		if (!add_line(desk, id, i + 1, &order->lines[i], error))
			return false;
	return true;
}

/* Whether ORDER may stand as order ID (0: a new one): DONE, or why not. */
static enum order_answer
check(db *desk, gint64 id, const struct order_new *order, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT EXISTS (SELECT 1 FROM shop WHERE id = :shop), EXISTS (SELECT 1 FROM shop_order WHERE shop_id = :shop AND reference = :reference"
		" AND id <> :id), :customer IS NULL OR EXISTS (SELECT 1 FROM customer WHERE id = :customer AND shop_id = :shop)", error);
	if (!row)
		return ORDER_FAILED;
	query_set_int(row, ":id", id);
	query_set_int(row, ":shop", order->shop_id);
	query_set_text(row, ":reference", order->reference);
	query_set_id(row, ":customer", order->customer_id);
	if (query_next(row, error) <= 0)
		return ORDER_FAILED;
	if (!query_int(row, 0))
		return ORDER_MISSING;
	if (query_int(row, 1))
		return ORDER_TAKEN;
	return query_int(row, 2) ? ORDER_DONE : ORDER_NO_CUSTOMER;
}

static void
bind_new(query *statement, const struct order_new *order)
{
	query_set_int(statement, ":shop", order->shop_id);
	query_set_id(statement, ":customer", order->customer_id);
	query_set_text(statement, ":reference", order->reference);
	query_set_int(statement, ":total", order->total);
	query_set_text(statement, ":currency", order->currency);
	query_set_int(statement, ":created", order->created);
}

enum order_answer
order_add(db *desk, const struct order_new *order, gint64 *id, GError **error)
{
	enum order_answer answer = check(desk, 0, order, error);
	if (answer != ORDER_DONE)
		return answer;
	query *insert = db_query(desk, "INSERT INTO shop_order (shop_id, customer_id, reference, total, currency, created)"
		" VALUES (:shop, :customer, :reference, :total, :currency, :created)", error);
	if (!insert)
		return ORDER_FAILED;
	bind_new(insert, order);
	if (!query_finish(insert, error))
		return ORDER_FAILED;
	*id = db_last_id(desk);
	return set_parts(desk, *id, order, error) ? ORDER_DONE : ORDER_FAILED;
}

enum order_answer
order_set(db *desk, gint64 id, gint64 version, const struct order_new *order, GError **error)
{
	enum order_answer answer = check(desk, id, order, error);
	if (answer != ORDER_DONE)
		return answer;
	query *update = db_query(desk, "UPDATE shop_order SET customer_id = :customer, reference = :reference, total = :total,"
		" currency = :currency, created = :created, version = version + 1 WHERE id = :id AND shop_id = :shop AND version = :version", error);
	if (!update)
		return ORDER_FAILED;
	bind_new(update, order);
	query_set_int(update, ":id", id);
	query_set_int(update, ":version", version);
	if (!query_finish(update, error))
		return ORDER_FAILED;
	if (!db_changes(desk))
		return ORDER_OLD;
	return set_parts(desk, id, order, error) ? ORDER_DONE : ORDER_FAILED;
}

enum order_answer
order_drop(db *desk, gint64 id, GError **error)
{
	if (!clear(desk, "DELETE FROM shop_order WHERE id = :id", id, error))
		return ORDER_FAILED;
	return db_changes(desk) ? ORDER_DONE : ORDER_MISSING;
}
