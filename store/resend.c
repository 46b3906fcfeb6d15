#include "store/resend.h"

#include <string.h>

#include "store/contact.h"
#include "store/delivery.h"
#include "store/erase.h"
#include "store/outbox.h"

/* What is to be sent again. */
struct resending {
	db *desk;
	gint64 outbox, thread, message, mail, now;
	char state[16];   /* the row's own */
	bool is_reply;
	int open, position; /* recipients who have not got it; the first of them */
	const char *address; /* instead of that one's */
	char delimiter;
};

/* 1: found; 0; -1. The newest row of MESSAGE. */
static int
find(struct resending *it, const viewer *who, gint64 message, GError **error)
{
	g_autoptr(query) row = db_query(it->desk,
		"SELECT o.id, o.state, o.mail_id, o.kind = 'reply', t.id,"
		" (SELECT count(*) FROM outbox_recipient WHERE outbox_id = o.id AND state IN ('failed', 'waiting')),"
		" (SELECT min(position) FROM outbox_recipient WHERE outbox_id = o.id AND state IN ('failed', 'waiting'))"
		" FROM outbox o JOIN message m ON m.id = o.message_id JOIN thread t ON t.id = m.thread_id"
		" WHERE o.message_id = :message AND " VIEWER_SEES("t.contact_id") " ORDER BY o.id DESC LIMIT 1", error);
	if (!row)
		return -1;
	query_set_int(row, ":message", message);
	query_set_int(row, ":viewer", who->id);
	int got = query_next(row, error);
	if (got <= 0)
		return got;
	it->message = message;
	it->outbox = query_int(row, 0);
	g_strlcpy(it->state, query_text(row, 1), sizeof it->state);
	it->mail = query_int(row, 2);
	it->is_reply = query_int(row, 3);
	it->thread = query_int(row, 4);
	it->open = (int)query_int(row, 5);
	it->position = (int)query_int(row, 6);
	return 1;
}

/* SQL with whichever of our names it has. */
static bool
run(const struct resending *it, const char *sql, GError **error)
{
	query *statement = db_query(it->desk, sql, error);
	if (!statement)
		return false;
	const struct {
		const char *name;
		gint64 value;
	} numbers[] = {{":outbox", it->outbox}, {":thread", it->thread}, {":message", it->message}, {":now", it->now}, {":position", it->position},
		{":expires", it->now + OUTBOX_EXPIRES_MS}};
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		if (strstr(sql, numbers[i].name))
			query_set_int(statement, numbers[i].name, numbers[i].value);
	if (strstr(sql, ":address"))
		query_set_text(statement, ":address", it->address);
	return query_finish(statement, error);
}

static const char queue_again[] =
	"UPDATE outbox SET state = 'queued', due = :now, expires = :expires, handed = NULL, tries = 0, undo = '' WHERE id = :outbox";

static bool
send_again(const struct resending *it, GError **error)
{
	return run(it, queue_again, error) &&
		run(it, "UPDATE outbox_recipient SET state = 'waiting', answer = '' WHERE outbox_id = :outbox AND state = 'failed'", error) &&
		delivery_tell(it->desk, it->outbox, it->now, error);
}

/* 1: mail to it would come back to us, or it has got it already. */
static int
is_taken(const struct resending *it, GError **error)
{
	int is_own = contact_is_own(it->desk, it->address, it->delimiter, error);
	if (is_own)
		return is_own;
	g_autoptr(query) row = db_query(it->desk,
		"SELECT 1 FROM outbox_recipient WHERE outbox_id = :outbox AND lower(address) = :address AND position <> :position LIMIT 1", error);
	if (!row)
		return -1;
	query_set_text(row, ":address", it->address);
	query_set_int(row, ":outbox", it->outbox);
	query_set_int(row, ":position", it->position);
	return query_next(row, error);
}

/* The mail that was made names the old address: it is made anew, and the old one goes. */
static bool
change_address(const struct resending *it, GError **error)
{
	static const char *const steps[] = {
		"UPDATE outbox_recipient SET address = :address WHERE outbox_id = :outbox AND position = :position",
		"UPDATE outbox SET mail_id = NULL, domain = substr(:address, instr(:address, '@') + 1) WHERE id = :outbox",
	}, *const of_reply[] = {
		"UPDATE message SET mail_id = NULL, people = json_object("
		"'to', (SELECT json_group_array(json_object('name', name, 'address', address)) FROM (SELECT * FROM outbox_recipient WHERE outbox_id = :outbox AND field = 'to' ORDER BY position)),"
		"'cc', (SELECT json_group_array(json_object('name', name, 'address', address)) FROM (SELECT * FROM outbox_recipient WHERE outbox_id = :outbox AND field = 'cc' ORDER BY position)))"
		" WHERE id = :message",
		"INSERT OR IGNORE INTO thread_person (thread_id, address) VALUES (:thread, :address)",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
		if (!run(it, steps[i], error))
			return false;
	for (size_t i = 0; it->is_reply && i < G_N_ELEMENTS(of_reply); i++)
		if (!run(it, of_reply[i], error))
			return false;
	return !it->mail || erase_note_mail(it->desk, it->mail, error);
}

static enum resend_result
readdress(struct resending *it, const char *address, GError **error)
{
	g_autofree char *normal = contact_mailable_address(address);
	if (it->open > 1)
		return RESEND_SEVERAL;
	it->address = normal;
	int taken = normal ? is_taken(it, error) : 1;
	if (taken)
		return taken < 0 ? RESEND_ERROR : RESEND_BAD_ADDRESS;
	bool ok = change_address(it, error);
	it->address = NULL;
	return ok ? RESEND_DONE : RESEND_ERROR;
}

enum resend_result
resend_message(db *desk, const viewer *who, gint64 message, const struct resend_to *to, gint64 now, GError **error)
{
	struct resending it = {.desk = desk, .now = now, .delimiter = to ? to->delimiter : 0};
	int got = find(&it, who, message, error);
	if (got <= 0)
		return got < 0 ? RESEND_ERROR : RESEND_NOT_THERE;
	bool may = it.open && (!strcmp(it.state, "failed") || !strcmp(it.state, "delayed") || !strcmp(it.state, "sent"));
	if (!may)
		return RESEND_NOT_WAITING;
	enum resend_result result = to ? readdress(&it, to->address, error) : RESEND_DONE;
	if (result != RESEND_DONE)
		return result;
	return send_again(&it, error) ? RESEND_DONE : RESEND_ERROR;
}

enum resend_result
resend_settle(db *desk, const viewer *who, gint64 message, bool has_arrived, gint64 now, GError **error)
{
	struct resending it = {.desk = desk, .now = now};
	int got = find(&it, who, message, error);
	if (got <= 0)
		return got < 0 ? RESEND_ERROR : RESEND_NOT_THERE;
	if (strcmp(it.state, "doubtful"))
		return RESEND_NOT_WAITING;
	if (!has_arrived)
		return send_again(&it, error) ? RESEND_DONE : RESEND_ERROR;
	bool ok = run(&it, "UPDATE outbox SET state = 'sent', answered = coalesce(answered, :now) WHERE id = :outbox", error) &&
		run(&it, "UPDATE outbox_recipient SET state = 'sent' WHERE outbox_id = :outbox AND state = 'waiting'", error) &&
		delivery_tell(desk, it.outbox, now, error);
	return ok ? RESEND_DONE : RESEND_ERROR;
}
