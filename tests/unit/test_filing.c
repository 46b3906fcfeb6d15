/* A customer's message and what it does to thread, bell and numbers (SPEC 2.7, 3, 4). */
#include <stdlib.h>
#include <string.h>

#include "store/bell.h"
#include "store/figures.h"
#include "store/message.h"
#include "store/status.h"
#include "store/thread_list.h"
#include "tests/unit/desk.h"

static gint64
bell(struct desk *desk)
{
	return bell_count(desk->db, desk->admin, NULL);
}

static void
set_status(struct desk *desk, gint64 thread, const char *status)
{
	g_autoptr(GError) error = NULL;
	db_begin(desk->db, &error);
	g_assert_cmpint(status_set(desk->db, desk->admin, thread, status, 5000, &error), >=, 1);
	db_commit(desk->db, &error);
	g_assert_no_error(error);
}

static void
new_thread_opens_and_rings(void)
{
	struct desk desk;
	desk_setup(&desk);
	struct filing_result filed = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .subject = "Lamp", .text = "It broke."});
	g_assert_true(filed.is_ringing);
	g_assert_cmpint(bell(&desk), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread WHERE status = 'open' AND waiting_message IS NOT NULL"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM event WHERE kind = 'message' AND is_ringing"), ==, 1);
	desk_teardown(&desk);
}

static void
closed_thread_reopens(void)
{
	struct desk desk;
	desk_setup(&desk);
	gint64 thread = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "One"}).thread;
	set_status(&desk, thread, "closed");
	g_assert_cmpint(bell(&desk), ==, 0);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Two", .thread = thread});
	g_assert_cmpint(bell(&desk), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT status = 'open' FROM thread"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT excerpt = 'Two' FROM thread"), ==, 1);
	desk_teardown(&desk);
}

static void
quiet_mail_neither_reopens_nor_rings(void)
{
	struct desk desk;
	desk_setup(&desk);
	gint64 thread = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "One"}).thread;
	set_status(&desk, thread, "closed");
	struct filing_result filed = desk_file(&desk,
		&(struct desk_mail){.from = "kim@customer.example", .text = "Away", .thread = thread, .is_quiet = TRUE, .is_automatic = TRUE});
	g_assert_false(filed.is_ringing);
	g_assert_cmpint(bell(&desk), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT status = 'closed' FROM thread"), ==, 1);
	filed = desk_file(&desk, &(struct desk_mail){.from = "", .text = "Bounce", .is_quiet = TRUE, .is_automatic = TRUE});
	g_autofree char *sql = g_strdup_printf("SELECT status = 'closed' AND is_automatic FROM thread WHERE id = %d", (int)filed.thread);
	g_assert_cmpint(desk_number(&desk, sql), ==, 1);
	desk_teardown(&desk);
}

static void
bin_is_left_by_a_customer(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	gint64 thread = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "One"}).thread;
	g_assert_cmpint(status_bin(desk.db, desk.admin, thread, 5000, &error), ==, 1);
	g_assert_cmpint(bell(&desk), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT sum(value) FROM counter WHERE name IN ('open', 'customer')"), ==, 0);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Two", .thread = thread});
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread WHERE folder = 'normal' AND status = 'open' AND binned IS NULL"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT value FROM counter WHERE name = 'customer'"), ==, 2);
	desk_teardown(&desk);
}

static void
bell_goes_when_seen_or_opened(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	struct filing_result first = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "One"});
	struct filing_result second = desk_file(&desk, &(struct desk_mail){.from = "lee@customer.example", .text = "Two"});
	g_assert_cmpint(bell(&desk), ==, 2);
	g_assert_true(bell_open_thread(desk.db, desk.admin->id, second.thread, second.message, &error));
	g_assert_cmpint(bell(&desk), ==, 1);
	/* Newer than what was opened: rings again. */
	desk_file(&desk, &(struct desk_mail){.from = "lee@customer.example", .text = "Three", .thread = second.thread});
	g_assert_cmpint(bell(&desk), ==, 2);
	g_assert_true(bell_see(desk.db, desk.admin->id, first.event, &error));
	g_assert_cmpint(bell(&desk), ==, 1);
	g_assert_true(bell_see(desk.db, desk.admin->id, 1 << 30, &error));
	g_assert_cmpint(bell(&desk), ==, 0);
	desk_file(&desk, &(struct desk_mail){.from = "max@customer.example", .text = "Four"});
	g_assert_cmpint(bell(&desk), ==, 1);
	desk_teardown(&desk);
}

static void
numbers_follow_the_rows(void)
{
	struct desk desk;
	struct figures_statistics numbers;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	gint64 thread = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "One"}).thread;
	desk_file(&desk, &(struct desk_mail){.from = "lee@customer.example", .text = "Two"});
	desk_file(&desk, &(struct desk_mail){.from = "shop@form.example", .text = "Three", .is_automatic = TRUE});
	set_status(&desk, thread, "pending1");
	g_assert_true(figures_statistics(desk.db, desk.admin, &numbers, &error));
	g_assert_cmpint(numbers.total_threads, ==, 3);
	g_assert_cmpint(numbers.pending_threads, ==, 1);
	g_assert_cmpint(numbers.unread_threads, ==, 2);
	g_assert_cmpint(numbers.customer_messages, ==, 3);
	g_assert_cmpint(figures_pending(desk.db, desk.admin, &error), ==, 2);
	desk_teardown(&desk);
}

static void
merge_keeps_the_older(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	gint64 older = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "One"}).thread;
	gint64 younger = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Two"}).thread;
	set_status(&desk, older, "closed");
	db_begin(desk.db, &error);
	filing_merge(desk.db, older, younger, 9000, &error);
	g_assert_no_error(error);
	db_commit(desk.db, &error);
	struct filing_thread found;
	g_assert_cmpint(filing_find_thread(desk.db, 1, younger, "kim@customer.example", &found, &error), ==, 1);
	g_assert_cmpint(found.id, ==, older);
	g_assert_true(found.takes_part);
	g_assert_false(found.is_closed);
	g_assert_cmpint(desk_number(&desk, "SELECT sum(value) FROM counter WHERE name IN ('open', 'closed')"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT value FROM counter WHERE name = 'customer'"), ==, 2);
	g_assert_cmpint(bell(&desk), ==, 1);
	g_assert_cmpint(filing_find_thread(desk.db, 2, younger, "kim@customer.example", &found, &error), ==, 0); /* of another shop */
	db_begin(desk.db, &error);
	db_run(desk.db, "UPDATE thread SET folder = 'merged', merged_into = (SELECT max(id) FROM thread) WHERE merged_into IS NULL", &error);
	g_assert_cmpint(filing_find_thread(desk.db, 1, younger, "kim@customer.example", &found, &error), ==, 0); /* a ring leads nowhere */
	db_rollback(desk.db);
	g_assert_no_error(error);
	desk_teardown(&desk);
}

/* A thread is made with what its first message says, and changed where the next says otherwise. */
static void
a_person_answers_for_a_program(void)
{
	struct desk desk;
	desk_setup(&desk);
	gint64 thread = desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Ticket", .is_automatic = TRUE}).thread;
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread WHERE is_automatic AND status = 'open' AND excerpt = 'Ticket' AND last_message_id"
		" AND bell_event AND waiting_message IS NULL AND waiting_since IS NULL AND first_customer IS NULL"), ==, 1);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Me", .thread = thread});
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread JOIN message m ON m.id = last_message_id WHERE NOT thread.is_automatic"
		" AND excerpt = 'Me' AND m.text = 'Me' AND waiting_message = m.id AND waiting_since = m.received AND first_customer = m.received"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT sum(value) FROM counter WHERE name = 'automatic.open'"), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT sum(value) FROM counter WHERE name = 'open'"), ==, 1);
	desk_teardown(&desk);
}

static bool
take_excerpt(const struct thread_row *row, void *data)
{
	g_string_append(data, row->excerpt);
	return true;
}

static void
excerpt_is_40_characters(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) excerpt = g_string_new(NULL);
	desk_setup(&desk);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "  żółw\n\nabcdefghijklmnopqrstuvwxyz 0123456789 more"});
	struct thread_filter filter = {.is_private = -1, .limit = 20, .page = 1};
	thread_each(desk.db, desk.admin, &filter, take_excerpt, excerpt, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(excerpt->str, ==, "żółw abcdefghijklmnopqrstuvwxyz 01234567…");
	desk_teardown(&desk);
}

struct said {
	const char *text, *reply, *html; /* html NULL: none */
};

static bool
is_as_said(const struct message_row *row, void *data)
{
	const struct said *said = data;
	g_assert_cmpstr(row->text, ==, said->text);
	g_assert_cmpstr(row->reply, ==, said->reply);
	g_assert_cmpint(row->has_html, ==, said->html != NULL);
	return true;
}

static void
write_said(struct desk *desk, const char *sql, const struct said *said)
{
	g_autoptr(GError) error = NULL;
	query *update = db_query(desk->db, sql, &error);
	g_assert_no_error(error);
	query_set_text(update, ":text", said->text);
	query_set_text(update, ":reply", said->reply);
	query_set_text(update, ":html", said->html);
	g_assert_true(query_finish(update, &error));
}

/* However a row keeps what was said, it is given back as it was: as it is kept now, and as older programs did. */
static void
what_was_said_comes_back(void)
{
	static const char *const ways[] = {"UPDATE message SET text = :text, html = NULL, reply = " MESSAGE_KEPT_REPLY ", reply_length = " MESSAGE_KEPT_LENGTH ", page = "
		MESSAGE_KEPT_PAGE, "UPDATE message SET text = :text, html = :html, reply = :reply, reply_length = NULL, page = NULL"};
	g_autofree char *long_page = g_strnfill(3 * 1024 * 1024, 'x');
	const struct said all[] = {{"Où est-elle ?\n\n> quoted", "Où est-elle ?", "<p>Où est-elle ?</p>"}, {"> quoted\nbelow it", "below it", NULL}, {"", "", ""},
		{"all of it", "all of it", long_page}, {"", "from elsewhere", "<p>"}, {"a_c", "abc", NULL}};
	struct desk desk;
	desk_setup(&desk);
	desk_file(&desk, &(struct desk_mail){.from = "pat@buyer.example"});
	for (size_t i = 0; i < G_N_ELEMENTS(all) * G_N_ELEMENTS(ways); i++) {
		const struct said *said = &all[i / G_N_ELEMENTS(ways)];
		write_said(&desk, ways[i % G_N_ELEMENTS(ways)], said);
		g_assert_cmpint(message_get(desk.db, desk.admin, 1, is_as_said, (void *)said, NULL), ==, 1);
		g_autoptr(message_body) body = message_get_body(desk.db, desk.admin, 1, NULL);
		g_assert_cmpstr(body->html, ==, said->html);
	}
	write_said(&desk, ways[0], &all[3]);
	g_assert_cmpint(desk_number(&desk, "SELECT length(page) < 1000 AND html IS NULL AND reply = '' FROM message"), ==, 1);
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/filing/new-thread-opens-and-rings", new_thread_opens_and_rings);
	g_test_add_func("/filing/closed-thread-reopens", closed_thread_reopens);
	g_test_add_func("/filing/quiet-mail", quiet_mail_neither_reopens_nor_rings);
	g_test_add_func("/filing/bin-is-left", bin_is_left_by_a_customer);
	g_test_add_func("/filing/bell-goes", bell_goes_when_seen_or_opened);
	g_test_add_func("/filing/numbers", numbers_follow_the_rows);
	g_test_add_func("/filing/merge", merge_keeps_the_older);
	g_test_add_func("/filing/person-after-program", a_person_answers_for_a_program);
	g_test_add_func("/filing/excerpt", excerpt_is_40_characters);
	g_test_add_func("/filing/kept", what_was_said_comes_back);
	return g_test_run();
}
