/* Every fixture mail and its lesson: what must come out of it. */
#include <string.h>

#include "tests/unit/mails.h"

struct lesson { /* NULL: not looked at */
	const char *mail;
	const char *subject, *from, *name, *to, *text, *parts;
};

static const struct lesson lessons[] = {
	{"plain", .subject = "Question about order 1042", .from = "anna@customer.example", .name = "Anna Nowak", .to = "support@shop.example",
		.text = "Hello,\n\nwhen will order 1042 arrive? The café \"Żuraw\" waits for it.\n\nAnna\n", .parts = ""},
	{"header-raw-8bit", .subject = "Où est ma commande ?"},
	{"header-raw-latin1", .subject = "Reklamation für Bestellung", .text = "Grüße\n"},
	{"header-raw-koi8", .subject = "Где заказ", .text = "Добрый день\n"},
	{"encoded-word-split-letter", .subject = "Gdzie jest żółta łódka"},
	{"encoded-word-split-base64", .subject = "Réclamation : colis abîmé à la livraison"},
	{"encoded-word-broken", .subject = "Re: Livraison prévue le 5mai="},
	{"encoded-word-unknown-charset", .subject = "Café noir"},
	{"encoded-word-line-break", .subject = "Hello Bcc: victim@example.org"},
	{"encoded-word-with-comma", .from = "anna@customer.example", .name = "Nowak, Anna", .to = "support@shop.example, b@shop.example"},
	{"encoded-word-around-address", .from = "anna@customer.example", .name = "Anna Nowak"},
	{"name-rfc2231", .parts = "Rachunek za łódke.pdf application/pdf 9, zdjęcie.png image/png 8, list.txt text/plain 8"},
	{"name-broken", .text = "Types and names that no book allows.", .parts = "my receipt.pdf application/pdf 1, list.csv text/csv 1, "
		"no-semicolon.pdf application/pdf 1, chair.png image/png 1, order.docx application/octet-stream 1, attachment.pdf application/pdf 1"},
	{"type-broken", .text = "Gdzie jest moja łódka?", .parts = "notes.txt text/plain 5"},
	{"html-only", .text = "Where is my order?\n\nHello team,\nI ordered:\n\n- a chair\n- two tables\nOrder\t1042\nTotal\t99 €\n\n"
		"See my order <https://shop.example/orders/1042> or https://shop.example/.\n\n> Your order was sent.\n\nAnna", .parts = ""},
	{"html-meta-charset", .text = "Żaba łowi"},
	{"alternative-with-inline-image", .text = "The chair is broken, see the picture.", .parts = "chair.png image/png 8, receipt.pdf application/pdf 9"},
	{"html-between-texts", .text = "Before the picture.\nAfter the picture <3.", .parts = "image.jpg image/jpeg 6"},
	{"message-attached", .text = "This is what I got.", .parts = "confirmation.eml message/rfc822 263"},
	{"digest", .text = "", .parts = "first.eml message/rfc822 43, second.eml message/rfc822 44"},
	{"charset-gb2312-superset", .subject = "订单朱镕基", .text = "朱镕基 你好\n"},
	{"charset-latin1-is-1252", .text = "It costs 20 € – “too much”\n"},
	{"charset-ascii-is-utf8", .text = "Größe XL\n"},
	{"charset-latin1-is-utf8", .text = "Grüße aus Łódź\n"},
	{"charset-none-1252", .text = "Réponse €\n"},
	{"charset-utf8-one-bad-byte", .text = "Zażółć gęślą \xef\xbf\xbd jaźń\n"},
	{"charset-iso-2022-jp", .subject = "ご注文の件", .text = "商品がまだ届いていません。\n"},
	{"charset-shift-jis-windows", .text = "①番の㈱テスト\n"},
	{"charset-utf16", .subject = "Question about order 1042", .text = "Łódź"},
	{"from-none", .subject = "who am I", .from = "", .to = "support@shop.example"},
	{"from-two", .from = "first@customer.example"},
	{"from-first-unusable", .from = "second@customer.example", .name = "Second"},
	{"from-loose", .from = "anna..n@customer.example", .name = "Anna Nowak", .to = ""},
	{"from-idn", .from = "jose@xn--bcher-kva.example", .name = "José"},
	{"empty", .subject = "", .from = "", .text = "", .parts = ""},
	{"header-only", .subject = "no body", .from = "a@customer.example", .text = ""},
	{"body-only", .subject = "", .text = "There is no header here\nand no second line with one.\n"},
	{"nul-bytes", .text = "before and[31m after\n"},
	{"multipart-without-parts", .text = "The boundary never comes.\n", .parts = ""},
	{"multipart-unclosed", .text = "first", .parts = "a.txt text/plain 6"},
	{"calendar", .text = "You are invited.", .parts = "invitation.ics text/calendar 30"},
	{"boundary-other-longer", .text = "Where is it?", .parts = "chair.png image/png 8"},
	{"boundary-other-shorter", .text = "Where is it?", .parts = "chair.png image/png 8"},
	{"boundary-without-semicolon", .text = "Where is it?", .parts = "chair.png image/png 8"},
	{"message-alone", .subject = "Fwd: the invoice", .text = "Please pay 12 euros.\n"},
	{"subject-reversed", .subject = "Your ecivoni"},
	{"tnef", .text = "see it", .parts = "winmail.dat application/ms-tnef 4"},
	{"uuencode-in-text", .text = "Here is the list:\n\nbegin 644 list.txt\n.86)C9&5F9PIH:6IK; H\n`\nend\n\nRegards\n", .parts = "list.txt text/plain 14"},
	{"uuencode-in-base64", .parts = "list.csv text/csv 253, b.bin application/octet-stream 256"},
	{"uuencode-base64-form", .parts = "terms.txt text/plain 100"},
	{"uuencode-cut", .parts = "list.csv text/csv 540"},
	{"uuencode-talked-about", .text = "begin 644 list.txt\nis how it starts, and this follows:\n\nbegin 2024 with new chairs.\nend\n", .parts = ""},
	{"yenc-in-text", .text = "Grüße, see:\nAnna\n", .parts = "all octets.bin application/octet-stream 768"},
	{"tnef-files", .text = "See the files.", .parts = "Rachunek za łódkę.pdf application/pdf 24, zdjęcie.png image/png 48"},
	{"tnef-alone", .text = "Żaba has no other text.", .parts = "list.csv text/csv 8, deep.txt text/plain 12"},
	{"smime-opaque", .text = "Zażółć, it is signed.", .parts = "order.pdf application/pdf 14, smime.p7m application/pkcs7-mime 660"},
	{"smime-opaque-pieces", .text = "Zażółć, it is signed.", .parts = "smime.p7m application/pkcs7-mime 666"},
	{"smime-signed", .text = "Zażółć, it is signed.", .parts = "order.pdf application/pdf 14, smime.p7s application/x-pkcs7-signature 410"},
	{"smime-encrypted", .text = "", .parts = "smime.p7m application/pkcs7-mime 566"},
	{"flowed", .text = "This is one long line that the sender's program broke in two.\n> A quoted line that was broken too.\n"
		"> this begins with a stuffed blank\n-- \nAnna\n"},
	{"flowed-delsp", .text = "https://shop.example/a/very/long/address\n"},
};

static void
test_lesson(gconstpointer data)
{
	const struct lesson *lesson = data;
	g_autoptr(mime_message) message = lesson_read(lesson->mail);
	const struct mime_address *from = message->from->len ? message->from->pdata[0] : NULL;
	g_autofree char *to = addresses_join(message->to);
	g_autofree char *parts = parts_join(message->parts);
	g_assert_cmpint(message->state, ==, MIME_OK);
	if (lesson->subject)
		g_assert_cmpstr(message->subject, ==, lesson->subject);
	if (lesson->from)
		g_assert_cmpstr(from ? from->address : "", ==, lesson->from);
	if (lesson->name)
		g_assert_cmpstr(from->name, ==, lesson->name);
	if (lesson->to)
		g_assert_cmpstr(to, ==, lesson->to);
	if (lesson->text)
		g_assert_cmpstr(message->text, ==, lesson->text);
	if (lesson->parts)
		g_assert_cmpstr(parts, ==, lesson->parts);
}

static const struct {const char *mail, *reply;} replies[] = {
	{"uuencode-in-text", "Here is the list:\n\n\nRegards"}, {"uuencode-in-base64", "Grüße, here is the list:\n\n\nand the other:\n\nAnna"},
	{"uuencode-base64-form", "Here:\nAnna"}, {"uuencode-cut", "Here:"}, {"yenc-in-text", "Grüße, see:\nAnna"},
	{"reply-en-gmail", "Thank you, that helps."},
	{"reply-en-outlook", "It still has not come."},
	{"reply-fr-thunderbird", "Merci, je l'ai reçu."},
	{"reply-fr-outlook", "Toujours rien."},
	{"reply-nl-gmail", "Dank u wel!"},
	{"reply-pl-gmail", "Dziękuję, paczka dotarła."},
	{"reply-pl-thunderbird", "Nadal nic."},
	{"reply-de-outlook", "Danke, alles gut."},
	{"reply-es-gmail", "Muchas gracias."},
	{"reply-it-apple", "Grazie mille."},
	{"reply-inline-answers", "Hi,\n\n> Which colour?\n\nBlue, please.\n\n> And which size?\n\nLarge."},
	{"reply-below-quote", "Blue and large."},
	{"reply-signature", "Please call me."},
	{"reply-no-history", "I wrote: \"Dear shop, I want my money\".\nOn Monday 3 of you answered:\nnothing at all. From my side that is all.\n\n- one\n-- two"},
	{"reply-html-gmail", "Thank you, the parcel has come.\n\nAnna"},
	{"reply-html-gmail-signature", "Thank you."},
	{"reply-html-outlook", "Toujours rien."},
	{"reply-html-outlook-web", "Es ist nichts gekommen.\n\nAnna"},
	{"reply-html-outlook-mobile", "Still nothing."},
	{"reply-html-apple-phone", "Grazie"},
	{"reply-html-yahoo", "Muchas gracias."},
	{"reply-html-proton", "It has come."},
	{"reply-html-thunderbird", "Blau bitte."},
	{"reply-html-thunderbird-inline", "> Welche Farbe?\n\nBlau bitte.\n\n> Und die Größe?\n\nGroß."},
	{"reply-html-zimbra", "Toujours rien."},
	{"reply-html-gmx", "Danke, alles gut."},
	{"reply-html-mailru", "Спасибо!"},
	{"reply-html-samsung", "Bedankt"},
	{"reply-html-zoho", "All fine."},
	{"reply-ru-mailru", "Спасибо, всё пришло."},
	{"reply-ja-gmail", "届きました。ありがとうございます。"},
	{"reply-fi-gmail", "Kiitos, paketti tuli."},
	{"reply-tr-gmail", "Teşekkürler, geldi."},
	{"reply-de-attribution-behind-name", "Ja, bitte."},
	{"reply-header-orders", "It is the blue one."},
	{"reply-samsung-one-line", "Bedankt!"},
	{"reply-zoho", "All fine."},
	{"reply-firm-notice", "Dzień dobry, nadal czekam na paczkę."},
	{"reply-pgp-signed", "Yes, please."},
	{"reply-list-footer", "Yes, please."},
	{"reply-above-line", "Yes, please."},
	{"reply-phone-sentence", "Sent from my heart, this is a long complaint about the chair that I bought.\nVon meiner Bestellung fehlt ein Teil."},
	{"flowed", "This is one long line that the sender's program broke in two."},
};

static void
test_replies(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(replies); i++) {
		g_test_message("%s", replies[i].mail);
		g_autoptr(mime_message) message = lesson_read(replies[i].mail);
		g_assert_cmpstr(message->reply, ==, replies[i].reply);
	}
}

/* A short file written in letters stays in the text as well, a long one does not. */
static void
test_long_block(void)
{
	for (guint lines = 10; lines <= 1000; lines += 990) {
		GString *raw = g_string_new("From: a@customer.example\n\nHere:\nbegin 644 a.bin\n");
		for (guint i = 0; i < lines; i++)
			g_string_append(raw, "M" "0000000000000000000000000000000000000000000000000000000000000\n");
		g_string_append(raw, "`\nend\nAnna\n");
		g_autoptr(GBytes) bytes = g_string_free_to_bytes(raw);
		g_autoptr(mime_message) message = mime_read(bytes, NULL);
		g_assert_cmpint(strstr(message->text, "begin 644") != NULL, ==, lines == 10);
		g_assert_cmpstr(message->reply, ==, "Here:\nAnna");
		g_assert_cmpuint(message->parts->len, ==, 1);
	}
}

static const struct {const char *mail; bool automatic, auto_reply, is_bounce;} automatics[] = {
	{"plain", false, false, false}, {"auto-vacation", true, true, false}, {"auto-suppress-is-no-sign", false, false, false},
	{"auto-form", true, false, false}, {"auto-submitted-no", false, false, false}, {"list-mail", false, false, false},
	{"bounce-dsn-failed", true, false, true}, {"bounce-dsn-delayed", true, false, true}, {"bounce-qmail", true, false, true},
	{"bounce-exim", true, false, true}, {"not-a-bounce", false, false, false}, {"receipt-displayed", true, false, true},
};

static void
test_automatic(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(automatics); i++) {
		g_test_message("%s", automatics[i].mail);
		g_autoptr(mime_message) message = lesson_read(automatics[i].mail);
		g_assert_cmpint(message->automatic, ==, automatics[i].automatic);
		g_assert_cmpint(message->auto_reply, ==, automatics[i].auto_reply);
		g_assert_cmpint(message->bounce != NULL, ==, automatics[i].is_bounce);
	}
}

static const struct {const char *mail, *action, *status, *recipient, *original; bool hard;} bounces[] = {
	{"bounce-dsn-failed", "failed", "5.1.1", "gone@customer.example", "reply.77@shop.example", true},
	{"bounce-dsn-delayed", "delayed", "4.4.1", "slow@customer.example", "", false},
	{"bounce-qmail", "failed", "5.1.1", "gone@customer.example", "reply.78@shop.example", true},
	{"bounce-exim", "failed", "5.2.2", "full@customer.example", "", false},
	{"receipt-displayed", "read", "", "kim@customer.example", "reply.79@shop.example", false},
};

static void
test_bounces(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(bounces); i++) {
		g_test_message("%s", bounces[i].mail);
		g_autoptr(mime_message) message = lesson_read(bounces[i].mail);
		g_assert_nonnull(message->bounce);
		g_assert_cmpstr(message->bounce->action, ==, bounces[i].action);
		g_assert_cmpstr(message->bounce->status, ==, bounces[i].status);
		g_assert_cmpint(message->bounce->hard, ==, bounces[i].hard);
		g_assert_cmpint(message->bounce->recipients->len, ==, 1);
		g_assert_cmpstr(message->bounce->recipients->pdata[0], ==, bounces[i].recipient);
		g_assert_cmpstr(message->bounce->original_id, ==, bounces[i].original);
	}
	g_autoptr(mime_message) failed = lesson_read("bounce-dsn-failed");
	g_assert_cmpstr(failed->bounce->envelope_id, ==, "reply-77");
}

/* Each recipient has a fate of its own; a report that is no RFC 3464 has one too. */
static void
test_reports(void)
{
	static const struct {const char *mail; guint at, count; struct mime_report report;} cases[] = {
		{"bounce-dsn-two", 0, 2, {(char *)"box17@mx.customer.example", (char *)"kim+shop@customer.example", (char *)"relayed", (char *)"2.1.5",
			(char *)"250 2.1.5 Ok"}},
		{"bounce-dsn-two", 1, 2, {(char *)"lee@customer.example", (char *)"lee@customer.example", (char *)"failed", (char *)"5.2.2",
			(char *)"552 5.2.2 The mailbox of this person is full, come back when it has been emptied"}},
		{"receipt-displayed", 0, 1, {(char *)"kim@customer.example", (char *)"kim+shop@customer.example", (char *)"read", (char *)"",
			(char *)"manual-action/MDN-sent-manually; displayed"}},
		{"bounce-dsn-delayed", 0, 1, {(char *)"slow@customer.example", (char *)"", (char *)"delayed", (char *)"4.4.1", (char *)""}},
		{"bounce-exim", 0, 1, {(char *)"full@customer.example", (char *)"", (char *)"failed", (char *)"5.2.2",
			(char *)"host mx.customer.example: 552 5.2.2 mailbox full"}},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(mime_message) message = lesson_read(cases[i].mail);
		g_autoptr(GBytes) wire = mime_pack(message);
		g_autoptr(mime_message) again = mime_unpack(wire, NULL);
		g_assert_cmpuint(again->bounce->reports->len, ==, cases[i].count);
		const struct mime_report *report = again->bounce->reports->pdata[cases[i].at], *expected = &cases[i].report;
		g_assert_cmpstr(report->address, ==, expected->address);
		g_assert_cmpstr(report->original, ==, expected->original);
		g_assert_cmpstr(report->action, ==, expected->action);
		g_assert_cmpstr(report->status, ==, expected->status);
		g_assert_cmpstr(report->diagnostic, ==, expected->diagnostic);
	}
	g_autoptr(mime_message) two = lesson_read("bounce-dsn-two");
	g_assert_cmpstr(two->bounce->envelope_id, ==, "belfry.7.9.1abcdefghijklmnop@shop.example");
}

static void
test_null_sender(void)
{
	static const char text[] = "From: =?utf-8?Q?Serveur?= <robot@customer.example>\nSubject: Undeliverable\n\nHost unknown\n";
	g_autoptr(GBytes) raw = g_bytes_new_static(text, strlen(text));
	g_autoptr(mime_message) by_somebody = mime_read(raw, NULL);
	g_autoptr(mime_message) by_nobody = mime_read(raw, &(struct mime_options){.is_null_sender = true});
	g_assert_null(by_somebody->bounce);
	g_assert_nonnull(by_nobody->bounce);
	g_assert_true(by_nobody->automatic);
}

static void
test_authentication(void)
{
	static const char *const ids[] = {"mx.shop.example", NULL};
	g_autoptr(GBytes) raw = mail_load("authentication-results");
	g_autoptr(mime_message) trusted = mime_read(raw, &(struct mime_options){.authserv_ids = ids});
	g_autoptr(mime_message) untrusted = mime_read(raw, NULL);
	g_assert_cmpstr(trusted->auth.dkim, ==, "pass");
	g_assert_cmpstr(trusted->auth.spf, ==, "softfail");
	g_assert_cmpstr(trusted->auth.dmarc, ==, "none");
	g_assert_cmpstr(untrusted->auth.dkim, ==, "");
	g_assert_true(((struct mime_header *)trusted->headers->pdata[1])->is_above_received);
	g_assert_false(((struct mime_header *)trusted->headers->pdata[3])->is_above_received);
}

static void
test_references(void)
{
	static const char *const ids[] = {"one@shop.example", "two@shop.example", "three@shop.example"};
	g_autoptr(mime_message) message = lesson_read("references-lenient");
	g_assert_cmpstr(message->message_id, ==, "no-brackets@customer.example");
	g_assert_cmpint(message->in_reply_to->len, ==, 1);
	g_assert_cmpstr(message->in_reply_to->pdata[0], ==, "one@shop.example");
	g_assert_cmpint(message->references->len, ==, G_N_ELEMENTS(ids));
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
		g_assert_cmpstr(message->references->pdata[i], ==, ids[i]);
	g_assert_cmpint(message->date, ==, G_GINT64_CONSTANT(1714989600000));
}

static void
test_broken_ids(void)
{
	g_autoptr(mime_message) encoded = lesson_read("references-encoded"), bracket = lesson_read("references-one-bracket");
	g_assert_cmpstr(encoded->message_id, ==, "01000198c2f4a7b1-long-and-longer-0000@mail.customer.example");
	g_assert_cmpstr(encoded->in_reply_to->pdata[0], ==, "belfry.1.2.abcdefghijklmnop@shop.example");
	g_assert_cmpint(encoded->references->len, ==, 2);
	g_assert_cmpstr(encoded->references->pdata[1], ==, "two@shop.example");
	g_assert_cmpstr(bracket->message_id, ==, "open@customer.example");
	g_assert_cmpstr(bracket->in_reply_to->pdata[0], ==, "one@shop.example");
}

/* offset and length of a part must name its octets in the raw mail. */
static void
test_offsets(void)
{
	g_autoptr(GBytes) raw = mail_load("alternative-with-inline-image");
	g_autoptr(mime_message) message = mime_read(raw, NULL);
	const char *bytes = g_bytes_get_data(raw, NULL);
	const struct mime_part *image = message->parts->pdata[0], *attached;
	g_assert_cmpmem(bytes + image->offset, image->length, "iVBORw0KGgo=", 12);
	g_assert_cmpint(image->encoding, ==, MIME_BASE64);
	g_assert_true(image->is_inline);
	g_assert_cmpstr(image->content_id, ==, "chair@customer.example");

	g_autoptr(GBytes) forwarded = mail_load("message-attached");
	g_autoptr(mime_message) outer = mime_read(forwarded, NULL);
	bytes = g_bytes_get_data(forwarded, NULL);
	attached = outer->parts->pdata[0];
	g_assert_true(g_str_has_prefix(bytes + attached->offset, "From: shop@shop.example"));
	g_assert_true(g_str_has_prefix(bytes + attached->offset + attached->length, "\r\n--m--"));
}

static void
test_digest(void)
{
	g_autoptr(GBytes) unix_ends = g_bytes_new_static("Subject: a\n\nbody\r\r\n\nx\n", 22);
	g_autoptr(GBytes) network_ends = g_bytes_new_static("Subject: b\r\n\r\nbody\r\r\n\r\nx\r\n", 26);
	g_autoptr(GBytes) another = g_bytes_new_static("Subject: a\n\nbody\n", 17);
	g_autoptr(mime_message) a = mime_read(unix_ends, NULL);
	g_autoptr(mime_message) b = mime_read(network_ends, NULL);
	g_autoptr(mime_message) c = mime_read(another, NULL);
	g_assert_true(g_bytes_equal(a->body_digest, b->body_digest));
	g_assert_false(g_bytes_equal(a->body_digest, c->body_digest));
}

/* Everything that comes out of any fixture goes over the wire and comes back the same. */
static void
test_wire(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(lessons); i++) {
		g_autoptr(mime_message) message = lesson_read(lessons[i].mail);
		g_autoptr(GBytes) once = mime_pack(message);
		g_autoptr(mime_message) back = mime_unpack(once, NULL);
		g_assert_nonnull(back);
		g_autoptr(GBytes) twice = mime_pack(back);
		g_assert_true(g_bytes_equal(once, twice));
	}
}

/* A child in a stranger's hands may send anything. */
static void
test_wire_rubbish(void)
{
	g_autoptr(mime_message) message = lesson_read("bounce-dsn-failed");
	g_autoptr(GBytes) wire = mime_pack(message);
	gsize length, refused = 0;
	const guint8 *bytes = g_bytes_get_data(wire, &length);
	for (gsize i = 0; i < length; i++) {
		g_autofree guint8 *bent = g_memdup2(bytes, length);
		bent[i] ^= 0xff;
		g_autoptr(GBytes) whole = g_bytes_new(bent, length);
		g_autoptr(GBytes) cut = g_bytes_new(bytes, i);
		g_autoptr(mime_message) read = mime_unpack(whole, NULL);
		g_autoptr(GError) error = NULL;
		g_assert_null(mime_unpack(cut, &error));
		g_assert_nonnull(error);
		g_assert_true(!read || g_utf8_validate(read->text, -1, NULL));
		refused += !read;
	}
	g_assert_cmpint(refused, >, length / 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	for (gsize i = 0; i < G_N_ELEMENTS(lessons); i++) {
		g_autofree char *path = g_strdup_printf("/mime/%s", lessons[i].mail);
		g_test_add_data_func(path, &lessons[i], test_lesson);
	}
	g_test_add_func("/mime/replies", test_replies);
	g_test_add_func("/mime/long-block", test_long_block);
	g_test_add_func("/mime/automatic", test_automatic);
	g_test_add_func("/mime/bounces", test_bounces);
	g_test_add_func("/mime/reports", test_reports);
	g_test_add_func("/mime/null-sender", test_null_sender);
	g_test_add_func("/mime/authentication", test_authentication);
	g_test_add_func("/mime/references", test_references);
	g_test_add_func("/mime/broken ids", test_broken_ids);
	g_test_add_func("/mime/offsets", test_offsets);
	g_test_add_func("/mime/digest-of-body", test_digest);
	g_test_add_func("/mime/wire", test_wire);
	g_test_add_func("/mime/wire-rubbish", test_wire_rubbish);
	return g_test_run();
}
