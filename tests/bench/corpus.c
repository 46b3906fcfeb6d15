/* corpus DIRECTORY COUNT [SEED]: COUNT mails such as a shop gets, as a Maildir with LF line ends; the same ones for the same SEED, and no two alike
 * whatever the seeds. Half of them answer one of the last threads, under a growing History, and quote it. Plain text, text and HTML, HTML alone, and
 * with files (random octets, as what is compressed already). Prints
 * {"mails","octets","mean","smallest","largest"}: octets of the files. */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/support/prose.h"
#include "tests/bench/support/stop.h"

#define THREADS 400    /* that may be answered at a time */
#define HISTORY 10     /* ids in References */
#define QUOTED_MAX 6000 /* octets of quoted text */
#define SIZE_MAX_MAIL (200 * 1024)
#define ENCODED_LINE 72 /* octets, of quoted-printable */
#define BEGIN G_GINT64_CONSTANT(1735689600) /* 2025-01-01 */

struct thread {
	guint language, customer, count;
	char *subject, *name, *text; /* text: the last mail's */
	GQueue *ids;
};

struct corpus {
	prose *prose;
	guint64 seed;
	struct thread threads[THREADS];
	guint number;
	const char *directory;
	guint64 octets, smallest, largest;
};

/* What the customer sees themselves write: paragraphs, their name, and the mail they answer below. */
static char *
make_text(const GPtrArray *paragraphs, const struct thread *thread)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < paragraphs->len; i++, g_string_append_c(text, '\n'))
		prose_add_wrapped(text, paragraphs->pdata[i]);
	g_string_append_printf(text, "-- \n%s\n", thread->name);
	if (!thread->text)
		return g_string_free(text, FALSE);
	g_string_append_printf(text, "\nOn Mon, Jan 6, 2025 at 10:12 AM %s <kim%u@customer.example> wrote:\n", thread->name, thread->customer);
	g_auto(GStrv) lines = g_strsplit(thread->text, "\n", -1);
	size_t quoted = 0;
	for (char **line = lines; *line && quoted < QUOTED_MAX; quoted += strlen(*line++))
		g_string_append_printf(text, "> %s\n", *line);
	return g_string_free(text, FALSE);
}

/* What mail programs make of the same, with their rules and tables. */
static char *
make_html(const GPtrArray *paragraphs, const struct thread *thread)
{
	GString *html = g_string_new("<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"><style type=\"text/css\">\n"
		"body { font-family: Calibri, Arial, sans-serif; font-size: 11pt; }\np.MsoNormal, li.MsoNormal { margin: 0cm; line-height: 115%; }\n"
		".button { background: #0a7; color: #fff; padding: 6px 12px; border-radius: 4px; }\n</style></head>\n<body bgcolor=\"#ffffff\" lang=\"en\">\n"
		"<table width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" align=\"center\"><tr><td style=\"padding:12px\">\n");
	for (guint i = 0; i < paragraphs->len; i++) {
		g_autofree char *escaped = g_markup_escape_text(paragraphs->pdata[i], -1);
		g_string_append_printf(html, "<p class=\"MsoNormal\" style=\"margin:0 0 8px 0\"><span style=\"font-size:11.0pt;color:#1f497d\">%s</span></p>\n", escaped);
	}
	g_string_append_printf(html, "<p><a class=\"button\" href=\"https://shop.example/?a=1&amp;b=%u\">%s</a></p></td></tr></table>\n", thread->customer, thread->name);
	if (thread->text) {
		g_autofree char *escaped = g_markup_escape_text(thread->text, -1);
		g_string_append_printf(html, "<div class=\"gmail_quote\"><blockquote type=\"cite\" style=\"border-left:1px #ccc solid\">%.*s</blockquote></div>\n",
			(int)MIN(strlen(escaped), QUOTED_MAX), escaped);
	}
	g_string_append(html, "</body></html>\n");
	return g_string_free(html, FALSE);
}

static void
add_quoted_printable(GString *mail, const char *text)
{
	size_t column = 0;
	for (const guchar *p = (const guchar *)text; *p; p++) {
		bool is_plain = *p == '\n' || (*p >= ' ' && *p < 127 && *p != '=' && !(*p == ' ' && p[1] == '\n'));
		if (*p != '\n' && column > ENCODED_LINE) {
			g_string_append(mail, "=\n");
			column = 0;
		}
		g_string_append_printf(mail, is_plain ? "%c" : "=%02X", *p);
		column = *p == '\n' ? 0 : column + (is_plain ? 1 : 3);
	}
}

static void
add_base64(GString *mail, const void *octets, size_t size)
{
	g_autofree char *letters = g_base64_encode(octets, size);
	for (const char *p = letters; *p; p += MIN(strlen(p), 76))
		g_string_append_printf(mail, "%.76s\n", p);
}

/* One text, with its headers, encoded as most are. */
static void
add_text_part(struct corpus *self, GString *mail, const char *type, const char *text)
{
	guint way = prose_below(self->prose, 10);
	const char *encoding = way < 1 ? "base64" : way < 6 ? "quoted-printable" : "8bit";
	g_string_append_printf(mail, "Content-Type: %s; charset=utf-8\nContent-Transfer-Encoding: %s\n\n", type, encoding);
	if (way < 1)
		add_base64(mail, text, strlen(text));
	else if (way < 6)
		add_quoted_printable(mail, text);
	else
		g_string_append(mail, text);
}

static void
add_file(struct corpus *self, GString *mail, size_t size)
{
	static const char *const types[][2] = {{"image/jpeg", "jpg"}, {"application/pdf", "pdf"}, {"image/png", "png"},
		{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"}};
	guint type = prose_below(self->prose, G_N_ELEMENTS(types));
	g_autofree guint64 *octets = g_new(guint64, size / 8 + 1);
	for (size_t i = 0; i <= size / 8; i++)
		octets[i] = prose_roll(self->prose);
	g_autofree char *name = g_strdup_printf("file %u.%s", prose_below(self->prose, 9999), types[type][1]);
	g_string_append_printf(mail, "Content-Type: %s; name=\"%s\"\nContent-Disposition: attachment; filename=\"%s\"\nContent-Transfer-Encoding: base64\n\n",
		types[type][0], name, name);
	add_base64(mail, octets, size);
}

enum shape { PLAIN = 1, HTML = 2, FILES = 4 };

/* In how many of a hundred mails, and how long the text then is. */
static const struct kind {
	guint share;
	int shape;
	double least, most;
} kinds[] = {
	{46, PLAIN, 300, 6000}, {30, PLAIN | HTML, 200, 5000}, {14, HTML, 400, 16000}, {6, PLAIN | FILES, 200, 3000}, {4, PLAIN | HTML | FILES, 200, 3000},
};

static const struct kind *
choose_kind(struct corpus *self)
{
	guint n = prose_below(self->prose, 100), i = 0;
	for (; n >= kinds[i].share; i++)
		n -= kinds[i].share;
	return &kinds[i];
}

static void
open_part(GString *mail, const char *boundary)
{
	g_string_append_printf(mail, "\n--%s\n", boundary);
}

static void
add_texts(struct corpus *self, GString *mail, int shape, const char *text, const char *html)
{
	g_autofree char *boundary = g_strdup_printf("----=_Alt_%016" G_GINT64_MODIFIER "x", prose_roll(self->prose));
	if ((shape & (PLAIN | HTML)) != (PLAIN | HTML)) {
		add_text_part(self, mail, shape & HTML ? "text/html" : "text/plain", shape & HTML ? html : text);
		return;
	}
	g_string_append_printf(mail, "Content-Type: multipart/alternative; boundary=\"%s\"\n", boundary);
	open_part(mail, boundary);
	add_text_part(self, mail, "text/plain", text);
	open_part(mail, boundary);
	add_text_part(self, mail, "text/html", html);
	g_string_append_printf(mail, "\n--%s--\n", boundary);
}

static void
add_body(struct corpus *self, GString *mail, const struct kind *kind, const char *text, const char *html)
{
	g_autofree char *boundary = g_strdup_printf("----=_Mix_%016" G_GINT64_MODIFIER "x", prose_roll(self->prose));
	if (!(kind->shape & FILES)) {
		add_texts(self, mail, kind->shape, text, html);
		return;
	}
	g_string_append_printf(mail, "Content-Type: multipart/mixed; boundary=\"%s\"\n", boundary);
	open_part(mail, boundary);
	add_texts(self, mail, kind->shape, text, html);
	for (guint files = 1 + !prose_below(self->prose, 5); files; files--) {
		size_t size = prose_size(self->prose, 2000, 120 * 1024);
		if (mail->len + size * 4 / 3 + size / 50 > SIZE_MAX_MAIL - 2048)
			continue;
		open_part(mail, boundary);
		add_file(self, mail, size);
	}
	g_string_append_printf(mail, "\n--%s--\n", boundary);
}

static struct thread *
choose_thread(struct corpus *self)
{
	struct thread *thread = &self->threads[prose_below(self->prose, THREADS)];
	if (thread->count && prose_below(self->prose, 2))
		return thread;
	g_free(thread->subject);
	g_free(thread->name);
	g_free(thread->text);
	if (thread->ids)
		g_queue_free_full(thread->ids, g_free);
	guint language = prose_below(self->prose, 10) < 5 ? 0 : prose_below(self->prose, PROSE_LANGUAGES);
	*thread = (struct thread){.language = language, .customer = prose_below(self->prose, 4000), .ids = g_queue_new()};
	GString *name = g_string_new(NULL), *subject = g_string_new(NULL);
	prose_add_capital(name, prose_word(self->prose, language));
	g_string_append_c(name, ' ');
	prose_add_capital(name, prose_word(self->prose, language));
	for (guint i = 2 + prose_below(self->prose, 6); i; i--)
		g_string_append_printf(subject, "%s%s", prose_word(self->prose, language), i > 1 ? " " : "");
	thread->name = g_string_free(name, FALSE);
	thread->subject = g_string_free(subject, FALSE);
	return thread;
}

/* As mail programs write what is not ASCII. */
static void
add_encoded(GString *mail, const char *text)
{
	g_autofree char *letters = g_str_is_ascii(text) ? NULL : g_base64_encode((const guchar *)text, strlen(text));
	g_string_append_printf(mail, letters ? "=?utf-8?B?%s?=" : "%s", letters ? letters : text);
}

static void
add_headers(struct corpus *self, GString *mail, const struct thread *thread, const char *id)
{
	gint64 seconds = BEGIN + (gint64)self->number * 1500;
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(seconds);
	g_autofree char *when = g_date_time_format(date, "%a, %d %b %Y %H:%M:%S +0000");
	for (guint i = 1 + prose_below(self->prose, 3); i; i--)
		g_string_append_printf(mail, "Received: from mx%u.customer.example (mx%u.customer.example [198.51.100.%u])\n\tby mail.shop.example (Postfix) with ESMTPS id %08X\n"
			"\tfor <support@shop.example>; %s\n", i, i, prose_below(self->prose, 250), prose_below(self->prose, G_MAXUINT), when);
	g_string_append_printf(mail, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=customer.example; s=s1;\n\th=from:to:subject:date:message-id; bh=%016" G_GINT64_MODIFIER
		"x%016" G_GINT64_MODIFIER "x=;\n\tb=%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x\n", prose_roll(self->prose), prose_roll(self->prose), prose_roll(self->prose), prose_roll(self->prose));
	g_string_append(mail, "From: ");
	add_encoded(mail, thread->name);
	g_string_append_printf(mail, " <kim%u@customer.example>\nTo: Support <support@shop.example>\nSubject: ", thread->customer);
	g_autofree char *subject = g_strdup_printf("%s%s", thread->count ? "Re: " : "", thread->subject);
	add_encoded(mail, subject);
	g_string_append_printf(mail, "\nDate: %s\nMessage-ID: <%s>\n", when, id);
	if (thread->count)
		g_string_append_printf(mail, "In-Reply-To: <%s>\nReferences:", (char *)g_queue_peek_tail(thread->ids));
	for (GList *one = thread->ids->head; one; one = one->next)
		g_string_append_printf(mail, " <%s>%s", (char *)one->data, one->next ? "\n" : "");
	g_string_append_printf(mail, "%sMIME-Version: 1.0\nX-Mailer: corpus %u\n", thread->count ? "\n" : "", prose_below(self->prose, 9));
}

static void
write_mail(struct corpus *self, const GString *mail)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("%s/cur/%08u.%" G_GUINT64_FORMAT ".corpus:2,S", self->directory, self->number, self->seed);
	g_file_set_contents_full(path, mail->str, (gssize)mail->len, G_FILE_SET_CONTENTS_NONE, 0644, &error);
	stop_on(error);
	self->octets += mail->len;
	self->smallest = self->number ? MIN(self->smallest, mail->len) : mail->len;
	self->largest = MAX(self->largest, mail->len);
}

static void
make_mail(struct corpus *self)
{
	struct thread *thread = choose_thread(self);
	const struct kind *kind = choose_kind(self);
	g_autoptr(GString) mail = g_string_new(NULL);
	char *id = g_strdup_printf("%u.%" G_GUINT64_FORMAT ".%016" G_GINT64_MODIFIER "x@customer.example", self->number, self->seed, prose_roll(self->prose));
	g_autoptr(GPtrArray) paragraphs = prose_paragraphs(self->prose, thread->language, prose_size(self->prose, kind->least, kind->most));
	g_autofree char *html = kind->shape & HTML ? make_html(paragraphs, thread) : NULL;
	char *text = make_text(paragraphs, thread);
	add_headers(self, mail, thread, id);
	add_body(self, mail, kind, text, html);
	write_mail(self, mail);
	g_free(thread->text);
	thread->text = text;
	thread->count++;
	g_queue_push_tail(thread->ids, id);
	if (thread->ids->length > HISTORY)
		g_free(g_queue_pop_head(thread->ids));
}

int
main(int count, char **words)
{
	if (count < 3) {
		fprintf(stderr, "corpus DIRECTORY COUNT [SEED]\n");
		return 64;
	}
	g_autofree struct corpus *self = g_new0(struct corpus, 1);
	guint mails = (guint)strtoul(words[2], NULL, 10);
	self->directory = words[1];
	self->seed = count > 3 ? strtoull(words[3], NULL, 10) : 1;
	self->prose = prose_new(self->seed);
	for (const char *const *part = (const char *const[]){"cur", "new", "tmp", NULL}; *part; part++) {
		g_autofree char *path = g_build_filename(words[1], *part, NULL);
		g_mkdir_with_parents(path, 0755);
	}
	for (; self->number < mails; self->number++)
		make_mail(self);
	printf("{\"mails\":%u,\"octets\":%" G_GUINT64_FORMAT ",\"mean\":%" G_GUINT64_FORMAT ",\"smallest\":%" G_GUINT64_FORMAT ",\"largest\":%" G_GUINT64_FORMAT "}\n",
		mails, self->octets, self->octets / MAX(mails, 1), self->smallest, self->largest);
	prose_free(self->prose);
	return 0;
}
