#include "web/api_blocked.h"

#include <string.h>

#include "store/contact.h"
#include "store/status.h"
#include "web/crud.h"
#include "web/json.h"
#include "web/thread_json.h"

static void
write_members(out *json, const struct blocked_row *row)
{
	out_int(json, "id", row->id);
	out_text(json, "sender", row->sender);
	out_text(json, "reason", row->reason);
	out_time(json, "created", row->created);
	thread_json_person(json, "employee", row->employee_id, row->firstname, row->lastname);
	out_int(json, "version", row->version);
}

static bool
write_row(const struct blocked_row *row, void *data)
{
	out_object(data, NULL);
	write_members(data, row);
	out_end(data);
	return true;
}

static bool
write_blocked(const struct blocked_row *row, void *data)
{
	out_object(data, "blocked");
	write_members(data, row);
	out_end(data);
	return true;
}

bool
api_blocked_write_of(out *json, db *desk, const char *address, GError **error)
{
	int got = blocked_get_of(desk, address, write_blocked, json, error);
	if (!got)
		out_null(json, "blocked");
	return got >= 0;
}

void
api_blocked_list(struct call *call)
{
	struct crud_page page;
	GError *error = NULL;
	if (!crud_read_page(call, 50, blocked_sorts, &page))
		return;
	const struct blocked_filter filter = {call_argument(call, "sender"), page.sort, page.limit, page.page};
	gint64 total = blocked_total(call->desk, &filter, &error);
	out *json = crud_begin("blocked", total, filter.page, filter.limit);
	bool is_whole = total >= 0 && blocked_each(call->desk, &filter, write_row, json, &error);
	crud_end(call, json, is_whole, error);
}

struct answering {
	out *json;
	gint64 version;
};

static bool
write_one(const struct blocked_row *row, void *data)
{
	struct answering *answering = data;
	answering->version = row->version;
	return write_row(row, answering->json);
}

static void
answer(struct call *call, int status, gint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	struct answering answering = {json, 0};
	int got = blocked_get(call->desk, id, write_one, &answering, &error);
	if (got < 0) {
		call_failed(call, g_steal_pointer(&error));
	} else if (!got) {
		call_not_found(call);
	} else {
		call_tag(call, answering.version);
		call_json(call, status, g_steal_pointer(&json));
	}
}

void
api_blocked_get(struct call *call)
{
	answer(call, 200, call->ids[0]);
}

struct edit {
	const struct call *call;
	struct blocked_row row;
	gint64 thread;   /* that is to go to spam; 0: none */
	int got;
	bool is_missing; /* out: the thread is not there, or not theirs */
};

static void
read_reason(struct call *call, const json_in *in, char **reason)
{
	const char *given = json_get_text(in, "reason");
	*reason = g_strstrip(g_strdup(given ? given : ""));
	if (g_utf8_strlen(*reason, -1) > BLOCKED_REASON_MAX)
		reply_refuse(call->reply, "reason", "too_long", BLOCKED_REASON_MAX, "This value is too long. It should have %d characters or less.",
			BLOCKED_REASON_MAX);
}

/* What would shut out our own contacts is none that can be blocked. FALSE with the reply set. */
static bool
read_sender(struct call *call, const json_in *in, char **sender)
{
	g_autoptr(GError) error = NULL;
	const char *given = json_get_text(in, "sender");
	*sender = given ? blocked_normal(given) : NULL;
	if (!*sender) {
		reply_refuse(call->reply, "sender", "blocked_sender", 0, "This is neither an email address nor a domain.");
		return false;
	}
	char delimiter = *call->web->conf->milter.recipient_delimiter;
	int own = strchr(*sender, '@') ? contact_is_own(call->desk, *sender, delimiter, &error) : contact_has_domain(call->desk, *sender, &error);
	if (own < 0)
		call_failed(call, g_steal_pointer(&error));
	else if (own)
		reply_refuse(call->reply, "sender", "blocked_own", 0, "One of your own contacts has this address.");
	return own == 0;
}

static bool
run_save(db *desk, void *data, GError **error)
{
	struct edit *edit = data;
	edit->got = blocked_save(desk, &edit->row, error);
	if (edit->got != 1 || !edit->thread)
		return edit->got >= 0;
	int moved = status_spam(desk, edit->call->who, edit->thread, true, edit->call->now, error);
	edit->is_missing = !moved;
	if (edit->is_missing) /* an error undoes what was done before it */
		g_set_error_literal(error, DB_ERROR, DB_FAILED, "refused");
	return moved > 0;
}

static void
answer_save(struct call *call, const struct edit *edit, int status)
{
	if (edit->got == 1)
		answer(call, status, edit->row.id);
	else if (edit->got == 2)
		reply_refuse(call->reply, "sender", "blocked_taken", 0, "This sender is blocked already.");
	else if (edit->got == 3)
		call_outdated(call);
	else if (edit->got == 4)
		reply_refuse(call->reply, "sender", "blocked_full", BLOCKED_MAX, "%d senders are blocked already; delete some first.", BLOCKED_MAX);
	else
		call_not_found(call);
}

static void
save(struct call *call, struct edit *edit, int status)
{
	g_autoptr(GError) error = NULL;
	edit->call = call;
	if (writer_submit(call->web->desk, run_save, edit, &error))
		answer_save(call, edit, status);
	else if (edit->is_missing)
		call_not_found(call);
	else
		call_failed(call, g_steal_pointer(&error));
}

void
api_blocked_add(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	if (!in)
		return;
	g_autofree char *sender = NULL, *reason = NULL;
	struct edit edit = {.row = {.created = call->now, .employee_id = call->who->id}};
	if (json_has(in, "spam") && (!json_get_int(in, "spam", &edit.thread) || edit.thread < 1))
		reply_wrong_field(call->reply, "spam", "spam must be the number of a thread.");
	read_reason(call, in, &reason);
	if (!read_sender(call, in, &sender) || call->reply->wrong)
		return;
	edit.row.sender = sender;
	edit.row.reason = reason;
	save(call, &edit, 201);
}

void
api_blocked_change(struct call *call)
{
	struct edit edit = {.row.id = call->ids[0]};
	g_autofree char *reason = NULL;
	if (!call_version(call, &edit.row.version))
		return;
	g_autoptr(json_in) in = call_read_json(call);
	if (!in)
		return;
	read_reason(call, in, &reason);
	edit.row.reason = reason;
	if (!call->reply->wrong)
		save(call, &edit, 200);
}

static int
drop(db *desk, const viewer *who, gint64 id, GError **error)
{
	(void)who;
	return blocked_drop(desk, id, error);
}

static const struct crud_noun noun = {"blocked_sender", drop};

void
api_blocked_drop(struct call *call)
{
	crud_drop(call, &noun);
}

void
api_blocked_drop_all(struct call *call)
{
	crud_drop_all(call, &noun);
}
