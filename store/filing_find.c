/* filing_find: the look-ups by which it is decided where a mail belongs. */
#include "store/filing.h"

static void
add_candidate(GArray *candidates, gint64 thread, bool takes_part)
{
	for (guint i = 0; i < candidates->len; i++)
		if (g_array_index(candidates, struct filing_candidate, i).thread == thread)
			return;
	struct filing_candidate candidate = {thread, takes_part};
	g_array_append_val(candidates, candidate);
}

#define CANDIDATES_MAX 50 /* threads looked at: nobody's honest mail has more, for one id or for all of them */

static bool
add_candidates(db *desk, gint64 shop, const char *ref, bool is_own, const char *sender, GArray *candidates, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT m.thread_id, EXISTS (SELECT 1 FROM thread_person p WHERE p.thread_id = m.thread_id AND p.address = :sender)"
		" FROM message_id i JOIN message m ON m.id = i.message_id JOIN thread t ON t.id = m.thread_id"
		" WHERE i.shop_id = :shop AND i.ref = :ref AND i.is_own = :own AND m.kind <> 'note' AND t.folder <> 'merged'"
		" ORDER BY i.message_id LIMIT :max", error);
	int got = rows ? 0 : -1;
	if (rows) {
		query_set_text(rows, ":sender", sender);
		query_set_int(rows, ":shop", shop);
		query_set_text(rows, ":ref", ref);
		query_set_int(rows, ":own", is_own);
		query_set_int(rows, ":max", CANDIDATES_MAX);
	}
	while (rows && (got = query_next(rows, error)) > 0)
		add_candidate(candidates, query_int(rows, 0), query_int(rows, 1));
	return got == 0;
}

GArray *
filing_parents(db *desk, gint64 shop, const GPtrArray *ids, const char *sender, GError **error)
{
	g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(struct filing_candidate));
	for (guint i = 0; i < ids->len && candidates->len < CANDIDATES_MAX; i++)
		if (!add_candidates(desk, shop, ids->pdata[i], true, sender, candidates, error))
			return NULL;
	return g_steal_pointer(&candidates);
}

static gint
by_thread(gconstpointer one, gconstpointer other)
{
	gint64 a = ((const struct filing_candidate *)one)->thread, b = ((const struct filing_candidate *)other)->thread;
	return (a > b) - (a < b);
}

GArray *
filing_children(db *desk, gint64 shop, const char *id, const char *sender, GError **error)
{
	g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(struct filing_candidate));
	if (*id && !add_candidates(desk, shop, id, false, sender, candidates, error))
		return NULL;
	g_array_sort(candidates, by_thread);
	return g_steal_pointer(&candidates);
}

static gint64
sibling_by(db *desk, gint64 shop, const char *ref, const char *sender, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT m.thread_id FROM (SELECT message_id FROM message_id WHERE shop_id = :shop AND ref = :ref AND is_own = 0 ORDER BY message_id DESC LIMIT :max) i"
		" JOIN message m ON m.id = i.message_id JOIN thread t ON t.id = m.thread_id WHERE m.kind <> 'note' AND t.folder <> 'merged'"
		" AND EXISTS (SELECT 1 FROM thread_person p WHERE p.thread_id = t.id AND p.address = :sender) ORDER BY m.id DESC LIMIT 1", error);
	if (!row)
		return -1;
	query_set_int(row, ":shop", shop);
	query_set_text(row, ":ref", ref);
	query_set_int(row, ":max", CANDIDATES_MAX);
	query_set_text(row, ":sender", sender);
	int got = query_next(row, error);
	return got > 0 ? query_int(row, 0) : got;
}

gint64
filing_sibling(db *desk, gint64 shop, const GPtrArray *ids, const char *sender, GError **error)
{
	gint64 thread = 0;
	for (guint i = 0; i < ids->len && !thread; i++)
		thread = sibling_by(desk, shop, ids->pdata[i], sender, error);
	return thread;
}

/* 1: *THREAD, or where it was merged into; 0: no such one in SHOP; -1: ERROR. */
static int
read_thread(db *desk, gint64 shop, gint64 id, const char *sender, struct filing_thread *thread, gint64 *merged_into, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT t.id, t.status_changed, t.status = 'closed', t.folder = 'bin',"
		" EXISTS (SELECT 1 FROM thread_person p WHERE p.thread_id = t.id AND p.address = :sender), t.folder = 'spam', t.merged_into"
		" FROM thread t WHERE t.id = :id AND (t.shop_id = :shop OR t.merged_into IS NOT NULL)", error);
	if (!row)
		return -1;
	query_set_int(row, ":id", id);
	query_set_int(row, ":shop", shop);
	query_set_text(row, ":sender", sender);
	int got = query_next(row, error);
	if (got <= 0)
		return got;
	*merged_into = query_int(row, 6);
	*thread = (struct filing_thread){query_int(row, 0), query_int(row, 1), query_int(row, 2), query_int(row, 3), query_int(row, 4), query_int(row, 5)};
	return 1;
}

#define MERGES_MAX 1000 /* one after the other: more are a ring */

int
filing_find_thread(db *desk, gint64 shop, gint64 id, const char *sender, struct filing_thread *thread, GError **error)
{
	struct filing_thread found;
	gint64 next = id;
	int got = 1;
	for (int i = 0; got > 0 && next && i < MERGES_MAX; i++)
		got = read_thread(desk, shop, next, sender, &found, &next, error);
	if (got <= 0 || next)
		return MIN(got, 0);
	*thread = found;
	return 1;
}

int
filing_find_repeat(db *desk, gint64 shop, GBytes *digest, gint64 *message, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT id FROM message WHERE shop_id = :shop AND digest = :digest UNION ALL"
		" SELECT 0 FROM erased WHERE shop_id = :shop AND digest = :digest", error);
	if (!row)
		return -1;
	query_set_int(row, ":shop", shop);
	query_set_blob(row, ":digest", g_bytes_get_data(digest, NULL), g_bytes_get_size(digest));
	int got = query_next(row, error);
	*message = got > 0 ? query_int(row, 0) : 0;
	return got;
}

gint64
filing_find_sent(db *desk, gint64 shop, const char *message_ref, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT m.id FROM message_id i JOIN message m ON m.id = i.message_id WHERE i.shop_id = :shop AND i.ref = :ref AND i.is_own = 1"
		" AND m.kind = 'employee' UNION ALL SELECT o.message_id FROM outbox o JOIN message m ON m.id = o.message_id"
		" WHERE o.shop_id = :shop AND o.message_ref = :ref LIMIT 1", error);
	if (!row)
		return -1;
	query_set_int(row, ":shop", shop);
	query_set_text(row, ":ref", message_ref);
	int got = query_next(row, error);
	return got > 0 ? query_int(row, 0) : got;
}
