#include "milter/mime_compose.h"

#include <gmime/gmime.h>
#include <string.h>

#include "milter/read/flowed.h"
#include "milter/mime_pipe.h"

#define LINE_MAX_OCTETS 998 /* RFC 5322 section 2.1.1 */
#define OLD_NAME_MAX 250     /* octets of a file name; encoded the old way it is one line, three times as long at most */
#define SEGMENT_MAX 50      /* octets of an encoded file name in a line */
#define LINE_WISHED 78
#define WORD_OCTETS 42 /* of an encoded word, which has 75 characters at most */

/* What looks like an encoded word and is none: encoded itself (RFC 2047), for GMime lets ASCII through. Owner: caller. */
static char *
encode_words(const char *text)
{
	GString *words = g_string_new(NULL);
	while (*text) {
		const char *end = text;
		while (*end && g_utf8_next_char(end) - text <= WORD_OCTETS)
			end = g_utf8_next_char(end);
		g_autofree char *word = g_base64_encode((const guchar *)text, (size_t)(end - text));
		g_string_append_printf(words, "%s=?utf-8?b?%s?=", words->len ? " " : "", word);
		text = end;
	}
	return g_string_free(words, FALSE);
}

/* TEXT in one line, without what could end it or hide what it says. Owner: caller. */
static char *
one_line(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *line = g_string_new(NULL);
	for (const char *c = valid; *c; c = g_utf8_next_char(c)) {
		gunichar letter = g_utf8_get_char(c);
		bool is_blank = g_unichar_iscntrl(letter) || letter == 0x2028 || letter == 0x2029;
		g_string_append_unichar(line, is_blank ? ' ' : letter);
	}
	return g_strstrip(g_string_free(line, FALSE));
}

static char *
header_text(const char *text)
{
	char *line = one_line(text);
	if (!strstr(line, "=?"))
		return line;
	char *encoded = encode_words(line);
	g_free(line);
	return encoded;
}

/* Ids are ours or strangers': nothing but an id may come through. Owner: caller. */
static char *
bracketed(const char *id)
{
	GString *text = g_string_new("<");
	for (; *id; id++)
		if (*id > ' ' && *id < 127 && !strchr("<>()", *id))
			g_string_append_c(text, *id);
	g_string_append_c(text, '>');
	return g_string_free(text, FALSE);
}

/* GMime leaves "=" as it is in the words that it makes of a name (of ASCII, too, when it is long), and "=2F" would be read as "/". */
static char *
name_text(const char *text)
{
	g_autofree char *name = one_line(text);
	return strchr(name, '=') ? encode_words(name) : g_steal_pointer(&name);
}

static void
add_person(GMimeMessage *message, GMimeAddressType field, const struct compose_person *person)
{
	g_autofree char *name = name_text(person->name), *address = one_line(person->address);
	const char *at = strrchr(address, '@');
	g_autofree char *domain = at ? g_hostname_to_ascii(at + 1) : NULL;
	g_autofree char *ascii = domain ? g_strdup_printf("%.*s@%s", (int)(at - address), address, domain) : NULL;
	InternetAddress *mailbox = internet_address_mailbox_new(*name ? name : NULL, ascii ? ascii : address);
	internet_address_set_charset(mailbox, "utf-8");
	internet_address_list_add(g_mime_message_get_addresses(message, field), mailbox);
	g_object_unref(mailbox);
}

static void
set_header(GMimeMessage *message, const char *name, const char *value)
{
	g_mime_object_set_header(GMIME_OBJECT(message), name, value, NULL);
}

static void
set_references(GMimeMessage *message, const GPtrArray *references)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (guint i = 0; references && i < references->len; i++) {
		g_autofree char *id = bracketed(references->pdata[i]);
		if (strlen(id) > 2 && strlen(id) < LINE_MAX_OCTETS - 20)
			g_string_append_printf(all, "%s%s", all->len ? " " : "", id);
	}
	if (all->len)
		set_header(message, "References", all->str);
}

static void
set_head(GMimeMessage *message, const struct compose *mail)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(mail->date / 1000);
	g_autofree char *subject = header_text(mail->subject), *id = bracketed(mail->message_id), *parent = bracketed(mail->in_reply_to);
	g_mime_message_set_date(message, when);
	add_person(message, GMIME_ADDRESS_TYPE_FROM, &mail->from);
	if (mail->reply_to)
		add_person(message, GMIME_ADDRESS_TYPE_REPLY_TO, mail->reply_to);
	for (size_t i = 0; i < mail->to_count; i++)
		add_person(message, GMIME_ADDRESS_TYPE_TO, &mail->to[i]);
	for (size_t i = 0; i < mail->cc_count; i++)
		add_person(message, GMIME_ADDRESS_TYPE_CC, &mail->cc[i]);
	g_mime_message_set_subject(message, subject, "utf-8");
	set_header(message, "Message-ID", id);
	if (strlen(parent) > 2 && strlen(parent) < LINE_MAX_OCTETS - 20)
		set_header(message, "In-Reply-To", parent);
	set_references(message, mail->references);
	if (mail->is_automatic)
		set_header(message, "Auto-Submitted", "auto-generated");
	if (*mail->language && strlen(mail->language) < 20 && strspn(mail->language, G_CSET_a_2_z G_CSET_A_2_Z "-") == strlen(mail->language))
		set_header(message, "Content-Language", mail->language);
	set_header(message, "MIME-Version", "1.0");
}

/* How TEXT gets through every relay: as it is, else quoted-printable where most of it stays readable, else base64. */
static GMimeContentEncoding
encoding_of(const char *text, size_t line_max)
{
	size_t eight_bit = 0, size = strlen(text), longest = 0;
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		longest = MAX(longest, length);
		line += length + (line[length] == '\n');
	}
	for (const char *c = text; *c; c++)
		eight_bit += (guchar)*c >= 0x80 || ((guchar)*c < ' ' && !strchr("\t\n", *c)) || *c == 127;
	if (!eight_bit && longest <= line_max)
		return GMIME_CONTENT_ENCODING_7BIT;
	return eight_bit > size / 4 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

static GMimeObject *
make_text(const char *subtype, const char *text, size_t line_max)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	g_object_unref(stream);
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, encoding_of(text, line_max));
	g_object_unref(content);
	return GMIME_OBJECT(part);
}

static GMimeObject *
make_multipart(const struct compose *mail, const char *subtype)
{
	g_autofree char *seed = g_strdup_printf("%s %s", subtype, mail->message_id);
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, seed, -1);
	g_autofree char *boundary = g_strdup_printf("=_%.32s", digest); /* "=_" stands in no encoded text */
	GMimeMultipart *multipart = g_mime_multipart_new_with_subtype(subtype);
	g_mime_multipart_set_boundary(multipart, boundary);
	return GMIME_OBJECT(multipart);
}

static void
add_part(GMimeObject *multipart, GMimeObject *part)
{
	g_mime_multipart_add(GMIME_MULTIPART(multipart), part);
	g_object_unref(part);
}

static GMimeObject *
make_body(const struct compose *mail)
{
	g_autofree char *flowed = flowed_make(mail->text);
	GMimeObject *text = make_text("plain", flowed, LINE_MAX_OCTETS);
	g_mime_object_set_content_type_parameter(text, "format", "flowed");
	g_mime_object_set_content_type_parameter(text, "delsp", "no");
	if (!mail->html)
		return text;
	GMimeObject *both = make_multipart(mail, "alternative");
	add_part(both, text);
	add_part(both, make_text("html", mail->html, LINE_WISHED));
	return both;
}

static bool
is_token(const char *text)
{
	return *text && strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "!#$&^_.+-") == strlen(text);
}

/* What may not be encoded (message/…, multipart/…) travels as plain octets. */
static GMimePart *
make_part(const char *type)
{
	g_auto(GStrv) halves = g_strsplit(type, "/", 2);
	bool is_fine = g_strv_length(halves) == 2 && is_token(halves[0]) && is_token(halves[1]) && g_ascii_strcasecmp(halves[0], "message") &&
		g_ascii_strcasecmp(halves[0], "multipart");
	return is_fine ? g_mime_part_new_with_type(halves[0], halves[1]) : g_mime_part_new_with_type("application", "octet-stream");
}

static void
set_encoded(GMimeParamList *list, const char *name, const char *value, GMimeParamEncodingMethod method)
{
	g_mime_param_list_set_parameter(list, name, value);
	GMimeParam *param = g_mime_param_list_get_parameter(list, name);
	g_mime_param_set_charset(param, "utf-8");
	g_mime_param_set_encoding_method(param, method);
}

/* One character of a file's name, as RFC 2231 has it. Owner: caller. */
static char *
encode_character(const char *at)
{
	const char *end = g_utf8_next_char(at);
	GString *text = g_string_new(NULL);
	for (; at < end; at++)
		if (g_ascii_isalnum(*at) || strchr("._-", *at))
			g_string_append_c(text, *at);
		else
			g_string_append_printf(text, "%%%02X", (guchar)*at);
	return g_string_free(text, FALSE);
}

/* A name beyond ASCII in segments that end where characters end: GMime's own may end within one, and not all readers join them before decoding. */
static char *
encode_disposition(const char *name)
{
	GString *value = g_string_new(" attachment"), *line = g_string_new(NULL);
	int segment = 0;
	for (const char *at = name; *at; at = g_utf8_next_char(at)) {
		g_autofree char *next = encode_character(at);
		if (line->len + strlen(next) > SEGMENT_MAX) {
			g_string_append_printf(value, ";\n\tfilename*%d*=%s%s", segment, segment ? "" : "utf-8''", line->str);
			g_string_truncate(line, 0);
			segment++;
		}
		g_string_append(line, next);
	}
	if (segment)
		g_string_append_printf(value, ";\n\tfilename*%d*=%s\n", segment, line->str);
	else
		g_string_append_printf(value, ";\n\tfilename*=utf-8''%s\n", line->str);
	g_string_free(line, TRUE);
	return g_string_free(value, FALSE);
}

/* RFC 2231 for those who read it, in Content-Type the way that older programs understand. */
static void
set_name(GMimePart *part, const char *text)
{
	g_autofree char *line = one_line(text);
	const char *name = *line ? line : "file";
	GMimeContentDisposition *disposition = g_mime_content_disposition_new();
	g_mime_content_disposition_set_disposition(disposition, "attachment");
	g_mime_object_set_content_disposition(GMIME_OBJECT(part), disposition);
	g_object_unref(disposition);
	set_encoded(g_mime_content_disposition_get_parameters(g_mime_object_get_content_disposition(GMIME_OBJECT(part))), "filename", name,
		GMIME_PARAM_ENCODING_METHOD_RFC2231);
	bool is_like_encoded = strstr(name, "=?"); /* a reader would decode it: then only where that does not happen */
	if (!is_like_encoded && strlen(name) <= OLD_NAME_MAX)
		set_encoded(g_mime_content_type_get_parameters(g_mime_object_get_content_type(GMIME_OBJECT(part))), "name", name,
			GMIME_PARAM_ENCODING_METHOD_RFC2047);
	if (is_like_encoded || !g_str_is_ascii(name)) {
		g_autofree char *value = encode_disposition(name);
		g_mime_header_set_raw_value(g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(part)), "Content-Disposition"), value);
	}
}

static GMimeObject *
make_file(const struct compose_file *file, GError **problem)
{
	GMimePart *part = make_part(file->type);
	GMimeStream *stream = mime_pipe_in(file, problem);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_BINARY);
	g_object_unref(stream);
	if (is_token(file->charset))
		g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", file->charset);
	set_name(part, file->name);
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_object_unref(content);
	return GMIME_OBJECT(part);
}

static GMimeMessage *
make_message(const struct compose *mail, GError **problem)
{
	GMimeMessage *message = g_mime_message_new(FALSE);
	GMimeObject *body = make_body(mail);
	set_head(message, mail);
	if (mail->file_count) {
		GMimeObject *mixed = make_multipart(mail, "mixed");
		add_part(mixed, body);
		for (size_t i = 0; i < mail->file_count; i++)
			add_part(mixed, make_file(&mail->files[i], problem));
		body = mixed;
	}
	g_mime_message_set_mime_part(message, body);
	g_object_unref(body);
	return message;
}

bool
mime_compose(const struct compose *mail, bool (*write)(const void *, size_t, void *, GError **), void *data, GError **error)
{
	static gsize is_ready;
	if (g_once_init_enter(&is_ready)) {
		g_mime_init();
		g_once_init_leave(&is_ready, 1);
	}
	GError *problem = NULL;
	GMimeMessage *message = make_message(mail, &problem);
	GMimeStream *out = mime_pipe_out(write, data, &problem);
	GMimeFormatOptions *format = g_mime_format_options_new();
	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	bool ok = g_mime_object_write_to_stream(GMIME_OBJECT(message), format, out) >= 0 && !problem;
	g_mime_format_options_free(format);
	g_object_unref(out);
	g_object_unref(message);
	if (!ok && !problem)
		g_set_error(&problem, G_FILE_ERROR, G_FILE_ERROR_FAILED, "the mail could not be made");
	if (problem)
		g_propagate_error(error, problem);
	return ok;
}
