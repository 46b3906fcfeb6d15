/* Who a mail says it is from, in every way that programs and swindlers write it; and what our own side found out about that. */
#include <string.h>

#include "milter/read/address_text.h"
#include "tests/unit/mails.h"

/* A header value → "name <address>; name <address>". */
static const struct {
	const char *value, *expected;
} froms[] = {
	/* plain ones */
	{"Anna Nowak <anna@x.example>", "Anna Nowak <anna@x.example>"},
	{"\"Nowak, Anna\" <anna@x.example>", "Nowak, Anna <anna@x.example>"},
	{"Nowak, Anna <anna@x.example>", "Nowak, Anna <anna@x.example>"},
	{"anna@x.example (Anna Nowak)", "Anna Nowak <anna@x.example>"},
	{"<anna@x.example> (Anna Nowak)", "Anna Nowak <anna@x.example>"},
	{"<anna@x.example> (Anna (at work) \\) Nowak)", "Anna (at work) ) Nowak <anna@x.example>"},
	{"\"john doe\"@x.example", "<\"john doe\"@x.example>"},
	{"N <@relay.example:a@x.example>", "N <a@x.example>"},
	/* several */
	{"A <a@x.example>; B <b@y.example>", "A <a@x.example>; B <b@y.example>"},
	{"A <a@x.example> B <b@y.example>", "A <a@x.example>; B <b@y.example>"},
	{"Team: A <a@x.example>, b@y.example;, C <c@z.example>", "A <a@x.example>; <b@y.example>; C <c@z.example>"},
	{"undisclosed-recipients:;", ""},
	/* a name that looks like more than a name */
	{"\"support@shop.example\" <eve@evil.example>", "support@shop.example <eve@evil.example>"},
	{"support@shop.example <eve@evil.example>", "support@shop.example <eve@evil.example>"},
	{"eve@evil.example (support@shop.example)", "support@shop.example <eve@evil.example>"},
	{"\"Support <support@shop.example>\" <eve@evil.example>", "Support <support@shop.example> <eve@evil.example>"},
	{"Sales: John <j@x.example>", "Sales: John <j@x.example>"},
	{"John <Sales> <j@x.example>", "John <Sales> <j@x.example>"},
	{"Smith; John <j@x.example>", "Smith, John <j@x.example>"},
	/* no address, whatever stands before it */
	{"\"support@shop.example\" <>", ""},
	{"support@shop.example <eve>", ""},
	{"MAILER-DAEMON", ""},
	/* left from a program's own notation */
	{"Name [mailto:a@x.example]", "Name <a@x.example>"},
	{"\"Name\" [SMTP:a@x.example]", "Name <a@x.example>"},
	{"Name <mailto:a@x.example>", "Name <a@x.example>"},
	{"\"N\" <'a@x.example'>", "N <a@x.example>"},
	{"N <\"a@x.example\">", "N <a@x.example>"},
	{"N {a@x.example}", "N <a@x.example>"},
	/* without an end */
	{"\"John Doe <j@x.example>", "John Doe <j@x.example>"},
	{"Name <a@x.example", "Name <a@x.example>"},
	{"John (at work <j@x.example>", "John (at work <j@x.example>"},
};

static mime_message *
read_text(const char *text, const struct mime_options *options)
{
	g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
	return mime_read(raw, options);
}

static char *
join(const GPtrArray *list)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < list->len; i++) {
		const struct mime_address *one = list->pdata[i];
		g_string_append_printf(all, "%s%s%s<%s>", i ? "; " : "", one->name, *one->name ? " " : "", one->address);
	}
	return g_string_free(all, FALSE);
}

static void
test_from(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(froms); i++) {
		g_autofree char *text = g_strdup_printf("From: %s\n\nx\n", froms[i].value);
		g_autoptr(mime_message) message = read_text(text, NULL);
		g_autofree char *got = join(message->from);
		g_test_message("%s", froms[i].value);
		g_assert_cmpstr(got, ==, froms[i].expected);
	}
}

/* Who writes two From fields wants one of them to be overlooked. */
static void
test_fields(void)
{
	g_autoptr(mime_message) message = lesson_read("from-two");
	g_autofree char *got = join(message->from);
	g_assert_cmpstr(got, ==, "<first@customer.example>; <second@customer.example>");
}

/* Twice the size takes about twice the steps: none of them goes back to the beginning. */
static void
test_long(void)
{
	static const char *const shapes[] = {"(", ")", "\"", "<", ">", "\\", ";", "<@", "(\"", "<(", "\"a\"<b@c>;"};
	for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		while (text->len < (1 << 20))
			g_string_append(text, shapes[i]);
		g_autofree char *mended = address_text_mend(text->str), *comment = address_text_comment(text->str);
		g_assert_cmpint(strlen(mended), <=, text->len + 4);
		address_text_is_void(text->str);
	}
}

#define RESULTS "Authentication-Results: "
#define AUTHOR "From: anna@customer.example\n\nx\n"

static const struct {
	const char *fields, *spf, *dkim, *dmarc, *dkim_domain;
} results[] = {
	{RESULTS "mx.shop.example; dmarc=pass; spf=pass; dkim=pass header.d=customer.example\n", "pass", "pass", "pass", "customer.example"},
	{RESULTS "MX.Shop.Example 1 ; DKIM = Pass ; dmarc=FAIL (p=reject dis=none)\n", "", "pass", "fail", ""},
	{RESULTS "\"mx.shop.example\" (it is us) 1; spf/1=softfail\n", "softfail", "", "", ""},
	{RESULTS "mx.shop.example;\n\tdkim=pass reason=\"good; dmarc=pass\" (not; dmarc=pass);\n\tspf=none\n", "none", "pass", "", ""},
	/* somebody else's, or what we do not understand */
	{RESULTS "evil.example; dmarc=pass\n", "", "", "", ""},
	{RESULTS "mx.shop.example.evil.example; dmarc=pass\n", "", "", "", ""},
	{RESULTS "mx.shop.example 2; dmarc=pass\n", "", "", "", ""},
	{RESULTS "mx.shop.example; dmarc/2=pass; spf=splendid\n", "", "", "", ""},
	{RESULTS "(mx.shop.example;) evil.example; dmarc=pass\n", "", "", "", ""},
	{RESULTS "mx.shop.example; none\n", "", "", "", ""},
	{"ARC-Authentication-Results: i=1; mx.shop.example; dmarc=pass\n", "", "", "", ""},
	{"Received: by mx\n" RESULTS "mx.shop.example; dmarc=pass\n", "", "", "", ""},
	{RESULTS "mx.shop.example; dmarc=fail\nReceived: by mx\n" RESULTS "mx.shop.example; dmarc=pass\n", "", "", "fail", ""},
	/* several */
	{RESULTS "mx.shop.example; dmarc=fail\n" RESULTS "mx.shop.example; dmarc=pass\n", "", "", "fail", ""},
	{RESULTS "mx.shop.example; dkim=fail header.d=customer.example; dkim=pass header.d=list.example\n", "", "pass", "", "list.example"},
	{RESULTS "mx.shop.example; dkim=pass header.d=list.example; dkim=pass header.i=@customer.example\n", "", "pass", "", "customer.example"},
	{RESULTS "mx.shop.example; spf=pass smtp.helo=mx.evil.example; spf=fail smtp.mailfrom=a@evil.example\n", "fail", "", "", ""},
	/* about another author than the one who is shown */
	{RESULTS "mx.shop.example; dmarc=pass header.from=evil.example\n", "", "", "", ""},
	{RESULTS "mx.shop.example; dmarc=pass header.from=Customer.example\n", "", "", "pass", ""},
	/* older words, and rubbish */
	{RESULTS "mx.shop.example; spf=hardfail; dmarc=bestguesspass action=none\n", "fail", "", "none", ""},
	{RESULTS "mx.shop.example; = ; =pass; dkim; / ; \"dkim=pass; spf=pass\n", "", "", "", ""},
	{RESULTS "mx.shop.example; dkim=pass (((; spf=pass\n", "", "pass", "", ""},
	{RESULTS "\n", "", "", "", ""},
};

static void
test_results(void)
{
	static const char *const ids[] = {"mx.shop.example", NULL};
	for (gsize i = 0; i < G_N_ELEMENTS(results); i++) {
		g_autofree char *text = g_strconcat(results[i].fields, AUTHOR, NULL);
		g_autoptr(mime_message) message = read_text(text, &(struct mime_options){.authserv_ids = ids});
		g_test_message("%s", results[i].fields);
		g_assert_cmpstr(message->auth.spf, ==, results[i].spf);
		g_assert_cmpstr(message->auth.dkim, ==, results[i].dkim);
		g_assert_cmpstr(message->auth.dmarc, ==, results[i].dmarc);
		g_assert_cmpstr(message->auth.dkim_domain, ==, results[i].dkim_domain);
		g_autoptr(mime_message) untrusting = read_text(text, NULL);
		g_assert_cmpstr(untrusting->auth.dmarc, ==, "");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	g_test_add_func("/mime/from/ways", test_from);
	g_test_add_func("/mime/from/fields", test_fields);
	g_test_add_func("/mime/from/long", test_long);
	g_test_add_func("/mime/authentication/results", test_results);
	return g_test_run();
}
