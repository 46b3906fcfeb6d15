#include "store/register.h"

static bool
take_threads(db *desk, gint64 id, GError **error)
{
	query *update = db_query(desk, "UPDATE thread SET customer_id = c.id, version = thread.version + 1 FROM customer c"
		" WHERE c.id = :id AND thread.shop_id = c.shop_id AND thread.email = c.email AND thread.customer_id IS NULL", error);
	if (!update)
		return false;
	query_set_int(update, ":id", id);
	return query_finish(update, error);
}

int
register_customer(db *desk, const struct customer_new *customer, gint64 *id, GError **error)
{
	int got = customer_add(desk, customer, id, error);
	return got != 1 || take_threads(desk, *id, error) ? got : -1;
}

int
register_change(db *desk, gint64 id, gint64 version, const struct customer_new *customer, GError **error)
{
	int got = customer_set(desk, id, version, customer, error);
	return got != 1 || take_threads(desk, id, error) ? got : -1;
}
