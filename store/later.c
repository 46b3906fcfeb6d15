#include "store/later.h"

bool
later_each(const char *aside, gint64 after, int limit, void (*each)(const mail_info *mail, void *data), void *data, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autofree char *path = g_build_filename(aside, "raw.db", NULL);
	g_autoptr(db) raw = db_open(path, DB_READ, &why);
	mail_info *mail;
	for (int i = 0; raw && i < limit && (mail = mail_next(raw, after, &why)); i++) {
		after = mail->id;
		each(mail, data);
		mail_info_free(mail);
	}
	bool ok = !why;
	if (!ok)
		g_propagate_error(error, g_steal_pointer(&why));
	return ok;
}

static bool
attach(db *raw, const char *path, GError **error)
{
	query *statement = db_query(raw, "ATTACH :path AS aside", error);
	if (!statement)
		return false;
	query_set_text(statement, ":path", path);
	return query_finish(statement, error);
}

static GArray *
find_ids(db *raw, gint64 after, GError **error)
{
	g_autoptr(query) ids = db_query(raw, "SELECT id FROM aside.mail WHERE id > :after AND door NOT IN ('upload', 'courier') ORDER BY id", error);
	if (!ids)
		return NULL;
	query_set_int(ids, ":after", after);
	return query_take_ints(ids, error);
}

static bool
copy_rows(db *raw, const char *sql, gint64 id, GError **error)
{
	query *statement = db_query(raw, sql, error);
	if (!statement)
		return false;
	query_set_int(statement, ":id", id);
	return query_finish(statement, error);
}

/* A mail that is damaged costs none of the others. */
static bool
take_one(db *raw, gint64 id, struct later_taken *taken, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (!db_savepoint(raw, "mail", error))
		return false;
	if (copy_rows(raw, "INSERT INTO main.mail SELECT * FROM aside.mail WHERE id = :id", id, &why) &&
		copy_rows(raw, "INSERT INTO main.mail_chunk SELECT * FROM aside.mail_chunk WHERE mail_id = :id", id, &why)) {
		taken->count++;
		return db_release(raw, "mail", error);
	}
	db_rollback_to(raw, "mail");
	if (g_error_matches(why, DB_ERROR, DB_DAMAGED) && db_is_writing(raw)) {
		taken->unreadable++;
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

bool
later_take(const char *aside, const char *store, gint64 after, struct later_taken *taken, GError **error)
{
	*taken = (struct later_taken){0};
	g_autofree char *from = g_build_filename(aside, "raw.db", NULL), *to = g_build_filename(store, "raw.db", NULL);
	g_autoptr(db) raw = db_open(to, DB_WRITE, error);
	g_autoptr(GArray) ids = raw && attach(raw, from, error) ? find_ids(raw, after, error) : NULL;
	if (!ids || !db_begin(raw, error))
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!take_one(raw, g_array_index(ids, gint64, i), taken, error)) {
			db_rollback(raw);
			return false;
		}
	return db_commit(raw, error);
}
