#include "store/thread.h"

#include <string.h>

#include "store/words.h"


const char *const thread_statuses[] = {"open", "closed", "pending1", "pending2", NULL};
const char *const thread_folders[] = {"open", "mine", "unassigned", "pending", "closed", "automatic", "spam", "bin", "all", NULL};
const char *const thread_sorts[] = {"id", "customer", "email", "contact", "language", "status", "employee", "message", "private",
	"last_message", NULL};

/* What each of them sorts by, in the same order. */
static const char *const sort_keys[] = {"t.id", "c.firstname || ' ' || c.lastname COLLATE NOCASE", "t.email", "contact_name COLLATE NOCASE",
	"t.language", "t.status", "e.lastname COLLATE NOCASE", "t.excerpt COLLATE NOCASE", "t.is_private", "t.last_message"};

/* What each folder holds. */
static const struct {
	const char *name, *condition;
} folders[] = {
	{"open", "t.folder = 'normal' AND t.status = 'open'"},
	{"mine", "t.folder = 'normal' AND t.status = 'open' AND t.employee_id = :viewer"},
	{"unassigned", "t.folder = 'normal' AND t.status = 'open' AND t.employee_id IS NULL"},
	{"pending", "t.folder = 'normal' AND t.status IN ('pending1', 'pending2')"},
	{"closed", "t.folder = 'normal' AND t.status = 'closed'"},
	{"automatic", "t.folder = 'normal' AND t.is_automatic"},
	{"spam", "t.folder = 'spam'"},
	{"bin", "t.folder = 'bin'"},
	{"all", "t.folder <> 'merged'"},
};
#define FOLDER_NONE "t.folder = 'normal'"

#define TABLES \
	" FROM thread t JOIN shop s ON s.id = t.shop_id" \
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
/* What a text search finds, the newest message of each thread; once a query, not once a row. */
#define HITS \
	"WITH hit AS MATERIALIZED (SELECT thread_id AS thread, max(id) AS message FROM message" \
	" WHERE id IN (SELECT rowid FROM message_text WHERE message_text MATCH :text) GROUP BY thread_id) "

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

static const char *
folder_condition(const char *name)
{
	for (size_t i = 0; name && i < G_N_ELEMENTS(folders); i++)
		if (!strcmp(folders[i].name, name))
			return folders[i].condition;
	return FOLDER_NONE;
}

/* The filters that are set, as constant pieces of SQL; their values are bound by bind_filter. */
static void
append_conditions(GString *sql, const struct thread_filter *f)
{
	const struct {
		bool is_set;
		const char *condition;
	} conditions[] = {
		{true, "t.folder <> 'merged'"},
		{f->id, "t.id = :id"},
		{f->contact_id, "t.contact_id = :contact"},
		{f->shop_id, "t.shop_id = :shop"},
		{f->from, "t.last_message >= :from"},
		{f->to, "t.last_message < :to"},
		{f->customer, "matches(c.firstname || ' ' || c.lastname, :customer)"},
		{f->email, "matches(t.email, :email)"},
		{f->employee, "matches(e.lastname, :employee)"},
		{f->message, "matches((SELECT text FROM message m WHERE m.id = t.last_message_id), :message)"},
		{f->language, "t.language = :language"},
		{f->status, "t.status = :status"},
		{f->is_private >= 0, "t.is_private = :private"},
		{f->text, "t.id IN (SELECT thread FROM hit)"},
	};
	g_string_append_printf(sql, "WHERE %s AND " VIEWER_SEES("t.contact_id"), folder_condition(f->folder));
	for (size_t i = 0; i < G_N_ELEMENTS(conditions); i++)
		if (conditions[i].is_set)
			g_string_append_printf(sql, " AND %s", conditions[i].condition);
}

static void
bind_text(query *rows, const char *name, const char *value)
{
	if (value)
		query_set_text(rows, name, value);
}

static void
bind_int(query *rows, const char *name, gint64 value)
{
	if (value)
		query_set_int(rows, name, value);
}

static void
bind_filter(query *rows, const viewer *who, const struct thread_filter *f, const char *text)
{
	query_set_int(rows, ":viewer", who->id);
	bind_int(rows, ":id", f->id);
	bind_int(rows, ":contact", f->contact_id);
	bind_int(rows, ":shop", f->shop_id);
	bind_int(rows, ":from", f->from);
	bind_int(rows, ":to", f->to);
	bind_text(rows, ":customer", f->customer);
	bind_text(rows, ":email", f->email);
	bind_text(rows, ":employee", f->employee);
	bind_text(rows, ":message", f->message);
	bind_text(rows, ":language", f->language);
	bind_text(rows, ":status", f->status);
	if (f->is_private >= 0)
		query_set_int(rows, ":private", f->is_private);
	bind_text(rows, ":text", text);
}

static void
append_order(GString *sql, const char *sort)
{
	bool is_descending = !sort || *sort == '-';
	const char *name = sort ? sort + (*sort == '-') : "last_message";
	size_t column = 0;
	while (thread_sorts[column] && strcmp(thread_sorts[column], name))
		column++;
	const char *key = thread_sorts[column] ? sort_keys[column] : "t.last_message";
	g_string_append_printf(sql, " ORDER BY %s%s, t.id%s", key, is_descending ? " DESC" : "", is_descending ? " DESC" : "");
}

/* The words of a text search as the index wants them; NULL when there is none, "" when nothing can match. */
static char *
text_query(const struct thread_filter *filter)
{
	return filter->text ? words_query(filter->text) : NULL;
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

bool
thread_each(db *desk, const viewer *who, const struct thread_filter *filter, bool (*each)(const struct thread_row *, void *), void *data,
	GError **error)
{
	g_autofree char *text = text_query(filter);
	if (text && !*text)
		return true;
	g_autoptr(GString) sql = g_string_new(!text ? COLUMNS TABLES : HITS COLUMNS_HIT("(SELECT message FROM hit WHERE thread = t.id)") TABLES);
	append_conditions(sql, filter);
	append_order(sql, filter->sort);
	g_string_append(sql, " LIMIT :limit OFFSET :offset");
	g_autoptr(query) rows = db_query(desk, sql->str, error);
	if (!rows)
		return false;
	bind_filter(rows, who, filter, text);
	query_set_int(rows, ":limit", filter->limit);
	query_set_int(rows, ":offset", (gint64)filter->limit * (MAX(filter->page, 1) - 1));
	return each_row(rows, each, data, error);
}

static bool
is_counted(const struct thread_filter *f)
{
	return !f->id && !f->shop_id && !f->from && !f->to && !f->customer && !f->email && !f->employee && !f->message && !f->language &&
		f->is_private < 0 && !f->text && !f->folder;
}

/* From the counters, where they know the answer: nothing but contact and status is filtered. */
static gint64
counted_total(db *desk, const viewer *who, const struct thread_filter *f, GError **error)
{
	g_autoptr(query) sum = db_query(desk,
		"SELECT coalesce(sum(value), 0) FROM counter WHERE name IN ('open', 'closed', 'pending1', 'pending2')"
		" AND (:status IS NULL OR name = :status) AND (:contact IS NULL OR contact_id = :contact) AND " VIEWER_SEES("contact_id"), error);
	if (!sum)
		return -1;
	query_set_int(sum, ":viewer", who->id);
	bind_text(sum, ":status", f->status);
	bind_int(sum, ":contact", f->contact_id);
	return query_next(sum, error) > 0 ? query_int(sum, 0) : -1;
}

gint64
thread_total(db *desk, const viewer *who, const struct thread_filter *filter, GError **error)
{
	g_autofree char *text = text_query(filter);
	if (text && !*text)
		return 0;
	if (is_counted(filter))
		return counted_total(desk, who, filter, error);
	g_autoptr(GString) sql = g_string_new(text ? HITS : "");
	g_string_append(sql, "SELECT count(*) FROM (SELECT 1" TABLES);
	append_conditions(sql, filter);
	g_string_append(sql, " LIMIT :max)");
	g_autoptr(query) count = db_query(desk, sql->str, error);
	if (!count)
		return -1;
	bind_filter(count, who, filter, text);
	query_set_int(count, ":max", THREAD_TOTAL_MAX + 1);
	return query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

int
thread_get(db *desk, const viewer *who, gint64 id, bool (*each)(const struct thread_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, COLUMNS TABLES "WHERE t.id = :id AND " VIEWER_SEES("t.contact_id"), error);
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
		COLUMNS TABLES "JOIN thread o ON o.id = :id WHERE t.shop_id = o.shop_id AND t.id <> o.id AND t.folder = 'normal'"
		" AND (t.email = o.email OR t.customer_id = o.customer_id) AND " VIEWER_SEES("t.contact_id")
		" ORDER BY t.last_message DESC LIMIT :limit", error);
	if (!rows)
		return false;
	query_set_int(rows, ":viewer", who->id);
	query_set_int(rows, ":id", id);
	query_set_int(rows, ":limit", limit);
	return each_row(rows, each, data, error);
}

#define OWNED_CUSTOMER "WHERE t.customer_id = :id AND t.folder = 'normal' AND " VIEWER_SEES("t.contact_id")
#define OWNED_ORDER "WHERE t.order_id = :id AND t.folder = 'normal' AND " VIEWER_SEES("t.contact_id")
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
		owner->customer_id ? COLUMNS TABLES OWNED_CUSTOMER OWNED_PAGE : COLUMNS TABLES OWNED_ORDER OWNED_PAGE, error);
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
