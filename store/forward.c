#include "store/forward.h"

#include <string.h>

#include "store/contact.h"
#include "store/event.h"
#include "store/letter.h"
#include "store/out.h"
#include "store/outbox.h"
#include "store/status.h"
#include "store/token.h"
#include "store/wording.h"

#define HISTORY_MAX (512 * 1024) /* octets of the discussion that a mail takes along; the newest messages count */
#define MESSAGE_MAX (128 * 1024) /* characters of one message in it */
#define PARTS_OCTETS (20 * 1024 * 1024) /* of attachments; later ones that do not fit stay behind */
#define PARTS_MAX 100

/* A forward while its rows are written. */
struct handing {
	db *desk;
	const viewer *who;
	const struct signer *signer;
	const struct forward_new *forward;
	gint64 now, note;
	correspondence *about;
	char *from_name, *from_address;             /* who forwards */
	char *to_name, *to_address, *to_language;   /* to whom */
};

static query *
prepare(const struct handing *handing, const char *sql, GError **error)
{
	return db_query(handing->desk, sql, error);
}

static int
read_employee(const struct handing *handing, gint64 employee, char **name, char **address, char **language, GError **error)
{
	g_autoptr(query) row = prepare(handing, "SELECT firstname || ' ' || lastname, email, language FROM employee WHERE id = :id AND is_active", error);
	if (!row)
		return -1;
	query_set_int(row, ":id", employee);
	int got = query_next(row, error);
	if (got <= 0)
		return got;
	*name = g_strdup(query_text(row, 0));
	*address = g_strdup(query_text(row, 1));
	if (language)
		*language = g_strdup(query_text(row, 2));
	return 1;
}

static enum forward_result
find_target(struct handing *handing, GError **error)
{
	const struct forward_new *forward = handing->forward;
	if (forward->employee) {
		int got = read_employee(handing, forward->employee, &handing->to_name, &handing->to_address, &handing->to_language, error);
		return got < 0 ? FORWARD_ERROR : got ? FORWARD_DONE : FORWARD_NOT_ASSIGNABLE;
	}
	handing->to_address = contact_mailable_address(forward->email);
	handing->to_language = g_strdup(handing->who->language);
	int ours = handing->to_address ? contact_is_own(handing->desk, handing->to_address, handing->signer->delimiter, error) : 1;
	return ours < 0 ? FORWARD_ERROR : ours ? FORWARD_BAD_ADDRESS : FORWARD_DONE;
}

static char *
note_text(const struct handing *handing)
{
	const char *language = handing->who->language, *comment = handing->forward->comment;
	GString *text = g_string_new(wording_get(WORDING_FORWARDED_TO, language));
	g_string_append_printf(text, " %s", handing->to_name ? handing->to_name : handing->to_address);
	if (*comment)
		g_string_append_printf(text, "\n%s %s", wording_get(WORDING_COMMENT, language), comment);
	return g_string_free(text, FALSE);
}

static bool
add_note(struct handing *handing, GError **error)
{
	g_autofree char *text = note_text(handing);
	query *insert = prepare(handing,
		"INSERT INTO message (shop_id, kind, received, sent, employee_id, text, reply_length, language, is_private, thread_id)"
		" VALUES (:shop, 'note', :now, :now, :employee, :text, length(:text), :language, 1, :thread)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":shop", handing->about->shop_id);
	query_set_int(insert, ":now", handing->now);
	query_set_int(insert, ":employee", handing->who->id);
	query_set_text(insert, ":text", text);
	query_set_text(insert, ":language", handing->who->language);
	query_set_int(insert, ":thread", handing->about->thread);
	if (!query_finish(insert, error))
		return false;
	handing->note = db_last_id(handing->desk);
	query *update = prepare(handing, "UPDATE thread SET is_private = 1, version = version + 1 WHERE id = :thread", error);
	if (!update)
		return false;
	query_set_int(update, ":thread", handing->about->thread);
	return query_finish(update, error);
}

static bool
tell(const struct handing *handing, GError **error)
{
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "to", handing->to_name ? handing->to_name : handing->to_address);
	out_text(json, "comment", handing->forward->comment);
	out_end(json);
	g_autofree char *data = out_done_text(json);
	struct event event = {.created = handing->now, .kind = "forwarded", .shop_id = handing->about->shop_id, .thread_id = handing->about->thread,
		.contact_id = handing->about->contact_id, .message_id = handing->note, .employee_id = handing->who->id, .target_id = handing->forward->employee,
		.data = data};
	return event_add(handing->desk, &event, error);
}

/* "Kim Doe, 2026-11-22 14:05" and what they wrote, oldest first; what mail servers reported apart. */
static char *
read_history(const struct handing *handing, GError **error)
{
	g_autoptr(query) rows = prepare(handing,
		"SELECT coalesce(nullif(from_name, ''), from_address), received, iif(length(text) > :each, substr(text, 1, :each) || char(10, 10) || '[…]', text)"
		" FROM (SELECT *, sum(min(length(text), :each) + 100) OVER (ORDER BY id DESC) AS sum"
		" FROM message WHERE thread_id = :thread AND kind <> 'note' AND bounce = '') WHERE sum <= :max ORDER BY id", error);
	int got = rows ? 0 : -1;
	if (rows) {
		query_set_int(rows, ":thread", handing->about->thread);
		query_set_int(rows, ":max", HISTORY_MAX);
		query_set_int(rows, ":each", MESSAGE_MAX);
	}
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(handing->about->time_zone);
	GString *text = g_string_new(NULL);
	while (rows && (got = query_next(rows, error)) > 0) {
		g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(query_int(rows, 1) / 1000);
		g_autoptr(GDateTime) when = zone ? g_date_time_to_timezone(utc, zone) : g_date_time_ref(utc);
		g_autofree char *time = g_date_time_format(when, "%Y-%m-%d %H:%M");
		g_string_append_printf(text, "%s, %s\n\n%s\n\n", query_text(rows, 0), time, query_text(rows, 2));
	}
	return g_string_free(text, got < 0);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* sentences of wording */
static void
add_sentence(GString *text, const struct handing *handing, enum wording which, const char *name)
{
	g_string_append_printf(text, wording_get(which, handing->to_language), name);
	g_string_append(text, "\n\n");
}
#pragma GCC diagnostic pop

static char *
mail_text(const struct handing *handing, GError **error)
{
	g_autofree char *history = read_history(handing, error);
	if (!history)
		return NULL;
	GString *text = g_string_new(NULL);
	if (handing->to_name)
		add_sentence(text, handing, WORDING_HELLO, handing->to_name);
	add_sentence(text, handing, WORDING_FORWARD, handing->from_name);
	if (*handing->forward->comment) {
		add_sentence(text, handing, WORDING_ADDED, handing->from_name);
		g_string_append_printf(text, "%s\n\n", handing->forward->comment);
	}
	if (handing->forward->employee)
		g_string_append_printf(text, "%s %s/threads/%" G_GINT64_FORMAT "\n\n", wording_get(WORDING_OPEN, handing->to_language), handing->forward->desk,
			handing->about->thread);
	g_string_append_printf(text, "%s\n\n%s", wording_get(WORDING_HISTORY, handing->to_language), history);
	return g_string_free(text, FALSE);
}

static void
write_person(out *json, const char *member, const char *name, const char *address)
{
	out_object(json, member);
	out_text(json, "name", name);
	out_text(json, "address", address);
	out_end(json);
}

static char *
mail_head(const struct handing *handing)
{
	out *json = out_new();
	out_object(json, NULL);
	write_person(json, "from", handing->about->sender_name, handing->about->sender);
	write_person(json, "reply_to", handing->from_name, handing->from_address);
	out_text(json, "subject", wording_get(WORDING_FORWARD_SUBJECT, handing->to_language));
	out_int(json, "date", handing->now);
	out_text(json, "in_reply_to", "");
	out_array(json, "references");
	out_end(json);
	out_text(json, "language", handing->to_language);
	out_bool(json, "automatic", handing->forward->employee != 0);
	out_end(json);
	return out_done_text(json);
}

/* Attachments of the public messages, for who cannot open the desk. */
static GArray *
find_parts(const struct handing *handing, GError **error)
{
	g_autoptr(GArray) parts = g_array_new(FALSE, TRUE, sizeof(struct outbox_part));
	if (handing->forward->employee)
		return g_steal_pointer(&parts);
	g_autoptr(query) rows = prepare(handing, "SELECT p.message_id, p.position, p.size FROM part p JOIN message m ON m.id = p.message_id"
		" WHERE m.thread_id = :thread AND m.kind <> 'note' AND m.bounce = '' ORDER BY p.message_id, p.position", error);
	if (!rows)
		return NULL;
	query_set_int(rows, ":thread", handing->about->thread);
	gint64 octets = 0;
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct outbox_part part = {query_int(rows, 0), (int)query_int(rows, 1)};
		if (parts->len >= PARTS_MAX || octets + query_int(rows, 2) > PARTS_OCTETS)
			continue;
		octets += query_int(rows, 2);
		g_array_append_val(parts, part);
	}
	return got < 0 ? NULL : g_steal_pointer(&parts);
}

static bool
add_mail(const struct handing *handing, GError **error)
{
	g_autofree char *text = mail_text(handing, error);
	g_autoptr(GArray) parts = text ? find_parts(handing, error) : NULL;
	if (!parts)
		return false;
	g_autofree char *content = letter_html(text), *html = letter_document(content, handing->to_language), *head = mail_head(handing);
	g_autofree char *ref = token_message_id(handing->signer->keys, handing->about->thread, handing->note, strrchr(handing->about->sender, '@') + 1);
	struct outbox_recipient recipient = {"to", handing->to_name ? handing->to_name : "", handing->to_address};
	struct outbox_new mail = {.kind = "forward", .shop_id = handing->about->shop_id, .thread_id = handing->about->thread, .message_id = handing->note,
		.employee_id = handing->who->id, .created = handing->now, .due = handing->now, .message_ref = ref, .sender = handing->about->sender,
		.head = head, .text = text, .html = html, .undo = "", .recipients = &recipient, .recipient_count = 1,
		.parts = (const struct outbox_part *)(void *)parts->data, .part_count = parts->len};
	gint64 id;
	return outbox_add(handing->desk, &mail, &id, error);
}

static enum forward_result
hand_on(struct handing *handing, GError **error)
{
	if (!handing->about->sender_id)
		return FORWARD_NO_SENDER;
	enum forward_result result = find_target(handing, error);
	if (result != FORWARD_DONE)
		return result;
	if (read_employee(handing, handing->who->id, &handing->from_name, &handing->from_address, NULL, error) <= 0 || !add_note(handing, error) ||
		!tell(handing, error) || !add_mail(handing, error))
		return FORWARD_ERROR;
	int assigned = handing->forward->employee ? status_assign(handing->desk, handing->who, handing->about->thread, handing->forward->employee,
		handing->now, error) : 1;
	return assigned < 0 ? FORWARD_ERROR : assigned == 3 ? FORWARD_NOT_ASSIGNABLE : FORWARD_DONE;
}

enum forward_result
forward_thread(db *desk, const viewer *who, const struct signer *signer, const struct forward_new *forward, gint64 now, gint64 *note, GError **error)
{
	g_autoptr(GError) problem = NULL;
	struct handing handing = {.desk = desk, .who = who, .signer = signer, .forward = forward, .now = now};
	handing.about = correspondence_open(desk, who, signer, forward->thread, &problem);
	if (!handing.about) {
		bool is_error = problem;
		if (problem)
			g_propagate_error(error, g_steal_pointer(&problem));
		return is_error ? FORWARD_ERROR : FORWARD_NOT_THERE;
	}
	enum forward_result result = db_savepoint(desk, "forward", error) ? hand_on(&handing, error) : FORWARD_ERROR;
	if (result == FORWARD_DONE && !db_release(desk, "forward", error))
		result = FORWARD_ERROR;
	else if (result != FORWARD_DONE && result != FORWARD_ERROR)
		db_rollback_to(desk, "forward");
	*note = handing.note;
	char *const texts[] = {handing.from_name, handing.from_address, handing.to_name, handing.to_address, handing.to_language};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	correspondence_free(handing.about);
	return result;
}
