/* From raw mail to thread: who writes, for whom, repeats, threads by signature and by reference (SPEC 2.4 to 2.6). */
#include "milter/mime.h"
#include "milter/sorting.h"
#include "store/secret.h"
#include "store/token.h"
#include "tests/unit/desk.h"

struct sorted {
	struct desk desk;
	struct conf *conf;
	keyring *keys;
	contact_book *book;
};

static void
setup(struct sorted *sorted)
{
	static const char *const addresses[] = {"support@shop.example", "@help.example", NULL}, *const web[] = {"web@shop.example", NULL};
	g_autoptr(GError) error = NULL;
	desk_setup(&sorted->desk);
	g_autofree char *path = g_build_filename(sorted->desk.directory, "belfry.conf", NULL);
	g_assert_true(g_file_set_contents(path, "[sort]\nform_senders = form@shop.example\n", -1, &error));
	g_autofree char *keys = g_build_filename(sorted->desk.directory, "keys", NULL);
	sorted->conf = conf_load(path, &error);
	g_assert_no_error(error);
	sorted->keys = keyring_open(keys, &error);
	g_assert_true(contact_add_addresses(sorted->desk.db, 2, addresses, &error));
	g_assert_true(contact_add_addresses(sorted->desk.db, 1, web, &error));
	sorted->book = contact_book_load(sorted->desk.db, &error);
	g_assert_no_error(error);
}

static void
teardown(struct sorted *sorted)
{
	contact_book_unref(sorted->book);
	keyring_close(sorted->keys);
	conf_free(sorted->conf);
	desk_teardown(&sorted->desk);
}

/* Sorts TEXT, sent to RECIPIENTS (blank-separated); LF becomes CRLF. What was logged; owner: caller. */
static char *
sort_mail(struct sorted *sorted, const char *recipients, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1), list = g_strsplit(recipients, " ", -1);
	char *octets = g_strjoinv("\r\n", lines);
	g_autoptr(GBytes) raw = g_bytes_new_take(octets, strlen(octets));
	g_autoptr(mime_message) message = mime_read(raw, &(struct mime_options){NULL});
	mail_info mail = {.id = ++sorted->desk.mails, .captured = 1000 * sorted->desk.mails, .size = (gint64)strlen(octets),
		.door = (char *)"milter", .sender = (char *)"envelope@customer.example", .client = (char *)"", .helo = (char *)"", .tls = (char *)"",
		.auth = (char *)"", .queue_id = (char *)"", .recipients = list};
	struct sorting sorting = {sorted->desk.db, sorted->conf, sorted->keys, sorted->book};
	GString *log = g_string_new(NULL);
	db_begin(sorted->desk.db, &error);
	sorting_file(&sorting, &mail, message, log, &error);
	g_assert_no_error(error);
	db_commit(sorted->desk.db, &error);
	g_assert_no_error(error);
	return g_string_free(log, FALSE);
}

static void
assert_sorted(struct sorted *sorted, const char *recipients, const char *text, const char *expected)
{
	g_autofree char *log = sort_mail(sorted, recipients, text);
	g_assert_cmpstr(log, ==, expected);
}

#define KIM "From: Kim <kim@customer.example>\nTo: support@shop.example\n"

static void
repeats(void)
{
	struct sorted s;
	setup(&s);
	assert_sorted(&s, "support@shop.example", KIM "Subject: Lamp\nMessage-ID: <a@x>\n\nBroke\n", " thread=1");
	assert_sorted(&s, "support@shop.example", KIM "Subject: Lamp\nMessage-ID: <a@x>\n\nBroke\n", " repeat of message=1");
	assert_sorted(&s, "support@shop.example", KIM "Subject: Lamp\nMessage-ID: <a@x>\n\nBroke again\n", " thread=2");
	assert_sorted(&s, "support@shop.example", KIM "Subject: Lamp\n\nBroke\n", " thread=3");
	assert_sorted(&s, "support@shop.example", KIM "Subject: Lamp\n\nBroke\n", " repeat of message=3");
	g_assert_cmpint(desk_number(&s.desk, "SELECT count(*) FROM message_repeat"), ==, 2);
	teardown(&s);
}

static void
several_contacts_are_one_thread(void)
{
	struct sorted s;
	setup(&s);
	assert_sorted(&s, "web@shop.example any@help.example web+x@shop.example", KIM "Subject: a\n\nb\n", " thread=1");
	g_assert_cmpint(desk_number(&s.desk, "SELECT contact_id FROM thread"), ==, 1);
	g_assert_cmpint(desk_number(&s.desk, "SELECT contact_id FROM message_contact"), ==, 2);
	teardown(&s);
}

static void
who_writes(void)
{
	static const struct {
		const char *mail, *address;
	} cases[] = {
		{KIM "\na\n", "kim@customer.example"},
		{"From: form@shop.example\nReply-To: lee@customer.example\n\nb\n", "lee@customer.example"},
		{"From: support@shop.example\nReply-To: max@customer.example\n\nc\n", "max@customer.example"},
		{"From: Kim <kim@customer.example>\nReply-To: other@customer.example\n\nd\n", "kim@customer.example"},
		{"Subject: nobody\n\ne\n", "envelope@customer.example"},
	};
	struct sorted s;
	setup(&s);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *log = sort_mail(&s, "support@shop.example", cases[i].mail);
		g_autofree char *sql = g_strdup_printf("SELECT email = '%s' FROM thread ORDER BY id DESC LIMIT 1", cases[i].address);
		g_assert_cmpint(desk_number(&s.desk, sql), ==, 1);
	}
	teardown(&s);
}

static void
references_need_a_known_sender(void)
{
	struct sorted s;
	setup(&s);
	assert_sorted(&s, "support@shop.example", KIM "Cc: lee@customer.example\nMessage-ID: <a@x>\n\nOne\n", " thread=1");
	assert_sorted(&s, "support@shop.example", "From: KIM@Customer.example\nIn-Reply-To: <a@x>\nMessage-ID: <b@x>\n\nTwo\n", " thread=1");
	assert_sorted(&s, "support@shop.example", "From: lee@customer.example\nReferences: <zz@x>\n <b@x>\n\nThree\n", " thread=1");
	assert_sorted(&s, "support@shop.example", "From: eve@evil.example\nIn-Reply-To: <a@x>\n\nLet me in\n", " thread=2");
	g_assert_cmpint(desk_number(&s.desk, "SELECT count(*) FROM thread_link WHERE thread_id = 2 AND related_id = 1"), ==, 1);
	assert_sorted(&s, "support@shop.example", KIM "Subject: Re: One\n\nNo reference\n", " thread=3");
	teardown(&s);
}

static void
late_parent_joins_two(void)
{
	struct sorted s;
	setup(&s);
	assert_sorted(&s, "support@shop.example", KIM "In-Reply-To: <late@x>\nMessage-ID: <b@x>\n\nOne\n", " thread=1");
	assert_sorted(&s, "support@shop.example", KIM "References: <late@x>\nMessage-ID: <c@x>\n\nTwo\n", " thread=2");
	assert_sorted(&s, "support@shop.example", KIM "Message-ID: <late@x>\n\nThe parent\n", " thread=1");
	g_assert_cmpint(desk_number(&s.desk, "SELECT merged_into FROM thread WHERE id = 2"), ==, 1);
	g_assert_cmpint(desk_number(&s.desk, "SELECT count(*) FROM message WHERE thread_id = 1"), ==, 3);
	teardown(&s);
}

static void
signatures_each_alone_suffice(void)
{
	struct sorted s;
	setup(&s);
	assert_sorted(&s, "support@shop.example", KIM "Subject: One\n\nOne\n", " thread=1");
	g_autofree char *plus = token_plus_address(s.keys, 1, "support@shop.example", '+');
	g_autofree char *id = token_message_id(s.keys, 1, 1, "shop.example"), *marker = token_marker(s.keys, 1);
	g_autofree char *by_id = g_strdup_printf("From: eve@other.example\nReferences: <%s>\n\nTwo\n", id);
	g_autofree char *by_marker = g_strdup_printf(KIM "Subject: Re: One %s\n\nThree\n", marker);
	size_t last = strlen(marker) - 1;
	g_autofree char *forged = g_strdup_printf(KIM "Subject: Re: One %.*s%c\n\nFour\n", (int)last, marker, g_ascii_tolower(marker[last]) == 'x' ? 'y' : 'x');
	g_autofree char *upper = g_ascii_strup(plus, -1);
	assert_sorted(&s, upper, "From: kim@customer.example\n\nBy address\n", " thread=1");
	assert_sorted(&s, "support@shop.example", by_id, " thread=1");
	g_assert_cmpint(desk_number(&s.desk, "SELECT is_new_sender FROM message WHERE from_address = 'eve@other.example'"), ==, 1);
	assert_sorted(&s, "support@shop.example", by_marker, " thread=1");
	assert_sorted(&s, "support@shop.example", forged, " thread=2");
	teardown(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	g_test_add_func("/sorting/repeats", repeats);
	g_test_add_func("/sorting/several-contacts", several_contacts_are_one_thread);
	g_test_add_func("/sorting/who-writes", who_writes);
	g_test_add_func("/sorting/references", references_need_a_known_sender);
	g_test_add_func("/sorting/late-parent", late_parent_joins_two);
	g_test_add_func("/sorting/signatures", signatures_each_alone_suffice);
	return g_test_run();
}
