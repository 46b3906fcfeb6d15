#include "store/reply.h"

#include <string.h>

#include "store/contact.h"
#include "store/event.h"
#include "store/letter.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/part.h"
#include "store/recipients.h"
#include "store/status.h"
#include "store/token.h"

/* An answer while its rows are written. */
struct writing {
	db *desk;
	const viewer *who;
	const struct signer *signer;
	const struct reply_new *reply;
	gint64 now, message;
	correspondence *about;
	GArray *recipients; /* struct outbox_recipient: borrows from PEOPLE */
	GPtrArray *people;
	char *message_ref, *subject;
};

static query *
prepare(const struct writing *writing, const char *sql, GError **error)
{
	return db_query(writing->desk, sql, error);
}

/* 1: the key has brought *MESSAGE already; 2: another request; 0: it is new; -1. */
static int
find_key(const struct writing *writing, gint64 *message, GError **error)
{
	if (!writing->reply->key)
		return 0;
	g_autoptr(query) row = prepare(writing, "SELECT message_id, digest = :digest FROM sent_key WHERE employee_id = :employee AND key = :key", error);
	if (!row)
		return -1;
	query_set_int(row, ":employee", writing->who->id);
	query_set_text(row, ":key", writing->reply->key);
	query_set_blob(row, ":digest", g_bytes_get_data(writing->reply->digest, NULL), g_bytes_get_size(writing->reply->digest));
	int got = query_next(row, error);
	*message = got > 0 ? query_int(row, 0) : 0;
	return got > 0 ? 1 + !query_int(row, 1) : got;
}

static bool
add_key(const struct writing *writing, GError **error)
{
	if (!writing->reply->key)
		return true;
	query *insert = prepare(writing, "INSERT INTO sent_key (employee_id, key, digest, message_id, created)"
		" VALUES (:employee, :key, :digest, :message, :now)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":employee", writing->who->id);
	query_set_text(insert, ":key", writing->reply->key);
	query_set_blob(insert, ":digest", g_bytes_get_data(writing->reply->digest, NULL), g_bytes_get_size(writing->reply->digest));
	query_set_int(insert, ":message", writing->message);
	query_set_int(insert, ":now", writing->now);
	return query_finish(insert, error);
}

/* 1: somebody else's public message came after what the writer saw; that an answer arrived is no news to stop for. */
static int
has_moved(const struct writing *writing, GError **error)
{
	if (!writing->reply->seen)
		return 0;
	g_autoptr(query) row = prepare(writing, "SELECT 1 FROM message WHERE thread_id = :thread AND id > :seen AND kind <> 'note'"
		" AND employee_id IS NOT :employee AND CASE WHEN bounce = '' THEN 1 ELSE bounce ->> 'action' = 'failed' END LIMIT 1", error);
	if (!row)
		return -1;
	query_set_int(row, ":thread", writing->about->thread);
	query_set_int(row, ":seen", writing->reply->seen);
	query_set_int(row, ":employee", writing->who->id);
	return query_next(row, error);
}

static enum reply_result
find_recipients(struct writing *writing, char **culprit, GError **error)
{
	const struct reply_new *reply = writing->reply;
	if (!writing->about->sender_id)
		return REPLY_NO_SENDER;
	writing->people = correspondence_people(writing->desk, writing->about, error);
	if (!writing->people)
		return REPLY_ERROR;
	if (!recipients_choose(writing->people, reply->to, reply->cc, writing->recipients, culprit))
		return REPLY_NOT_AMONG;
	return writing->recipients->len ? REPLY_DONE : REPLY_NO_RECIPIENT;
}

static bool
add_message(struct writing *writing, GError **error)
{
	const correspondence *about = writing->about;
	bool is_note = writing->reply->is_private;
	g_autofree char *people = recipients_json(writing->recipients);
	query *insert = prepare(writing,
		"INSERT INTO message (shop_id, kind, received, sent, employee_id, from_name, from_address, subject, text, reply_length, page, people, in_reply_to,"
		" language, is_private, thread_id) VALUES (:shop, :kind, :now, :now, :employee, :name, :address, :subject, :text, length(:text), " MESSAGE_KEPT_PAGE ", :people,"
		" :in_reply_to, :language, :private, :thread)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":shop", about->shop_id);
	query_set_text(insert, ":kind", is_note ? "note" : "employee");
	query_set_int(insert, ":now", writing->now);
	query_set_int(insert, ":employee", writing->who->id);
	query_set_text(insert, ":name", is_note ? "" : about->sender_name);
	query_set_text(insert, ":address", is_note ? "" : about->sender);
	query_set_text(insert, ":subject", is_note ? "" : writing->subject);
	query_set_text(insert, ":text", writing->reply->text);
	query_set_text(insert, ":html", writing->reply->html);
	query_set_text(insert, ":people", people);
	query_set_text(insert, ":in_reply_to", is_note ? "" : about->in_reply_to);
	query_set_text(insert, ":language", about->language);
	query_set_int(insert, ":private", is_note);
	query_set_int(insert, ":thread", about->thread);
	bool ok = query_finish(insert, error);
	writing->message = db_last_id(writing->desk);
	return ok;
}

static bool
add_own_id(struct writing *writing, GError **error)
{
	const char *domain = strrchr(writing->about->sender, '@');
	writing->message_ref = token_message_id(writing->signer->keys, writing->about->thread, writing->message, domain + 1);
	query *update = prepare(writing, "UPDATE message SET message_ref = :ref WHERE id = :message", error);
	if (!update)
		return false;
	query_set_text(update, ":ref", writing->message_ref);
	query_set_int(update, ":message", writing->message);
	if (!query_finish(update, error))
		return false;
	query *insert = prepare(writing, "INSERT INTO message_id (shop_id, ref, is_own, message_id) VALUES (:shop, :ref, 1, :message)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":shop", writing->about->shop_id);
	query_set_text(insert, ":ref", writing->message_ref);
	query_set_int(insert, ":message", writing->message);
	return query_finish(insert, error);
}

/* 1: the file is a part of the message now; 0: it is not there, or not theirs. */
static int
add_upload(const struct writing *writing, gint64 upload, int position, GError **error)
{
	g_autoptr(query) row = prepare(writing, "DELETE FROM upload WHERE mail_id = :id AND thread_id = :thread AND employee_id = :employee"
		" RETURNING name, type, size", error);
	if (!row)
		return -1;
	query_set_int(row, ":id", upload);
	query_set_int(row, ":thread", writing->about->thread);
	query_set_int(row, ":employee", writing->who->id);
	int got = query_next(row, error);
	if (got <= 0)
		return got;
	struct part_row part = {.position = position, .name = query_text(row, 0), .type = query_text(row, 1), .charset = "", .content_id = "",
		.length = (guint64)query_int(row, 2), .size = (guint64)query_int(row, 2), .encoding = PART_IDENTITY, .mail_id = upload};
	return part_add(writing->desk, writing->message, &part, error) ? 1 : -1;
}

static enum reply_result
add_uploads(const struct writing *writing, GError **error)
{
	const GArray *uploads = writing->reply->uploads;
	for (guint i = 0; uploads && i < uploads->len; i++) {
		int got = add_upload(writing, g_array_index(uploads, gint64, i), (int)i + 1, error);
		if (got <= 0)
			return got < 0 ? REPLY_ERROR : REPLY_NO_UPLOAD;
	}
	return REPLY_DONE;
}

static bool
add_persons(const struct writing *writing, GError **error)
{
	for (guint i = 0; i < writing->recipients->len; i++) {
		g_autofree char *address = contact_mailable_address(g_array_index(writing->recipients, struct outbox_recipient, i).address);
		query *insert = address ? prepare(writing, "INSERT OR IGNORE INTO thread_person (thread_id, address) VALUES (:thread, :address)", error) : NULL;
		if (!insert)
			return false;
		query_set_int(insert, ":thread", writing->about->thread);
		query_set_text(insert, ":address", address);
		if (!query_finish(insert, error))
			return false;
	}
	return true;
}

/* What Send changes, as it was before, read before it is changed. */
static char *
remember(const struct writing *writing, const char *status, gint64 employee, GError **error)
{
	g_autoptr(query) row = prepare(writing,
		"SELECT json_object('status', status, 'employee', employee_id, 'waiting_message', waiting_message, 'waiting_since', waiting_since,"
		" 'bell_event', bell_event, 'status_changed', status_changed, 'set_status', :status, 'set_employee', :employee, 'draft', json(:draft))"
		" FROM thread WHERE id = :thread", error);
	if (!row)
		return NULL;
	query_set_text(row, ":status", status);
	query_set_id(row, ":employee", employee);
	query_set_text(row, ":draft", writing->reply->draft ? writing->reply->draft : "null");
	query_set_int(row, ":thread", writing->about->thread);
	return query_next(row, error) > 0 ? g_strdup(query_text(row, 0)) : NULL;
}

static bool
add_to_outbox(const struct writing *writing, const char *undo, GError **error)
{
	const correspondence *about = writing->about;
	const struct reply_new *reply = writing->reply;
	struct letter letter = correspondence_letter(about, reply->text, reply->html);
	g_autofree char *text = letter_whole_text(&letter), *html = letter_whole_html(&letter);
	g_autofree char *head = correspondence_head(about, writing->subject, writing->now);
	guint files = reply->uploads ? reply->uploads->len : 0;
	g_autofree struct outbox_part *parts = g_new0(struct outbox_part, files + 1);
	for (guint i = 0; i < files; i++)
		parts[i] = (struct outbox_part){writing->message, (int)i + 1};
	struct outbox_new mail = {.kind = "reply", .shop_id = about->shop_id, .thread_id = about->thread, .message_id = writing->message,
		.employee_id = writing->who->id, .created = writing->now, .due = writing->now + reply->undo_ms, .message_ref = writing->message_ref,
		.sender = about->reply_to ? about->reply_to : about->sender, .head = head, .text = text, .html = html,
		.undo = reply->undo_ms ? undo : "", .recipients = (const struct outbox_recipient *)(void *)writing->recipients->data,
		.recipient_count = writing->recipients->len, .parts = parts, .part_count = files};
	gint64 id;
	return outbox_add(writing->desk, &mail, &id, error);
}

static bool
tell(const struct writing *writing, const char *kind, GError **error)
{
	struct event event = {.created = writing->now, .kind = kind, .shop_id = writing->about->shop_id, .thread_id = writing->about->thread,
		.contact_id = writing->about->contact_id, .message_id = writing->message, .employee_id = writing->who->id};
	return event_add(writing->desk, &event, error);
}

/* SQL with :thread alone, or :thread, :employee and :message. */
static bool
run(const struct writing *writing, const char *sql, GError **error)
{
	query *statement = prepare(writing, sql, error);
	if (!statement)
		return false;
	query_set_int(statement, ":thread", writing->about->thread);
	if (strstr(sql, ":employee"))
		query_set_int(statement, ":employee", writing->who->id);
	if (strstr(sql, ":message"))
		query_set_int(statement, ":message", writing->message);
	return query_finish(statement, error);
}

/* Status and in charge change by the deeds that change them everywhere. */
static enum reply_result
change_thread(const struct writing *writing, const char *status, gint64 employee, GError **error)
{
	if (!run(writing, "UPDATE thread SET waiting_message = NULL, waiting_since = NULL, bell_event = NULL, version = version + 1 WHERE id = :thread", error))
		return REPLY_ERROR;
	if (status_set(writing->desk, writing->who, writing->about->thread, status, writing->now, error) < 0)
		return REPLY_ERROR;
	int assigned = status_assign(writing->desk, writing->who, writing->about->thread, employee, writing->now, error);
	return assigned < 0 ? REPLY_ERROR : assigned == 3 ? REPLY_NOT_ASSIGNABLE : REPLY_DONE;
}

/* Who writes has read what is there. */
static bool
tidy(const struct writing *writing, GError **error)
{
	return run(writing, "DELETE FROM draft WHERE thread_id = :thread AND employee_id = :employee", error) &&
		run(writing, "INSERT INTO thread_read (employee_id, thread_id, message_id, event_id) SELECT :employee, :thread, :message, max(id) FROM event"
			" WHERE true ON CONFLICT DO UPDATE SET message_id = max(message_id, excluded.message_id), event_id = max(event_id, excluded.event_id)", error);
}

static enum reply_result
send_note(struct writing *writing, GError **error)
{
	if (!add_message(writing, error))
		return REPLY_ERROR;
	enum reply_result result = add_uploads(writing, error);
	if (result != REPLY_DONE)
		return result;
	bool ok = run(writing, "UPDATE thread SET is_private = 1, version = version + 1 WHERE id = :thread", error) && tell(writing, "note", error) &&
		add_key(writing, error) && tidy(writing, error);
	return ok ? REPLY_DONE : REPLY_ERROR;
}

static gint64
in_charge(const struct writing *writing)
{
	if (writing->reply->employee != REPLY_AUTHOR)
		return writing->reply->employee;
	return writing->about->employee_id ? writing->about->employee_id : writing->who->id;
}

static enum reply_result
send_answer(struct writing *writing, char **culprit, GError **error)
{
	const char *status = writing->reply->status ? writing->reply->status : "closed";
	gint64 employee = in_charge(writing);
	enum reply_result result = find_recipients(writing, culprit, error);
	if (result != REPLY_DONE)
		return result;
	writing->subject = correspondence_subject(writing->about);
	if (!add_message(writing, error) || !add_own_id(writing, error) || !add_persons(writing, error))
		return REPLY_ERROR;
	result = add_uploads(writing, error);
	if (result != REPLY_DONE)
		return result;
	g_autofree char *undo = remember(writing, status, employee, error);
	if (!undo || !add_to_outbox(writing, undo, error) || !tell(writing, "reply", error) || !add_key(writing, error) || !tidy(writing, error))
		return REPLY_ERROR;
	return change_thread(writing, status, employee, error);
}

static enum reply_result
send(struct writing *writing, char **culprit, GError **error)
{
	int moved;
	if (strcmp(writing->about->folder, "normal"))
		return REPLY_AWAY;
	if ((moved = has_moved(writing, error)))
		return moved < 0 ? REPLY_ERROR : REPLY_MOVED;
	return writing->reply->is_private ? send_note(writing, error) : send_answer(writing, culprit, error);
}

enum reply_result
reply_send(db *desk, const viewer *who, const struct signer *signer, const struct reply_new *reply, gint64 now, struct reply_done *done, GError **error)
{
	struct writing writing = {.desk = desk, .who = who, .signer = signer, .reply = reply, .now = now};
	*done = (struct reply_done){0};
	int known = find_key(&writing, &done->message, error);
	if (known)
		return known < 0 ? REPLY_ERROR : known == 1 ? REPLY_BEFORE : REPLY_OTHER_KEY;
	g_autoptr(GError) problem = NULL;
	writing.about = correspondence_open(desk, who, signer, reply->thread, &problem);
	if (!writing.about) {
		bool is_error = problem;
		if (problem)
			g_propagate_error(error, g_steal_pointer(&problem));
		return is_error ? REPLY_ERROR : REPLY_NOT_THERE;
	}
	writing.recipients = g_array_new(FALSE, FALSE, sizeof(struct outbox_recipient));
	enum reply_result result = db_savepoint(desk, "reply", error) ? send(&writing, &done->culprit, error) : REPLY_ERROR;
	if (result == REPLY_DONE && !db_release(desk, "reply", error))
		result = REPLY_ERROR;
	else if (result != REPLY_DONE && result != REPLY_ERROR)
		db_rollback_to(desk, "reply");
	done->message = writing.message;
	g_array_unref(writing.recipients);
	g_clear_pointer(&writing.people, g_ptr_array_unref);
	correspondence_free(writing.about);
	g_free(writing.message_ref);
	g_free(writing.subject);
	return result;
}
