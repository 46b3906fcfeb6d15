#include "store/message_index.h"

/* The rows that hold the triggers back are gone at the commit, so nobody else ever meets them. */
#define ADDED(table) " WHERE id > (SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'index_after." table "') ORDER BY id"

static const char *const later[] = {
	"INSERT INTO fact (name, value) SELECT 'index_after.message', CAST(coalesce(max(id), 0) AS TEXT) FROM message",
	"INSERT INTO fact (name, value) SELECT 'index_after.thread', CAST(coalesce(max(id), 0) AS TEXT) FROM thread",
}, *const now[] = {
	"INSERT INTO message_text (rowid, subject, text, from_name, from_address) SELECT id, subject, text, from_name, from_address FROM message" ADDED("message"),
	"INSERT INTO thread_text (rowid, email) SELECT id, email FROM thread" ADDED("thread"),
	"DELETE FROM fact WHERE name IN ('index_after.message', 'index_after.thread')",
};

static bool
run(db *desk, const char *const *steps, size_t count, GError **error)
{
	for (size_t i = 0; i < count; i++) {
		query *step = db_query(desk, steps[i], error);
		if (!step || !query_finish(step, error))
			return false;
	}
	return true;
}

bool
message_index_later(db *desk, GError **error)
{
	return run(desk, later, G_N_ELEMENTS(later), error);
}

bool
message_index_now(db *desk, GError **error)
{
	return run(desk, now, G_N_ELEMENTS(now), error);
}
