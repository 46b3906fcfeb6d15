#include "store/customer.h"

#include "store/listing.h"

const char *const customer_sorts[] = {"id", "name", "email", "registered", NULL};

#define COLUMNS "SELECT c.id, c.shop_id, c.registered, c.version, s.name, c.firstname, c.lastname, c.email"
#define TABLES " FROM customer c JOIN shop s ON s.id = c.shop_id WHERE " VIEWER_SEES_SHOP("c.shop_id")

static struct customer_row
read_row(query *row)
{
	return (struct customer_row){.id = query_int(row, 0), .shop_id = query_int(row, 1), .registered = query_int(row, 2),
		.version = query_int(row, 3), .shop_name = query_text(row, 4), .firstname = query_text(row, 5), .lastname = query_text(row, 6),
		.email = query_text(row, 7)};
}

static struct listing
describe(const struct customer_filter *filter)
{
	static const char *const keys[] = {"c.id", "c.lastname || ' ' || c.firstname COLLATE NOCASE", "c.email", "c.registered"};
	return (struct listing){
		.columns = COLUMNS, .tables = TABLES,
		.filters = {
			{"c.shop_id = :shop", ":shop", .number = filter->shop_id},
			{"c.email = :address", ":address", filter->address},
			{"matches(c.firstname || ' ' || c.lastname, :name)", ":name", filter->name},
			{"matches(c.email, :email)", ":email", filter->email},
		},
		.sorts = customer_sorts, .keys = keys, .otherwise = "name", .tie = "c.id",
		.sort = filter->sort, .limit = filter->limit, .page = filter->page,
	};
}

bool
customer_each(db *desk, const viewer *who, const struct customer_filter *filter, bool (*each)(const struct customer_row *, void *),
	void *data, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) rows = listing_rows(desk, &listing, error);
	if (!rows)
		return false;
	query_set_int(rows, ":viewer", who->id);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct customer_row row = read_row(rows);
		if (!each(&row, data))
			return true;
	}
	return got == 0;
}

gint64
customer_total(db *desk, const viewer *who, const struct customer_filter *filter, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) count = listing_count(desk, &listing, error);
	if (!count)
		return -1;
	query_set_int(count, ":viewer", who->id);
	return query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

int
customer_get(db *desk, const viewer *who, gint64 id, bool (*each)(const struct customer_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, COLUMNS TABLES " AND c.id = :id", error);
	if (!rows)
		return -1;
	query_set_int(rows, ":viewer", who->id);
	query_set_int(rows, ":id", id);
	int got = query_next(rows, error);
	if (got > 0) {
		struct customer_row row = read_row(rows);
		each(&row, data);
	}
	return got;
}

/* 1 when SQL, with :shop, :email and :id, finds a row. */
static int
find(db *desk, const char *sql, const struct customer_new *customer, gint64 id, GError **error)
{
	g_autoptr(query) row = db_query(desk, sql, error);
	if (!row)
		return -1;
	query_set_int(row, ":shop", customer->shop_id);
	query_set_text(row, ":email", customer->email);
	query_set_int(row, ":id", id);
	return query_next(row, error);
}

static int
is_taken(db *desk, const struct customer_new *customer, gint64 id, GError **error)
{
	return find(desk, "SELECT 1 FROM customer WHERE shop_id = :shop AND email = :email AND id <> :id", customer, id, error);
}

static void
bind_new(query *statement, const struct customer_new *customer)
{
	query_set_int(statement, ":shop", customer->shop_id);
	query_set_int(statement, ":registered", customer->registered);
	query_set_text(statement, ":firstname", customer->firstname);
	query_set_text(statement, ":lastname", customer->lastname);
	query_set_text(statement, ":email", customer->email);
}

int
customer_add(db *desk, const struct customer_new *customer, gint64 *id, GError **error)
{
	int taken = is_taken(desk, customer, 0, error);
	if (taken)
		return taken < 0 ? -1 : 2;
	query *insert = db_query(desk, "INSERT INTO customer (shop_id, firstname, lastname, email, registered)"
		" SELECT id, :firstname, :lastname, :email, :registered FROM shop WHERE id = :shop", error);
	if (!insert)
		return -1;
	bind_new(insert, customer);
	if (!query_finish(insert, error))
		return -1;
	*id = db_last_id(desk);
	return db_changes(desk);
}

int
customer_set(db *desk, gint64 id, gint64 version, const struct customer_new *customer, GError **error)
{
	int taken = is_taken(desk, customer, id, error);
	if (taken)
		return taken < 0 ? -1 : 2;
	query *update = db_query(desk, "UPDATE customer SET firstname = :firstname, lastname = :lastname, email = :email, registered = :registered,"
		" version = version + 1 WHERE id = :id AND shop_id = :shop AND version = :version", error);
	if (!update)
		return -1;
	bind_new(update, customer);
	query_set_int(update, ":id", id);
	query_set_int(update, ":version", version);
	if (!query_finish(update, error))
		return -1;
	if (db_changes(desk))
		return 1;
	int there = find(desk, "SELECT 1 FROM customer WHERE id = :id AND shop_id = :shop AND :email IS NOT NULL", customer, id, error);
	return there > 0 ? 3 : there;
}

int
customer_drop(db *desk, gint64 id, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM customer WHERE id = :id", error);
	if (!drop)
		return -1;
	query_set_int(drop, ":id", id);
	return query_finish(drop, error) ? db_changes(desk) : -1;
}
