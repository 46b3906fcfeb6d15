#include "store/thread_list.h"

#include <string.h>

#include "store/thread_groups.h"
#include "store/thread_plan.h"

struct thread_list {
	db *desk;
	struct thread_plan plan;
};

const char *const thread_sorts[] = {"id", "customer", "email", "contact", "language", "status", "employee", "message", "private",
	"last_message", NULL};

/* What each of them sorts by, in the same order; then the last message settles it, which is what the last one is about. */
static const char *const sort_keys[] = {NULL, "(SELECT firstname || ' ' || lastname FROM customer WHERE id = t.customer_id) COLLATE NOCASE", "t.email",
	/* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one key in two lines */
	"coalesce((SELECT name FROM contact_text WHERE contact_id = t.contact_id AND language = (SELECT language FROM employee WHERE id = :viewer)),"
	" (SELECT d.name FROM contact_text d JOIN shop s ON s.id = t.shop_id WHERE d.contact_id = t.contact_id AND d.language = s.language), '') COLLATE NOCASE",
	"t.language", "t.status", "(SELECT lastname FROM employee WHERE id = t.employee_id) COLLATE NOCASE", "t.excerpt COLLATE NOCASE", "t.is_private", NULL};

struct order {
	const char *name, *key, *direction;
};

static struct order
find_order(const char *sort)
{
	bool is_descending = !sort || *sort == '-';
	size_t column = 0;
	const char *name = sort ? sort + (*sort == '-') : "last_message";
	while (thread_sorts[column + 1] && strcmp(thread_sorts[column], name))
		column++;
	return (struct order){thread_sorts[column], sort_keys[column], is_descending ? " DESC" : ""};
}

static void
append_order(GString *sql, const struct order *order)
{
	g_string_append(sql, " ORDER BY ");
	if (order->key)
		g_string_append_printf(sql, "%s%s, ", order->key, order->direction);
	if (strcmp(order->name, "id"))
		g_string_append_printf(sql, "t.last_message%s, ", order->direction);
	g_string_append_printf(sql, "t.id%s LIMIT :limit OFFSET :offset", order->direction);
}

/* The tables and conditions of PLAN, in GROUP when that is not NULL. */
static void
append_threads(GString *sql, const struct thread_plan *plan, const struct thread_group *group)
{
	if (group && group->tables)
		g_string_append_printf(sql, " FROM %s", group->tables);
	else
		thread_plan_append_tables(plan, sql);
	thread_plan_append_conditions(plan, sql);
	if (group && group->condition)
		g_string_append_printf(sql, " AND %s", group->condition);
}

static query *
prepare(db *desk, const char *sql, const struct thread_plan *plan, const struct thread_group *group, GError **error)
{
	query *rows = db_query(desk, sql, error);
	if (!rows)
		return NULL;
	thread_plan_bind(plan, rows);
	if (group && group->ids)
		query_set_text(rows, ":group", group->ids);
	else if (group && group->condition && strstr(group->condition, ":group"))
		query_set_id(rows, ":group", group->id);
	return rows;
}

/* A stretch of a list. */
struct stretch {
	gint64 limit, offset;
};

/* Appends what lies in STRETCH to PLACES. */
static bool
find_places(db *desk, const struct thread_plan *plan, const struct order *order, const struct thread_group *group, struct stretch stretch, GArray *places,
	GError **error)
{
	struct order within = *order;
	if (group)
		within.key = group->key;
	g_autoptr(GString) sql = g_string_new(NULL);
	g_string_printf(sql, "SELECT t.id, %s", thread_plan_hit(plan));
	append_threads(sql, plan, group);
	if (thread_plan_is_grouped(plan))
		g_string_append(sql, " GROUP BY t.id");
	append_order(sql, &within);
	g_autoptr(query) rows = prepare(desk, sql->str, plan, group, error);
	if (!rows)
		return false;
	if (within.key && strstr(within.key, ":viewer"))
		query_set_int(rows, ":viewer", plan->who->id);
	query_set_int(rows, ":limit", stretch.limit);
	query_set_int(rows, ":offset", stretch.offset);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct thread_place place = {query_int(rows, 0), query_int(rows, 1)};
		g_array_append_val(places, place);
	}
	return got == 0;
}

/* How many threads there are, MAX at most; -1: ERROR. */
static gint64
count_threads(db *desk, const struct thread_plan *plan, const struct thread_group *group, gint64 max, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT count(*) FROM (");
	if (thread_plan_is_grouped(plan))
		thread_plan_append_once(plan, sql);
	else
		append_threads(g_string_append(sql, "SELECT 1"), plan, group);
	g_string_append(sql, " LIMIT :max)");
	g_autoptr(query) count = prepare(desk, sql->str, plan, group, error);
	if (!count)
		return -1;
	query_set_int(count, ":max", max);
	return query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

/* What is left of STRETCH behind GROUP, of which COUNT places were in it. */
static bool
go_on(db *desk, const struct thread_plan *plan, const struct thread_group *group, guint count, struct stretch *stretch, GError **error)
{
	stretch->limit -= count;
	if (count || !stretch->offset) {
		stretch->offset = 0;
		return true;
	}
	gint64 passed = count_threads(desk, plan, group, stretch->offset, error);
	stretch->offset -= passed;
	return passed >= 0;
}

static bool
find_in_groups(db *desk, const struct thread_plan *plan, const struct order *order, const GPtrArray *groups, struct stretch stretch, GArray *places,
	GError **error)
{
	for (guint i = 0; i < groups->len && stretch.limit; i++) {
		const struct thread_group *group = groups->pdata[*order->direction ? groups->len - 1 - i : i];
		guint before = places->len;
		if (!find_places(desk, plan, order, group, stretch, places, error) || !go_on(desk, plan, group, places->len - before, &stretch, error))
			return false;
	}
	return true;
}

static bool
has_no_filter(const struct thread_filter *f)
{
	return !f->id && !f->contact_id && !f->shop_id && !f->from && !f->to && !f->customer && !f->email && !f->employee && !f->message && !f->language &&
		!f->status && f->is_private < 0 && !f->text && !f->folder;
}

/* Whole lists have their groups in indices; what a filter leaves is sorted as it comes. */
static bool
find_all_places(db *desk, const struct thread_plan *plan, GArray *places, GError **error)
{
	const struct thread_filter *filter = plan->filter;
	const struct order order = find_order(filter->sort);
	const struct stretch stretch = {filter->limit, (gint64)filter->limit * (MAX(filter->page, 1) - 1)};
	g_autoptr(GPtrArray) groups = has_no_filter(filter) ? thread_groups(desk, plan->who, order.name, error) : g_ptr_array_new();
	if (!groups)
		return false;
	return groups->len ? find_in_groups(desk, plan, &order, groups, stretch, places, error)
		: find_places(desk, plan, &order, NULL, stretch, places, error);
}

/* The counters know when nothing is filtered but contact, shop, and status or folder. */
static bool
is_counted(const struct thread_filter *f)
{
	return !f->id && !f->from && !f->to && !f->customer && !f->email && !f->employee && !f->message && !f->language && f->is_private < 0 && !f->text &&
		thread_plan_counters(f->folder) && !(f->folder && f->status);
}

static gint64
counted_total(db *desk, const viewer *who, const struct thread_filter *f, GError **error)
{
	g_autoptr(query) sum = db_query(desk,
		"SELECT coalesce(sum(value), 0) FROM counter WHERE name IN (SELECT value FROM json_each(:names))"
		" AND (:status IS NULL OR name = :status) AND (:contact IS NULL OR contact_id = :contact) AND (:shop IS NULL OR shop_id = :shop) AND "
		VIEWER_SEES("contact_id"), error);
	if (!sum)
		return -1;
	query_set_int(sum, ":viewer", who->id);
	query_set_text(sum, ":names", thread_plan_counters(f->folder));
	query_set_text(sum, ":status", f->status);
	query_set_id(sum, ":contact", f->contact_id);
	query_set_id(sum, ":shop", f->shop_id);
	return query_next(sum, error) > 0 ? query_int(sum, 0) : -1;
}

thread_list *
thread_list_new(db *desk, const viewer *who, const struct thread_filter *filter, GError **error)
{
	g_autoptr(thread_list) list = g_new0(thread_list, 1);
	list->desk = desk;
	return thread_plan_make(&list->plan, desk, who, filter, error) ? g_steal_pointer(&list) : NULL;
}

void
thread_list_free(thread_list *list)
{
	if (list)
		thread_plan_clear(&list->plan);
	g_free(list);
}

/* Of those that are named most cheaply; 0 where there are none such. */
static gint64
count_narrow(db *desk, const struct thread_plan *plan, GError **error)
{
	struct thread_plan narrow = *plan;
	return thread_plan_narrow(&narrow) ? count_threads(desk, &narrow, NULL, THREAD_TOTAL_MAX + 1, error) : 0;
}

/* Threads that pass all but the searches for words, one more than are counted at most; -1: ERROR. */
static gint64
count_unsearched(db *desk, const struct thread_plan *plan, GError **error)
{
	struct thread_filter filter = *plan->filter;
	struct thread_plan unsearched = *plan;
	filter.customer = filter.email = filter.message = filter.text = NULL;
	unsearched.filter = &filter;
	thread_plan_walk(&unsearched);
	return count_threads(desk, &unsearched, NULL, THREAD_TOTAL_MAX + 1, error);
}

/* By what names them: mostly some are enough to know that there are more than is counted. */
static gint64
count_named(db *desk, struct thread_plan *plan, GError **error)
{
	gint64 count = count_narrow(desk, plan, error);
	if (count < 0 || count > THREAD_TOTAL_MAX)
		return count;
	return thread_plan_complete(plan, desk, error) ? count_threads(desk, plan, NULL, THREAD_TOTAL_MAX + 1, error) : -1;
}

/* Where many texts have the words, but few threads pass what else is asked for, each of those is looked into. */
static gint64
count_found(db *desk, struct thread_plan *plan, GError **error)
{
	gint64 most = plan->is_few || plan->search < 0 ? THREAD_TOTAL_MAX + 1 : count_unsearched(desk, plan, error);
	if (most < 0 || most > THREAD_TOTAL_MAX)
		return most < 0 ? -1 : count_named(desk, plan, error);
	struct thread_plan walk = *plan;
	thread_plan_walk(&walk);
	return count_threads(desk, &walk, NULL, THREAD_TOTAL_MAX + 1, error);
}

gint64
thread_list_total(thread_list *list, GError **error)
{
	struct thread_plan *plan = &list->plan;
	if (is_counted(plan->filter))
		return counted_total(list->desk, plan->who, plan->filter, error);
	return plan->is_empty ? 0 : count_found(list->desk, plan, error);
}

bool
thread_list_each(thread_list *list, bool (*each)(const struct thread_row *, void *), void *data, GError **error)
{
	struct thread_plan plan = list->plan; /* what it points to stays the list's */
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(struct thread_place));
	if (!plan.is_few)
		thread_plan_walk(&plan);
	return (plan.is_empty || find_all_places(list->desk, &plan, places, error)) && thread_each_place(list->desk, plan.who, places, each, data, error);
}

gint64
thread_total(db *desk, const viewer *who, const struct thread_filter *filter, GError **error)
{
	g_autoptr(thread_list) list = thread_list_new(desk, who, filter, error);
	return list ? thread_list_total(list, error) : -1;
}

bool
thread_each(db *desk, const viewer *who, const struct thread_filter *filter, bool (*each)(const struct thread_row *, void *), void *data, GError **error)
{
	g_autoptr(thread_list) list = thread_list_new(desk, who, filter, error);
	return list && thread_list_each(list, each, data, error);
}
