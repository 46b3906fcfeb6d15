/* A mail of ours, its texts made of the input: lines, in order subject, name, reference, language, file name, then the letter. Whatever they hold, the mail is
 * clean (7 bits, no bare CR or LF, short lines), has our header fields and no other, and reads as what was written. */
#include <string.h>

#include "milter/mime_compose.h"
#include "milter/read/mime.h"
#include "tests/fuzz/fuzz.h"

#define LINE_MAX_OCTETS 998 /* RFC 5321 section 4.5.3.1.6, without CR LF */
#define NAME_MAX_OCTETS 1190 /* a longer name is read in part */

enum line {SUBJECT, NAME, REFERENCE, LANGUAGE, FILE_NAME, LETTER, LINES};

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	mime_init();
	return 0;
}

static bool
append(const void *octets, size_t size, void *data, G_GNUC_UNUSED GError **error)
{
	g_string_append_len(data, octets, (gssize)size);
	return true;
}

static GBytes *
read_file(G_GNUC_UNUSED void *data, bool is_start, G_GNUC_UNUSED GError **error)
{
	return g_bytes_new_static("file", is_start ? 4 : 0);
}

static GString *
compose(char **lines)
{
	g_autoptr(GPtrArray) references = g_ptr_array_new();
	g_ptr_array_add(references, lines[REFERENCE]);
	const struct compose_person to = {lines[NAME], "kim@customer.example"};
	const struct compose_file file = {.name = lines[FILE_NAME], .type = lines[LANGUAGE], .charset = lines[LANGUAGE], .read = read_file};
	const struct compose mail = {.from = {lines[NAME], "support@shop.example"}, .to = &to, .to_count = 1, .subject = lines[SUBJECT],
		.message_id = "1@shop.example", .in_reply_to = lines[REFERENCE], .references = references, .language = lines[LANGUAGE],
		.date = 1714989600000, .text = lines[LETTER], .html = NULL, .files = &file, .file_count = 1};
	GString *octets = g_string_new(NULL);
	g_assert_true(mime_compose(&mail, append, octets, NULL));
	return octets;
}

static void
check_octets(const GString *mail)
{
	gsize length = 0;
	for (gsize i = 0; i < mail->len; i++) {
		guchar octet = (guchar)mail->str[i];
		bool is_end = octet == '\n';
		g_assert_true(octet && octet < 0x80);
		g_assert_true((octet != '\r' || mail->str[i + 1] == '\n') && (!is_end || (i && mail->str[i - 1] == '\r')));
		length = is_end ? 0 : length + 1;
		g_assert_cmpuint(length, <=, LINE_MAX_OCTETS + 1);
	}
}

/* Each field of ours once at most, and none that is not. */
static void
check_head(const GString *mail)
{
	static const char *const known[] = {"Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Content-Language", "MIME-Version",
		"Content-Type", NULL};
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const char *end = strstr(mail->str, "\r\n\r\n");
	g_autofree char *head = g_strndup(mail->str, (gsize)(end - mail->str));
	g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
	for (char **line = lines; *line; line++) {
		if (**line == ' ' || **line == '\t')
			continue;
		char *name = g_strndup(*line, strcspn(*line, ":"));
		g_assert_true(g_strv_contains(known, name));
		g_assert_true(g_hash_table_add(seen, name));
	}
}

/* The letters and digits of TEXT. Owner: caller. */
static char *
letters_of(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *seen = g_string_new(NULL);
	for (const char *at = valid; *at; at = g_utf8_next_char(at))
		if (g_unichar_isalnum(g_utf8_get_char(at)))
			g_string_append_unichar(seen, g_utf8_get_char(at));
	return g_string_free(seen, FALSE);
}

static void
check_same(const char *read, const char *written)
{
	g_autofree char *one = letters_of(read), *other = letters_of(written);
	g_assert_cmpstr(one, ==, other);
}

static void
check_reading(const GString *mail, char **lines)
{
	static const char *const nobody[] = {NULL};
	g_autoptr(GBytes) raw = g_bytes_new_static(mail->str, mail->len);
	g_autoptr(mime_message) message = mime_read(raw, &(struct mime_options){.authserv_ids = nobody});
	check_same(message->subject, lines[SUBJECT]);
	check_same(message->text, lines[LETTER]);
	g_assert_cmpuint(message->from->len, ==, 1);
	g_assert_cmpuint(message->to->len, ==, 1);
	g_assert_cmpuint(message->cc->len, ==, 0);
	const struct mime_address *to = message->to->pdata[0];
	g_assert_cmpstr(to->address, ==, "kim@customer.example");
	if (strlen(lines[NAME]) <= NAME_MAX_OCTETS)
		check_same(to->name, lines[NAME]);
	g_assert_cmpuint(message->parts->len, ==, 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = fuzz_text(data, size), *valid = g_utf8_make_valid(text, -1);
	g_auto(GStrv) given = g_strsplit(valid, "\n", LINES);
	char *lines[LINES];
	for (guint i = 0, count = g_strv_length(given); i < LINES; i++)
		lines[i] = i < count ? given[i] : (char *)"";
	g_autoptr(GString) mail = compose(lines);
	check_octets(mail);
	check_head(mail);
	check_reading(mail, lines);
	return 0;
}
