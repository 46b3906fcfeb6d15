#include "store/filing.h"

#include <string.h>

#include "store/event.h"
#include "store/filing_rows.h"
#include "store/guise.h"
#include "store/message.h"
#include "store/status.h"

static bool
not_there(GError **error, const char *what, gint64 id)
{
	g_set_error(error, DB_ERROR, DB_FAILED, "%s %" G_GINT64_FORMAT " is not there", what, id);
	return false;
}

static bool
is_spam(const struct filing_mail *mail)
{
	return mail->spam && *mail->spam;
}

/* As its first message leaves it, but for what only has a number later (settle_thread): each index of thread is written once. A SELECT for the row would
 * be kept in a table of its own first, as a trigger might write what it reads. */
static bool
add_thread(db *desk, const struct filing_mail *mail, gint64 *id, GError **error)
{
	g_autofree char *excerpt = filing_excerpt(mail);
	query *insert = db_query(desk,
		"INSERT INTO thread (shop_id, contact_id, customer_id, email, name, language, subject, status, folder, binned, is_automatic, created,"
		" last_message, status_changed, excerpt, waiting_since, first_customer)"
		" VALUES (:shop, :contact, (SELECT id FROM customer WHERE shop_id = :shop AND email = :email), :email,"
		" iif(" GUISE_IS_GRAVE(":warnings") ", '', :name),"
		" (SELECT iif(instr(',' || languages || ',', ',' || :language || ',') AND :language <> '', :language, language) FROM shop WHERE id = :shop),"
		" :subject, iif(:quiet, 'closed', 'open'), iif(:spam, 'spam', 'normal'), iif(:spam, :received, NULL), :automatic,"
		" :received, :received, :received, :excerpt, iif(:automatic, NULL, :received), iif(:automatic, NULL, :received))", error);
	if (!insert)
		return false;
	query_set_id(insert, ":contact", mail->contact_id);
	query_set_text(insert, ":email", mail->from_address);
	query_set_text(insert, ":name", mail->from_name);
	query_set_text(insert, ":warnings", mail->warnings);
	query_set_text(insert, ":language", mail->language);
	query_set_text(insert, ":subject", mail->subject);
	query_set_text(insert, ":excerpt", excerpt);
	query_set_int(insert, ":quiet", mail->is_quiet);
	query_set_int(insert, ":automatic", mail->is_automatic);
	query_set_int(insert, ":spam", is_spam(mail));
	query_set_int(insert, ":received", mail->received);
	query_set_int(insert, ":shop", mail->shop_id);
	bool ok = query_finish(insert, error);
	*id = db_last_id(desk);
	return ok;
}

static bool
add_message(db *desk, const struct filing_mail *mail, const struct filing_place *place, gint64 thread, gint64 *id, GError **error)
{
	query *insert = db_query(desk,
		"INSERT INTO message (shop_id, kind, mail_id, received, sent, from_name, from_address, subject, text, reply, reply_length, page, people,"
		" warnings, message_ref, in_reply_to, language, auth, state, note, is_automatic, bounce, protection, is_list, digest, thread_id, is_new_sender, employee_id, is_spam,"
		" spam_reason)"
		" VALUES (:shop, iif(:employee IS NULL, 'customer', 'employee'), :mail, :received, :sent, :from_name, :from_address, :subject, :text, "
		MESSAGE_KEPT_REPLY ", " MESSAGE_KEPT_LENGTH ", " MESSAGE_KEPT_PAGE ", :people, :warnings,"
		" :message_ref, :in_reply_to, :language, :auth, :state, :note, :is_automatic, :bounce, :protection, :is_list, :digest, :thread, :new_sender, :employee, :spam <> '',"
		" :spam)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":shop", mail->shop_id);
	query_set_id(insert, ":mail", mail->mail_id);
	query_set_int(insert, ":received", mail->received);
	filing_set_columns(insert, mail);
	query_set_blob(insert, ":digest", g_bytes_get_data(mail->digest, NULL), g_bytes_get_size(mail->digest));
	query_set_int(insert, ":thread", thread);
	query_set_int(insert, ":new_sender", place->is_new_sender);
	query_set_id(insert, ":employee", mail->employee ? mail->employee->id : 0);
	query_set_text(insert, ":spam", is_spam(mail) ? mail->spam : "");
	bool ok = query_finish(insert, error);
	*id = db_last_id(desk);
	return ok;
}

static bool
add_other_contacts(db *desk, const struct filing_mail *mail, gint64 message, GError **error)
{
	for (guint i = 0; mail->other_contacts && i < mail->other_contacts->len; i++) {
		query *insert = db_query(desk, "INSERT OR IGNORE INTO message_contact (message_id, contact_id) VALUES (:message, :contact)", error);
		if (!insert)
			return false;
		query_set_int(insert, ":message", message);
		query_set_int(insert, ":contact", g_array_index(mail->other_contacts, gint64, i));
		if (!query_finish(insert, error))
			return false;
	}
	return true;
}

/* Honest mail brings back a thread that only rules have filed as spam; what staff put there stays. */
static bool
lift(db *desk, const struct filing_mail *mail, gint64 thread, GError **error)
{
	if (is_spam(mail) || mail->is_quiet)
		return true;
	query *update = db_query(desk, "UPDATE thread SET folder = 'normal', binned = NULL WHERE id = :id AND folder = 'spam'"
		" AND NOT EXISTS (SELECT 1 FROM message WHERE thread_id = :id AND kind = 'customer' AND NOT is_spam)", error);
	if (!update)
		return false;
	query_set_int(update, ":id", thread);
	return query_finish(update, error);
}

/* An UPDATE of the thread by its new message. */
static bool
finish_change(query *update, const struct filing_mail *mail, const struct filing_result *result, GError **error)
{
	query_set_int(update, ":message", result->message);
	query_set_int(update, ":automatic", mail->is_automatic);
	query_set_int(update, ":quiet", mail->is_quiet);
	query_set_int(update, ":event", result->event);
	query_set_int(update, ":thread", result->thread);
	return query_finish(update, error);
}

/* The numbers that a new thread waits for. */
static bool
settle_thread(db *desk, const struct filing_mail *mail, const struct filing_result *result, GError **error)
{
	query *update = db_query(desk,
		"UPDATE thread SET version = version + 1, last_message_id = :message, waiting_message = iif(:automatic, NULL, :message),"
		" bell_event = iif(:quiet OR folder = 'spam', NULL, :event) WHERE id = :thread", error);
	if (!update)
		return false;
	return finish_change(update, mail, result, error);
}

/* What counters and most indices of threads begin with is written only where it changes: an UPDATE that names a column pays for all that hangs on it. */
static bool
reopen_thread(db *desk, const struct filing_mail *mail, gint64 thread, GError **error)
{
	query *update = db_query(desk,
		"UPDATE thread SET status_changed = iif(:quiet OR status = 'open', status_changed, :received), status = iif(:quiet, status, 'open'),"
		" folder = iif(folder = 'bin' AND NOT :quiet, 'normal', folder), is_automatic = iif(:automatic, is_automatic, 0)"
		" WHERE id = :thread AND ((NOT :quiet AND (status <> 'open' OR folder = 'bin')) OR (NOT :automatic AND is_automatic))", error);
	if (!update)
		return false;
	query_set_int(update, ":received", mail->received);
	query_set_int(update, ":automatic", mail->is_automatic);
	query_set_int(update, ":quiet", mail->is_quiet);
	query_set_int(update, ":thread", thread);
	return query_finish(update, error);
}

static bool
renew_thread(db *desk, const struct filing_mail *mail, const struct filing_result *result, GError **error)
{
	g_autofree char *excerpt = filing_excerpt(mail);
	query *update = db_query(desk,
		"UPDATE thread SET version = version + 1, excerpt = iif(:quiet AND last_message_id, excerpt, :excerpt),"
		" last_message = iif(:quiet AND last_message_id, last_message, :received),"
		" last_message_id = iif(:quiet AND last_message_id, last_message_id, :message),"
		" waiting_message = iif(:automatic, waiting_message, coalesce(waiting_message, :message)),"
		" waiting_since = iif(:automatic, waiting_since, coalesce(waiting_since, :received)),"
		" first_customer = iif(:automatic, first_customer, coalesce(first_customer, :received)),"
		" binned = CASE WHEN folder = 'spam' THEN :received WHEN :quiet THEN binned END,"
		" bell_event = iif(:quiet OR folder = 'spam', bell_event, :event) WHERE id = :thread", error);
	if (!update)
		return false;
	query_set_text(update, ":excerpt", excerpt);
	query_set_int(update, ":received", mail->received);
	return finish_change(update, mail, result, error);
}

/* What a customer's message does to a thread that was there (SPEC 2.7); a quiet one leaves status and bell alone, and is the last message only where
 * there is no other. */
static bool
touch_thread(db *desk, const struct filing_mail *mail, const struct filing_result *result, GError **error)
{
	return reopen_thread(desk, mail, result->thread, error) && renew_thread(desk, mail, result, error);
}

static bool
tell(db *desk, const struct filing_mail *mail, struct filing_result *result, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT contact_id, folder FROM thread WHERE id = :id", error);
	if (!row)
		return false;
	query_set_int(row, ":id", result->thread);
	int got = query_next(row, error);
	if (got <= 0)
		return got < 0 ? false : not_there(error, "thread", result->thread);
	result->is_ringing = !mail->is_quiet && !mail->employee && strcmp(query_text(row, 1), "spam");
	struct event event = {.created = mail->received, .kind = mail->employee ? "reply" : "message", .employee_id = mail->employee ? mail->employee->id : 0,
		.shop_id = mail->shop_id, .thread_id = result->thread,
		.contact_id = query_int(row, 0), .message_id = result->message, .is_ringing = result->is_ringing,
		.data = is_spam(mail) ? "{\"spam\":true}" : mail->is_automatic ? "{\"automatic\":true}" : "{}"};
	bool ok = event_add(desk, &event, error);
	result->event = event.id;
	return ok;
}

/* What an employee's answer does, as Send does it: they have read what is there, too. */
static const char *const answer_steps[] = {
	"UPDATE thread SET waiting_message = NULL, waiting_since = NULL, bell_event = NULL, version = version + 1 WHERE id = :thread",
	"INSERT INTO thread_read (employee_id, thread_id, message_id, event_id) SELECT :employee, :thread, :message, max(id) FROM event"
	" WHERE true ON CONFLICT DO UPDATE SET message_id = max(message_id, excluded.message_id), event_id = max(event_id, excluded.event_id)",
};

static bool
run_answer_step(db *desk, const char *sql, const struct filing_mail *mail, const struct filing_result *result, GError **error)
{
	query *step = db_query(desk, sql, error);
	if (!step)
		return false;
	query_set_int(step, ":thread", result->thread);
	if (strstr(sql, ":employee")) {
		query_set_int(step, ":employee", mail->employee->id);
		query_set_int(step, ":message", result->message);
	}
	return query_finish(step, error);
}

/* 1: somebody is in charge. */
static int
has_charge(db *desk, gint64 thread, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM thread WHERE id = :thread AND employee_id IS NOT NULL", error);
	if (!row)
		return -1;
	query_set_int(row, ":thread", thread);
	return query_next(row, error);
}

static bool
answer_thread(db *desk, const struct filing_mail *mail, const struct filing_result *result, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answer_steps); i++)
		if (!run_answer_step(desk, answer_steps[i], mail, result, error))
			return false;
	int charge = has_charge(desk, result->thread, error);
	return charge >= 0 && status_set(desk, mail->employee, result->thread, "closed", mail->received, error) >= 0 &&
		(charge || status_assign(desk, mail->employee, result->thread, mail->employee->id, mail->received, error) >= 0);
}

/* The thread after its new message. */
static bool
change_thread(db *desk, const struct filing_mail *mail, const struct filing_place *place, const struct filing_result *result, GError **error)
{
	if (mail->employee)
		return answer_thread(desk, mail, result, error);
	return (place->thread ? touch_thread : settle_thread)(desk, mail, result, error);
}

bool
filing_file(db *desk, const struct filing_mail *mail, const struct filing_place *place, struct filing_result *result, GError **error)
{
	*result = (struct filing_result){.thread = place->thread};
	bool has_thread = result->thread ? lift(desk, mail, result->thread, error) : add_thread(desk, mail, &result->thread, error);
	return has_thread &&
		add_message(desk, mail, place, result->thread, &result->message, error) && filing_add_references(desk, mail, result->message, error) &&
		filing_add_persons(desk, mail, result->thread, error) && add_other_contacts(desk, mail, result->message, error) &&
		filing_add_parts(desk, mail, result->message, error) && filing_add_links(desk, result->thread, place->related, error) &&
		tell(desk, mail, result, error) && change_thread(desk, mail, place, result, error);
}

bool
filing_add_repeat(db *desk, gint64 message, gint64 mail, GError **error)
{
	query *insert = db_query(desk, "INSERT OR IGNORE INTO message_repeat (message_id, mail_id) VALUES (:message, :mail)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":message", message);
	query_set_int(insert, ":mail", mail);
	return query_finish(insert, error);
}

bool
filing_add_unsorted(db *desk, gint64 mail, gint64 captured, const char *reason, GError **error)
{
	query *insert = db_query(desk, "INSERT OR REPLACE INTO unsorted (mail_id, captured, reason) VALUES (:mail, :captured, :reason)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":mail", mail);
	query_set_int(insert, ":captured", captured);
	query_set_text(insert, ":reason", reason);
	return query_finish(insert, error);
}

/* What moves from :younger to :older, in this order: counters follow the messages while both threads still count. */
static const char *const merge_steps[] = {
	"UPDATE message SET thread_id = :older WHERE thread_id = :younger",
	"INSERT OR IGNORE INTO thread_person (thread_id, address) SELECT :older, address FROM thread_person WHERE thread_id = :younger",
	"INSERT OR IGNORE INTO thread_link (thread_id, related_id) SELECT :older, related_id FROM thread_link WHERE thread_id = :younger AND related_id <> :older",
	"INSERT OR IGNORE INTO thread_link (thread_id, related_id) SELECT thread_id, :older FROM thread_link WHERE related_id = :younger AND thread_id <> :older",
	"DELETE FROM thread_link WHERE thread_id = :younger OR related_id = :younger",
	"UPDATE notice SET thread_id = :older WHERE thread_id = :younger",
	"UPDATE outbox SET thread_id = :older WHERE thread_id = :younger",
	"UPDATE upload SET thread_id = :older WHERE thread_id = :younger",
	"UPDATE OR IGNORE draft SET thread_id = :older WHERE thread_id = :younger",
	"UPDATE thread AS o SET status = iif(y.status = 'open', 'open', o.status), last_message = max(o.last_message, y.last_message),"
	" excerpt = iif(y.last_message_id > o.last_message_id, y.excerpt, o.excerpt), is_private = max(o.is_private, y.is_private),"
	" last_message_id = max(o.last_message_id, y.last_message_id), created = min(o.created, y.created),"
	" is_automatic = min(o.is_automatic, y.is_automatic), employee_id = coalesce(o.employee_id, y.employee_id),"
	" order_id = coalesce(o.order_id, y.order_id),"
	" waiting_message = coalesce(min(o.waiting_message, y.waiting_message), o.waiting_message, y.waiting_message),"
	" waiting_since = coalesce(min(o.waiting_since, y.waiting_since), o.waiting_since, y.waiting_since),"
	" first_customer = coalesce(min(o.first_customer, y.first_customer), o.first_customer, y.first_customer),"
	" bell_event = coalesce(max(o.bell_event, y.bell_event), o.bell_event, y.bell_event),"
	" version = o.version + 1 FROM thread y WHERE o.id = :older AND y.id = :younger",
	"UPDATE thread SET folder = 'merged', merged_into = :older, bell_event = NULL, version = version + 1 WHERE id = :younger",
};

static bool
tell_merge(db *desk, gint64 older, gint64 younger, gint64 now, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT shop_id, contact_id FROM thread WHERE id = :id", error);
	if (!row)
		return false;
	query_set_int(row, ":id", older);
	if (query_next(row, error) <= 0)
		return false;
	g_autofree char *data = g_strdup_printf("{\"into\":%" G_GINT64_FORMAT "}", older);
	struct event event = {.created = now, .kind = "merged", .shop_id = query_int(row, 0), .thread_id = younger,
		.contact_id = query_int(row, 1), .data = data};
	return event_add(desk, &event, error);
}

bool
filing_merge(db *desk, gint64 older, gint64 younger, gint64 now, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(merge_steps); i++) {
		query *step = db_query(desk, merge_steps[i], error);
		if (!step)
			return false;
		query_set_int(step, ":younger", younger);
		if (strstr(merge_steps[i], ":older"))
			query_set_int(step, ":older", older);
		if (!query_finish(step, error))
			return false;
	}
	return tell_merge(desk, older, younger, now, error);
}
