#include "store/message.h"

#include "store/snippet.h"

#define COLUMNS \
	"SELECT m.id, m.thread_id, m.shop_id, m.mail_id, m.received, m.sent, m.kind, m.from_name, m.from_address, m.subject," \
	" substr(m.text, 1, :text_max), substr(" MESSAGE_REPLY("m.") ", 1, :text_max), m.message_ref, m.in_reply_to, m.language, m.state, m.note, m.people," \
	" m.auth, m.bounce, m.employee_id, e.firstname, e.lastname, coalesce(m.html, m.page) IS NOT NULL, length(m.text) > :text_max, m.is_automatic," \
	" m.is_spam, m.is_private, m.is_new_sender, m.spam_reason, m.warnings," \
	" m.charset, EXISTS (SELECT 1 FROM reread r WHERE r.message_id = m.id), m.protection"

static struct message_row
read_row(query *row)
{
	return (struct message_row){
		.id = query_int(row, 0), .thread_id = query_int(row, 1), .shop_id = query_int(row, 2), .mail_id = query_int(row, 3),
		.received = query_int(row, 4), .sent = query_int(row, 5), .kind = query_text(row, 6), .from_name = query_text(row, 7),
		.from_address = query_text(row, 8), .subject = query_text(row, 9), .text = query_text(row, 10), .reply = query_text(row, 11),
		.message_ref = query_text(row, 12), .in_reply_to = query_text(row, 13), .language = query_text(row, 14),
		.state = query_text(row, 15), .note = query_text(row, 16), .people = query_text(row, 17), .auth = query_text(row, 18),
		.bounce = query_text(row, 19), .employee_id = query_int(row, 20), .employee_firstname = query_text(row, 21),
		.employee_lastname = query_text(row, 22), .has_html = query_int(row, 23), .is_text_cut = query_int(row, 24),
		.is_automatic = query_int(row, 25), .is_spam = query_int(row, 26), .is_private = query_int(row, 27),
		.is_new_sender = query_int(row, 28), .spam_reason = query_text(row, 29), .warnings = query_text(row, 30),
		.charset = query_text(row, 31), .is_rereading = query_int(row, 32), .protection = query_text(row, 33),
	};
}

bool
message_each(db *desk, gint64 thread, gint64 before, int limit, bool (*each)(const struct message_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		COLUMNS " FROM message m LEFT JOIN employee e ON e.id = m.employee_id WHERE m.id IN (SELECT id FROM message"
		" WHERE thread_id = :thread AND (:before = 0 OR id < :before) ORDER BY id DESC LIMIT :limit) ORDER BY m.id", error);
	if (!rows)
		return false;
	query_set_int(rows, ":text_max", MESSAGE_TEXT_MAX);
	query_set_int(rows, ":thread", thread);
	query_set_int(rows, ":before", before);
	query_set_int(rows, ":limit", limit);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct message_row row = read_row(rows);
		if (!each(&row, data))
			return true;
	}
	return got == 0;
}

int
message_get(db *desk, const viewer *who, gint64 id, bool (*each)(const struct message_row *, void *), void *data, GError **error)
{
	g_autoptr(query) row = db_query(desk, COLUMNS " FROM message m JOIN thread t ON t.id = m.thread_id LEFT JOIN employee e ON e.id = m.employee_id"
		" WHERE m.id = :id AND " VIEWER_SEES("t.contact_id"), error);
	if (!row)
		return -1;
	query_set_int(row, ":text_max", MESSAGE_TEXT_MAX);
	query_set_int(row, ":id", id);
	query_set_int(row, ":viewer", who->id);
	int got = query_next(row, error);
	if (got <= 0)
		return got;
	struct message_row found = read_row(row);
	each(&found, data);
	return 1;
}

static gint64
number_of_thread(db *desk, const char *sql, gint64 thread, GError **error)
{
	g_autoptr(query) row = db_query(desk, sql, error);
	if (!row)
		return -1;
	query_set_int(row, ":thread", thread);
	return query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

gint64
message_total(db *desk, gint64 thread, GError **error)
{
	return number_of_thread(desk, "SELECT count(*) FROM message WHERE thread_id = :thread", thread, error);
}

gint64
message_newest(db *desk, gint64 thread, GError **error)
{
	return number_of_thread(desk, "SELECT coalesce(max(id), 0) FROM message WHERE thread_id = :thread", thread, error);
}

gint64
message_first_unread(db *desk, gint64 thread, const viewer *who, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT id FROM message WHERE thread_id = :thread AND kind = 'customer'"
		" AND CASE WHEN bounce = '' THEN 1 ELSE bounce ->> 'action' IN ('failed', 'delayed', 'complaint') END AND id > coalesce("
		"(SELECT message_id FROM thread_read WHERE employee_id = :viewer AND thread_id = :thread), 0) ORDER BY id LIMIT 1", error);
	if (!row)
		return -1;
	query_set_int(row, ":thread", thread);
	query_set_int(row, ":viewer", who->id);
	int got = query_next(row, error);
	return got > 0 ? query_int(row, 0) : got;
}

int
message_was_opened(db *desk, gint64 thread, const viewer *who, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM thread_read WHERE employee_id = :viewer AND thread_id = :thread", error);
	if (!row)
		return -1;
	query_set_int(row, ":thread", thread);
	query_set_int(row, ":viewer", who->id);
	return query_next(row, error);
}

message_body *
message_get_body(db *desk, const viewer *who, gint64 id, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT m.mail_id, m.text, " MESSAGE_HTML("m.") ", m.subject, m.received FROM message m JOIN thread t ON t.id = m.thread_id WHERE m.id = :id AND "
		VIEWER_SEES("t.contact_id"), error);
	if (!row)
		return NULL;
	query_set_int(row, ":id", id);
	query_set_int(row, ":viewer", who->id);
	if (query_next(row, error) <= 0)
		return NULL;
	message_body *body = g_new0(message_body, 1);
	body->mail_id = query_int(row, 0);
	body->text = g_strdup(query_text(row, 1));
	body->html = query_is_null(row, 2) ? NULL : g_strdup(query_text(row, 2));
	body->subject = g_strdup(query_text(row, 3));
	body->received = query_int(row, 4);
	return body;
}

void
message_body_free(message_body *body)
{
	if (!body)
		return;
	g_free(body->text);
	g_free(body->html);
	g_free(body->subject);
	g_free(body);
}

GArray *
message_mails(db *desk, gint64 id, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT mail_id FROM message WHERE id = :id AND mail_id IS NOT NULL UNION ALL"
		" SELECT * FROM (SELECT mail_id FROM message_repeat WHERE message_id = :id ORDER BY mail_id)", error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":id", id);
	return query_take_ints(rows, error);
}

char **
message_snippet(db *desk, gint64 id, const char *words, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT substr(text, 1, :text_max), subject, from_name, from_address FROM message WHERE id = :id", error);
	if (!row)
		return NULL;
	query_set_int(row, ":id", id);
	query_set_int(row, ":text_max", MESSAGE_TEXT_MAX);
	if (query_next(row, error) <= 0)
		return NULL;
	int best = 0, most = 0;
	for (int column = 0; column < 4; column++) {
		int count = snippet_count(query_text(row, column), words);
		if (count > most) {
			best = column;
			most = count;
		}
	}
	return most ? snippet_make(query_text(row, best), words) : NULL;
}
