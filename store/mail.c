#include "store/mail.h"

#include "store/squeeze.h"

#define CACHE_KIB 512 /* mail is streamed: what was read of it is hardly asked for again */

db *
mail_open(const char *store, GError **error)
{
	g_autofree char *path = g_build_filename(store, "raw.db", NULL);
	db *raw = db_open(path, DB_READ, error);
	if (raw)
		db_set_cache(raw, CACHE_KIB);
	return raw;
}

static bool
insert_chunk(db *raw, gint64 id, guint seq, const gather *octets, GError **error)
{
	g_autoptr(GBytes) frame = gather_frame(octets, seq, error);
	query *insert = frame ? db_query(raw, "INSERT INTO mail_chunk (mail_id, seq, raw) VALUES (:mail, :seq, :raw)", error) : NULL;
	if (!insert)
		return false;
	query_set_int(insert, ":mail", id);
	query_set_int(insert, ":seq", seq);
	query_set_blob(insert, ":raw", g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
	return query_finish(insert, error);
}

static bool
insert_row(db *raw, const struct envelope *envelope, const gather *octets, gint64 above, GError **error)
{
	g_autoptr(GBytes) frame = gather_frame(octets, 0, error);
	query *insert = frame ? db_query(raw,
		"INSERT INTO mail (id, captured, door, sender, recipients, client, helo, tls, auth, queue_id, size, is_cut, raw)"
		" VALUES (1 + max(:above, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'mail'), 0)), :captured, :door, :sender, :recipients, :client, :helo, :tls, :auth, :queue_id, :size, :is_cut, :raw)", error) : NULL;
	if (!insert)
		return false;
	g_autofree char *recipients = g_strjoinv("\n", (char **)envelope->recipients);
	query_set_int(insert, ":above", above);
	query_set_int(insert, ":captured", envelope->captured);
	query_set_text(insert, ":door", envelope->door);
	query_set_text(insert, ":sender", envelope->sender);
	query_set_text(insert, ":recipients", recipients);
	query_set_text(insert, ":client", envelope->client);
	query_set_text(insert, ":helo", envelope->helo);
	query_set_text(insert, ":tls", envelope->tls);
	query_set_text(insert, ":auth", envelope->auth);
	query_set_text(insert, ":queue_id", envelope->queue_id);
	query_set_int(insert, ":size", gather_size(octets));
	query_set_int(insert, ":is_cut", gather_is_cut(octets));
	query_set_blob(insert, ":raw", g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
	return query_finish(insert, error);
}

bool
mail_insert(db *raw, const struct envelope *envelope, const gather *octets, gint64 *id, GError **error)
{
	if (!insert_row(raw, envelope, octets, *id, error))
		return false;
	*id = db_last_id(raw);
	for (guint seq = 1; seq < gather_frames(octets); seq++)
		if (!insert_chunk(raw, *id, seq, octets, error))
			return false;
	return true;
}

#define INFO "SELECT id, captured, door, sender, recipients, client, helo, tls, auth, queue_id, size, is_cut FROM mail "

static mail_info *
read_info(query *row)
{
	mail_info *mail = g_new0(mail_info, 1);
	mail->id = query_int(row, 0);
	mail->captured = query_int(row, 1);
	mail->door = g_strdup(query_text(row, 2));
	mail->sender = g_strdup(query_text(row, 3));
	mail->recipients = g_strsplit(query_text(row, 4), "\n", -1);
	mail->client = g_strdup(query_text(row, 5));
	mail->helo = g_strdup(query_text(row, 6));
	mail->tls = g_strdup(query_text(row, 7));
	mail->auth = g_strdup(query_text(row, 8));
	mail->queue_id = g_strdup(query_text(row, 9));
	mail->size = query_int(row, 10);
	mail->is_cut = query_int(row, 11);
	return mail;
}

static mail_info *
find_info(db *raw, const char *sql, gint64 id, GError **error)
{
	g_autoptr(query) statement = db_query(raw, sql, error);
	if (!statement)
		return NULL;
	query_set_int(statement, ":id", id);
	return query_next(statement, error) > 0 ? read_info(statement) : NULL;
}

mail_info *
mail_next(db *raw, gint64 after, GError **error)
{
	return find_info(raw, INFO "WHERE id > :id ORDER BY id LIMIT 1", after, error);
}

mail_info *
mail_get(db *raw, gint64 id, GError **error)
{
	return find_info(raw, INFO "WHERE id = :id", id, error);
}

struct mail_flow
mail_since(db *raw, gint64 since, int most)
{
	struct mail_flow flow = {0};
	g_autoptr(query) rows = db_query(raw, "SELECT size, captured FROM mail ORDER BY id DESC LIMIT :most", NULL);
	if (!rows)
		return flow;
	query_set_int(rows, ":most", most);
	while (query_next(rows, NULL) > 0 && query_int(rows, 1) >= since) {
		flow.count++;
		flow.octets += query_int(rows, 0);
	}
	return flow;
}

void
mail_info_free(mail_info *mail)
{
	if (!mail)
		return;
	g_free(mail->door);
	g_free(mail->sender);
	g_free(mail->client);
	g_free(mail->helo);
	g_free(mail->tls);
	g_free(mail->auth);
	g_free(mail->queue_id);
	g_strfreev(mail->recipients);
	g_free(mail);
}

/* Those from FIRST to LAST. */
static query *
find_frames(db *raw, gint64 id, guint64 first, guint64 last, GError **error)
{
	query *rows = db_query(raw,
		"SELECT raw, 0 AS seq FROM mail WHERE id = :id AND :first = 0 UNION ALL"
		" SELECT * FROM (SELECT raw, seq FROM mail_chunk WHERE mail_id = :id AND seq BETWEEN :first AND :last ORDER BY seq)", error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":id", id);
	query_set_int(rows, ":first", (gint64)first);
	query_set_int(rows, ":last", (gint64)last);
	return rows;
}

/* Frames FIRST to LAST, unpacked, one after the other. Owner: caller. */
static GBytes *
read_frames(db *raw, gint64 id, guint64 first, guint64 last, GError **error)
{
	g_autoptr(query) rows = find_frames(raw, id, first, last, error);
	g_autoptr(GByteArray) octets = g_byte_array_new();
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		size_t size;
		const void *frame = query_blob(rows, 0, &size);
		g_autoptr(GBytes) unpacked = squeeze_unpack(frame, size, error);
		if (!unpacked)
			return NULL;
		if (first == last)
			return g_steal_pointer(&unpacked);
		g_byte_array_append(octets, g_bytes_get_data(unpacked, NULL), (guint)g_bytes_get_size(unpacked));
	}
	return got < 0 ? NULL : g_byte_array_free_to_bytes(g_steal_pointer(&octets));
}

static bool
is_there(db *raw, gint64 id, GError **error)
{
	g_autoptr(query) statement = db_query(raw, "SELECT 1 FROM mail WHERE id = :id", error);
	if (!statement)
		return false;
	query_set_int(statement, ":id", id);
	int got = query_next(statement, error);
	if (!got)
		g_set_error(error, DB_ERROR, DB_FAILED, "raw mail %" G_GINT64_FORMAT " is not there", id);
	return got > 0;
}

GBytes *
mail_read(db *raw, gint64 id, GError **error)
{
	return is_there(raw, id, error) ? read_frames(raw, id, 0, G_MAXINT32, error) : NULL;
}

GBytes *
mail_read_range(db *raw, gint64 id, guint64 offset, guint64 length, GError **error)
{
	guint64 first = offset / SQUEEZE_FRAME, last = (offset + MAX(length, 1) - 1) / SQUEEZE_FRAME;
	g_autoptr(GBytes) octets = is_there(raw, id, error) ? read_frames(raw, id, first, last, error) : NULL;
	if (!octets)
		return NULL;
	guint64 size = g_bytes_get_size(octets), skip = MIN(offset - first * SQUEEZE_FRAME, size);
	return g_bytes_new_from_bytes(octets, skip, MIN(length, size - skip));
}

query *
mail_open_frame(db *raw, gint64 id, guint64 frame, struct squeeze_parts *parts, GError **error)
{
	g_autoptr(query) rows = find_frames(raw, id, frame, frame, error);
	int got = rows ? query_next(rows, error) : -1;
	if (got > 0) {
		size_t size;
		const void *octets = query_blob(rows, 0, &size);
		return squeeze_open(octets, size, parts, error) ? g_steal_pointer(&rows) : NULL;
	}
	if (got < 0 || !is_there(raw, id, error))
		return NULL;
	*parts = (struct squeeze_parts){.text = g_bytes_new(NULL, 0)};
	return g_steal_pointer(&rows);
}

bool
mail_erase(db *raw, gint64 id, GError **error)
{
	query *statement = db_query(raw, "DELETE FROM mail WHERE id = :id", error);
	if (!statement)
		return false;
	query_set_int(statement, ":id", id);
	return query_finish(statement, error);
}

gint64
mail_last_id(db *raw, GError **error)
{
	if (!db_is_in_place(raw)) {
		g_set_error(error, DB_ERROR, DB_GONE, "raw.db was removed or replaced while it was open");
		return -1;
	}
	g_autoptr(query) statement = db_query(raw, "SELECT coalesce(max(id), 0) FROM mail", error);
	return statement && query_next(statement, error) > 0 ? query_int(statement, 0) : -1;
}
