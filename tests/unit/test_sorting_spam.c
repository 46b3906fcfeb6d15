/* What is filed as spam, where, what it does not do there, and what brings it back (SPEC 2.8). */
#include "milter/read/mime.h"
#include "milter/sorting.h"
#include "store/bell.h"
#include "store/erase.h"
#include "store/status.h"
#include "store/token.h"
#include "tests/unit/desk.h"

#define DAY (G_GINT64_CONSTANT(24) * 3600 * 1000)

static struct desk desk;
static struct conf *conf;
static keyring *keys;
static contact_book *book;

static void
run(const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_run(desk.db, sql, &error);
	g_assert_no_error(error);
}

#define NUMBER(sql) desk_number(&desk, sql)

/* A mail by SENDER of the envelope, sorted by the rules as they stand; LF becomes CRLF. Its log must be EXPECTED. */
static void
sorted(const char *sender, const char *text, const char *expected)
{
	static char *recipients[] = {(char *)"support@shop.example", NULL};
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	char *octets = g_strjoinv("\r\n", lines);
	g_autoptr(GBytes) raw = g_bytes_new_take(octets, strlen(octets));
	g_autoptr(mime_message) message = mime_read(raw, &(struct mime_options){NULL});
	g_autoptr(spam_table) spam = spam_table_load(desk.db, &error);
	g_autoptr(blocked_list) blocked = blocked_list_load(desk.db, NULL, &error);
	g_autoptr(GString) log = g_string_new(NULL);
	mail_info mail = {.id = ++desk.mails, .captured = 1000 * desk.mails, .size = (gint64)strlen(octets), .door = (char *)"milter",
		.sender = (char *)sender, .client = (char *)"", .helo = (char *)"", .tls = (char *)"", .auth = (char *)"", .queue_id = (char *)"",
		.recipients = recipients};
	struct sorting sorting = {.desk = desk.db, .conf = conf, .keys = keys, .book = book, .spam = spam, .blocked = blocked};
	g_assert_true(db_begin(desk.db, &error) && sorting_file(&sorting, &mail, message, log, &error) && db_commit(desk.db, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(log->str, ==, expected);
}

static void
setup(void)
{
	static const char *const addresses[] = {"support@shop.example", NULL};
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	g_autofree char *path = g_build_filename(desk.directory, "belfry.conf", NULL), *kept = g_build_filename(desk.directory, "keys", NULL);
	g_assert_true(g_file_set_contents(path, "[sort]\nform_senders = form@shop.example\n", -1, &error));
	conf = conf_load(path, &error);
	g_assert_no_error(error);
	keys = keyring_open(kept, &error);
	g_assert_true(contact_add_addresses(desk.db, 2, addresses, &error));
	book = contact_book_load(desk.db, &error);
	g_assert_no_error(error);
}

static void
teardown(void)
{
	contact_book_unref(book);
	keyring_close(keys);
	conf_free(conf);
	desk_teardown(&desk);
}

#define KIM "From: Kim <kim@customer.example>\n"
#define FLAG "X-Spam-Flag: YES\n"

/* Its own folder, no bell, no numbers, and it is told why. */
static void
by_header(void)
{
	g_autoptr(GError) error = NULL;
	setup();
	sorted("kim@customer.example", FLAG KIM "Subject: Pills\n\nCheap\n", " thread=1 spam");
	g_assert_cmpint(NUMBER("SELECT folder = 'spam' AND binned = 1000 AND bell_event IS NULL FROM thread"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT is_spam AND spam_reason = '{\"header\":\"X-Spam-Flag\",\"value\":\"YES\"}' FROM message"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE is_ringing"), ==, 0);
	g_assert_cmpint(bell_count(desk.db, desk.admin, &error), ==, 0);
	g_assert_cmpint(NUMBER("SELECT sum(value) FROM counter WHERE name = 'spam'"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT coalesce(sum(value), 0) FROM counter WHERE name <> 'spam'"), ==, 0);
	teardown();
}

/* "above" counts only what our own side has written. */
static void
above_the_first_received(void)
{
	setup();
	run("DELETE FROM spam_rule; INSERT INTO spam_rule (header, value, place) VALUES ('X-Spam-Flag', 'YES', 'above')");
	sorted("", "Received: by mx\n" FLAG KIM "\nInner\n", " thread=1");
	sorted("", FLAG "Received: by mx\n" KIM "\nOuter\n", " thread=2 spam");
	teardown();
}

/* By the envelope, by any From, by who stands behind a form; not by who is only to get the answer. */
static void
by_sender(void)
{
	static const struct {
		const char *sender, *mail;
		bool is_spam;
	} cases[] = {
		{"x@bad.example", KIM "\na\n", true}, {"kim@customer.example", "From: Eve <eve@bad.example>\n\nb\n", true},
		{"kim@customer.example", "From: kim@customer.example, eve@sub.bad.example\n\nc\n", true},
		{"form@shop.example", "From: form@shop.example\nReply-To: one@rude.example\n\nd\n", true},
		{"kim@customer.example", KIM "Reply-To: one@rude.example\n\ne\n", false}, {"", KIM "\nf\n", false}, {"two@rude.example", KIM "\ng\n", false},
	};
	setup();
	run("INSERT INTO blocked_sender (sender, created) VALUES ('bad.example', 1), ('one@rude.example', 1)");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *expected = g_strdup_printf(" thread=%d%s", (int)i + 1, cases[i].is_spam ? " spam" : "");
		sorted(cases[i].sender, cases[i].mail, expected);
	}
	g_assert_cmpint(NUMBER("SELECT count(*) FROM message WHERE spam_reason = '{\"blocked\":\"bad.example\"}'"), ==, 3);
	teardown();
}

/* It joins no honest thread, does not take one out of the bin, and joins no two: it stands beside, linked. */
static void
beside_honest_threads(void)
{
	setup();
	sorted("", KIM "Message-ID: <a@x>\n\nOne\n", " thread=1");
	g_autofree char *marker = token_marker(keys, 1), *reply = g_strdup_printf(FLAG KIM "Subject: Re: %s\nMessage-ID: <b@x>\n\nTwo\n", marker);
	run("UPDATE thread SET status = 'closed', folder = 'bin', binned = 5, bell_event = NULL");
	sorted("", reply, " thread=2 spam");
	sorted("", FLAG KIM "References: <a@x> <b@x>\n\nThree\n", " thread=2 spam");
	g_assert_cmpint(NUMBER("SELECT status = 'closed' AND folder = 'bin' AND bell_event IS NULL FROM thread WHERE id = 1"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT related_id FROM thread_link WHERE thread_id = 2"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT binned FROM thread WHERE id = 2"), ==, 3000); /* the days begin anew */
	sorted("", KIM "In-Reply-To: <late@x>\n\nFour\n", " thread=3");
	sorted("", KIM "References: <late@x>\n\nFive\n", " thread=4");
	sorted("", FLAG KIM "Message-ID: <late@x>\n\nA parent\n", " thread=5 spam");
	g_assert_cmpint(NUMBER("SELECT count(*) FROM thread WHERE folder = 'merged'"), ==, 0);
	teardown();
}

/* What only rules put there comes back with honest mail; what people put there stays, and is silent. */
static void
honest_mail_lifts(void)
{
	g_autoptr(GError) error = NULL;
	setup();
	sorted("", FLAG KIM "Message-ID: <a@x>\n\nOne\n", " thread=1 spam");
	sorted("", KIM "In-Reply-To: <a@x>\nMessage-ID: <b@x>\n\nDid you get it?\n", " thread=1");
	g_assert_cmpint(NUMBER("SELECT folder = 'normal' AND binned IS NULL AND bell_event IS NOT NULL FROM thread"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT sum(value) FROM counter WHERE name = 'customer'"), ==, 2);
	g_assert_true(db_begin(desk.db, &error));
	g_assert_cmpint(status_spam(desk.db, desk.admin, 1, true, 9, &error), ==, 1);
	g_assert_true(db_commit(desk.db, &error));
	sorted("", KIM "In-Reply-To: <b@x>\n\nAnd now?\n", " thread=1");
	g_assert_cmpint(NUMBER("SELECT folder = 'spam' AND bell_event IS NULL FROM thread"), ==, 1);
	teardown();
}

/* A report of what became of a reply of ours is never lost among spam; anybody else's is nothing special. */
static void
reports_of_ours(void)
{
	setup();
	sorted("", KIM "Subject: Lamp\n\nOne\n", " thread=1");
	g_autofree char *id = token_message_id(keys, 1, 1, "shop.example");
	g_autofree char *mail = g_strdup_printf(FLAG "From: MAILER-DAEMON@mx.example\nSubject: failed\nContent-Type: multipart/report;"
		" report-type=delivery-status; boundary=r\n\n--r\n\nSee below.\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
		"Final-Recipient: rfc822; kim@customer.example\nAction: failed\nStatus: 5.1.1\n--r\nContent-Type: text/rfc822-headers\n\nMessage-ID: <%s>\n--r--\n", id);
	sorted("", mail, " thread=1");
	g_assert_cmpint(NUMBER("SELECT count(*) FROM message WHERE is_spam"), ==, 0);
	sorted("", FLAG "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\n\n<eve@evil.example>: user unknown\n", " thread=2 spam");
	teardown();
}

static void
erased_after_its_days(void)
{
	g_autoptr(GError) error = NULL;
	gint64 thread = 0;
	setup();
	sorted("", FLAG KIM "\nOne\n", " thread=1 spam");
	g_assert_cmpint(erase_thread(desk.db, 1000 + 30 * DAY, &thread, &error), ==, 0);
	g_assert_true(db_begin(desk.db, &error));
	g_assert_cmpint(erase_thread(desk.db, 1001 + 30 * DAY, &thread, &error), ==, 1);
	g_assert_true(db_commit(desk.db, &error));
	g_assert_cmpint(thread, ==, 1);
	g_assert_cmpint(NUMBER("SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM thread)"), ==, 0);
	g_assert_cmpint(NUMBER("SELECT mail_id FROM erasing"), ==, 1);
	teardown();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	g_test_add_func("/sorting/spam/by-header", by_header);
	g_test_add_func("/sorting/spam/above", above_the_first_received);
	g_test_add_func("/sorting/spam/by-sender", by_sender);
	g_test_add_func("/sorting/spam/beside", beside_honest_threads);
	g_test_add_func("/sorting/spam/lifted", honest_mail_lifts);
	g_test_add_func("/sorting/spam/reports", reports_of_ours);
	g_test_add_func("/sorting/spam/erased", erased_after_its_days);
	return g_test_run();
}
