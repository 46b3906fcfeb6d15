#include "store/figures.h"

#include <string.h>

#define DAYS_30 (G_GINT64_CONSTANT(30) * 24 * 3600 * 1000)

/* Adds up the counters that WHO may see: CALL once a name. */
static bool
each_counter(db *desk, const viewer *who, void (*call)(const char *name, gint64 value, void *data), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT name, sum(value) FROM counter WHERE " VIEWER_SEES("contact_id") " GROUP BY name", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":viewer", who->id);
	while (rows && (got = query_next(rows, error)) > 0)
		call(query_text(rows, 0), query_int(rows, 1), data);
	return got == 0;
}

static void
add_statistic(const char *name, gint64 value, void *data)
{
	struct figures_statistics *numbers = data;
	bool is_pending = !strcmp(name, "pending1") || !strcmp(name, "pending2");
	if (is_pending || !strcmp(name, "open") || !strcmp(name, "closed"))
		numbers->total_threads += value;
	if (is_pending)
		numbers->pending_threads += value;
	else if (!strcmp(name, "open"))
		numbers->unread_threads = value;
	else if (!strcmp(name, "closed"))
		numbers->closed_threads = value;
	else if (!strcmp(name, "customer"))
		numbers->customer_messages = value;
	else if (!strcmp(name, "employee"))
		numbers->employee_messages = value;
}

bool
figures_statistics(db *desk, const viewer *who, struct figures_statistics *numbers, GError **error)
{
	*numbers = (struct figures_statistics){0};
	return each_counter(desk, who, add_statistic, numbers, error);
}

/* Names that are a counter's own, and where its value belongs. */
static const struct {
	const char *name;
	size_t number;
} folder_counters[] = {
	{"open", offsetof(struct figures_folders, open)}, {"closed", offsetof(struct figures_folders, closed)},
	{"pending1", offsetof(struct figures_folders, pending)}, {"pending2", offsetof(struct figures_folders, pending)},
	{"spam", offsetof(struct figures_folders, spam)}, {"bin", offsetof(struct figures_folders, bin)},
};

struct folding {
	struct figures_folders *numbers;
	gint64 charged; /* open threads in anybody's charge */
	char *mine;     /* the counter of those in the viewer's */
};

static void
add_folder(const char *name, gint64 value, void *data)
{
	struct folding *folding = data;
	if (g_str_has_prefix(name, "automatic."))
		folding->numbers->automatic += value;
	if (g_str_has_prefix(name, "charge."))
		folding->charged += value;
	if (!strcmp(name, folding->mine))
		folding->numbers->mine = value;
	for (size_t i = 0; i < G_N_ELEMENTS(folder_counters); i++)
		if (!strcmp(folder_counters[i].name, name))
			*(gint64 *)(void *)((char *)folding->numbers + folder_counters[i].number) += value;
}

bool
figures_folders(db *desk, const viewer *who, struct figures_folders *numbers, GError **error)
{
	*numbers = (struct figures_folders){0};
	g_autofree char *mine = g_strdup_printf("charge.%" G_GINT64_FORMAT, who->id);
	struct folding folding = {numbers, 0, mine};
	bool ok = each_counter(desk, who, add_folder, &folding, error);
	numbers->unassigned = numbers->open - folding.charged;
	return ok;
}

static void
add_pending(const char *name, gint64 value, void *data)
{
	gint64 *pending = data;
	if (!strcmp(name, "open") || g_str_has_prefix(name, "pending"))
		*pending += value;
	else if (g_str_has_prefix(name, "automatic.") && strcmp(name, "automatic.closed"))
		*pending -= value;
}

gint64
figures_pending(db *desk, const viewer *who, GError **error)
{
	gint64 pending = 0;
	return each_counter(desk, who, add_pending, &pending, error) ? pending : -1;
}

/* SQL gives an average, NULL when there is nothing to average. */
static bool
average(db *desk, const viewer *who, const char *sql, gint64 now, double *value, GError **error)
{
	g_autoptr(query) row = db_query(desk, sql, error);
	if (!row)
		return false;
	query_set_int(row, ":viewer", who->id);
	query_set_int(row, ":since", now - DAYS_30);
	if (query_next(row, error) <= 0)
		return false;
	*value = query_is_null(row, 0) ? 0 : query_double(row, 0);
	return true;
}

bool
figures_response_hours(db *desk, const viewer *who, gint64 now, double *hours, GError **error)
{
	return average(desk, who,
		"SELECT avg(answered - asked) / 3600000.0 FROM (SELECT q.asked AS asked, (SELECT min(received) FROM message a INDEXED BY message_by_thread"
		"  WHERE a.thread_id = q.thread_id AND a.kind = 'employee' AND NOT a.is_private AND a.received > q.asked) AS answered"
		" FROM (SELECT m.thread_id AS thread_id, min(m.received) AS asked FROM message m INDEXED BY message_by_kind WHERE m.kind = 'customer' AND NOT m.is_automatic"
		"  AND m.received >= :since GROUP BY m.thread_id) q"
		" JOIN thread t ON t.id = q.thread_id AND t.folder = 'normal' AND NOT t.is_automatic AND " VIEWER_SEES("t.contact_id") ")"
		" WHERE answered IS NOT NULL", now, hours, error);
}

bool
figures_messages_per_thread(db *desk, const viewer *who, gint64 now, double *messages, GError **error)
{
	return average(desk, who,
		"SELECT avg((SELECT count(*) FROM message m WHERE m.thread_id = t.id AND m.kind <> 'note')) FROM thread t INDEXED BY thread_by_created"
		" WHERE t.created >= :since AND t.folder = 'normal' AND NOT t.is_automatic AND " VIEWER_SEES("t.contact_id"), now, messages, error);
}

gint64
figures_all_threads(db *desk, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT coalesce(sum(value), 0) FROM counter WHERE name IN ('open', 'closed', 'pending1', 'pending2')", error);
	return row && query_next(row, error) > 0 ? query_int(row, 0) : -1;
}
