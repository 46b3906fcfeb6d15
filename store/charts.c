#include "store/charts.h"

/* SQL gives the quarter's number, then in, out, answered and the sum of waits. */
static bool
each_row(db *desk, const viewer *who, const char *sql, gint64 since, void (*each)(const struct charts_quarter *, void *), void *data,
	GError **error)
{
	g_autoptr(query) rows = db_query(desk, sql, error);
	if (!rows)
		return false;
	query_set_int(rows, ":viewer", who->id);
	query_set_int(rows, ":since", since);
	query_set_int(rows, ":quarter", CHARTS_QUARTER_MS);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct charts_quarter quarter = {query_int(rows, 0) * CHARTS_QUARTER_MS, query_int(rows, 1), query_int(rows, 2),
			query_int(rows, 3), query_int(rows, 4)};
		each(&quarter, data);
	}
	return got == 0;
}

bool
charts_each(db *desk, const viewer *who, gint64 since, void (*each)(const struct charts_quarter *, void *), void *data, GError **error)
{
	static const char traffic[] =
		"SELECT m.received / :quarter, sum(m.kind = 'customer'), sum(m.kind = 'employee'), 0, 0 FROM message m JOIN thread t ON t.id = m.thread_id"
		" WHERE m.kind IN ('customer', 'employee') AND m.received >= :since AND t.folder = 'normal' AND " VIEWER_SEES("t.contact_id") " GROUP BY 1";
	/* A thread's last message is no older than its first: that finds the young ones by index. */
	static const char waits[] =
		"SELECT asked / :quarter, 0, 0, count(*), sum(answered - asked) FROM (SELECT t.first_customer AS asked, (SELECT min(received) FROM message m INDEXED BY message_by_thread"
		"  WHERE m.thread_id = t.id AND m.kind = 'employee' AND NOT m.is_private AND m.received > t.first_customer) AS answered FROM thread t"
		"  WHERE t.folder = 'normal' AND t.last_message >= :since AND t.first_customer >= :since AND NOT t.is_automatic AND " VIEWER_SEES("t.contact_id") ")"
		" WHERE answered IS NOT NULL GROUP BY 1";
	return each_row(desk, who, traffic, since, each, data, error) && each_row(desk, who, waits, since, each, data, error);
}
