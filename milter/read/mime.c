#include "milter/read/mime.h"

#include <gmime/gmime.h>
#include <string.h>

#include "milter/read/bounce.h"
#include "milter/read/charset.h"
#include "milter/read/file_block.h"
#include "milter/read/html_text.h"
#include "milter/read/language.h"
#include "milter/read/mime_address.h"
#include "milter/read/mime_auth.h"
#include "milter/read/mime_auto.h"
#include "milter/read/mime_body.h"
#include "milter/read/mime_date.h"
#include "milter/read/mime_digest.h"
#include "milter/read/mime_id.h"
#include "milter/read/mime_inner.h"
#include "milter/read/mime_message.h"
#include "milter/read/mime_parts.h"
#include "milter/read/mime_reading.h"
#include "milter/read/mime_report.h"
#include "milter/read/mime_scan.h"
#include "milter/read/mime_tree.h"
#include "milter/read/mime_word.h"
#include "milter/read/quote.h"
#include "store/guise.h"

#define VALUE_MAX 998 /* of a header for rules */
#define SUBJECT_BYTES 4000 /* it stands in every list */
#define ID_BYTES 998
#define FIELDS_LOOKED_AT 10 /* of one name, where one will do */

void
mime_init(void)
{
	static const char *fallback[] = {"utf-8", "windows-1252", NULL};
	g_mime_init();
	g_mime_parser_options_set_fallback_charsets(g_mime_parser_options_get_default(), fallback);
	html_init();
	charset_init();
	language_init();
}

static void
header_free(struct mime_header *header)
{
	g_free(header->name);
	g_free(header->value);
	g_free(header);
}

/* An empty one: no pointer in it is NULL but html and bounce. */
mime_message *
mime_message_new(void)
{
	mime_message *message = g_new0(mime_message, 1);
	char **texts[] = {&message->note, &message->subject, &message->date_raw, &message->from_raw, &message->subject_raw, &message->message_id,
		&message->text, &message->reply, &message->language, &message->protection, &message->auth.spf, &message->auth.dkim, &message->auth.dmarc,
		&message->auth.spf_domain, &message->auth.dkim_domain};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = g_strdup("");
	GPtrArray **addresses[] = {&message->from, &message->reply_to, &message->to, &message->cc};
	for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++)
		*addresses[i] = g_ptr_array_new_with_free_func((GDestroyNotify)mime_address_free);
	message->in_reply_to = g_ptr_array_new_with_free_func(g_free);
	message->references = g_ptr_array_new_with_free_func(g_free);
	message->headers = g_ptr_array_new_with_free_func((GDestroyNotify)header_free);
	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)mime_part_free);
	return message;
}

void
mime_message_free(mime_message *message)
{
	if (!message)
		return;
	char *texts[] = {message->note, message->subject, message->date_raw, message->from_raw, message->subject_raw, message->message_id, message->text,
		message->reply, message->html, message->language, message->protection, message->auth.spf, message->auth.dkim, message->auth.dmarc,
		message->auth.spf_domain, message->auth.dkim_domain};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	GPtrArray *arrays[] = {message->from, message->reply_to, message->to, message->cc, message->in_reply_to, message->references, message->headers, message->parts};
	for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
		g_ptr_array_unref(arrays[i]);
	bounce_free(message->bounce);
	g_clear_pointer(&message->body_digest, g_bytes_unref);
	g_free(message);
}

static void
set(char **to, char *value)
{
	g_free(*to);
	*to = value;
}

/* The first one stays. */
static void
note_set(mime_message *message, const char *note)
{
	if (!note || *message->note)
		return;
	message->state = MIME_PARTIAL;
	set(&message->note, g_strdup(note));
}

static char *
field_line(const struct mime_field *field, const char *hint)
{
	return field ? charset_clean_line(charset_decode_header(hint, (const guint8 *)field->value, field->value_length)) : g_strdup("");
}

/* The first field of that name that holds an address. */
static void
addresses_read(GPtrArray **to, const GArray *fields, const char *name, const char *hint)
{
	const struct mime_field *field;
	for (guint n = 0; (*to)->len == 0 && (field = mime_field_find(fields, name, n)); n++) {
		g_ptr_array_unref(*to);
		*to = mime_addresses_read(field->value, field->value_length, hint);
	}
}

/* From, To and Cc may stand several times. */
static void
all_addresses_read(GPtrArray *to, const GArray *fields, const char *name, const char *hint)
{
	const struct mime_field *field;
	for (guint n = 0; to->len < MIME_ADDRESSES_MAX && (field = mime_field_find(fields, name, n)); n++) {
		g_autoptr(GPtrArray) more = mime_addresses_read(field->value, field->value_length, hint);
		g_ptr_array_extend_and_steal(to, g_steal_pointer(&more));
	}
}

static void
ids_read(GPtrArray *to, const GArray *fields, const char *name)
{
	const struct mime_field *field;
	for (guint n = 0; n < 10 && (field = mime_field_find(fields, name, n)); n++)
		mime_ids_read(field->value, field->value_length, to);
}

static void
message_id_read(mime_message *message, const GArray *fields)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	ids_read(ids, fields, "message-id");
	if (ids->len == 0) /* no @, no <>: still what tells repeats */
		set(&message->message_id, field_line(mime_field_find(fields, "message-id", 0), NULL));
	else
		set(&message->message_id, g_strdup(ids->pdata[0]));
	g_strdelimit(message->message_id, "<>", ' ');
	g_strstrip(message->message_id);
	charset_cut(message->message_id, ID_BYTES);
}

/* Of several dates the first that tells day and time, else the first that tells a day: the damaged one is often the first. */
static void
date_read(mime_message *message, const GArray *fields, const char *hint)
{
	const struct mime_field *field;
	bool is_whole = false;
	set(&message->date_raw, field_line(mime_field_find(fields, "date", 0), hint));
	for (guint n = 0; n < FIELDS_LOOKED_AT && !is_whole && (field = mime_field_find(fields, "date", n)); n++) {
		g_autofree char *line = field_line(field, hint);
		gint64 date = mime_date_read(line, &is_whole);
		if (is_whole || !message->date)
			message->date = date;
	}
}

/* The first field of that name that holds more than blanks, else the first; NULL. */
static const struct mime_field *
filled_field(const GArray *fields, const char *name)
{
	const struct mime_field *field;
	for (guint n = 0; n < FIELDS_LOOKED_AT && (field = mime_field_find(fields, name, n)); n++)
		for (gsize i = 0; i < field->value_length; i++)
			if (!g_ascii_isspace(field->value[i]))
				return field;
	return mime_field_find(fields, name, 0);
}

/* The charset of the first encoded word of the header that tells one, for a body that tells none; "". */
static char *
header_charset(const GArray *fields)
{
	static const char *const names[] = {"subject", "from"};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		const struct mime_field *field = mime_field_find(fields, names[i], 0);
		char *charset = field ? word_charset(field->value, field->value_length) : NULL;
		if (charset)
			return charset;
	}
	return g_strdup("");
}

/* A subject that turns its letters around would be read as another. */
static char *
subject_read(const struct mime_field *field, const char *hint)
{
	g_autofree char *subject = field ? word_decode(field->value, field->value_length, hint) : g_strdup("");
	return guise_is_reversed(subject) ? guise_plain(subject) : g_steal_pointer(&subject);
}

static void
header_read(mime_message *message, const GArray *fields, const char *hint)
{
	const struct mime_field *subject = filled_field(fields, "subject");
	set(&message->subject, subject_read(subject, hint));
	note_set(message, charset_cut(message->subject, SUBJECT_BYTES) ? "the subject is too long" : NULL);
	set(&message->subject_raw, field_line(subject, hint));
	set(&message->from_raw, field_line(mime_field_find(fields, "from", 0), hint));
	date_read(message, fields, hint);
	all_addresses_read(message->from, fields, "from", hint); /* in several fields, too: whoever writes two wants one to be overlooked */
	addresses_read(&message->reply_to, fields, "reply-to", hint);
	all_addresses_read(message->to, fields, "to", hint);
	all_addresses_read(message->cc, fields, "cc", hint);
	message_id_read(message, fields);
	ids_read(message->in_reply_to, fields, "in-reply-to");
	ids_read(message->references, fields, "references");
}

static void
headers_list(mime_message *message, const GArray *fields, const char *hint)
{
	bool is_above = mime_field_find(fields, "received", 0) != NULL;
	for (guint i = 0; i < fields->len; i++) {
		struct mime_field field = g_array_index(fields, struct mime_field, i);
		field.value_length = MIN(field.value_length, VALUE_MAX);
		struct mime_header *header = g_new(struct mime_header, 1);
		header->name = g_ascii_strdown(field.name, field.name_length);
		is_above = is_above && strcmp(header->name, "received") != 0;
		header->is_above_received = is_above;
		header->value = field_line(&field, hint);
		g_ptr_array_add(message->headers, header);
	}
}

static bool
has_too_many(const mime_message *message)
{
	const GPtrArray *all[] = {message->from, message->reply_to, message->to, message->cc};
	for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
		if (all[i]->len >= MIME_ADDRESSES_MAX)
			return true;
	return false;
}

/* Of what the sender wrote now; the subject, if that is too little. */
static const char *
language_of(const mime_message *message)
{
	const char *code = language_guess(message->reply);
	return *code ? code : language_guess(message->subject);
}

mime_message *
mime_read(GBytes *bytes, const struct mime_options *options)
{
	mime_message *message = mime_message_new();
	gsize length;
	const guint8 *raw = g_bytes_get_data(bytes, &length);
	raw = raw ? raw : (const guint8 *)"";
	struct mime_scan scan;
	struct mime_tree tree;
	mime_scan_run(&scan, raw, length);
	note_set(message, scan.note);
	mime_tree_read(&tree, &scan);
	mime_inner_unpack(&tree, raw);
	note_set(message, tree.is_cut ? "there are too many parts" : NULL);
	struct mime_source source = {.raw = raw, .charset = options ? options->charset : NULL};
	g_autofree char *written_in = header_charset(scan.fields);
	source.hint = written_in;
	const char *hint = mime_body_read(message, &tree, &source);
	if (!options || !options->is_within)
		mime_reading_add(message, &tree, raw);
	header_read(message, scan.fields, hint);
	note_set(message, has_too_many(message) ? "there are too many addresses" : NULL);
	headers_list(message, scan.fields, hint);
	mime_auto_judge(message);
	mime_auth_read(message, scan.fields, options ? options->authserv_ids : NULL);
	mime_report_judge(message, &tree, raw, options && options->is_null_sender);
	g_autofree char *words = file_block_cut(message->text);
	set(&message->reply, quote_strip(words));
	set(&message->language, g_strdup(language_of(message)));
	message->body_digest = mime_digest(raw + scan.body, length - scan.body);
	mime_tree_clear(&tree);
	mime_scan_clear(&scan);
	return message;
}
