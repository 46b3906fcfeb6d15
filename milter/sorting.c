#include "milter/sorting.h"

#include <string.h>

#include "milter/join.h"
#include "milter/returned.h"
#include "milter/sorting_json.h"
#include "milter/sorting_reading.h"
#include "store/erase.h"
#include "store/setting.h"
#include "store/token.h"

#define DAY_MS (G_GINT64_CONSTANT(24) * 3600 * 1000)

/* One shop's share of a mail. */
struct destination {
	gint64 shop_id, contact_id, signed_thread;
	GArray *others; /* gint64: further contacts of the shop */
};

static void
clear_destination(void *data)
{
	struct destination *destination = data;
	g_array_unref(destination->others);
}

static struct destination *
destination_of_shop(GArray *destinations, gint64 shop)
{
	for (guint i = 0; i < destinations->len; i++) {
		struct destination *destination = &g_array_index(destinations, struct destination, i);
		if (destination->shop_id == shop)
			return destination;
	}
	struct destination made = {.shop_id = shop, .others = g_array_new(FALSE, FALSE, sizeof(gint64))};
	g_array_append_val(destinations, made);
	return &g_array_index(destinations, struct destination, destinations->len - 1);
}

static void
add_contact(struct destination *destination, gint64 contact)
{
	if (!destination->contact_id)
		destination->contact_id = contact;
	else if (destination->contact_id != contact)
		g_array_append_val(destination->others, contact);
}

static char
delimiter_of(const struct sorting *sorting)
{
	return *sorting->conf->milter.recipient_delimiter;
}

/* In RCPT order: the first contact of a shop is its thread's. None where the contacts are gone since. */
static GArray *
find_destinations(const struct sorting *sorting, const mail_info *mail)
{
	GArray *destinations = g_array_new(FALSE, FALSE, sizeof(struct destination));
	g_array_set_clear_func(destinations, clear_destination);
	for (char **recipient = mail->recipients; *recipient; recipient++) {
		g_autofree char *extension = NULL;
		const struct contact_route *route = contact_book_find(sorting->book, *recipient, delimiter_of(sorting), &extension);
		if (!route)
			continue;
		struct destination *destination = destination_of_shop(destinations, route->shop_id);
		add_contact(destination, route->id);
		if (!destination->signed_thread)
			destination->signed_thread = token_read_extension(sorting->keys, extension);
	}
	return destinations;
}

static bool
is_ours(const struct sorting *sorting, const char *address)
{
	return contact_book_find(sorting->book, address, delimiter_of(sorting), NULL);
}

static bool
is_form_sender(const struct sorting *sorting, const char *address)
{
	for (char **sender = sorting->conf->sort.form_senders; *sender; sender++)
		if (!g_ascii_strcasecmp(*sender, address))
			return true;
	return false;
}

struct writer_of_mail {
	const char *name, *address;
};

/* SPEC 2.5: From; Reply-To where From is one of ours or a form's; MAIL FROM where there is no usable From. */
static struct writer_of_mail
who_writes(const struct sorting *sorting, const mail_info *mail, const mime_message *message)
{
	const GPtrArray *from = message->from, *reply_to = message->reply_to;
	if (!from->len)
		return (struct writer_of_mail){"", mail->sender};
	const struct mime_address *first = from->pdata[0];
	if (reply_to->len && (is_ours(sorting, first->address) || is_form_sender(sorting, first->address)))
		first = reply_to->pdata[0];
	return (struct writer_of_mail){first->name, first->address};
}

/* SPEC 2.4: what makes two mails the same one. */
static GBytes *
digest_of(const mime_message *message)
{
	const char *const fields[] = {message->message_id, message->date_raw, message->from_raw, message->subject_raw};
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		g_checksum_update(sum, (const guchar *)fields[i], (gssize)strlen(fields[i]) + 1);
	g_checksum_update(sum, g_bytes_get_data(message->body_digest, NULL), (gssize)g_bytes_get_size(message->body_digest));
	guint8 digest[32];
	gsize size = sizeof digest;
	g_checksum_get_digest(sum, digest, &size);
	return g_bytes_new(digest, size);
}

static void
add_id(GPtrArray *ids, const char *id)
{
	if (*id && !g_ptr_array_find_with_equal_func(ids, id, g_str_equal, NULL))
		g_ptr_array_add(ids, (char *)id);
}

/* Ids it refers to, nearest first: of a bounce the mail it is about, In-Reply-To, References from the end. Borrowed. */
static GPtrArray *
references_of(const mime_message *message)
{
	GPtrArray *ids = g_ptr_array_new();
	if (message->bounce) {
		add_id(ids, message->bounce->envelope_id);
		add_id(ids, message->bounce->original_id);
	}
	for (guint i = 0; i < message->in_reply_to->len; i++)
		add_id(ids, message->in_reply_to->pdata[i]);
	for (guint i = message->references->len; i > 0; i--)
		add_id(ids, message->references->pdata[i - 1]);
	return ids;
}

void
sorting_add_persons(const struct sorting *sorting, GPtrArray *persons, const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const struct mime_address *address = addresses->pdata[i];
		char *normal = is_ours(sorting, address->address) ? NULL : contact_normal_address(address->address);
		if (normal)
			g_ptr_array_add(persons, normal);
	}
}

/* Who takes part by this mail. A bounce brings nobody in, nor does a mail of ours that comes back. */
static GPtrArray *
persons_of(const struct sorting *sorting, const mime_message *message, const char *sender)
{
	GPtrArray *persons = g_ptr_array_new_with_free_func(g_free);
	if (message->bounce || returned_copy(sorting, message))
		return persons;
	if (*sender && !is_ours(sorting, sender))
		g_ptr_array_add(persons, g_strdup(sender));
	sorting_add_persons(sorting, persons, message->from);
	sorting_add_persons(sorting, persons, message->to);
	sorting_add_persons(sorting, persons, message->cc);
	return persons;
}

/* The thread that a signature of ours names: its own, when it is a copy of a mail of ours, a recipient, an id it refers to, or the subject. */
static gint64
signed_thread(const struct sorting *sorting, const struct destination *destination, const mime_message *message, const GPtrArray *references)
{
	gint64 own = returned_copy(sorting, message), thread = own ? own : destination->signed_thread;
	for (guint i = 0; i < references->len && !thread; i++)
		thread = token_read_message_id(sorting->keys, references->pdata[i]);
	return thread ? thread : token_read_subject(sorting->keys, message->subject);
}

struct window {
	const struct sorting *sorting;
	gint64 shop_id, now, reopen_ms;
};

static bool
is_closed_long(gint64 thread, void *data)
{
	const struct window *window = data;
	struct filing_thread found;
	return filing_find_thread(window->sorting->desk, window->shop_id, thread, "", &found, NULL) > 0 && found.is_closed &&
		window->now - found.status_changed > window->reopen_ms;
}

static bool
decide(const struct sorting *sorting, const struct reading *reading, const struct destination *destination, struct join_verdict *verdict,
	GError **error)
{
	gint64 shop = destination->shop_id, thread = signed_thread(sorting, destination, reading->message, reading->references);
	gint64 reopen_ms = setting_get_int(sorting->desk, shop, "reopen_days") * DAY_MS;
	struct window window = {sorting, shop, reading->mail->captured, reopen_ms};
	struct join_facts facts = {.now = reading->mail->captured, .reopen_ms = reopen_ms, .is_quiet = reading->filing.is_quiet,
		.new_sender_apart = !reading->message->bounce && setting_get_int(sorting->desk, shop, "new_sender_new_thread")};
	if (thread && filing_find_thread(sorting->desk, shop, thread, reading->sender, &facts.signed_thread, error) < 0)
		return false;
	g_autoptr(GArray) parents = filing_parents(sorting->desk, shop, reading->references, reading->sender, error);
	g_autoptr(GArray) children = parents ? filing_children(sorting->desk, shop, reading->is_copy ? "" : reading->message->message_id, reading->sender,
		error) : NULL;
	if (!children)
		return false;
	facts.parents = parents;
	facts.children = children;
	*verdict = join_decide(&facts, is_closed_long, &window);
	verdict->is_new_sender = verdict->is_new_sender && !reading->message->bounce;
	return true;
}

static bool
merge_all(const struct sorting *sorting, gint64 thread, const GArray *younger, gint64 now, GError **error)
{
	for (guint i = 0; i < younger->len; i++)
		if (!filing_merge(sorting->desk, thread, g_array_index(younger, gint64, i), now, error))
			return false;
	return true;
}

static bool
file_new(const struct sorting *sorting, struct reading *reading, const struct destination *destination, GString *log, GError **error)
{
	struct join_verdict verdict;
	struct filing_result result;
	reading->filing.shop_id = destination->shop_id;
	reading->filing.contact_id = destination->contact_id;
	reading->filing.other_contacts = destination->others;
	if (!decide(sorting, reading, destination, &verdict, error))
		return false;
	struct filing_place place = {verdict.thread, verdict.related, verdict.is_new_sender};
	bool ok = filing_file(sorting->desk, &reading->filing, &place, &result, error) &&
		merge_all(sorting, result.thread, verdict.merge, reading->mail->captured, error);
	g_array_unref(verdict.related);
	g_array_unref(verdict.merge);
	g_string_append_printf(log, " thread=%" G_GINT64_FORMAT, result.thread);
	return ok && (reading->is_copy || returned_enter(sorting, reading->message, reading->references, verdict.thread, reading->sender,
		reading->mail->captured, log, error));
}

/* The message that this mail is once more: 1 and *MESSAGE (0 when it was erased); 0: none; -1: ERROR. */
static int
find_repeat(const struct sorting *sorting, gint64 shop, const struct reading *reading, gint64 *message, GError **error)
{
	int repeat = filing_find_repeat(sorting->desk, shop, reading->filing.digest, message, error);
	if (repeat || !reading->is_copy)
		return repeat;
	*message = returned_find(sorting, shop, reading->message, error);
	return *message < 0 ? -1 : *message > 0;
}

static bool
file_for_shop(const struct sorting *sorting, struct reading *reading, const struct destination *destination, GString *log, GError **error)
{
	gint64 message;
	int repeat = find_repeat(sorting, destination->shop_id, reading, &message, error);
	if (repeat <= 0)
		return repeat == 0 && file_new(sorting, reading, destination, log, error);
	g_string_append_printf(log, " repeat of message=%" G_GINT64_FORMAT, message);
	return message ? filing_add_repeat(sorting->desk, message, reading->mail->id, error)
		: erase_note_mail(sorting->desk, reading->mail->id, error); /* of an erased thread */
}

static struct part_row *
parts_of(const mime_message *message)
{
	struct part_row *rows = g_new0(struct part_row, message->parts->len + 1);
	for (guint i = 0; i < message->parts->len; i++) {
		const struct mime_part *part = message->parts->pdata[i];
		rows[i] = (struct part_row){.position = (int)i + 1, .name = part->name, .type = part->type, .charset = part->charset,
			.content_id = part->content_id, .is_inline = part->is_inline, .start = part->offset, .length = part->length,
			.size = part->size, .encoding = (enum part_encoding)part->encoding};
	}
	return rows;
}

/* Of a report the mail that it is about. */
static const char *
parent_of(const mime_message *message)
{
	if (message->in_reply_to->len)
		return message->in_reply_to->pdata[0];
	if (!message->bounce)
		return "";
	return *message->bounce->original_id ? message->bounce->original_id : message->bounce->envelope_id;
}

static const char *
state_name(const mail_info *mail, enum mime_state state)
{
	static const char *const names[] = {"ok", "partial", "unreadable"};
	return mail->is_cut && state == MIME_OK ? "partial" : names[state];
}

static bool
file_reading(const struct sorting *sorting, struct reading *reading, GString *log, GError **error)
{
	g_autoptr(GArray) destinations = find_destinations(sorting, reading->mail);
	g_autoptr(viewer) who = NULL;
	struct colleague_thread place;
	int is_colleague = sorting_find_colleague(sorting, reading, &place, &who, error);
	if (is_colleague)
		return is_colleague > 0 && sorting_file_colleague(sorting, reading, &place, who, log, error);
	if (!destinations->len && who) { /* an employee's mail, whose thread is gone since: nobody else's business */
		g_string_append(log, " forgotten");
		return erase_note_mail(sorting->desk, reading->mail->id, error);
	}
	if (!destinations->len)
		destination_of_shop(destinations, 1);
	for (guint i = 0; i < destinations->len; i++)
		if (!file_for_shop(sorting, reading, &g_array_index(destinations, struct destination, i), log, error))
			return false;
	return true;
}

bool
sorting_file(const struct sorting *sorting, const mail_info *mail, const mime_message *message, GString *log, GError **error)
{
	struct writer_of_mail who = who_writes(sorting, mail, message);
	char *normal = contact_normal_address(who.address);
	g_autofree char *sender = normal ? normal : g_strdup("");
	g_autofree char *people = sorting_people(message), *auth = sorting_auth(&message->auth), *bounce = sorting_bounce(message->bounce);
	g_autofree struct part_row *parts = parts_of(message);
	g_autoptr(GBytes) digest = digest_of(message);
	g_autoptr(GPtrArray) references = references_of(message), persons = persons_of(sorting, message, sender);
	bool is_copy = returned_copy(sorting, message);
	struct reading reading = {.mail = mail, .message = message, .references = references, .persons = persons, .sender = sender, .is_copy = is_copy,
		.filing = {
			.mail_id = mail->id, .received = mail->captured, .sent = message->date, .from_name = who.name, .from_address = who.address,
			.subject = message->subject, .text = message->text, .reply = message->reply, .html = message->html,
			.message_ref = message->message_id, .in_reply_to = parent_of(message),
			.language = message->language, .state = state_name(mail, message->state),
			.note = mail->is_cut ? "too large, see the mailbox" : message->note, .people = people, .auth = auth, .bounce = bounce,
			.digest = digest, .references = references, .persons = persons, .parts = parts, .part_count = mail->is_cut ? 0 : message->parts->len,
			.is_automatic = message->automatic || is_copy, .is_quiet = message->bounce || message->auto_reply || is_copy,
		}};
	return file_reading(sorting, &reading, log, error);
}
