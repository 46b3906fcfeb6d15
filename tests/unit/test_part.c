/* Files streamed out of the raw mail, those that lie within other parts too: octet for octet what was sent, by SHA-256. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "milter/read/mime.h"
#include "store/capture.h"
#include "store/migrate.h"
#include "store/part.h"
#include "tests/unit/mails.h"

static char *directory;
static capture *door;
static db *raw_db;

static gint64
keep(GBytes *mail)
{
	g_autoptr(GError) error = NULL;
	static const char *const recipients[] = {"support@shop.example", NULL};
	struct envelope envelope = {.door = "capture", .sender = "", .recipients = recipients, .client = "", .helo = "", .tls = "", .auth = "", .queue_id = "",
		.captured = 1};
	gather *octets = capture_gather(door, 1 << 30);
	gint64 id;
	gather_add(octets, g_bytes_get_data(mail, NULL), g_bytes_get_size(mail), &error);
	g_assert_no_error(error);
	capture_store(door, &envelope, octets, &id, &error);
	g_assert_no_error(error);
	return id;
}

/* The part as the store gives it: "SIZE DIGEST". */
static char *
stream_all(gint64 mail, const struct mime_part *part)
{
	g_autoptr(GError) error = NULL;
	struct part_row row = {.start = part->offset, .length = part->length, .encoding = (enum part_encoding)part->encoding,
		.inner = {part->has_inner, part->inner.offset, part->inner.length, (enum part_encoding)part->inner.encoding}};
	g_autoptr(part_stream) stream = part_stream_new(mail, &row);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint64 size = 0;
	for (;;) {
		g_autoptr(GBytes) block = part_stream_read(stream, raw_db, &error);
		g_assert_no_error(error);
		if (!g_bytes_get_size(block))
			break;
		g_checksum_update(sum, g_bytes_get_data(block, NULL), (gssize)g_bytes_get_size(block));
		size += g_bytes_get_size(block);
	}
	g_assert_cmpuint(size, ==, part->size);
	return g_strdup_printf("%" G_GUINT64_FORMAT " %.16s", size, g_checksum_get_string(sum));
}

static const struct {const char *mail, *name, *digest;} cases[] = {
	{"tnef-files", "Rachunek za łódkę.pdf", "24 fc9aa99f3e576965"}, {"tnef-files", "zdjęcie.png", "48 33c6c1549803ca3c"},
	{"tnef-alone", "list.csv", "8 403bea5152c251c5"}, {"tnef-alone", "deep.txt", "12 3e22dff70552b25e"},
	{"uuencode-in-base64", "list.csv", "253 0ee59cb89dc0138a"}, {"uuencode-in-base64", "b.bin", "256 40aff2e9d2d8922e"},
	{"uuencode-base64-form", "terms.txt", "100 322c3f7381f8c116"}, {"yenc-in-text", "all octets.bin", "768 f3a25aa93aa2fbba"},
	{"name-rfc2231", "list.txt", "8 "}, {"smime-opaque", "order.pdf", "14 "},
};

static void
test_fixtures(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) mail = mail_load(cases[i].mail);
		g_autoptr(mime_message) message = mime_read(mail, NULL);
		const struct mime_part *part = NULL;
		for (guint k = 0; k < message->parts->len; k++)
			if (strcmp(((struct mime_part *)message->parts->pdata[k])->name, cases[i].name) == 0)
				part = message->parts->pdata[k];
		g_test_message("%s %s", cases[i].mail, cases[i].name);
		g_assert_nonnull(part);
		g_assert_true(part->encoding != MIME_BASE64 || part->inner.offset < 3); /* nothing before it is read for it */
		g_autofree char *digest = stream_all(keep(mail), part);
		g_assert_true(g_str_has_prefix(digest, cases[i].digest));
	}
}

#define LARGE (3 * 1024 * 1024 + 7)

static GByteArray *
large_file(void)
{
	GByteArray *file = g_byte_array_sized_new(LARGE);
	guint32 state = 7;
	g_byte_array_set_size(file, LARGE);
	for (guint i = 0; i < LARGE; i++) {
		state = state * 1664525 + 1013904223;
		file->data[i] = (guint8)(state >> 24);
	}
	return file;
}

static void
uuencode(GString *out, const GByteArray *file)
{
	g_string_append(out, "begin 644 large.bin\r\n");
	for (guint at = 0; at < file->len; at += 45) {
		guint octets = MIN(45, file->len - at);
		g_string_append_c(out, (char)(' ' + octets));
		for (guint i = 0; i < octets; i += 3) {
			guint group = (guint)file->data[at + i] << 16 | (i + 1 < octets ? file->data[at + i + 1] << 8 : 0) | (i + 2 < octets ? file->data[at + i + 2] : 0);
			for (int shift = 18; shift >= 0; shift -= 6) {
				guint letter = group >> shift & 63;
				g_string_append_c(out, letter ? (char)(' ' + letter) : '`');
			}
		}
		g_string_append(out, "\r\n");
	}
	g_string_append(out, "`\r\nend\r\n");
}

static void
little(GString *out, guint32 value, guint octets)
{
	for (guint i = 0; i < octets; i++)
		g_string_append_c(out, (char)(value >> (8 * i)));
}

static void
attribute(GString *out, guint32 id, const void *octets, guint32 length)
{
	little(out, 2, 1);
	little(out, id, 4);
	little(out, length, 4);
	g_string_append_len(out, octets, length);
	little(out, 0, 2);
}

static void
winmail(GString *out, const GByteArray *file)
{
	little(out, 0x223e9f78, 4);
	little(out, 1, 2);
	attribute(out, 0x69002, "12345678901234", 14);
	attribute(out, 0x18010, "large.bin", 10);
	attribute(out, 0x6800f, file->data, file->len);
}

static GBytes *
in_base64(const char *type, const GString *content)
{
	g_autofree char *letters = g_base64_encode((const guchar *)content->str, content->len);
	GString *mail = g_string_new("From: a@customer.example\r\nSubject: large\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n");
	g_string_append_printf(mail, "Content-Type: %s\r\n\r\n", type);
	gsize line;
	for (const char *p = letters; (line = strnlen(p, 76)) > 0; p += line) {
		g_string_append_len(mail, p, (gssize)line);
		g_string_append(mail, "\r\n");
	}
	return g_string_free_to_bytes(mail);
}

/* Over many blocks of the raw mail, with a text before it that shifts everything by some octets. */
static void
test_large(void)
{
	static const struct {const char *type, *before; void (*put)(GString *, const GByteArray *);} forms[] = {
		{"text/plain", "The file:\r\n\r\n", uuencode}, {"application/ms-tnef", "", winmail},
	};
	g_autoptr(GByteArray) file = large_file();
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, file->data, file->len);
	g_autofree char *expected = g_strdup_printf("%d %.16s", LARGE, sum);
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autoptr(GString) content = g_string_new(forms[i].before);
		forms[i].put(content, file);
		g_autoptr(GBytes) mail = in_base64(forms[i].type, content);
		g_autoptr(mime_message) message = mime_read(mail, NULL);
		g_assert_cmpuint(message->parts->len, ==, 1);
		g_autofree char *digest = stream_all(keep(mail), message->parts->pdata[0]);
		g_assert_cmpstr(digest, ==, expected);
	}
}

/* Attachments as they come, the beginning of each somewhere else: what is streamed is what reading letter by letter gives. */
static void
test_base64_forms(void)
{
	static const struct {const char *begin, *end, *line_end; int letters;} forms[] = {
		{"", "", "\r\n", 76}, {"", "", "\n", 76}, {"QUI", "", "\r\n", 76}, {"QUI=", "=", "\r\n", 76}, {"QUJD\r\n", "QQ==\r\n", "\r\n", 60}, {"", "", "\r\n", 998},
		{"  ", "", "\r\n", 64}, {"", "", "", 76},
	};
	g_autoptr(GByteArray) file = large_file();
	g_autofree char *letters = g_base64_encode(file->data, 600000);
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		for (gsize k = 0; k < 4096 + i; k++)
			g_string_append_c(text, 'x');
		gsize start = text->len;
		g_string_append(text, forms[i].begin);
		for (const char *p = letters; *p; p += strnlen(p, (gsize)forms[i].letters))
			g_string_append_printf(text, "%.*s%s", forms[i].letters, p, forms[i].line_end);
		g_string_append(text, forms[i].end);
		gsize length = text->len - start;
		g_string_append(text, "\r\n--b--\r\n");
		g_autoptr(part_decoder) decoder = part_decoder_new(PART_BASE64);
		g_autoptr(GByteArray) plain = g_byte_array_new();
		for (gsize at = start; at < start + length; at++)
			part_decoder_step(decoder, (const guint8 *)text->str + at, 1, plain);
		part_decoder_end(decoder, plain);
		g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, plain->data, plain->len);
		g_autofree char *expected = g_strdup_printf("%u %.16s", plain->len, sum);
		g_autoptr(GBytes) mail = g_bytes_new(text->str, text->len);
		const struct mime_part part = {.offset = start, .length = length, .size = plain->len, .encoding = MIME_BASE64};
		g_autofree char *digest = stream_all(keep(mail), &part);
		g_test_message("form %zu", i);
		g_assert_cmpstr(digest, ==, expected);
	}
}

/* What only begins like one stays the file it is. */
static void
test_no_winmail(void)
{
	g_autoptr(GString) content = g_string_new(NULL);
	for (int i = 0; i < 100; i++)
		little(content, 0x223e9f78, 4);
	g_autoptr(GBytes) mail = in_base64("application/ms-tnef", content);
	g_autoptr(mime_message) message = mime_read(mail, NULL);
	g_assert_cmpuint(message->parts->len, ==, 1);
	g_assert_cmpuint(((struct mime_part *)message->parts->pdata[0])->size, ==, content->len);
}

static const struct {enum part_encoding encoding; const char *in, *out;} decodings[] = {
	{PART_BASE64, "QUJD\r\nREVG", "ABCDEF"}, {PART_BASE64, "QUI=QUI=", "ABAB"}, {PART_BASE64, "QUJDRA", "ABCD"}, {PART_BASE64, "Q", ""},
	{PART_BASE64, " !QU-JD", "ABC"},
	{PART_QUOTED_PRINTABLE, "a=3D=\r\nb=C3=a9\n", "a=b\xc3\xa9\n"}, {PART_QUOTED_PRINTABLE, "soft= \t\nend", "softend"},
	{PART_QUOTED_PRINTABLE, "=zz =4", "=zz =4"}, {PART_QUOTED_PRINTABLE, "a=", "a"}, {PART_QUOTED_PRINTABLE, "a \r\n", "a \r\n"},
	{PART_UUENCODE, "begin 644 a\n#86)C\nnoise, no data\n`\nend\n#86)C\n", "abc"},
	{PART_YENC, "=ybegin line=9 size=3 name=a\r\n\x8b=}\x8c\r\n=yend size=3\r\n\x8b", "a\x13" "b"},
};

/* However the octets are cut. */
static void
test_decoders(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(decodings); i++)
		for (size_t cut = 0; cut <= strlen(decodings[i].in); cut++) {
			g_autoptr(part_decoder) decoder = part_decoder_new(decodings[i].encoding);
			g_autoptr(GByteArray) out = g_byte_array_new();
			const guint8 *in = (const guint8 *)decodings[i].in;
			part_decoder_step(decoder, in, cut, out);
			part_decoder_step(decoder, in + cut, strlen(decodings[i].in) - cut, out);
			part_decoder_end(decoder, out);
			g_assert_cmpmem(out->data, out->len, decodings[i].out, strlen(decodings[i].out));
		}
}

/* A line without end is decoded in pieces, an escape never in two. */
static void
test_long_line(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (int i = 0; i < 100000; i++)
		g_string_append(text, "=41");
	for (guint shift = 0; shift < 3; shift++) {
		g_autoptr(part_decoder) decoder = part_decoder_new(PART_QUOTED_PRINTABLE);
		g_autoptr(GByteArray) out = g_byte_array_new();
		part_decoder_step(decoder, (const guint8 *)"AA", shift, out);
		part_decoder_step(decoder, (const guint8 *)text->str, text->len, out);
		part_decoder_end(decoder, out);
		g_assert_cmpuint(out->len, ==, 100000 + shift);
		g_assert_cmpint(out->data[out->len / 2], ==, 'A');
	}
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_test_init(&argc, &argv, NULL);
	mime_init();
	directory = g_dir_make_tmp("belfry-test-XXXXXX", NULL);
	migrate_run(directory, &error);
	g_assert_no_error(error);
	door = capture_open(directory, 0, &error);
	g_assert_no_error(error);
	g_autofree char *path = g_build_filename(directory, "raw.db", NULL);
	raw_db = db_open(path, DB_READ, &error);
	g_assert_no_error(error);
	g_test_add_func("/part/fixtures", test_fixtures);
	g_test_add_func("/part/large", test_large);
	g_test_add_func("/part/base64-forms", test_base64_forms);
	g_test_add_func("/part/no-winmail", test_no_winmail);
	g_test_add_func("/part/decoders", test_decoders);
	g_test_add_func("/part/long-line", test_long_line);
	int status = g_test_run();
	db_close(raw_db);
	capture_close(door);
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", directory);
	return status || system(remove);
}
