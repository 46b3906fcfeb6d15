/* What a mail says once it is read again, in place of what was kept of it: rows, parts, thread, and what staff did (SPEC 2.3). */
#include "store/reread.h"

#include "store/reread_list.h"
#include "tests/unit/desk.h"

/* What one reading gives; as a file it was broken, then read better. */
struct reading {
	struct filing_mail mail;
	GPtrArray *references, *persons;
	GBytes *digest;
};

static void
setup_reading(struct reading *reading, const char *subject, const char *text)
{
	reading->references = g_ptr_array_new();
	reading->persons = g_ptr_array_new();
	reading->digest = g_bytes_new("digest 1", 8);
	g_ptr_array_add(reading->persons, (char *)"kim@customer.example");
	reading->mail = (struct filing_mail){.mail_id = 1, .received = 1000, .shop_id = 1, .contact_id = 2, .from_name = "Kim",
		.from_address = "kim@customer.example", .subject = subject, .text = text, .reply = text, .message_ref = "a@x", .in_reply_to = "",
		.language = "fr", .state = "ok", .note = "", .people = "{}", .warnings = "", .auth = "", .bounce = "", .protection = "", .digest = reading->digest,
		.references = reading->references, .persons = reading->persons};
}

static void
teardown_reading(struct reading *reading)
{
	g_ptr_array_unref(reading->references);
	g_ptr_array_unref(reading->persons);
	g_bytes_unref(reading->digest);
}

static struct filing_result
file(struct desk *desk, const struct filing_mail *mail)
{
	g_autoptr(GError) error = NULL;
	struct filing_place place = {0};
	struct filing_result result;
	g_assert_true(db_begin(desk->db, &error));
	g_assert_true(filing_file(desk->db, mail, &place, &result, &error));
	g_assert_true(db_commit(desk->db, &error));
	return result;
}

/* The names of what has changed, with blanks between; owner: caller. */
static char *
enter(struct desk *desk, const struct filing_mail *mail, gint64 message, const char *charset, gint64 who)
{
	g_autoptr(GError) error = NULL;
	guint32 seen = 0, changes = 0;
	const struct reread_reading reading = {.message = message, .mail = mail, .charset = charset, .employee = who, .now = 5000};
	g_assert_cmpint(reread_compare(desk->db, &reading, &seen, &error), ==, 1);
	g_assert_true(db_begin(desk->db, &error));
	g_assert_cmpint(reread_enter(desk->db, &reading, &changes, &error), ==, 1);
	g_assert_true(db_commit(desk->db, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(seen, ==, changes);
	GString *names = g_string_new(NULL);
	for (guint bit = 0; reread_name(bit); bit++)
		if (changes & 1u << bit)
			g_string_append_printf(names, "%s%s", names->len ? " " : "", reread_name(bit));
	return g_string_free(names, FALSE);
}

static void
assert_enter(struct desk *desk, const struct filing_mail *mail, const char *expected)
{
	g_autofree char *changes = enter(desk, mail, 1, "", 0);
	g_assert_cmpstr(changes, ==, expected);
}

static void
assert_sound(struct desk *desk)
{
	g_assert_cmpint(desk_number(desk, "SELECT count(*) FROM pragma_foreign_key_check"), ==, 0);
}

static void
run(struct desk *desk, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(db_run(desk->db, sql, &error));
	g_assert_no_error(error);
}

static void
same_is_left_alone(void)
{
	struct desk desk;
	struct reading r;
	desk_setup(&desk);
	setup_reading(&r, "Lamp", "Broke");
	file(&desk, &r.mail);
	gint64 events = desk_number(&desk, "SELECT count(*) FROM event"), version = desk_number(&desk, "SELECT version FROM thread");
	assert_enter(&desk, &r.mail, "");
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM event"), ==, events);
	g_assert_cmpint(desk_number(&desk, "SELECT version FROM thread"), ==, version);
	teardown_reading(&r);
	desk_teardown(&desk);
}

static void
better_text_is_found_and_shown(void)
{
	struct desk desk;
	struct reading r;
	desk_setup(&desk);
	setup_reading(&r, "Caf?", "Un caf? svp");
	file(&desk, &r.mail);
	run(&desk, "UPDATE thread SET status = 'pending1', employee_id = 1, contact_id = 1");
	r.mail.subject = "Café";
	r.mail.text = r.mail.reply = "Un café svp";
	assert_enter(&desk, &r.mail, "subject text reply");
	assert_enter(&desk, &r.mail, "");
	g_assert_cmpint(desk_number(&desk, "SELECT subject = 'Café' AND excerpt = 'Un café svp' AND status = 'pending1' AND employee_id = 1"
		" AND contact_id = 1 FROM thread"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM message_text WHERE message_text MATCH 'svp'"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM event WHERE kind = 'reread' AND message_id = 1 AND employee_id IS NULL"
		" AND data ->> '$.changes[1]' = 'text'"), ==, 1);
	assert_sound(&desk);
	teardown_reading(&r);
	desk_teardown(&desk);
}

/* A subject, name or address that the thread has from somewhere else is not the message's to change. */
static void
the_thread_keeps_what_is_not_the_messages(void)
{
	struct desk desk;
	struct reading r;
	desk_setup(&desk);
	setup_reading(&r, "Lamp", "Broke");
	file(&desk, &r.mail);
	run(&desk, "UPDATE thread SET subject = 'Order 12', name = 'Registered', email = 'other@customer.example'");
	r.mail.subject = "Lampe";
	r.mail.from_name = "Kïm";
	r.mail.from_address = "k@customer.example";
	assert_enter(&desk, &r.mail, "from_name from_address subject");
	g_assert_cmpint(desk_number(&desk, "SELECT subject = 'Order 12' AND name = 'Registered' AND email = 'other@customer.example' FROM thread"), ==, 1);
	teardown_reading(&r);
	desk_teardown(&desk);
}

static void
better_references_link(void)
{
	struct desk desk;
	struct reading r;
	desk_setup(&desk);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .id = "first@x"});
	setup_reading(&r, "Re: Lamp", "Broke");
	r.mail.mail_id = 2;
	gint64 message = file(&desk, &r.mail).message;
	g_ptr_array_add(r.references, (char *)"first@x");
	r.mail.in_reply_to = "first@x";
	g_autofree char *changes = enter(&desk, &r.mail, message, "", 0), *again = enter(&desk, &r.mail, message, "", 0);
	g_assert_cmpstr(changes, ==, "in_reply_to references");
	g_assert_cmpstr(again, ==, "");
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread_link WHERE thread_id = 2 AND related_id = 1"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread WHERE folder = 'normal'"), ==, 2);
	teardown_reading(&r);
	desk_teardown(&desk);
}

/* What turns out to be automatic counts no more, and the next question is what waits. */
static void
automatic_mail_waits_no_more(void)
{
	struct desk desk;
	struct reading r;
	desk_setup(&desk);
	setup_reading(&r, "Away", "I am away");
	file(&desk, &r.mail);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .thread = 1, .received = 3000});
	r.mail.is_automatic = true;
	assert_enter(&desk, &r.mail, "is_automatic");
	g_assert_cmpint(desk_number(&desk, "SELECT waiting_message = 2 AND waiting_since = 3000 AND first_customer = 3000 AND NOT is_automatic FROM thread"),
		==, 1);
	run(&desk, "UPDATE message SET is_automatic = 1 WHERE id = 2");
	r.mail.is_automatic = false;
	assert_enter(&desk, &r.mail, "is_automatic");
	g_assert_cmpint(desk_number(&desk, "SELECT waiting_message = 1 AND first_customer = 1000 FROM thread"), ==, 1);
	r.mail.is_automatic = true;
	assert_enter(&desk, &r.mail, "is_automatic");
	g_assert_cmpint(desk_number(&desk, "SELECT waiting_message IS NULL AND waiting_since IS NULL AND is_automatic FROM thread"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT value FROM counter WHERE name = 'automatic.open'"), ==, 1);
	teardown_reading(&r);
	desk_teardown(&desk);
}

#define PART(number, label, at) {.position = number, .name = label, .type = "text/plain", .charset = "", .content_id = "", .start = at, .length = 5, .size = 5}

/* A forward that has not left names its files by message and number. */
static void
files_of_a_forward_stay_the_same_files(void)
{
	struct desk desk;
	struct reading r;
	const struct part_row before[] = {PART(1, "a", 100), PART(2, "b", 200), PART(3, "gone", 300)};
	const struct part_row after[] = {PART(1, "new", 50), PART(2, "a.txt", 100), PART(3, "b.txt", 200)};
	desk_setup(&desk);
	setup_reading(&r, "Files", "Here");
	r.mail.parts = before;
	r.mail.part_count = G_N_ELEMENTS(before);
	file(&desk, &r.mail);
	run(&desk, "INSERT INTO outbox (id, kind, shop_id, thread_id, message_id, created, due, expires, message_ref, sender, head, text)"
		" VALUES (1, 'forward', 1, 1, 1, 1, 1, 1, 'f@x', 's@x', '{}', '');"
		" INSERT INTO outbox_part VALUES (1, 1, 1, 2), (1, 2, 1, 3)");
	r.mail.parts = after;
	assert_enter(&desk, &r.mail, "attachments");
	assert_enter(&desk, &r.mail, "");
	g_assert_cmpint(desk_number(&desk, "SELECT p.start FROM outbox_part o JOIN part p ON p.message_id = o.message_id AND p.position = o.part_position"
		" WHERE o.position = 1"), ==, 200);
	g_assert_cmpint(desk_number(&desk, "SELECT p.start FROM outbox_part o JOIN part p ON p.message_id = o.message_id AND p.position = o.part_position"
		" WHERE o.position = 2"), ==, 300);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM part"), ==, 4);
	r.mail.parts = before;
	assert_enter(&desk, &r.mail, "attachments");
	g_assert_cmpint(desk_number(&desk, "SELECT p.start FROM outbox_part o JOIN part p ON p.message_id = o.message_id AND p.position = o.part_position"
		" WHERE o.position = 1"), ==, 200);
	assert_sound(&desk);
	teardown_reading(&r);
	desk_teardown(&desk);
}

/* Two mails that turn out to be the same one stay two messages. */
static void
digests_stay_apart(void)
{
	struct desk desk;
	struct reading r;
	desk_setup(&desk);
	setup_reading(&r, "Lamp", "Broke");
	file(&desk, &r.mail);
	gint64 other = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example"}).message;
	r.mail.message_ref = "";
	g_autofree char *changes = enter(&desk, &r.mail, other, "", 0);
	g_assert_nonnull(strstr(changes, "identity"));
	g_assert_cmpint(desk_number(&desk, "SELECT count(DISTINCT digest) FROM message"), ==, 2);
	teardown_reading(&r);
	desk_teardown(&desk);
}

static void
choice_of_charset_is_kept(void)
{
	struct desk desk;
	struct reading r;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	setup_reading(&r, "Lamp", "Broke");
	file(&desk, &r.mail);
	g_assert_cmpint(reread_list_ask(desk.db, desk.admin, 99, "koi8-r", 1, &error), ==, 0);
	g_assert_cmpint(reread_list_ask(desk.db, desk.admin, 1, "koi8-r", 1, &error), ==, 1);
	g_assert_cmpint(reread_list_ask(desk.db, desk.admin, 1, "windows-1251", 2, &error), ==, 1);
	g_autoptr(GArray) asked = reread_list_asked(desk.db, 10, &error);
	g_assert_cmpuint(asked->len, ==, 1);
	struct reread_row *row = &g_array_index(asked, struct reread_row, 0);
	g_assert_cmpstr(row->charset, ==, "windows-1251");
	g_autofree char *changes = enter(&desk, &r.mail, row->message, row->charset, row->employee);
	g_assert_cmpstr(changes, ==, "charset");
	g_assert_cmpint(reread_list_ask(desk.db, desk.admin, 1, "big5", 3, &error), ==, 1); /* somebody is quicker than the answer */
	g_assert_true(reread_list_answered(desk.db, row, &error));
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM reread"), ==, 1);
	run(&desk, "DELETE FROM reread");
	g_assert_cmpint(reread_list_ask(desk.db, desk.admin, 1, NULL, 3, &error), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT charset = 'windows-1251' FROM reread"), ==, 1);
	g_autoptr(GArray) all = reread_list_next(desk.db, &(struct reread_selection){0}, 0, 10, &error);
	g_assert_cmpstr(g_array_index(all, struct reread_row, 0).charset, ==, "windows-1251");
	g_assert_no_error(error);
	teardown_reading(&r);
	desk_teardown(&desk);
}

static guint
count_selected(struct desk *desk, const struct reread_selection *which)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) list = reread_list_next(desk->db, which, 0, 100, &error);
	g_assert_no_error(error);
	return list->len;
}

static void
selections(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	desk_file(&desk, &(struct desk_mail){.from = "a@x.example"});
	desk_file(&desk, &(struct desk_mail){.from = "b@x.example", .contact = 1});
	desk_file(&desk, &(struct desk_mail){.from = "a@x.example", .thread = 1});
	run(&desk, "UPDATE message SET state = 'unreadable' WHERE id = 2");
	g_assert_cmpuint(count_selected(&desk, &(struct reread_selection){0}), ==, 3);
	g_assert_cmpuint(count_selected(&desk, &(struct reread_selection){.thread = 1}), ==, 2);
	g_assert_cmpuint(count_selected(&desk, &(struct reread_selection){.contact = 1}), ==, 1);
	g_assert_cmpuint(count_selected(&desk, &(struct reread_selection){.since = 2000}), ==, 2);
	g_assert_cmpuint(count_selected(&desk, &(struct reread_selection){.is_unreadable = true}), ==, 1);
	g_assert_cmpuint(count_selected(&desk, &(struct reread_selection){.is_unreadable = true, .thread = 1}), ==, 0);
	g_assert_true(db_begin(desk.db, &error));
	g_assert_true(filing_merge(desk.db, 1, 2, 9000, &error));
	g_assert_true(db_commit(desk.db, &error));
	g_assert_cmpuint(count_selected(&desk, &(struct reread_selection){.thread = 2}), ==, 3);
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reread/same", same_is_left_alone);
	g_test_add_func("/reread/text", better_text_is_found_and_shown);
	g_test_add_func("/reread/thread", the_thread_keeps_what_is_not_the_messages);
	g_test_add_func("/reread/references", better_references_link);
	g_test_add_func("/reread/automatic", automatic_mail_waits_no_more);
	g_test_add_func("/reread/files", files_of_a_forward_stay_the_same_files);
	g_test_add_func("/reread/digests", digests_stay_apart);
	g_test_add_func("/reread/charset", choice_of_charset_is_kept);
	g_test_add_func("/reread/selections", selections);
	return g_test_run();
}
