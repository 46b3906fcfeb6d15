#include "store/thread_groups.h"

#include <string.h>

static void
free_group(void *data)
{
	struct thread_group *group = data;
	g_free(group->ids);
	g_free(group);
}

static void
add(GPtrArray *groups, struct thread_group group)
{
	g_ptr_array_add(groups, g_memdup2(&group, sizeof group));
}

/* Numbers and their names, in order. A row without a name, but the first: there is no order that holds for all threads. */
struct naming {
	const char *sql, *one, *several; /* conditions */
};
static const struct naming contacts = {
	"SELECT 0, '' AS name UNION ALL SELECT c.id, x.name FROM contact c LEFT JOIN contact_text x ON x.contact_id = c.id"
	" AND x.language = (SELECT language FROM employee WHERE id = :viewer) ORDER BY name COLLATE NOCASE",
	"t.contact_id IS :group", "coalesce(t.contact_id, 0) IN (SELECT value FROM json_each(:group))",
};
static const struct naming employees = {
	"SELECT 0, NULL AS name UNION ALL SELECT id, lastname FROM employee WHERE :viewer ORDER BY name COLLATE NOCASE",
	"t.employee_id IS :group", "coalesce(t.employee_id, 0) IN (SELECT value FROM json_each(:group))",
};

/* Joins a number to the last group: it has the same name. */
static void
join(struct thread_group *group, const struct naming *naming, gint64 id)
{
	g_autofree char *before = group->ids ? g_strndup(group->ids, strlen(group->ids) - 1) : g_strdup_printf("[%" G_GINT64_FORMAT, group->id);
	g_free(group->ids);
	group->ids = g_strdup_printf("%s,%" G_GINT64_FORMAT "]", before, id);
	group->condition = naming->several;
}

static bool
add_named(GPtrArray *groups, db *desk, const viewer *who, const struct naming *naming, GError **error)
{
	g_autoptr(query) rows = db_query(desk, naming->sql, error);
	g_autofree char *last = NULL;
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":viewer", who->id);
	while (rows && (got = query_next(rows, error)) > 0) {
		gint64 id = query_int(rows, 0);
		if (query_is_null(rows, 1) && id) {
			g_ptr_array_set_size(groups, 0);
			return true;
		}
		if (last && !g_ascii_strcasecmp(last, query_text(rows, 1)))
			join(groups->pdata[groups->len - 1], naming, id);
		else
			add(groups, (struct thread_group){.condition = naming->one, .id = id});
		g_free(last);
		last = query_is_null(rows, 1) ? NULL : g_strdup(query_text(rows, 1));
	}
	return got == 0;
}

static bool
add_contacts(GPtrArray *groups, db *desk, const viewer *who, GError **error)
{
	return add_named(groups, desk, who, &contacts, error);
}

static bool
add_employees(GPtrArray *groups, db *desk, const viewer *who, GError **error)
{
	return add_named(groups, desk, who, &employees, error);
}

/* Visitors, then customers by an index over their names. */
static bool
add_customers(GPtrArray *groups, G_GNUC_UNUSED db *desk, G_GNUC_UNUSED const viewer *who, G_GNUC_UNUSED GError **error)
{
	add(groups, (struct thread_group){.condition = "t.customer_id IS NULL"});
	add(groups, (struct thread_group){.tables = "customer c CROSS JOIN thread t ON t.customer_id = c.id",
		.key = "(c.firstname || ' ' || c.lastname) COLLATE NOCASE"});
	return true;
}

static bool
add_private(GPtrArray *groups, G_GNUC_UNUSED db *desk, G_GNUC_UNUSED const viewer *who, G_GNUC_UNUSED GError **error)
{
	add(groups, (struct thread_group){.condition = "NOT t.is_private"});
	add(groups, (struct thread_group){.tables = "thread t INDEXED BY thread_private", .condition = "t.is_private"});
	return true;
}

/* One, in the order of the table itself: no index by folder is to be sorted for it. */
static bool
add_numbers(GPtrArray *groups, G_GNUC_UNUSED db *desk, G_GNUC_UNUSED const viewer *who, G_GNUC_UNUSED GError **error)
{
	add(groups, (struct thread_group){.tables = "thread t NOT INDEXED"});
	return true;
}

static const struct {
	const char *sort;
	bool (*add)(GPtrArray *groups, db *desk, const viewer *who, GError **error);
} adders[] = {{"id", add_numbers}, {"contact", add_contacts}, {"employee", add_employees}, {"customer", add_customers}, {"private", add_private}};

GPtrArray *
thread_groups(db *desk, const viewer *who, const char *sort, GError **error)
{
	g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(free_group);
	for (size_t i = 0; i < G_N_ELEMENTS(adders); i++)
		if (!strcmp(adders[i].sort, sort) && !adders[i].add(groups, desk, who, error))
			return NULL;
	return g_steal_pointer(&groups);
}
