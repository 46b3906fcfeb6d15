/* Mails of ours: what names, subjects and files hold arrives as it was, and nothing more, as Python's parser and our own read it. */
#include "milter/mime_compose.h"

#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

#include "milter/read/flowed.h"
#include "milter/read/mime.h"

#define ME {"Support", "support@shop.example"}

static bool
append(const void *octets, size_t size, void *data, GError **error)
{
	(void)error;
	g_string_append_len(data, octets, (gssize)size);
	return true;
}

static GString *
made(const struct compose *mail)
{
	g_autoptr(GError) error = NULL;
	GString *octets = g_string_new(NULL);
	g_assert_true(mime_compose(mail, append, octets, &error));
	g_assert_no_error(error);
	return octets;
}

/* What Python's parser says of it; NULL: there is no Python. */
static char *
python_says(const GString *octets)
{
	g_autofree char *python = g_find_program_in_path("python3"), *path = NULL, *problem = NULL;
	g_autoptr(GError) error = NULL;
	char *said = NULL;
	int status;
	if (!python)
		return NULL;
	int file = g_file_open_tmp("belfry-mail-XXXXXX", &path, &error);
	g_assert_no_error(error);
	close(file);
	g_file_set_contents(path, octets->str, (gssize)octets->len, &error);
	g_assert_no_error(error);
	g_autofree char *command = g_strdup_printf("sh -c 'PYTHONIOENCODING=utf-8 python3 tests/unit/check_mail.py <%s'", path);
	g_spawn_command_line_sync(command, &said, &problem, &status, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(problem, ==, "");
	g_assert_cmpint(status, ==, 0);
	g_unlink(path);
	return said;
}

static struct compose
plain(void)
{
	return (struct compose){.from = ME, .subject = "Re: Lamp", .message_id = "belfry.1.2.abc@shop.example", .in_reply_to = "", .language = "fr",
		.date = 1714989600000, .text = "Hello", .html = "<p>Hello</p>\n"};
}

static const char *const texts[] = {
	"Où est ma commande ? Où est-elle donc passée", "Ελληνικά: πού είναι η παραγγελία μου", "Где мой заказ номер пятьсот двенадцать", "איפה ההזמנה שלי",
	"أين طلبي يا سادة", "मेरा ऑर्डर कहाँ है", "คำสั่งซื้อของฉันอยู่ที่ไหน", "我的订单在哪里我的订单在哪里我的订单在哪里", "ご注文はどこですかご注文はどこですか", "내 주문은 어디에 있나요",
	"🎉🚚 emoji 👩‍👩‍👧‍👦 family 🏳️‍🌈", "Zażółć gęślą jaźń", "a, b; c <d@e> \"f\" (g) [h] : @", "=?utf-8?q?spoof?=", "trailing dot.", "O'Brien & Söhne GmbH",
	"\u202eRTL override\u202c", "Re: =?x", "tab\tinside", "the-caf\303\251=2Fin-the-middle-of-town",
	"a-name-of-one-word-that-is-longer-than-a-line-of-mail-wants-to-be-and-has=2Fa-sign-of-equality-within",
};

static void
check(const char *text)
{
	g_autofree char *tidy = g_strdelimit(g_strdup(text), "\t", ' ');
	struct compose mail = plain();
	mail.subject = text;
	mail.from = (struct compose_person){text, "support@shop.example"};
	mail.to = &(struct compose_person){text, "kim@customer.example"};
	mail.to_count = 1;
	g_autoptr(GString) octets = made(&mail);
	g_autofree char *said = python_says(octets), *subject = g_strdup_printf("subject\t%s\n", tidy);
	g_auto(GStrv) words = g_strsplit(tidy, " ", -1);
	g_autofree char *name = g_strjoinv("", words); /* see check_mail.py */
	g_autofree char *from = g_strdup_printf("\nfrom\t%s\tsupport@shop.example\n", name), *to = g_strdup_printf("\nto\t%s\tkim@customer.example\n", name);
	g_test_message("%s", octets->str);
	if (!said) {
		g_test_skip("python3 is not installed");
		return;
	}
	g_test_message("%s", said);
	g_assert_null(strstr(said, "defect\t"));
	g_assert_true(g_str_has_prefix(said, subject));
	g_assert_nonnull(strstr(said, from));
	g_assert_nonnull(strstr(said, to));
}

static void
scripts_arrive(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		check(texts[i]);
}

static void
long_ones_arrive(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GString) text = g_string_new(texts[i]);
		while (g_utf8_strlen(text->str, -1) < 300)
			g_string_append_printf(text, " %s", texts[i]);
		if (!strstr(texts[i], "=?") && !strchr(texts[i], '\t')) /* our own words around a fold are not theirs */
			check(text->str);
	}
	g_autofree char *one_word = g_strnfill(300, 'a');
	check(one_word);
}

static void
nothing_becomes_a_header(void)
{
	static const char *const tries[] = {"a\r\nBcc: evil@x", "a\nX-Evil: 1", "a\rX-Evil: 1", "\r\n\r\nbody", "a\xe2\x80\xa8X-Evil: 1", "a\xc2\x85X-Evil: 1", "a\"\r\nX-Evil: 1", "\x0b\x0cX-Evil"};
	for (size_t i = 0; i < G_N_ELEMENTS(tries); i++) {
		struct compose mail = plain();
		g_autoptr(GPtrArray) references = g_ptr_array_new();
		g_ptr_array_add(references, (char *)tries[i]);
		mail.subject = mail.in_reply_to = mail.language = mail.message_id = tries[i];
		mail.from.name = tries[i];
		mail.references = references;
		mail.to = &(struct compose_person){tries[i], "kim@customer.example"};
		mail.to_count = 1;
		mail.files = &(struct compose_file){.name = tries[i], .type = tries[i], .charset = tries[i], .read = NULL};
		g_autoptr(GString) octets = made(&mail);
		g_test_message("%s", octets->str);
		g_assert_null(strstr(octets->str, "\nX-Evil:"));
		g_assert_null(strstr(octets->str, "\nBcc:"));
		g_assert_null(strstr(octets->str, "\rX-Evil"));
	}
}

struct file {
	size_t at, size;
};

static GBytes *
read_file(void *data, bool is_start, GError **error)
{
	struct file *file = data;
	(void)error;
	file->at = is_start ? 0 : file->at;
	size_t part = MIN(file->size - file->at, 70000);
	file->at += part;
	return g_bytes_new_take(g_strnfill(part, 'x'), part);
}

static void
files_arrive(void)
{
	struct file small = {0, 3}, large = {0, 1000000}, empty = {0, 0}, other = {0, 1};
	struct compose mail = plain();
	const struct compose_file files[] = {{"Größe «1» – Überblick.pdf", "application/pdf", "", read_file, &small}, {"発注書.txt", "text/plain", "utf-8", read_file, &large},
		{"plain.bin", "message/rfc822", "", read_file, &empty},
		{"Rechnung für Jane 🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂 – 你好.pdf", "application/pdf", "", read_file, &other}}; /* GMime would end a segment within 好 */
	mail.files = files;
	mail.file_count = G_N_ELEMENTS(files);
	g_autoptr(GString) octets = made(&mail), again = made(&mail);
	g_assert_cmpstr(octets->str, ==, again->str);
	g_autofree char *said = python_says(octets);
	if (!said) {
		g_test_skip("python3 is not installed");
		return;
	}
	g_test_message("%s", said);
	g_assert_null(strstr(said, "defect\t"));
	g_assert_nonnull(strstr(said, "part\tmultipart/mixed\npart\tmultipart/alternative\npart\ttext/plain\tutf-8\tflowed\tHello\npart\ttext/html\tutf-8\tNone\t<p>Hello</p>\n"));
	g_assert_nonnull(strstr(said, "file\tapplication/pdf\tGröße «1» – Überblick.pdf\t3\n"));
	g_assert_nonnull(strstr(said, "file\ttext/plain\t発注書.txt\t1000000\n"));
	g_assert_nonnull(strstr(said, "file\tapplication/octet-stream\tplain.bin\t0\n"));
	g_assert_nonnull(strstr(said, "file\tapplication/pdf\tRechnung für Jane 🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂 – 你好.pdf\t1\n"));
	g_assert_nonnull(strstr(octets->str, "\tname=\"=?"));
}

static void
long_file_names_keep_lines_short(void)
{
	g_autoptr(GString) name = g_string_new(NULL);
	for (int i = 0; i < 255; i++)
		g_string_append(name, "🙂");
	struct file small = {0, 3};
	struct compose mail = plain();
	mail.files = &(struct compose_file){name->str, "text/plain", "", read_file, &small};
	mail.file_count = 1;
	g_autoptr(GString) octets = made(&mail);
	for (const char *line = octets->str, *end; (end = strstr(line, "\r\n")); line = end + 2)
		g_assert_cmpint(end - line, <=, 998);
	g_autofree char *said = python_says(octets);
	g_assert_true(!said || strstr(said, name->str));
}

static void
head_is_whole(void)
{
	struct compose mail = plain();
	g_autoptr(GPtrArray) references = g_ptr_array_new_with_free_func(g_free);
	for (int i = 0; i < 20; i++)
		g_ptr_array_add(references, g_strdup_printf("%d.a-rather-long-message-id@mail.customer.example", i));
	mail.references = references;
	mail.in_reply_to = references->pdata[19];
	mail.is_automatic = true;
	mail.reply_to = &(struct compose_person){"Support", "support+t1-abc@shop.example"};
	mail.cc = (const struct compose_person[]){{"", "lee@customer.example"}, {"Max", "max@bücher.example"}};
	mail.cc_count = 2;
	g_autoptr(GString) octets = made(&mail);
	for (const char *line = octets->str, *end; (end = strstr(line, "\r\n")); line = end + 2)
		g_assert_cmpint(end - line, <=, 78);
	g_autofree char *said = python_says(octets);
	g_test_message("%s", octets->str);
	if (!said) {
		g_test_skip("python3 is not installed");
		return;
	}
	g_assert_null(strstr(said, "defect\t"));
	g_assert_nonnull(strstr(said, "\nreply-to\tSupport\tsupport+t1-abc@shop.example\ncc\t\tlee@customer.example\ncc\tMax\tmax@xn--bcher-kva.example\n"));
	g_assert_nonnull(strstr(said, "message-id\t<belfry.1.2.abc@shop.example>\n"));
	g_assert_nonnull(strstr(said, "in-reply-to\t<19.a-rather-long-message-id@mail.customer.example>\n"));
	g_assert_nonnull(strstr(said, "auto-submitted\tauto-generated\n"));
	g_assert_nonnull(strstr(said, "content-language\tfr\n"));
	g_assert_nonnull(strstr(said, "references\t<0.a-rather-long-message-id@mail.customer.example>"));
}

/* Our own parser joins what flowed lines broke. */
static void
text_comes_back(void)
{
	static const char text[] = "Dear Kim,\n\nthis is a paragraph that is a good deal longer than a line of mail wants to be, so that it is broken in two or three.\n"
		"  indented\nFrom here on\n.dot\n\n-- \nAda\n\nOn Monday Kim wrote:\n> a quoted paragraph that is a good deal longer than a line of mail wants to be, so that it is broken\n"
		"> > twice quoted\n>\n> https://example.org/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n";
	g_autofree char *flowed = flowed_make(text), *joined = flowed_join(g_strdup(flowed), false);
	g_auto(GStrv) lines = g_strsplit(flowed, "\n", -1);
	for (char **line = lines; *line; line++)
		if (!strstr(*line, "https:"))
			g_assert_cmpuint(strlen(*line), <=, 78);
	g_assert_nonnull(strstr(flowed, "\n From here on\n"));
	g_assert_nonnull(strstr(flowed, "\n>> twice quoted\n>\n"));
	g_autofree char *expected = g_strdup(text);
	char *twice = strstr(expected, "> > twice");
	memmove(twice, ">> twice", 8);
	memmove(twice + 8, twice + 9, strlen(twice + 9) + 1);
	g_assert_cmpstr(joined, ==, expected);
}

static void
we_read_it_too(void)
{
	struct compose mail = plain();
	mail.subject = texts[7];
	mail.text = "Où ?\n\nIci, et c'est un paragraphe bien plus long qu'une ligne ne le voudrait, alors il est coupé en deux ou trois.\n";
	g_autoptr(GString) octets = made(&mail);
	g_autoptr(GBytes) raw = g_bytes_new(octets->str, octets->len);
	struct mime_options options = {0};
	g_autoptr(mime_message) message = mime_read(raw, &options);
	g_assert_cmpstr(message->subject, ==, texts[7]);
	g_assert_cmpstr(message->message_id, ==, "belfry.1.2.abc@shop.example");
	g_assert_cmpstr(g_strchomp(message->text), ==, "Où ?\n\nIci, et c'est un paragraphe bien plus long qu'une ligne ne le voudrait, alors il est coupé en deux ou trois.");
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	mime_init();
	g_test_add_func("/compose/scripts", scripts_arrive);
	g_test_add_func("/compose/long", long_ones_arrive);
	g_test_add_func("/compose/injection", nothing_becomes_a_header);
	g_test_add_func("/compose/files", files_arrive);
	g_test_add_func("/compose/long-file-names", long_file_names_keep_lines_short);
	g_test_add_func("/compose/head", head_is_whole);
	g_test_add_func("/compose/flowed", text_comes_back);
	g_test_add_func("/compose/our-own", we_read_it_too);
	return g_test_run();
}
