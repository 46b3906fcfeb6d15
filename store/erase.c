#include "store/erase.h"

#include "store/event.h"
#include "store/setting.h"

#define DAY_MS (G_GINT64_CONSTANT(24) * 3600 * 1000)
#define LEFTOVER_MS (7 * DAY_MS)

/* A thread, and those that were joined with it. */
#define OWN "WITH RECURSIVE own (id) AS (SELECT :id UNION SELECT t.id FROM thread t JOIN own ON t.merged_into = own.id) "

struct due {
	gint64 id, shop_id, contact_id;
};

/* 1: one of FOLDER in SHOP that lies there since BEFORE or longer. */
static int
find_in(db *desk, gint64 shop, const char *folder, gint64 before, struct due *due, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT id, shop_id, coalesce(contact_id, 0) FROM thread"
		" WHERE folder = :folder AND shop_id = :shop AND coalesce(binned, last_message) < :before LIMIT 1", error);
	if (!row)
		return -1;
	query_set_text(row, ":folder", folder);
	query_set_int(row, ":shop", shop);
	query_set_int(row, ":before", before);
	int got = query_next(row, error);
	if (got > 0)
		*due = (struct due){query_int(row, 0), query_int(row, 1), query_int(row, 2)};
	return got;
}

static int
find_of_shop(db *desk, gint64 shop, gint64 now, struct due *due, GError **error)
{
	int got = find_in(desk, shop, "bin", now - setting_get_int(desk, shop, "bin_days") * DAY_MS, due, error);
	return got ? got : find_in(desk, shop, "spam", now - setting_get_int(desk, shop, "spam_days") * DAY_MS, due, error);
}

static int
find_due(db *desk, gint64 now, struct due *due, GError **error)
{
	g_autoptr(query) shops = db_query(desk, "SELECT id FROM shop ORDER BY id", error);
	int got = shops ? 0 : -1, found = 0;
	while (shops && !found && (got = query_next(shops, error)) > 0)
		found = find_of_shop(desk, query_int(shops, 0), now, due, error);
	return found ? found : got;
}

static bool
run(db *desk, const char *sql, gint64 id, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (!statement)
		return false;
	query_set_int(statement, ":id", id);
	return query_finish(statement, error);
}

/* Events of the thread tell what was in it: one that tells nothing but its end takes their place, so that numbers only grow. */
static bool
tell(db *desk, const struct due *due, gint64 now, GError **error)
{
	struct event event = {.created = now, .kind = "erased", .shop_id = due->shop_id, .thread_id = due->id, .contact_id = due->contact_id};
	return run(desk, OWN "DELETE FROM event WHERE thread_id IN own", due->id, error) && event_add(desk, &event, error);
}

static bool
erase(db *desk, const struct due *due, gint64 now, GError **error)
{
	static const char *const steps[] = {
		"INSERT OR IGNORE INTO erased (shop_id, digest) SELECT shop_id, digest FROM message WHERE thread_id = :id AND digest IS NOT NULL",
		"INSERT OR IGNORE INTO erasing (mail_id) SELECT mail_id FROM message WHERE thread_id = :id AND mail_id IS NOT NULL",
		"INSERT OR IGNORE INTO erasing (mail_id) SELECT r.mail_id FROM message_repeat r JOIN message m ON m.id = r.message_id WHERE m.thread_id = :id",
		("INSERT OR IGNORE INTO erasing (mail_id) SELECT p.mail_id FROM part p JOIN message m ON m.id = p.message_id WHERE m.thread_id = :id"
			" AND p.mail_id IS NOT NULL"),
		"INSERT OR IGNORE INTO erasing (mail_id) SELECT mail_id FROM outbox WHERE thread_id = :id AND mail_id IS NOT NULL",
		"INSERT OR IGNORE INTO erasing (mail_id) SELECT mail_id FROM upload WHERE thread_id = :id",
		"DELETE FROM message WHERE thread_id = :id",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
		if (!run(desk, steps[i], due->id, error))
			return false;
	return tell(desk, due, now, error) && run(desk, OWN "DELETE FROM thread WHERE id IN own", due->id, error);
}

int
erase_thread(db *desk, gint64 now, gint64 *thread, GError **error)
{
	struct due due = {0};
	int got = find_due(desk, now, &due, error);
	*thread = due.id;
	return got > 0 && !erase(desk, &due, now, error) ? -1 : got;
}

/* A notice has a link in it that nobody else may have: it is kept no longer than it takes to send it. */
#define NOTICE_OVER "kind = 'notice' AND (state IN ('sent', 'failed', 'doubtful') OR expires <= :id)"

int
erase_is_pressing(db *desk, gint64 now, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM outbox WHERE " NOTICE_OVER " LIMIT 1", error);
	if (!row)
		return -1;
	query_set_int(row, ":id", now);
	return query_next(row, error);
}

int
erase_leftovers(db *desk, gint64 now, GError **error)
{
	const struct {
		const char *sql;
		gint64 value;
		bool is_counted;
	} steps[] = {
		{"INSERT OR IGNORE INTO erasing (mail_id) SELECT mail_id FROM upload WHERE created < :id", now - LEFTOVER_MS, false},
		{"INSERT OR IGNORE INTO erasing (mail_id) SELECT mail_id FROM outbox WHERE mail_id IS NOT NULL AND " NOTICE_OVER, now, false},
		{"DELETE FROM upload WHERE created < :id", now - LEFTOVER_MS, true},
		{"DELETE FROM outbox WHERE " NOTICE_OVER, now, true},
	};
	int count = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (!run(desk, steps[i].sql, steps[i].value, error))
			return -1;
		count += steps[i].is_counted ? db_changes(desk) : 0;
	}
	return count;
}

/* Up to where raw.db has been looked through for strays; -1: ERROR. */
static gint64
looked_through(db *desk, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM fact WHERE name = 'strays'", error);
	return row && query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

GArray *
erase_find_inner(db *raw, db *desk, gint64 now, int limit, gint64 *upto, GError **error)
{
	gint64 after = looked_through(desk, error);
	*upto = 0;
	g_autoptr(query) rows = after < 0 ? NULL : db_query(raw, "SELECT id, captured, door IN ('upload', 'courier') FROM mail WHERE id > :after ORDER BY id"
		" LIMIT :limit", error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":after", after);
	query_set_int(rows, ":limit", limit);
	g_autoptr(GArray) mails = g_array_new(FALSE, FALSE, sizeof(gint64));
	int got;
	while ((got = query_next(rows, error)) > 0 && query_int(rows, 1) < now - LEFTOVER_MS) {
		gint64 mail = *upto = query_int(rows, 0);
		if (query_int(rows, 2))
			g_array_append_val(mails, mail);
	}
	return got < 0 ? NULL : g_steal_pointer(&mails);
}

bool
erase_note_mail(db *desk, gint64 mail, GError **error)
{
	return run(desk, "INSERT OR IGNORE INTO erasing (mail_id) VALUES (:id)", mail, error);
}

/* A mail to several shops may stand in a thread that stays; a file may have been sent, or be an answer's again. */
#define NEEDED(mail) \
	"(SELECT mail_id FROM message WHERE mail_id = " mail " UNION ALL" \
	" SELECT mail_id FROM message_repeat WHERE mail_id = " mail " UNION ALL" \
	" SELECT mail_id FROM part WHERE mail_id = " mail " AND mail_id IS NOT NULL UNION ALL" \
	" SELECT mail_id FROM outbox WHERE mail_id = " mail " AND mail_id IS NOT NULL UNION ALL" \
	" SELECT mail_id FROM upload WHERE mail_id = " mail ")"

int
erase_note_strays(db *desk, const GArray *inner, gint64 upto, GError **error)
{
	int count = 0;
	for (guint i = 0; i < inner->len; i++) {
		if (!run(desk, "INSERT OR IGNORE INTO erasing (mail_id) SELECT :id WHERE NOT EXISTS " NEEDED(":id"), g_array_index(inner, gint64, i), error))
			return -1;
		count += db_changes(desk);
	}
	g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, upto);
	return fact_set(desk, "strays", value, error) ? count : -1;
}

GArray *
erase_mails(db *desk, int limit, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT mail_id FROM erasing WHERE NOT EXISTS " NEEDED("erasing.mail_id") " ORDER BY mail_id LIMIT :limit", error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":limit", limit);
	return query_take_ints(rows, error);
}

bool
erase_done(db *desk, const GArray *mails, GError **error)
{
	for (guint i = 0; i < mails->len; i++)
		if (!run(desk, "DELETE FROM erasing WHERE mail_id = :id", g_array_index(mails, gint64, i), error))
			return false;
	return db_run(desk, "DELETE FROM erasing WHERE EXISTS " NEEDED("erasing.mail_id"), error);
}
