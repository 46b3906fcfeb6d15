#include "store/verify.h"

#include <string.h>

/* The counters as the rows say, one row each: shop_id, contact_id, name, value. */
#define COUNTED \
	"SELECT shop_id, coalesce(contact_id, 0) AS contact_id, iif(folder = 'normal', status, folder) AS name, count(*) AS value" \
	" FROM thread WHERE folder <> 'merged' GROUP BY 1, 2, 3" \
	" UNION ALL SELECT shop_id, coalesce(contact_id, 0), 'automatic.' || status, count(*)" \
	" FROM thread WHERE is_automatic AND folder = 'normal' GROUP BY 1, 2, 3" \
	" UNION ALL SELECT t.shop_id, coalesce(t.contact_id, 0), m.kind, count(*) FROM message m JOIN thread t ON t.id = m.thread_id" \
	" WHERE t.folder = 'normal' AND m.kind <> 'note' GROUP BY 1, 2, 3" \
	" UNION ALL SELECT shop_id, coalesce(contact_id, 0), 'charge.' || employee_id, count(*)" \
	" FROM thread WHERE folder = 'normal' AND status = 'open' AND employee_id IS NOT NULL GROUP BY 1, 2, 3"

static bool look_raw(db *raw, db *desk, GPtrArray *problems, GError **error);
static bool look_desk(db *raw, db *desk, GPtrArray *problems, GError **error);
static bool look_index(db *raw, db *desk, GPtrArray *problems, GError **error);
static bool look_sorted(db *raw, db *desk, GPtrArray *problems, GError **error);
static bool look_missing(db *raw, db *desk, GPtrArray *problems, GError **error);
static bool look_orphans(db *raw, db *desk, GPtrArray *problems, GError **error);
static bool look_strays(db *raw, db *desk, GPtrArray *problems, GError **error);

#define SETTLED_MS (G_GINT64_CONSTANT(3600) * 1000)
#define DAMAGED "the disk or its controller has failed: look at the kernel's log, and restore the last good backup"
#define REPORT "report it as a fault of Belfry, with this line; nothing is lost, the raw mail is whole"

const struct verify_rule verify_rules[] = {
	{.name = "raw.db is sound", .look = look_raw, .mend = DAMAGED},
	{.name = "desk.db is sound", .look = look_desk, .mend = DAMAGED},
	{.name = "rows refer to rows that are there", .mend = REPORT,
		.sql = "SELECT format('%s: row %s refers to a row of %s that is not there', \"table\", coalesce(rowid, '?'), parent)"
		" FROM pragma_foreign_key_check"},
	{.name = "counters agree with the rows", .mend = "belfry check --recount",
		.sql = "SELECT format('counter %s of contact %d in shop %d is %d, the rows say %d', name, contact_id, shop_id, sum(kept), sum(counted))"
		" FROM (SELECT shop_id, contact_id, name, value AS kept, 0 AS counted FROM counter UNION ALL"
		" SELECT shop_id, contact_id, name, 0, value FROM (" COUNTED ")) GROUP BY shop_id, contact_id, name HAVING sum(kept) <> sum(counted)"},
	{.name = "every thread has a message", .mend = REPORT,
		.sql = "SELECT format('thread %d has no message', id) FROM thread t WHERE folder <> 'merged'"
		" AND NOT EXISTS (SELECT 1 FROM message m WHERE m.thread_id = t.id)"},
	{.name = "merged threads lead somewhere", .mend = REPORT,
		.sql = "SELECT format('thread %d is %s, but leads to %s', id, folder, coalesce(merged_into, 'none')) FROM thread"
		" WHERE (folder = 'merged') <> (merged_into IS NOT NULL) OR merged_into = id"},
	{.name = "what waits for an answer is there", .mend = REPORT,
		.sql = "SELECT format('thread %d waits since message %s, which is no customer''s message in it', t.id, coalesce(t.waiting_message, 'none'))"
		" FROM thread t WHERE folder <> 'merged' AND ((waiting_message IS NULL) <> (waiting_since IS NULL) OR (waiting_message IS NOT NULL"
		" AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = t.waiting_message AND m.thread_id = t.id AND m.kind = 'customer')))"},
	{.name = "the last message of each thread is in it", .mend = REPORT,
		.sql = "SELECT format('the last message of thread %d is %d, which is not in it', id, last_message_id) FROM thread t"
		" WHERE folder <> 'merged' AND last_message_id AND NOT EXISTS"
		" (SELECT 1 FROM message m WHERE m.id = t.last_message_id AND m.thread_id = t.id)"},
	{.name = "what rings has an event that rings", .mend = "open the thread and set its status: that silences it",
		.sql = "SELECT format('thread %d (%s, %s) rings for event %d', id, folder, status, bell_event) FROM thread t WHERE bell_event IS NOT NULL"
		" AND (folder <> 'normal' OR status <> 'open' OR NOT EXISTS (SELECT 1 FROM event e WHERE e.id = t.bell_event AND e.is_ringing))"},
	{.name = "the full-text index agrees with the messages", .look = look_index, .mend = "belfry check --recount", .needs_write = true},
	{.name = "sorting has not passed the last raw mail", .look = look_sorted,
		.mend = "raw.db and desk.db are not of one store: restore both from one backup"},
	{.name = "every message's raw mail is there", .look = look_missing,
		.mend = "its text stays readable; its source and attachments are only in a backup that still has it"},
	{.name = "every raw mail became something", .look = look_orphans, .is_warning = true,
		.mend = "mail that came again after its thread was erased is meant to end so; else report it, with the log's lines about that mail"},
	{.name = "every file and mail of our own making belongs to something", .look = look_strays, .is_warning = true,
		.mend = "nothing need be done: a crash left it between two commits, sort erases it after a week"},
	{.name = "no mail was put aside", .is_warning = true,
		.sql = "SELECT format('raw mail %d was put aside: %s', mail_id, reason) FROM unsorted",
		.mend = "report it; the mail is whole in raw.db, and in its mailbox unless the contact takes its mail"},
	{0},
};

/* FALSE when there are enough. */
static bool
add_problem(GPtrArray *problems, char *problem)
{
	bool is_one_more = problems->len >= VERIFY_PROBLEMS_MAX;
	if (is_one_more) {
		g_free(problem);
		problem = g_strdup("… and more of this kind");
	}
	g_ptr_array_add(problems, problem);
	return !is_one_more;
}

static bool
add_rows(db *file, const char *sql, const char *fine, GPtrArray *problems, GError **error)
{
	g_autoptr(query) rows = db_query(file, sql, error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0)
		if (strcmp(query_text(rows, 0), fine) && !add_problem(problems, g_strdup(query_text(rows, 0))))
			return true;
	return got == 0;
}

static bool
look_raw(db *raw, db *desk, GPtrArray *problems, GError **error)
{
	(void)desk;
	return add_rows(raw, "PRAGMA integrity_check(20)", "ok", problems, error);
}

static bool
look_desk(db *raw, db *desk, GPtrArray *problems, GError **error)
{
	(void)raw;
	return add_rows(desk, "PRAGMA integrity_check(20)", "ok", problems, error);
}

static bool
look_index(db *raw, db *desk, GPtrArray *problems, GError **error)
{
	g_autoptr(GError) why = NULL;
	(void)raw;
	if (db_run(desk, "INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1);"
		"INSERT INTO thread_text (thread_text, rank) VALUES ('integrity-check', 1);"
		"INSERT INTO customer_text (customer_text, rank) VALUES ('integrity-check', 1)", &why))
		return true;
	if (!g_error_matches(why, DB_ERROR, DB_DAMAGED)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	return add_problem(problems, g_strdup("searching finds other words than the messages have"));
}

/* Like a counter of the car: it also knows of rows that are gone. */
static gint64
last_given_id(db *raw, GError **error)
{
	g_autoptr(query) row = db_query(raw, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'mail'", error);
	return row && query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

static gint64
sorted_id(db *desk, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM fact WHERE name = 'sorted'", error);
	return row && query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

static bool
look_sorted(db *raw, db *desk, GPtrArray *problems, GError **error)
{
	gint64 sorted = sorted_id(desk, error), last = sorted < 0 ? -1 : last_given_id(raw, error);
	if (last < 0)
		return false;
	return sorted <= last || add_problem(problems,
		g_strdup_printf("desk.db is sorted up to raw mail %" G_GINT64_FORMAT ", raw.db ends at %" G_GINT64_FORMAT, sorted, last));
}

/* Two ascending rows of numbers, walked side by side. */
struct walk {
	query *rows;
	gint64 id; /* G_MAXINT64 at the end */
};

static bool
step(struct walk *walk, GError **error)
{
	int got = walk->rows ? query_next(walk->rows, error) : -1;
	walk->id = got > 0 ? query_int(walk->rows, 0) : G_MAXINT64;
	return got >= 0;
}

/* Each number that is in A but not in B, up to LAST, as a sentence with it. */
static bool
subtract(struct walk *a, struct walk *b, gint64 last, const char *sentence, GPtrArray *problems, GError **error)
{
	if (!step(a, error) || !step(b, error))
		return false;
	while (a->id <= last && a->id != G_MAXINT64) {
		if (b->id < a->id) {
			if (!step(b, error))
				return false;
			continue;
		}
		if (b->id > a->id && !add_problem(problems, g_strdup_printf("%s: %" G_GINT64_FORMAT, sentence, a->id)))
			return true;
		if (!step(a, error))
			return false;
	}
	return true;
}

#define ALL_MAIL "SELECT id FROM mail ORDER BY id"

static bool
look_missing(db *raw, db *desk, GPtrArray *problems, GError **error)
{
	g_autoptr(query) ids = db_query(raw, ALL_MAIL, error);
	g_autoptr(query) named = ids ? db_query(desk, "SELECT mail_id FROM message WHERE mail_id IS NOT NULL"
		" UNION SELECT mail_id FROM part WHERE mail_id IS NOT NULL UNION SELECT mail_id FROM upload UNION SELECT mail_id FROM outbox"
		" WHERE mail_id IS NOT NULL ORDER BY 1", error) : NULL;
	struct walk mails = {.rows = ids}, messages = {.rows = named};
	return named && subtract(&messages, &mails, G_MAXINT64, "a message's raw mail is not in raw.db", problems, error);
}

static bool
look_orphans(db *raw, db *desk, GPtrArray *problems, GError **error)
{
	gint64 sorted = sorted_id(desk, error);
	g_autoptr(query) ids = sorted < 0 ? NULL : db_query(raw, "SELECT id FROM mail WHERE door NOT IN ('upload', 'courier') ORDER BY id", error);
	g_autoptr(query) known = ids ? db_query(desk,
		"SELECT mail_id FROM message WHERE mail_id IS NOT NULL UNION SELECT mail_id FROM message_repeat"
		" UNION SELECT mail_id FROM unsorted ORDER BY 1", error) : NULL;
	struct walk mails = {.rows = ids}, filed = {.rows = known};
	return known && subtract(&mails, &filed, sorted, "a raw mail became neither a message nor a repeat", problems, error);
}

/* Not what was made just now: its row may be written next. */
static bool
look_strays(db *raw, db *desk, GPtrArray *problems, GError **error)
{
	g_autoptr(query) ids = db_query(raw, "SELECT id FROM mail WHERE door IN ('upload', 'courier') AND captured < :before ORDER BY id", error);
	g_autoptr(query) known = ids ? db_query(desk, "SELECT mail_id FROM message WHERE mail_id IS NOT NULL"
		" UNION SELECT mail_id FROM part WHERE mail_id IS NOT NULL UNION SELECT mail_id FROM upload UNION SELECT mail_id FROM outbox"
		" WHERE mail_id IS NOT NULL UNION SELECT mail_id FROM erasing ORDER BY 1", error) : NULL;
	if (!known)
		return false;
	query_set_int(ids, ":before", g_get_real_time() / 1000 - SETTLED_MS);
	struct walk mails = {.rows = ids}, named = {.rows = known};
	return subtract(&mails, &named, G_MAXINT64, "a raw mail of our own belongs to nothing", problems, error);
}

bool
verify_rule_run(const struct verify_rule *rule, db *raw, db *desk, GPtrArray *problems, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (rule->sql ? add_rows(desk, rule->sql, "", problems, &why) : rule->look(raw, desk, problems, &why))
		return true;
	if (g_error_matches(why, DB_ERROR, DB_DAMAGED)) { /* so much that it cannot be read on */
		add_problem(problems, g_strdup(why->message));
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

bool
verify_all(db *raw, db *desk, GPtrArray *problems, GError **error)
{
	for (const struct verify_rule *rule = verify_rules; rule->name; rule++) {
		g_autoptr(GPtrArray) found = g_ptr_array_new();
		if (rule->is_warning || rule->needs_write)
			continue;
		bool ok = verify_rule_run(rule, raw, desk, found, error);
		for (guint i = 0; i < found->len; i++)
			g_ptr_array_add(problems, found->pdata[i]);
		if (!ok)
			return false;
	}
	return true;
}

bool
verify_recount(db *desk, GError **error)
{
	return db_run(desk, "DELETE FROM counter; INSERT INTO counter (shop_id, contact_id, name, value) " COUNTED ";"
		"INSERT INTO message_text (message_text) VALUES ('rebuild'); INSERT INTO thread_text (thread_text) VALUES ('rebuild');"
		"INSERT INTO customer_text (customer_text) VALUES ('rebuild')", error);
}
