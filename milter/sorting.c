#include "milter/sorting.h"

#include "milter/join.h"
#include "milter/returned.h"
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
decide(const struct sorting *sorting, struct reading *reading, const struct destination *destination, struct join_verdict *verdict,
	GError **error)
{
	gint64 shop = destination->shop_id, thread = signed_thread(sorting, destination, reading->message, reading->references);
	gint64 reopen_ms = setting_get_int(sorting->desk, shop, "reopen_days") * DAY_MS;
	struct window window = {sorting, shop, reading->mail->captured, reopen_ms};
	struct join_facts facts = {.now = reading->mail->captured, .reopen_ms = reopen_ms, .is_quiet = reading->filing.is_quiet,
		.new_sender_apart = thread && !reading->message->bounce && setting_get_int(sorting->desk, shop, "new_sender_new_thread")};
	if (thread && filing_find_thread(sorting->desk, shop, thread, reading->sender, &facts.signed_thread, error) < 0)
		return false;
	g_autoptr(GArray) parents = filing_parents(sorting->desk, shop, reading->references, reading->sender, error);
	g_autoptr(GArray) children = parents ? filing_children(sorting->desk, shop, reading->is_copy ? "" : reading->message->message_id, reading->sender,
		error) : NULL;
	if (!children)
		return false;
	facts.parents = parents;
	facts.children = children;
	if (!thread && !parents->len && !children->len && *reading->sender)
		facts.sibling = filing_sibling(sorting->desk, shop, reading->references, reading->sender, error);
	if (facts.sibling < 0)
		return false;
	*verdict = join_decide(&facts, is_closed_long, &window);
	verdict->is_new_sender = verdict->is_new_sender && !reading->message->bounce;
	bool is_known = facts.is_quiet && facts.signed_thread.id; /* what comes back of a reply of ours is never lost among spam */
	reading->filing.spam = is_known ? "" : reading->spam;
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
file_by_verdict(const struct sorting *sorting, struct reading *reading, struct join_verdict *verdict, GString *log, GError **error)
{
	struct filing_result result;
	if (*reading->filing.spam && !sorting_set_apart(sorting, reading->filing.shop_id, verdict, error))
		return false;
	struct filing_place place = {verdict->thread, verdict->related, verdict->is_new_sender};
	if (!filing_file(sorting->desk, &reading->filing, &place, &result, error) ||
		!merge_all(sorting, result.thread, verdict->merge, reading->mail->captured, error))
		return false;
	g_string_append_printf(log, " thread=%" G_GINT64_FORMAT "%s", result.thread, *reading->filing.spam ? " spam" : "");
	return reading->is_copy || returned_enter(sorting, reading->message, reading->references, verdict->thread, reading->sender,
		reading->mail->captured, log, error);
}

static bool
file_new(const struct sorting *sorting, struct reading *reading, const struct destination *destination, GString *log, GError **error)
{
	struct join_verdict verdict;
	reading->filing.shop_id = destination->shop_id;
	reading->filing.contact_id = destination->contact_id;
	reading->filing.other_contacts = destination->others;
	if (!decide(sorting, reading, destination, &verdict, error))
		return false;
	bool ok = file_by_verdict(sorting, reading, &verdict, log, error);
	g_array_unref(verdict.related);
	g_array_unref(verdict.merge);
	return ok;
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
	struct reading reading;
	sorting_read(sorting, mail, message, &reading);
	bool ok = file_reading(sorting, &reading, log, error);
	sorting_reading_clear(&reading);
	return ok;
}
