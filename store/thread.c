#include "store/thread.h"

#include <string.h>

const char *const thread_statuses[] = {"open", "closed", "pending1", "pending2", NULL};

#define FROM_THREAD " FROM thread t"
#define TABLES \
	" JOIN shop s ON s.id = t.shop_id" \
	" LEFT JOIN customer c ON c.id = t.customer_id" \
	" LEFT JOIN employee e ON e.id = t.employee_id" \
	" LEFT JOIN contact_text x ON x.contact_id = t.contact_id AND x.language = (SELECT language FROM employee WHERE id = :viewer)" \
	" LEFT JOIN contact_text d ON d.contact_id = t.contact_id AND d.language = s.language "
/* HIT: an expression for the message that a text search found. */
#define COLUMNS_HIT(hit) \
	"SELECT t.id, t.shop_id, t.contact_id, t.created, t.last_message, t.last_message_id, t.version, t.merged_into," \
	" s.name, coalesce(x.name, d.name, '') AS contact_name, t.email, t.name, t.language, t.status, t.folder, t.subject, t.excerpt," \
	" t.customer_id, c.firstname, c.lastname, t.employee_id, e.firstname, e.lastname, t.is_private, t.is_automatic," \
	" t.last_message_id > coalesce((SELECT message_id FROM thread_read r WHERE r.employee_id = :viewer AND r.thread_id = t.id), 0)," \
	" EXISTS (SELECT 1 FROM draft w WHERE w.employee_id = :viewer AND w.thread_id = t.id), " hit
#define COLUMNS COLUMNS_HIT("0")
static struct thread_row
read_row(query *row)
{
	return (struct thread_row){
		.id = query_int(row, 0), .shop_id = query_int(row, 1), .contact_id = query_int(row, 2), .created = query_int(row, 3),
		.last_message = query_int(row, 4), .last_message_id = query_int(row, 5), .version = query_int(row, 6),
		.merged_into = query_int(row, 7), .shop_name = query_text(row, 8), .contact_name = query_text(row, 9),
		.email = query_text(row, 10), .name = query_text(row, 11), .language = query_text(row, 12), .status = query_text(row, 13),
		.folder = query_text(row, 14), .subject = query_text(row, 15), .excerpt = query_text(row, 16),
		.customer = {query_int(row, 17), query_text(row, 18), query_text(row, 19)},
		.employee = {query_int(row, 20), query_text(row, 21), query_text(row, 22)},
		.is_private = query_int(row, 23), .is_automatic = query_int(row, 24), .is_unread = query_int(row, 25),
		.has_draft = query_int(row, 26), .hit = query_int(row, 27),
	};
}

static bool
each_row(query *rows, bool (*each)(const struct thread_row *, void *), void *data, GError **error)
{
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct thread_row row = read_row(rows);
		if (!each(&row, data))
			return true;
	}
	return got == 0;
}

#define PLACES_A_QUERY 1000

/* FALSE: EACH wanted no more, or ERROR. */
static bool
each_of_some(db *desk, const viewer *who, const char *places, bool (*each)(const struct thread_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "WITH place AS MATERIALIZED (SELECT key, value ->> 0 AS thread, value ->> 1 AS hit FROM json_each(:places)) "
		COLUMNS_HIT("place.hit") " FROM place CROSS JOIN thread t ON t.id = place.thread" TABLES "WHERE " VIEWER_SEES("t.contact_id") " ORDER BY place.key", error);
	if (!rows)
		return false;
	query_set_text(rows, ":places", places);
	query_set_int(rows, ":viewer", who->id);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct thread_row row = read_row(rows);
		if (!each(&row, data))
			return false;
	}
	return got == 0;
}

bool
thread_each_place(db *desk, const viewer *who, const GArray *places, bool (*each)(const struct thread_row *, void *), void *data, GError **error)
{
	bool goes_on = true;
	g_autoptr(GError) why = NULL;
	for (guint i = 0; goes_on && i < places->len;) {
		g_autoptr(GString) json = g_string_new("[");
		for (guint end = i + MIN(PLACES_A_QUERY, places->len - i); i < end; i++) {
			const struct thread_place *place = &g_array_index(places, struct thread_place, i);
			g_string_append_printf(json, "%s[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]", json->len > 1 ? "," : "", place->id, place->hit);
		}
		goes_on = each_of_some(desk, who, g_string_append_c(json, ']')->str, each, data, &why);
	}
	if (!why)
		return true;
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

int
thread_get(db *desk, const viewer *who, gint64 id, bool (*each)(const struct thread_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, COLUMNS FROM_THREAD TABLES "WHERE t.id = :id AND " VIEWER_SEES("t.contact_id"), error);
	if (!rows)
		return -1;
	query_set_int(rows, ":viewer", who->id);
	query_set_int(rows, ":id", id);
	int got = query_next(rows, error);
	if (got > 0) {
		struct thread_row row = read_row(rows);
		each(&row, data);
	}
	return got;
}

bool
thread_each_of_person(db *desk, const viewer *who, gint64 id, int limit, bool (*each)(const struct thread_row *, void *), void *data,
	GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		COLUMNS FROM_THREAD TABLES "WHERE t.id IN (SELECT p.id FROM thread o JOIN thread p ON p.shop_id = o.shop_id AND p.email = o.email WHERE o.id = :id"
		" UNION SELECT p.id FROM thread o JOIN thread p ON p.customer_id = o.customer_id AND +p.shop_id = o.shop_id WHERE o.id = :id)"
		" AND t.id <> :id AND +t.folder = 'normal' AND " VIEWER_SEES("t.contact_id")
		" ORDER BY t.last_message DESC LIMIT :limit", error);
	if (!rows)
		return false;
	query_set_int(rows, ":viewer", who->id);
	query_set_int(rows, ":id", id);
	query_set_int(rows, ":limit", limit);
	return each_row(rows, each, data, error);
}

/* Found by whose they are: the folder must not choose the index, nearly all threads are in one. */
#define OWNED_CUSTOMER "WHERE t.customer_id = :id AND t.folder = 'normal' AND " VIEWER_SEES("t.contact_id")
#define OWNED_ORDER "WHERE t.order_id = :id AND +t.folder = 'normal' AND " VIEWER_SEES("t.contact_id")
#define OWNED_PAGE " ORDER BY t.last_message DESC, t.id DESC LIMIT :limit OFFSET :offset"

static void
bind_owner(query *rows, const viewer *who, const struct thread_owner *owner)
{
	query_set_int(rows, ":viewer", who->id);
	query_set_int(rows, ":id", owner->customer_id ? owner->customer_id : owner->order_id);
}

bool
thread_each_of(db *desk, const viewer *who, const struct thread_owner *owner, bool (*each)(const struct thread_row *, void *), void *data,
	GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		owner->customer_id ? COLUMNS FROM_THREAD TABLES OWNED_CUSTOMER OWNED_PAGE : COLUMNS FROM_THREAD TABLES OWNED_ORDER OWNED_PAGE, error);
	if (!rows)
		return false;
	bind_owner(rows, who, owner);
	query_set_int(rows, ":limit", owner->limit);
	query_set_int(rows, ":offset", (gint64)owner->limit * (MAX(owner->page, 1) - 1));
	return each_row(rows, each, data, error);
}

gint64
thread_total_of(db *desk, const viewer *who, const struct thread_owner *owner, GError **error)
{
	g_autoptr(query) count = db_query(desk,
		owner->customer_id ? "SELECT count(*) FROM thread t " OWNED_CUSTOMER : "SELECT count(*) FROM thread t " OWNED_ORDER, error);
	if (!count)
		return -1;
	bind_owner(count, who, owner);
	return query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

GArray *
thread_related(db *desk, const viewer *who, gint64 id, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT id FROM (SELECT t.id FROM thread t WHERE t.folder <> 'merged' AND " VIEWER_SEES("t.contact_id")
		" AND t.id IN (SELECT related_id FROM thread_link WHERE thread_id = :id UNION SELECT thread_id FROM thread_link WHERE related_id = :id)"
		" ORDER BY t.id DESC LIMIT :max) ORDER BY id", error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":viewer", who->id);
	query_set_int(rows, ":id", id);
	query_set_int(rows, ":max", THREAD_RELATED_MAX);
	return query_take_ints(rows, error);
}

/* 1 and the ids when SQL finds a row; 0; -1. */
static int
find_waiting(db *desk, const viewer *who, gint64 id, const char *sql, gint64 *thread, gint64 *message, GError **error)
{
	g_autoptr(query) row = db_query(desk, sql, error);
	if (!row)
		return -1;
	query_set_int(row, ":viewer", who->id);
	query_set_int(row, ":id", id);
	int got = query_next(row, error);
	*thread = got > 0 ? query_int(row, 0) : 0;
	*message = got > 0 ? query_int(row, 1) : 0;
	return got;
}

bool
thread_next_unanswered(db *desk, const viewer *who, gint64 id, gint64 *thread, gint64 *message, GError **error)
{
	static const char here[] = "SELECT t.id, min(m.id) FROM thread t JOIN message m ON m.thread_id = t.id WHERE t.id = :id AND :viewer"
		" AND m.kind = 'customer' AND NOT m.is_automatic AND m.id > coalesce((SELECT max(id) FROM message a WHERE a.thread_id = :id"
		" AND a.kind = 'employee'), 0) GROUP BY t.id";
	static const char elsewhere[] = "SELECT t.id, t.waiting_message FROM thread t WHERE t.folder = 'normal' AND t.status = 'open' AND t.id <> :id"
		" AND t.waiting_since IS NOT NULL AND t.contact_id IS (SELECT contact_id FROM thread WHERE id = :id) AND " VIEWER_SEES("t.contact_id")
		" ORDER BY t.waiting_since, t.id LIMIT 1";
	int got = find_waiting(desk, who, id, here, thread, message, error);
	return (got ? got : find_waiting(desk, who, id, elsewhere, thread, message, error)) >= 0;
}
