#include "web/api_message.h"

#include <string.h>

#include "store/mail.h"
#include "store/message.h"
#include "store/part.h"
#include "web/bundle.h"
#include "web/download.h"

/* NULL with the reply set. Owner: caller. */
static message_body *
find_body(struct call *call)
{
	g_autoptr(GError) error = NULL;
	message_body *body = message_get_body(call->desk, call->who, call->ids[0], &error);
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (!body)
		call_not_found(call);
	return body;
}

/* Content of strangers: nothing in it runs or loads, nowhere. */
static void
answer_text(struct call *call, const char *type, const char *text)
{
	call->reply->policy = http_policy_none;
	reply_header(call->reply, "Cache-Control", "no-store");
	reply_body(call->reply, 200, type, g_bytes_new(text, strlen(text)));
}

void
api_message_text(struct call *call)
{
	g_autoptr(message_body) body = find_body(call);
	if (body)
		answer_text(call, "text/plain; charset=utf-8", body->text);
}

void
api_message_html(struct call *call)
{
	g_autoptr(message_body) body = find_body(call);
	if (!body)
		return;
	if (body->html)
		answer_text(call, "text/html; charset=utf-8", body->html);
	else
		reply_problem(call->reply, 404, "This message has no HTML.");
}

void
api_message_source(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(message_body) body = find_body(call);
	if (!body)
		return;
	g_autoptr(mail_info) mail = body->mail_id ? mail_get(call->raw, body->mail_id, &error) : NULL;
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (!mail)
		reply_problem(call->reply, 404, "This message has no source.");
	else if (!download_mail(call, mail, &error))
		call_failed(call, g_steal_pointer(&error));
}

void
api_message_attachment(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(message_body) body = find_body(call);
	if (!body)
		return;
	int got = download_part(call, body->mail_id, &error);
	if (got < 0)
		call_failed(call, g_steal_pointer(&error));
	else if (!got)
		reply_problem(call->reply, 404, "This message has no attachment %" G_GINT64_FORMAT ".", call->ids[1]);
}

void
api_message_attachments(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(message_body) body = find_body(call);
	if (!body)
		return;
	int got = bundle_parts(call, body->mail_id, body->received, &error);
	if (got < 0)
		call_failed(call, g_steal_pointer(&error));
	else if (!got)
		reply_problem(call->reply, 404, "This message has no attachments.");
}

struct mail_search {
	int position;
	char *reading; /* NULL: there is no mail at that place */
};

static bool
note_mail(const struct part_row *part, void *data)
{
	struct mail_search *search = data;
	if (part->position == search->position && !strcmp(part->role, "mail"))
		search->reading = g_strdup(part->reading);
	return part->position < search->position;
}

void
api_message_inner_mail(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(message_body) body = find_body(call);
	if (!body)
		return;
	struct mail_search search = {.position = (int)MIN(call->ids[1], G_MAXINT)};
	if (!part_each(call->desk, call->ids[0], note_mail, &search, &error))
		call_failed(call, g_steal_pointer(&error));
	else if (!search.reading)
		reply_problem(call->reply, 404, "This message has no mail as attachment %" G_GINT64_FORMAT ".", call->ids[1]);
	else
		answer_text(call, "application/json", *search.reading ? search.reading : "{}");
	g_free(search.reading);
}
