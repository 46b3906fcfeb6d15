/* Mails made to cost time, memory or the stack: each must be read as far as its bound, quickly. */
#include <string.h>

#include "milter/read/mime.h"

#define SECONDS 60 /* with sanitizers and a machine that twenty share; without, each takes well below one */

struct attack {
	const char *name;
	const char *head, *unit; /* the mail: HEAD, then UNIT repeated ("%d" in it counts), then TAIL */
	int count;
	const char *tail;
	enum mime_state state;
	const char *text; /* what is still readable; NULL: not looked at */
};

#define MULTIPART "Content-Type: multipart/mixed; boundary=b\n\n"
#define HTML "Content-Type: text/html\n\n"

static const struct attack attacks[] = {
	{"parameters", "Content-Type: text/plain", "; p%d=v", 20000, "\n\nhi", MIME_PARTIAL, "hi"},
	{"parameters-folded", "Content-Type: text/plain", ";\n p%d*0*=v", 20000, "\n\nhi", MIME_PARTIAL, "hi"},
	{"parameters-in-part", MULTIPART "--b\nContent-Type: text/plain", "; p%d=v", 20000, "\n\nhi\n--b--\n", MIME_PARTIAL, "hi"},
	{"groups", "To: ", "g:", 60000, "\n\nhi", MIME_PARTIAL, "hi"},
	{"groups-in-message", "Content-Type: message/rfc822\n\nTo: ", "g:", 60000, "\n\nhi", MIME_OK, "hi"},
	{"groups-in-digest", "Content-Type: multipart/(c)digest; boundary=b\n\n--b\n\nTo: ", "g:", 60000, "\n\nhi\n--b--\n", MIME_OK, "hi"},
	{"groups-behind-comment", "Content-Type:\n (c) message\n /rfc822\n\nTo: ", "g:", 60000, "\n\nhi", MIME_OK, "hi"},
	{"comments", "From: ", "(", 50000, "\n\nhi", MIME_OK, "hi"},
	{"addresses", "To: ", "a%d@b.example, ", 15000, "\n\nhi", MIME_PARTIAL, "hi"},
	{"words", "Subject: ", "=?a?q?", 9000, "\n\nhi", MIME_PARTIAL, "hi"},
	{"words-open", "Subject: ", "=?a?q?x y(", 5900, "\n\nhi", MIME_PARTIAL, "hi"},
	{"words-of-marks", "Subject: =?a?q?", "?=20", 14900, "\n\nhi", MIME_PARTIAL, "hi"},
	{"words-base64", "Subject: ", "=?a?B?Y Y ", 5900, "\n\nhi", MIME_PARTIAL, "hi"},
	{"charsets", "", "X-%d: \xd0\xcf\xa4\xa2\n", 990, "\nhi", MIME_OK, "hi"},
	{"headers", "", "X-H%d: v\n", 200000, "\nhi", MIME_PARTIAL, "hi"},
	{"long-header", "Subject: ", "x", 3000000, "\n\nhi", MIME_PARTIAL, "hi"},
	{"headers-of-part", MULTIPART "--b\n", "X-H%d: v\n", 200000, "\nhi\n--b--\n", MIME_PARTIAL, NULL},
	{"parts", MULTIPART, "--b\n\nx\n", 200000, "", MIME_PARTIAL, NULL},
	{"nested", "", "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", 20000, "\nhi", MIME_PARTIAL, NULL},
	{"nested-messages", "", "Content-Type: message/rfc822\n\n", 40000, "hi", MIME_OK, ""},
	{"dashes", MULTIPART, "--\n", 1000000, "", MIME_OK, NULL},
	{"references", "References: ", "<a%d@b> ", 4000, "\n\nhi", MIME_OK, "hi"},
	{"elements", HTML, "<div>", 500000, "hi", MIME_PARTIAL, "hi"},
	{"attributes", HTML "<a ", "a%d=1 ", 100000, ">hi", MIME_OK, "hi"},
	{"brackets", HTML, "<", 1000000, "hi", MIME_OK, NULL},
	{"tags-without-end", HTML, "<a ", 500000, "hi", MIME_PARTIAL, NULL},
	{"comments-without-end", HTML, "<!-", 500000, "hi", MIME_OK, NULL},
	{"tables", HTML, "<table><tr><td>", 100000, "hi", MIME_PARTIAL, "hi"},
	{"quotes", HTML, "<blockquote>x", 20000, "hi", MIME_OK, NULL},
	{"entities", HTML, "&zzzzzz", 200000, "hi", MIME_OK, NULL},
	{"attributions", "\n", "On 1 wrote:\n", 200000, "hi", MIME_OK, NULL},
	{"outlook-headers", "Subject: x\n\n", "From:\n", 400000, "hi", MIME_OK, NULL},
	{"quote-marks", "\n", ">", 3000000, "\nhi", MIME_OK, NULL},
	{"wrong-charset", "Content-Type: text/plain; charset=iso-2022-jp\n\n", "\xff\xfe", 1000000, "hi", MIME_OK, NULL},
	{"utf-7", "Content-Type: text/plain; charset=utf-7\n\n", "+A", 1000000, "", MIME_OK, NULL},
	{"utf-7-unasked", "\n", "+AOk-", 400000, "", MIME_OK, NULL},
	{"hz-unasked", "\n", "~{VP~}", 400000, "", MIME_OK, NULL},
	{"hz-without-end", "\n", "~{VP", 500000, "", MIME_OK, NULL},
	{"japanese-shifts", "Content-Type: text/plain; charset=iso-2022-jp\n\n", "\x1b$B-!\x0e", 300000, "", MIME_OK, NULL},
	{"eight-bit-lines", "\n", "\xd0\xcf a\n", 500000, "", MIME_OK, NULL},
	{"eight-bit-line", "\n", "\xd0\xcf\x81", 1000000, "", MIME_OK, NULL},
	{"base64-ends", "Content-Transfer-Encoding: base64\n\n", "YQ==\n\n", 400000, "", MIME_OK, NULL},
	{"flowed-quotes", "Content-Type: text/plain; format=flowed\n\n", "> > > x \n", 200000, "", MIME_OK, NULL},
	{"date", "Date: ", "1 +(1 May ", 5900, "\n\nhi", MIME_OK, "hi"},
	{"entities-open", HTML, "&amp&am&nbspx", 200000, "hi", MIME_OK, NULL},
	{"styles", HTML "<p style='", "margin:0 0 0 0;", 1000, "'>hi", MIME_OK, "hi"},
	{"lists", HTML, "<ol><li>x", 100000, "hi", MIME_PARTIAL, NULL},
	{"cells", HTML "<table><tr>", "<td><p>&nbsp;", 200000, "hi", MIME_PARTIAL, NULL},
	{"comments-open", HTML, "<!-- - ", 400000, "hi", MIME_OK, NULL},
	{"comments-dashes", HTML "<!", "--", 1000000, "hi", MIME_OK, NULL},
	{"links", HTML, "<a href='http://a.example/%d'>x</a>", 50000, "hi", MIME_PARTIAL, NULL},
	{"files-begun", "\n", "begin 644 x\n", 200000, "hi", MIME_OK, NULL},
	{"files-begun-yenc", "\n", "=ybegin line=1 size=1 name=a\n", 100000, "hi", MIME_OK, NULL},
	{"files-in-base64-form", "\n", "begin-base64 644 a\nAAAA\n", 100000, "hi", MIME_OK, NULL},
	{"files-many", "\n", "begin 644 x\n#86)C\n`\nend\n", 100000, "hi", MIME_PARTIAL, NULL},
	{"attendees", "Content-Type: text/calendar\n\nBEGIN:VEVENT\n", "ATTENDEE;CN=a:b%d\n", 100000, "", MIME_OK, ""},
	{"event-folds", "Content-Type: text/calendar\n\nBEGIN:VEVENT\nSUMMARY:", "x\n ", 500000, "", MIME_OK, ""},
	{"mails-within", MULTIPART, "--b\nContent-Type: message/rfc822\n\nSubject: %d\n\nx\n", 400, "", MIME_OK, ""},
	{"names-in-pieces", MULTIPART "--b\nContent-Disposition: attachment", ";\n filename*%d*=a%%20", 20000, "\n\nhi\n--b--\n", MIME_PARTIAL, NULL},
	{"long-text", "\n", "text ", 2000000, "", MIME_PARTIAL, NULL},
	{"nuls", "Subject: x\n\nh", "%c", 1000000, "i", MIME_OK, "hi"},
};

/* What costs nothing alone, and its square behind something else: FIRST, repeated, then SECOND, repeated. */
static const struct pair {
	const char *name, *head, *first, *second;
	int first_count, second_count;
} pairs[] = {
	{"ends-of-others", HTML, "<b>", "</i>", 500000, 500000},
	{"ends-of-paragraphs", HTML, "<b>", "</p>", 300000, 300000},
	{"bodies", HTML, "<b>", "<body>", 300000, 300000},
	{"dashes-in-many-parts", "", "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", "--\n", 490, 4000000},
};

/* UNIT with the number put in for each "%d", and NUL for "%c". */
static void
unit_append(GString *mail, const char *unit, int number)
{
	for (const char *p = unit; *p; p++) {
		if (p[0] == '%' && p[1] == 'd')
			g_string_append_printf(mail, "%d", number), p++;
		else if (p[0] == '%' && p[1] == 'c')
			g_string_append_c(mail, '\0'), p++;
		else
			g_string_append_c(mail, *p);
	}
}

/* MAIL read, within the time. Owner: caller. */
static mime_message *
read_soon(const GString *mail)
{
	g_autoptr(GBytes) raw = g_bytes_new(mail->str, mail->len);
	gint64 start = g_get_monotonic_time();
	mime_message *message = mime_read(raw, NULL);
	g_assert_cmpint(g_get_monotonic_time() - start, <, SECONDS * G_USEC_PER_SEC);
	return message;
}

static void
test_pair(gconstpointer data)
{
	const struct pair *pair = data;
	g_autoptr(GString) mail = g_string_new(pair->head);
	for (int i = 0; i < pair->first_count; i++)
		unit_append(mail, pair->first, i);
	for (int i = 0; i < pair->second_count; i++)
		g_string_append(mail, pair->second);
	g_string_append(mail, "hi");
	g_autoptr(mime_message) message = read_soon(mail);
	if (*pair->head)
		g_assert_cmpstr(message->text, ==, "hi");
	else
		g_assert_cmpint(message->state, ==, MIME_PARTIAL);
}

static void
test_attack(gconstpointer data)
{
	const struct attack *attack = data;
	g_autoptr(GString) mail = g_string_new(attack->head);
	for (int i = 0; i < attack->count; i++)
		unit_append(mail, attack->unit, i);
	g_string_append(mail, attack->tail);
	g_autoptr(mime_message) message = read_soon(mail);
	g_assert_cmpint(message->state, ==, attack->state);
	g_assert_cmpint(*message->note != '\0', ==, attack->state != MIME_OK);
	if (attack->text)
		g_assert_cmpstr(message->text, ==, attack->text);
	g_assert_true(g_utf8_validate(message->text, -1, NULL));
	g_assert_true(g_utf8_validate(message->subject, -1, NULL));
	g_assert_cmpint(message->headers->len, <=, MIME_HEADERS_MAX);
	g_assert_cmpint(message->parts->len, <=, MIME_PARTS_MAX);
}

/* Any octet anywhere: nothing but valid text may come out. */
static void
test_noise(void)
{
	static const char *const pieces[] = {"Subject: ", "From: ", "Content-Type: ", "multipart/mixed; boundary=b", "text/html", "\n", "\r\n", "\n\n", "--b\n", "--b--\n",
		"=?utf-8?Q?", "?=", "=?gb2312?B?", "\xff", "\xe9", "<", ">", "\"", "(", ":", ";", "@", "=", "a", " ", "message/rfc822", "charset=", "utf-7", "> ", "-- \n"};
	for (int round = 0; round < 3000; round++) {
		g_autoptr(GString) mail = g_string_new(NULL);
		for (int i = g_test_rand_int_range(0, 60); i > 0; i--)
			g_string_append(mail, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
		g_autoptr(GBytes) raw = g_bytes_new(mail->str, mail->len);
		g_autoptr(mime_message) message = mime_read(raw, NULL);
		g_autoptr(GBytes) wire = mime_pack(message);
		g_autoptr(mime_message) back = mime_unpack(wire, NULL);
		g_assert_nonnull(back); /* refuses what is not UTF-8 */
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	for (gsize i = 0; i < G_N_ELEMENTS(attacks); i++) {
		g_autofree char *path = g_strdup_printf("/mime/hostile/%s", attacks[i].name);
		g_test_add_data_func(path, &attacks[i], test_attack);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *path = g_strdup_printf("/mime/hostile/%s", pairs[i].name);
		g_test_add_data_func(path, &pairs[i], test_pair);
	}
	g_test_add_func("/mime/hostile/noise", test_noise);
	return g_test_run();
}
