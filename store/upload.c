#include "store/upload.h"

#include <string.h>

#include "store/erase.h"

/* Directions among them could turn an ending's letters around. */
static bool
is_letter(gunichar letter)
{
	GUnicodeType type = g_unichar_type(letter);
	bool turns = letter == 0x61c || letter == 0x200e || letter == 0x200f || (letter >= 0x202a && letter <= 0x202e) || (letter >= 0x2066 && letter <= 0x2069);
	return !turns && type != G_UNICODE_CONTROL && type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

char *
upload_name(const char *name)
{
	g_autofree char *valid = g_utf8_make_valid(name, -1);
	const char *last = valid;
	for (const char *c = valid; *c; c++)
		if (*c == '/' || *c == '\\')
			last = c + 1;
	GString *kept = g_string_new(NULL);
	glong count = 0;
	for (const char *c = last; *c && count < UPLOAD_NAME_MAX; c = g_utf8_next_char(c)) {
		if (!is_letter(g_utf8_get_char(c)))
			continue;
		g_string_append_unichar(kept, g_utf8_get_char(c));
		count++;
	}
	g_strstrip(kept->str);
	char *result = g_string_free(kept, FALSE);
	if (*result && strcmp(result, ".") && strcmp(result, ".."))
		return result;
	g_free(result);
	return g_strdup("file");
}

char *
upload_type(const char *type)
{
	size_t length = strcspn(type ? type : "", "; \t");
	g_autofree char *lower = g_ascii_strdown(type ? type : "", (gssize)length);
	const char *slash = strchr(lower, '/');
	bool is_good = slash && slash > lower && slash[1] && !strchr(slash + 1, '/') && length <= UPLOAD_TYPE_MAX;
	for (const char *c = lower; is_good && *c; c++)
		is_good = g_ascii_isalnum(*c) || strchr("/!#$&-^_.+", *c);
	/* A multipart or a message would be read as one by whoever gets it. */
	if (!is_good || g_str_has_prefix(lower, "multipart/") || g_str_has_prefix(lower, "message/"))
		return g_strdup("application/octet-stream");
	return g_steal_pointer(&lower);
}

static query *
prepare(db *desk, const viewer *who, gint64 thread, const char *sql, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (!statement)
		return NULL;
	query_set_int(statement, ":viewer", who->id);
	query_set_int(statement, ":thread", thread);
	return statement;
}

/* 1: theirs to write in; 0; -1. */
static int
is_theirs(db *desk, const viewer *who, gint64 thread, GError **error)
{
	g_autoptr(query) row = prepare(desk, who, thread, "SELECT 1 FROM thread WHERE id = :thread AND folder <> 'merged' AND " VIEWER_SEES("contact_id"),
		error);
	return row ? query_next(row, error) : -1;
}

enum upload_result
upload_check(db *desk, const viewer *who, gint64 thread, gint64 size, GError **error)
{
	int theirs = is_theirs(desk, who, thread, error);
	if (theirs <= 0)
		return theirs < 0 ? UPLOAD_ERROR : UPLOAD_NOT_THERE;
	g_autoptr(query) row = prepare(desk, who, thread,
		"SELECT coalesce(sum(size), 0), count(*) FROM upload WHERE thread_id = :thread AND employee_id = :viewer", error);
	if (!row || query_next(row, error) < 0)
		return UPLOAD_ERROR;
	bool fits = query_int(row, 0) + size <= UPLOAD_OCTETS_MAX && query_int(row, 1) < UPLOAD_FILES_MAX;
	return fits ? UPLOAD_DONE : UPLOAD_TOO_MUCH;
}

enum upload_result
upload_add(db *desk, const viewer *who, gint64 thread, const struct upload *file, gint64 now, GError **error)
{
	enum upload_result result = upload_check(desk, who, thread, file->size, error);
	if (result != UPLOAD_DONE)
		return result;
	query *insert = prepare(desk, who, thread, "INSERT INTO upload (mail_id, employee_id, thread_id, name, type, size, created)"
		" VALUES (:id, :viewer, :thread, :name, :type, :size, :now)", error);
	if (!insert)
		return UPLOAD_ERROR;
	query_set_int(insert, ":id", file->id);
	query_set_text(insert, ":name", file->name);
	query_set_text(insert, ":type", file->type);
	query_set_int(insert, ":size", file->size);
	query_set_int(insert, ":now", now);
	return query_finish(insert, error) ? UPLOAD_DONE : UPLOAD_ERROR;
}

#define COLUMNS "SELECT mail_id, name, type, size FROM upload WHERE thread_id = :thread AND employee_id = :viewer"

static struct upload
read_row(query *row)
{
	return (struct upload){query_int(row, 0), query_text(row, 1), query_text(row, 2), query_int(row, 3)};
}

bool
upload_each(db *desk, const viewer *who, gint64 thread, bool (*each)(const struct upload *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = prepare(desk, who, thread, COLUMNS " ORDER BY mail_id", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		struct upload file = read_row(rows);
		if (!each(&file, data))
			return true;
	}
	return got == 0;
}

enum upload_result
upload_get(db *desk, const viewer *who, gint64 thread, gint64 id, bool (*each)(const struct upload *, void *), void *data, GError **error)
{
	int theirs = is_theirs(desk, who, thread, error);
	g_autoptr(query) row = theirs > 0 ? prepare(desk, who, thread, COLUMNS " AND mail_id = :id", error) : NULL;
	if (!row)
		return theirs ? UPLOAD_ERROR : UPLOAD_NOT_THERE;
	query_set_int(row, ":id", id);
	int got = query_next(row, error);
	if (got <= 0)
		return got < 0 ? UPLOAD_ERROR : UPLOAD_NOT_THERE;
	struct upload file = read_row(row);
	each(&file, data);
	return UPLOAD_DONE;
}

enum upload_result
upload_drop(db *desk, const viewer *who, gint64 thread, gint64 id, GError **error)
{
	query *drop = prepare(desk, who, thread, "DELETE FROM upload WHERE thread_id = :thread AND employee_id = :viewer AND mail_id = :id", error);
	if (!drop)
		return UPLOAD_ERROR;
	query_set_int(drop, ":id", id);
	if (!query_finish(drop, error))
		return UPLOAD_ERROR;
	if (!db_changes(desk))
		return UPLOAD_NOT_THERE;
	return erase_note_mail(desk, id, error) ? UPLOAD_DONE : UPLOAD_ERROR;
}

static bool
note_id(const struct upload *file, void *ids)
{
	g_array_append_val(ids, file->id);
	return true;
}

int
upload_drop_all(db *desk, const viewer *who, gint64 thread, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	int theirs = is_theirs(desk, who, thread, error);
	if (theirs <= 0)
		return theirs;
	if (!upload_each(desk, who, thread, note_id, ids, error))
		return -1;
	for (guint i = 0; i < ids->len; i++)
		if (upload_drop(desk, who, thread, g_array_index(ids, gint64, i), error) == UPLOAD_ERROR)
			return -1;
	return 1;
}
