/* Reports of all kinds, what only looks like one, and what programs send by themselves. */
#include <string.h>

#include "milter/read/bounce_dsn.h"
#include "milter/read/bounce_reason.h"
#include "milter/read/bounce_status.h"
#include "milter/read/flatten.h"
#include "tests/unit/mails.h"

#define LARGE (1024 * 1024)

static const struct {const char *mail, *action, *status, *reason, *recipients, *original; bool hard;} reports[] = {
	{"bounce-sendmail-old", "failed", "5.1.1", "address_unknown", "gone@customer.example, left@customer.example", "reply.101@shop.example", true},
	{"bounce-opensmtpd", "failed", "5.1.1", "address_unknown", "gone@customer.example", "reply.102@shop.example", true},
	{"bounce-dragonfly", "failed", "5.1.1", "address_unknown", "gone@customer.example", "reply.103@shop.example", true},
	{"bounce-yahoo", "failed", "5.2.2", "mailbox_full", "full@customer.example", "reply.104@shop.example", false},
	{"bounce-domino", "failed", "5.1.1", "address_unknown", "gone@customer.example", "", true},
	{"bounce-exchange-old", "failed", "5.1.1", "address_unknown", "gone@customer.example", "", true},
	{"bounce-exchange-365", "failed", "5.1.10", "address_unknown", "gone@customer.example", "reply.106@shop.example", true},
	{"bounce-status-not-a-report", "failed", "5.1.1", "address_unknown", "gone@customer.example", "reply.107@shop.example", true},
	{"bounce-status-in-text", "failed", "5.2.2", "mailbox_full", "full@customer.example", "", false},
	{"bounce-diagnostic-is-exacter", "failed", "5.7.1", "server_blocked", "kim@customer.example", "reply.109@shop.example", false},
	{"bounce-lines-within", "failed", "5.4.7", "expired", "kim@customer.example", "", false},
	{"bounce-mail-in-japanese", "failed", "5.2.2", "mailbox_full", "full@phone.example", "reply.111@shop.example", false},
	{"bounce-mail-in-german", "failed", "5.2.2", "mailbox_full", "voll@post.example", "reply.112@shop.example", false},
	{"bounce-service-json", "failed", "5.1.1", "address_unknown", "gone@customer.example", "reply.113@shop.example", true},
	{"bounce-delayed-exim", "delayed", "4.4.7", "expired", "slow@customer.example", "", false},
	{"bounce-v5-sendmail", "failed", "5.1.2", "domain_unknown", "kim@nowhere.example", "reply.115@shop.example", true},
	{"bounce-list-refuses", "failed", "5.1.8", "sender_refused", "neighbours@lists.example", "", false},
	{"bounce-by-phone", "failed", "5.1.1", "address_unknown", "00480000@mms.example", "", true},
	{"bounce-forwarded-html", "failed", "5.7.26", "sender_unproven", "kim@customer.example", "reply.118@shop.example", false},
	{"bounce-exchange-french", "failed", "5.2.2", "mailbox_full", "kim@customer.example", "", false},
	{"bounce-mail-in-korean", "failed", "5.2.2", "mailbox_full", "kim@post.example", "", false},
	{"report-delivered-in-words", "delivered", "", "", "kim@customer.example", "", false},
	{"complaint-arf", "complaint", "", "abuse", "kim@isp.example, lee@isp.example", "reply.120@shop.example", false},
	{"complaint-without-its-part", "complaint", "", "abuse", "kim@isp.example", "reply.121@shop.example", false},
	{"complaint-unsubscribe", "complaint", "", "opt-out", "", "", false},
	{"complaint-origin-unproved", "complaint", "", "auth-failure", "kim@isp.example", "reply.122@shop.example", false},
};

static char *
strings_join(const GPtrArray *strings)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < strings->len; i++)
		g_string_append_printf(all, "%s%s", i ? ", " : "", (const char *)strings->pdata[i]);
	return g_string_free(all, FALSE);
}

/* What is read comes through the wire as it was. */
static void
test_reports(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(reports); i++) {
		g_test_message("%s", reports[i].mail);
		g_autoptr(mime_message) read = lesson_read(reports[i].mail);
		g_autoptr(GBytes) wire = mime_pack(read);
		g_autoptr(mime_message) message = mime_unpack(wire, NULL);
		g_assert_nonnull(message->bounce);
		g_autofree char *recipients = strings_join(message->bounce->recipients);
		g_assert_cmpstr(message->bounce->action, ==, reports[i].action);
		g_assert_cmpstr(message->bounce->status, ==, reports[i].status);
		g_assert_cmpstr(message->bounce->reason, ==, reports[i].reason);
		g_assert_cmpstr(recipients, ==, reports[i].recipients);
		g_assert_cmpstr(message->bounce->original_id, ==, reports[i].original);
		g_assert_cmpint(message->bounce->hard, ==, reports[i].hard);
		g_assert_true(message->automatic);
		g_assert_cmpuint(message->bounce->reports->len, >=, message->bounce->recipients->len);
	}
}

static void
test_envelope_ids(void)
{
	static const char *const cases[][2] = {{"bounce-exchange-365", "reply.106@shop.example"}, {"bounce-status-in-text", "reply.108@shop.example"}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(mime_message) message = lesson_read(cases[i][0]);
		g_assert_cmpstr(message->bounce->envelope_id, ==, cases[i][1]);
	}
}

/* Mail that people write, however much it speaks of bounces and absence. */
static void
test_lookalikes(void)
{
	static const char *const mails[] = {
		"look-customer-forwards-bounce", "look-customer-attaches-bounce", "look-apple-forwards-bounce", "look-undelivered-order",
		"look-answer-quotes-bounce", "look-postmaster-writes", "look-postmaster-writes-of-parcel", "look-administrator-writes",
		"look-out-of-office-later", "look-auto-is-a-car", "look-absence-at-delivery", "look-complaint-of-a-person", "look-group-hands-on",
		"look-old-list", "look-relay-stamps", "look-parcel-service", "list-mail", "plain", "not-a-bounce"};
	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_test_message("%s", mails[i]);
		g_autoptr(mime_message) message = lesson_read(mails[i]);
		g_assert_null(message->bounce);
		g_assert_false(message->automatic);
		g_assert_false(message->auto_reply);
	}
}

static void
test_absent(void)
{
	static const char *const mails[] = {"away-outlook-en", "away-out-of-office", "away-lotus", "away-fr", "away-nl", "away-pl", "away-de", "away-es", "away-it",
		"away-ja", "away-ru", "away-tr", "auto-vacation"};
	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_test_message("%s", mails[i]);
		g_autoptr(GBytes) raw = mail_load(mails[i]);
		g_autoptr(mime_message) message = mime_read(raw, &(struct mime_options){.is_null_sender = true});
		g_assert_null(message->bounce);
		g_assert_true(message->automatic);
		g_assert_true(message->auto_reply);
	}
}

/* A program never answers a list, though a person may have written. */
static void
test_lists(void)
{
	static const struct {const char *mail; bool is_list;} mails[] = {{"list-mail", true}, {"look-group-hands-on", true}, {"newsletter", true}, {"plain", false},
		{"look-relay-stamps", false}};
	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(mime_message) read = lesson_read(mails[i].mail);
		g_autoptr(GBytes) wire = mime_pack(read);
		g_autoptr(mime_message) message = mime_unpack(wire, NULL);
		g_assert_cmpint(message->is_list, ==, mails[i].is_list);
	}
}

static void
test_sent_by_programs(void)
{
	static const char *const mails[] = {"newsletter", "report-of-dmarc", "auto-form"};
	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(mime_message) message = lesson_read(mails[i]);
		g_assert_null(message->bounce);
		g_assert_true(message->automatic);
		g_assert_false(message->auto_reply);
	}
}

static const struct {const char *said, *status, *reason;} answers[] = {
	{"550 5.1.1 <kim@customer.example>: User unknown", "5.1.1", "address_unknown"},
	{"550 5.7.1 Service unavailable; client blocked using a list", "5.7.1", "server_blocked"},
	{"552 the mailbox is full", "", "mailbox_full"},
	{"rejected", "5.1.1", "address_unknown"},
	{"rejected", "", "refused"},
	{"Domain of sender address kim@customer.example does not exist", "5.1.8", "sender_refused"},
	{"550 no PTR record for your address", "", "server_unnamed"},
	{"host mx.customer.example said: 554 Too many hops", "", "loop"},
	{"mail size limit exceeded", "5.2.3", "too_large"},
	{"something else", "5.0.0", NULL},
	{"", "", NULL},
};

static void
test_reasons(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
		const struct bounce_reason *reason = bounce_reason_choose(answers[i].said, answers[i].status);
		g_assert_cmpstr(reason ? reason->name : NULL, ==, answers[i].reason);
	}
}

static const struct {const char *said, *found, *replied;} codes[] = {
	{"550 5.1.1 nobody", "5.1.1", "5.1.1"},
	{"5.1.0 - Unknown address error 550-'5.2.2 full'", "5.1.0", "5.2.2"},
	{"554 4.4.7 expired <421 4.4.2 timed out>", "4.4.7", "4.4.2"},
	{"#5.1.1", "5.1.1", NULL},
	{"192.0.2.5.1.1 said 450 later", "4.0.0", NULL},
	{"450 later", "4.0.0", NULL},
	{"order 5501 of 5.5.2024", "5.5.2024", NULL},
	{"nothing", "", NULL},
};

static void
test_codes(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_autofree char *found = bounce_status_find(codes[i].said, 0), *replied = bounce_status_replied(codes[i].said);
		g_assert_cmpstr(found, ==, codes[i].found);
		g_assert_cmpstr(replied, ==, codes[i].replied);
	}
}

static void
test_flatten(void)
{
	static const struct {const char *text; gsize max; const char *flat;} cases[] = {
		{"Could  NOT\n\tbe", 100, "could not be"}, {" Wasn’t", 100, "wasn't"}, {"d’Été\u00a0Zażółć", 100, "d'été zażółć"}, {"abcdef", 3, "abc"}, {"aéb", 2,
		"a"},
		{"", 10, ""},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *flat = flatten(cases[i].text, cases[i].max);
		g_assert_cmpstr(flat, ==, cases[i].flat);
	}
}

static void
test_addresses(void)
{
	static const char *const cases[][2] = {{"rfc822; <kim@customer.example>", "kim@customer.example"}, {"kim@customer.example (Kim)", "kim@customer.example"},
		{"rfc822;@relay.example:kim@customer.example", "kim@customer.example"}, {"", ""}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *address = bounce_dsn_address(cases[i][0]);
		g_assert_cmpstr(address, ==, cases[i][1]);
	}
}

/* What a stranger can make long stays bounded: what comes out, and so what it costs. */
static void
test_large(void)
{
	static const char *const lines[] = {"<a@b.example>:\n", "Final-Recipient: rfc822; a@b.example\nAction: failed\n\n", "550 5.1.1 ", "\n", "a@", "@@@@@@@@", "<<<<<<<<",
		"Final-Recipient: rfc822;\n \n"};
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		GString *raw = g_string_new("From: MAILER-DAEMON@mx.example\nSubject: Undeliverable\nContent-Type: text/plain\n\nThis is the qmail-send program.\n");
		while (raw->len < LARGE)
			g_string_append(raw, lines[i]);
		g_autoptr(GBytes) bytes = g_string_free_to_bytes(raw);
		g_autoptr(mime_message) message = mime_read(bytes, NULL);
		g_assert_nonnull(message->bounce);
		g_assert_cmpuint(message->bounce->reports->len, <=, 101);
		for (guint at = 0; at < message->bounce->reports->len; at++)
			g_assert_cmpuint(strlen(((struct mime_report *)message->bounce->reports->pdata[at])->diagnostic), <=, 4000);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	g_test_add_func("/bounce/reports", test_reports);
	g_test_add_func("/bounce/envelope-ids", test_envelope_ids);
	g_test_add_func("/bounce/lookalikes", test_lookalikes);
	g_test_add_func("/bounce/absent", test_absent);
	g_test_add_func("/bounce/lists", test_lists);
	g_test_add_func("/bounce/programs", test_sent_by_programs);
	g_test_add_func("/bounce/reasons", test_reasons);
	g_test_add_func("/bounce/codes", test_codes);
	g_test_add_func("/bounce/flatten", test_flatten);
	g_test_add_func("/bounce/addresses", test_addresses);
	g_test_add_func("/bounce/large", test_large);
	return g_test_run();
}
