#include "web/message_json.h"

#include <string.h>

#include "store/mail.h"
#include "store/outbox.h"
#include "store/part.h"
#include "store/trust.h"
#include "web/json.h"

static void
write_author(out *json, const struct message_row *row)
{
	out_object(json, "author");
	if (row->employee_id) {
		out_int(json, "id", row->employee_id);
		out_text(json, "firstname", row->employee_firstname);
		out_text(json, "lastname", row->employee_lastname);
	} else {
		out_text(json, "name", row->from_name);
		out_text(json, "email", row->from_address);
	}
	out_end(json);
}

static void
write_from(out *json, const struct message_row *row)
{
	out_object(json, "from");
	out_text(json, "name", row->from_name);
	out_text(json, "address", row->from_address);
	out_end(json);
}

/* To, Cc and others out of the row's people, and how the sender may fool a reader. */
static void
write_people(out *json, const struct message_row *row)
{
	static const char *const lists[] = {"to", "cc", "reply_to", "authors"};
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autofree char *list = json_member(row->people, lists[i]);
		out_stored(json, lists[i], list ? list : "[]");
	}
	g_autofree char *via = json_member(row->people, "via");
	out_stored(json, "via", via ? via : "");
	out_stored(json, "warnings", *row->warnings ? row->warnings : "[]");
}

static bool
write_attachment(const struct part_row *part, void *data)
{
	out *json = data;
	out_object(json, NULL);
	out_int(json, "id", part->position);
	out_text(json, "name", part->name);
	out_text(json, "type", part->type);
	out_int(json, "size", (gint64)part->size);
	if (*part->content_id)
		out_text(json, "cid", part->content_id);
	out_bool(json, "inline", part->is_inline);
	out_text(json, "role", part->role);
	out_stored(json, "event", strcmp(part->role, "event") ? "" : part->reading);
	out_end(json);
	return true;
}

static bool
write_attachments(out *json, db *desk, gint64 message, GError **error)
{
	out_array(json, "attachments");
	bool ok = part_each(desk, message, write_attachment, json, error);
	out_end(json);
	return ok;
}

static void
add_recipients(GPtrArray *known, char **recipients)
{
	for (; *recipients; recipients++)
		if (!g_ptr_array_find_with_equal_func(known, *recipients, g_str_equal, NULL))
			g_ptr_array_add(known, g_strdup(*recipients));
}

/* Mail that is no longer in raw.db has no envelope any more. */
static bool
read_envelope(const struct message_scope *scope, gint64 message, char **sender, GPtrArray *recipients, GError **error)
{
	g_autoptr(GArray) mails = message_mails(scope->desk, message, error);
	if (!mails)
		return false;
	for (guint i = 0; i < mails->len; i++) {
		g_autoptr(GError) problem = NULL;
		g_autoptr(mail_info) mail = mail_get(scope->raw, g_array_index(mails, gint64, i), &problem);
		if (problem) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return false;
		}
		if (mail && !*sender)
			*sender = g_strdup(mail->sender);
		if (mail)
			add_recipients(recipients, mail->recipients);
	}
	return true;
}

static bool
write_envelope(out *json, const struct message_scope *scope, gint64 message, GError **error)
{
	g_autofree char *sender = NULL;
	g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(g_free);
	if (!read_envelope(scope, message, &sender, recipients, error))
		return false;
	if (!sender) {
		out_null(json, "envelope");
		return true;
	}
	out_object(json, "envelope");
	out_text(json, "from", sender);
	out_array(json, "to");
	for (guint i = 0; i < recipients->len; i++)
		out_text(json, NULL, recipients->pdata[i]);
	out_end(json);
	out_end(json);
	return true;
}

/* What a report says that is no failure: that the mail has arrived, was handed on, or was complained of; NULL: it is none. */
static const char *
report_of(const char *bounce)
{
	static const char *const actions[][2] = {{"\"action\":\"delivered\"", "delivered"}, {"\"action\":\"relayed\"", "relayed"},
		{"\"action\":\"expanded\"", "expanded"}, {"\"action\":\"read\"", "read"}, {"\"action\":\"complaint\"", "complaint"}};
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
		if (strstr(bounce, actions[i][0]))
			return actions[i][1];
	return NULL;
}

/* A complaint: of which kind, by whom; null when it is none. */
static void
write_feedback(out *json, const char *report, const char *bounce)
{
	if (g_strcmp0(report, "complaint")) {
		out_null(json, "feedback");
		return;
	}
	g_autofree char *type = json_member(bounce, "reason"), *recipients = json_member(bounce, "recipients");
	out_object(json, "feedback");
	out_stored(json, "type", type ? type : "");
	out_stored(json, "recipients", recipients ? recipients : "");
	out_end(json);
}

static void
write_marks(out *json, const struct message_row *row)
{
	out_text(json, "message_id", row->message_ref);
	out_text(json, "in_reply_to", row->in_reply_to);
	out_bool(json, "auto", row->is_automatic);
	const char *report = report_of(row->bounce);
	out_stored(json, "bounce", report ? "" : row->bounce);
	if (report)
		out_text(json, "report", report);
	else
		out_null(json, "report");
	write_feedback(json, report, row->bounce);
	out_bool(json, "spam", row->is_spam);
	out_stored(json, "spam_reason", row->is_spam ? row->spam_reason : "");
	out_stored(json, "auth", row->auth);
	if (*row->protection)
		out_text(json, "protection", row->protection);
	else
		out_null(json, "protection");
	out_bool(json, "new_sender", row->is_new_sender);
	out_bool(json, "private", row->is_private);
	out_text(json, "state", row->state);
	out_text(json, "note", row->note);
	out_text(json, "charset", *row->charset ? row->charset : NULL);
	out_bool(json, "rereading", row->is_rereading);
}

static void
write_text(out *json, const struct message_row *row)
{
	out_text(json, "subject", row->subject);
	out_text(json, "language", row->language);
	out_time(json, "date", row->sent);
	out_time(json, "received", row->received);
	out_text(json, "text", row->text);
	out_bool(json, "text_more", row->is_text_cut);
	out_text(json, "reply", row->reply);
	out_bool(json, "has_html", row->has_html);
}

/* Whether remote images of its sender are to be shown; never where DMARC says that it is somebody else's name. */
static bool
write_trust(out *json, const struct message_scope *scope, const struct message_row *row, GError **error)
{
	g_autofree char *dmarc = *row->auth ? json_member(row->auth, "dmarc") : NULL;
	bool may_be = row->has_html && *row->from_address && g_strcmp0(dmarc, "\"fail\"");
	int is_trusted = may_be ? trust_has(scope->desk, scope->viewer, row->from_address, error) : 0;
	out_bool(json, "trusted_sender", is_trusted > 0);
	return is_trusted >= 0;
}

/* What became of it on its way out; null for what came in. */
static bool
write_delivery(out *json, const struct message_scope *scope, const struct message_row *row, GError **error)
{
	if (strcmp(row->kind, "customer"))
		return outbox_write(scope->desk, row->id, g_get_real_time() / 1000, json, "delivery", error);
	out_null(json, "delivery");
	return true;
}

struct answering {
	const struct message_scope *scope;
	out *json;
	GError *error;
};

static bool
write_one(const struct message_row *row, void *data)
{
	struct answering *answering = data;
	return message_json_write(answering->json, answering->scope, row, &answering->error);
}

void
message_json_answer(struct call *call, int status, gint64 id)
{
	const struct message_scope scope = {call->desk, call->raw, call->who->id, 0};
	struct answering answering = {.scope = &scope, .json = out_new()};
	g_autoptr(GError) error = NULL;
	int got = message_get(call->desk, call->who, id, write_one, &answering, &error);
	if (answering.error)
		g_propagate_error(&error, answering.error);
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (!got)
		call_not_found(call);
	else
		call_json(call, status, g_steal_pointer(&answering.json));
	out_free(answering.json);
}

bool
message_json_write(out *json, const struct message_scope *scope, const struct message_row *row, GError **error)
{
	const char *report = report_of(row->bounce);
	bool is_theirs = !strcmp(row->kind, "customer") && (!report || !strcmp(report, "complaint"));
	out_object(json, NULL);
	out_int(json, "id", row->id);
	out_text(json, "kind", row->kind);
	write_author(json, row);
	write_from(json, row);
	write_people(json, row);
	write_text(json, row);
	write_marks(json, row);
	out_bool(json, "unread", is_theirs && scope->first_unread && row->id >= scope->first_unread);
	bool ok = write_attachments(json, scope->desk, row->id, error) && write_envelope(json, scope, row->id, error) &&
		write_trust(json, scope, row, error) && write_delivery(json, scope, row, error);
	out_end(json);
	return ok;
}
