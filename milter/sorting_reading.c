/* sorting_reading: what a mail says, in the terms of store/filing: who writes, what it refers to, who takes part by it. */
#include "milter/sorting_reading.h"

#include <string.h>

#include "milter/returned.h"
#include "milter/sorting_json.h"
#include "milter/sorting_parts.h"
#include "store/guise.h"

static bool
is_ours(const struct sorting *sorting, const char *address)
{
	return contact_book_find(sorting->book, address, *sorting->conf->milter.recipient_delimiter, NULL);
}

static bool
is_form_sender(const struct sorting *sorting, const char *address)
{
	for (char **sender = sorting->conf->sort.form_senders; *sender; sender++)
		if (!g_ascii_strcasecmp(*sender, address))
			return true;
	return false;
}

/* SPEC 2.5: From; Reply-To where From, then *VIA, is one of ours or a form's; MAIL FROM where there is no usable From. */
static struct writer_of_mail
who_writes(const struct sorting *sorting, const mail_info *mail, const mime_message *message, const struct mime_address **via)
{
	const GPtrArray *from = message->from, *reply_to = message->reply_to;
	if (!from->len)
		return (struct writer_of_mail){"", mail->sender};
	const struct mime_address *first = from->pdata[0];
	if (reply_to->len && (is_ours(sorting, first->address) || is_form_sender(sorting, first->address))) {
		*via = first;
		first = reply_to->pdata[0];
	}
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

/* Some programs name the person they answer where the mail's id belongs. */
static bool
is_of(const GPtrArray *addresses, const char *id)
{
	for (guint i = 0; i < addresses->len; i++)
		if (!g_ascii_strcasecmp(((const struct mime_address *)addresses->pdata[i])->address, id))
			return true;
	return false;
}

static void
add_id(GPtrArray *ids, const mime_message *message, const char *id)
{
	if (*id && !is_of(message->from, id) && !is_of(message->to, id) && !g_ptr_array_find_with_equal_func(ids, id, g_str_equal, NULL))
		g_ptr_array_add(ids, (char *)id);
}

/* Ids it refers to, nearest first: of a bounce the mail it is about, In-Reply-To, References from the end. Borrowed. */
static GPtrArray *
references_of(const mime_message *message)
{
	GPtrArray *ids = g_ptr_array_new();
	if (message->bounce) {
		add_id(ids, message, message->bounce->envelope_id);
		add_id(ids, message, message->bounce->original_id);
	}
	for (guint i = 0; i < message->in_reply_to->len; i++)
		add_id(ids, message, message->in_reply_to->pdata[i]);
	for (guint i = message->references->len; i > 0; i--)
		add_id(ids, message, message->references->pdata[i - 1]);
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

/* A report about a mail of ours is shown on it and rings nobody; a complaint is somebody's wish. */
static bool
is_told_of_delivery(const mime_message *message)
{
	return message->bounce && strcmp(message->bounce->action, "complaint");
}

static void
read_filing(const mail_info *mail, const mime_message *message, struct reading *reading)
{
	reading->filing = (struct filing_mail){
		.mail_id = mail->id, .received = mail->captured, .sent = message->date, .from_name = reading->name, .from_address = reading->who.address,
		.subject = message->subject, .text = message->text, .reply = message->reply, .html = message->html,
		.message_ref = message->message_id, .in_reply_to = parent_of(message),
		.language = message->language, .state = state_name(mail, message->state),
		.note = mail->is_cut ? "too large, see the mailbox" : message->note,
		.people = reading->people, .warnings = reading->warnings, .auth = reading->auth, .bounce = reading->bounce,
		.protection = message->protection, .digest = reading->digest,
		.references = reading->references, .persons = reading->persons,
		.parts = reading->parts, .part_count = mail->is_cut ? 0 : message->parts->len,
		.is_automatic = message->automatic || reading->is_copy, .is_list = message->is_list,
		.is_quiet = is_told_of_delivery(message) || message->auto_reply || reading->is_copy,
	};
}

void
sorting_read(const struct sorting *sorting, const mail_info *mail, const mime_message *message, struct reading *reading)
{
	const struct mime_address *via = NULL;
	struct writer_of_mail who = who_writes(sorting, mail, message, &via);
	char *sender = contact_normal_address(who.address);
	*reading = (struct reading){.mail = mail, .message = message, .who = who, .via = via, .name = guise_plain(who.name),
		.sender = sender ? sender : g_strdup(""),
		.is_copy = returned_copy(sorting, message), .references = references_of(message), .people = sorting_people(message, via),
		.auth = sorting_auth(&message->auth), .bounce = sorting_bounce(message->bounce), .parts = sorting_parts(message), .digest = digest_of(message)};
	reading->persons = persons_of(sorting, message, reading->sender);
	reading->spam = sorting_spam(sorting, reading);
	reading->warnings = sorting_warnings(sorting, reading);
	read_filing(mail, message, reading);
}

void
sorting_reading_clear(struct reading *reading)
{
	g_ptr_array_unref(reading->references);
	g_ptr_array_unref(reading->persons);
	g_bytes_unref(reading->digest);
	sorting_parts_free(reading->parts);
	g_free(reading->people);
	g_free(reading->auth);
	g_free(reading->bounce);
	g_free(reading->spam);
	g_free(reading->warnings);
	g_free(reading->name);
	g_free(reading->sender);
}
