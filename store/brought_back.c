#include "store/brought_back.h"

#include "store/outbox_courier.h"

#define SPARE 100 /* and a few more: clocks differ */

/* Tables whose numbers customers hold. */
static const char *const numbered[] = {"thread", "message"};

/* The last number given out in TABLE; 0: none, or FILE cannot say. */
static gint64
last_number(db *file, const char *table)
{
	g_autoptr(query) row = file ? db_query(file, "SELECT seq FROM sqlite_sequence WHERE name = :table", NULL) : NULL;
	if (!row)
		return 0;
	query_set_text(row, ":table", table);
	return query_next(row, NULL) > 0 ? query_int(row, 0) : 0;
}

static bool
run(db *desk, const char *sql, const char *table, gint64 number, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (!statement)
		return false;
	query_set_text(statement, ":table", table);
	query_set_int(statement, ":number", number);
	return query_finish(statement, error);
}

static bool
go_on_after(db *desk, const char *table, gint64 number, GError **error)
{
	return run(desk, "UPDATE sqlite_sequence SET seq = max(seq, :number) WHERE name = :table", table, number, error) &&
		run(desk, "INSERT INTO sqlite_sequence (name, seq) SELECT :table, :number WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :table)",
			table, number, error);
}

bool
brought_back(db *desk, db *old, gint64 taken, gint64 now, int *doubtful, GError **error)
{
	gint64 since = MAX(now - taken, 0) / 1000 + SPARE;
	for (size_t i = 0; i < G_N_ELEMENTS(numbered); i++)
		if (!go_on_after(desk, numbered[i], MAX(last_number(desk, numbered[i]) + since, last_number(old, numbered[i])), error))
			return false;
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(taken / 1000);
	g_autofree char *moment = when ? g_date_time_format(when, "%Y-%m-%d %H:%M UTC") : g_strdup("?");
	g_autofree char *why = g_strdup_printf("waited when the backup of %s was made, which was brought back: it may have left since", moment);
	return outbox_doubt_all(desk, why, now, doubtful, error);
}
