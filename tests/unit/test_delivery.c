/* What becomes of a mail after Send: reports, answers, doubt, and who hears of it (SPEC 6, 2.7). */
#include "store/delivery.h"

#include "store/bell.h"
#include "store/outbox.h"
#include "tests/unit/desk.h"

struct sent {
	struct desk desk;
	gint64 thread, outbox;
};

static gint64
add_mail(struct sent *sent, const char *ref, const char *const *addresses)
{
	g_autoptr(GError) error = NULL;
	struct outbox_recipient recipients[3];
	size_t count = 0;
	gint64 id;
	for (; addresses[count]; count++)
		recipients[count] = (struct outbox_recipient){"to", "", addresses[count]};
	struct outbox_new mail = {.kind = "reply", .shop_id = 1, .thread_id = sent->thread, .message_id = 1, .employee_id = sent->desk.admin->id, .created = 1,
		.due = 1, .message_ref = ref, .sender = "support@shop.example", .head = "{}", .text = "", .undo = "", .recipients = recipients,
		.recipient_count = count};
	g_assert_true(outbox_add(sent->desk.db, &mail, &id, &error));
	g_assert_no_error(error);
	return id;
}

static void
put(struct sent *sent, const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_run(sent->desk.db, sql, &error);
	g_assert_no_error(error);
}

/* One mail to kim, in STATE. */
static void
setup(struct sent *sent, const char *state)
{
	desk_setup(&sent->desk);
	sent->thread = desk_file(&sent->desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Hello"}).thread;
	sent->outbox = add_mail(sent, "belfry.1.2.x@shop.example", (const char *const[]){"Kim@customer.example", NULL});
	g_autofree char *sql = g_strdup_printf("UPDATE outbox SET state = '%s', answer = 'relay'", state);
	put(sent, sql);
	if (!strcmp(state, "sent"))
		put(sent, "UPDATE outbox_recipient SET state = 'sent'");
}

static void
report(struct sent *sent, gint64 outbox, struct delivery_word word)
{
	g_autoptr(GError) error = NULL;
	word.address = word.address ? word.address : "";
	word.original = word.original ? word.original : "";
	word.answer = word.answer ? word.answer : "";
	g_assert_true(delivery_report(sent->desk.db, outbox, &word, 1, 5000, &error));
	g_assert_no_error(error);
}

static void
assert_state(struct sent *sent, gint64 outbox, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *sql = g_strdup_printf("SELECT " OUTBOX_OVERALL("o") " FROM outbox o WHERE id = %" G_GINT64_FORMAT, outbox);
	g_autoptr(query) row = db_query(sent->desk.db, sql, &error);
	g_assert_cmpint(query_next(row, &error), ==, 1);
	g_assert_cmpstr(query_text(row, 0), ==, expected);
}

#define NUMBER(sql) desk_number(&sent.desk, sql)
#define NOTICES NUMBER("SELECT count(*) FROM notice WHERE kind = 'undelivered' AND employee_id = 1")
#define TOLD NUMBER("SELECT count(*) FROM event WHERE kind = 'delivery'")

static void
each_word_changes_its_recipient(void)
{
	static const struct {
		const char *before, *action, *after;
		int told;
	} cases[] = {
		{"sent", "delivered", "delivered", 1}, {"sent", "failed", "failed", 1}, {"sent", "delayed", "delayed", 1}, {"sent", "relayed", "sent", 1},
		{"delayed", "relayed", "sent", 1}, {"failed", "delayed", "failed", 0}, {"failed", "delivered", "delivered", 1},
		{"delivered", "failed", "failed", 1}, {"delivered", "delayed", "delivered", 0}, {"sent", "nonsense", "sent", 0}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sent sent;
		setup(&sent, "sent");
		g_autofree char *sql = g_strdup_printf("UPDATE outbox_recipient SET state = '%s'", cases[i].before);
		put(&sent, sql);
		report(&sent, sent.outbox, (struct delivery_word){.address = "kim@CUSTOMER.example", .action = cases[i].action, .answer = "said"});
		assert_state(&sent, sent.outbox, cases[i].after);
		g_assert_cmpint(TOLD, ==, cases[i].told);
		desk_teardown(&sent.desk);
	}
}

static void
failure_rings_for_its_sender_until_it_is_delivered(void)
{
	struct sent sent;
	setup(&sent, "sent");
	struct delivery_word word = {.address = "kim@customer.example", .action = "failed", .answer = "550 5.1.1 no such user"};
	report(&sent, sent.outbox, word);
	report(&sent, sent.outbox, word); /* the same again says nothing new */
	g_assert_cmpint(NOTICES, ==, 1);
	g_assert_cmpint(TOLD, ==, 1);
	g_assert_cmpint(NUMBER("SELECT is_ringing AND target_id = 1 AND data = '{\"state\":\"failed\",\"detail\":\"550 5.1.1 no such user\"}' FROM event"
		" WHERE kind = 'delivery'"), ==, 1);
	g_assert_cmpint(bell_count(sent.desk.db, sent.desk.admin, NULL), ==, 1);
	word.action = "delivered";
	report(&sent, sent.outbox, word);
	g_assert_cmpint(NOTICES, ==, 0);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE kind = 'delivery' AND is_ringing"), ==, 1);
	desk_teardown(&sent.desk);
}

static void
of_several_recipients_the_named_one(void)
{
	struct sent sent;
	setup(&sent, "sent");
	gint64 two = add_mail(&sent, "belfry.1.3.x@shop.example", (const char *const[]){"kim@customer.example", "lee@customer.example", NULL});
	put(&sent, "UPDATE outbox SET state = 'sent'");
	put(&sent, "UPDATE outbox_recipient SET state = 'sent'");
	report(&sent, two, (struct delivery_word){.address = "other@elsewhere.example", .action = "failed"}); /* none of them */
	assert_state(&sent, two, "sent");
	report(&sent, two, (struct delivery_word){.address = "inner@mx.example", .original = "lee@customer.example", .action = "delivered"});
	report(&sent, two, (struct delivery_word){.address = "kim@customer.example", .action = "delivered"});
	assert_state(&sent, two, "delivered");
	report(&sent, sent.outbox, (struct delivery_word){.address = "alias@elsewhere.example", .action = "failed"}); /* it went to nobody else */
	assert_state(&sent, sent.outbox, "failed");
	desk_teardown(&sent.desk);
}

static void
doubt_ends_by_a_report(void)
{
	static const char *const actions[][2] = {{"delivered", "delivered"}, {"failed", "failed"}, {"delayed", "delayed"}, {"relayed", "sent"}};
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		struct sent sent;
		g_autoptr(GError) error = NULL;
		setup(&sent, "doubtful");
		g_assert_true(delivery_tell(sent.desk.db, sent.outbox, 4000, &error));
		g_assert_cmpint(NOTICES, ==, 1);
		report(&sent, sent.outbox, (struct delivery_word){.address = "kim@customer.example", .action = actions[i][0]});
		assert_state(&sent, sent.outbox, actions[i][1]);
		g_assert_cmpint(NUMBER("SELECT state = 'sent' AND answered = 5000 FROM outbox"), ==, 1);
		g_assert_cmpint(NOTICES, ==, !strcmp(actions[i][1], "failed"));
		desk_teardown(&sent.desk);
	}
}

/* The report is sorted before the courier commits that no answer came. */
static void
report_before_doubt(void)
{
	struct sent sent;
	g_autoptr(GError) error = NULL;
	setup(&sent, "handing");
	report(&sent, sent.outbox, (struct delivery_word){.address = "kim@customer.example", .action = "delivered"});
	put(&sent, "UPDATE outbox SET state = 'doubtful'");
	g_assert_true(delivery_tell(sent.desk.db, sent.outbox, 6000, &error));
	assert_state(&sent, sent.outbox, "delivered");
	g_assert_cmpint(NOTICES, ==, 0);
	desk_teardown(&sent.desk);
}

static void
doubt_ends_by_an_answer(void)
{
	struct sent sent;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_ptr_array_add(ids, (char *)"unknown@x");
	g_ptr_array_add(ids, (char *)"BELFRY.1.2.X@shop.example");
	setup(&sent, "doubtful");
	g_assert_true(delivery_answered(sent.desk.db, ids, "kim@customer.example", 7000, &error));
	assert_state(&sent, sent.outbox, "delivered");
	g_assert_cmpint(TOLD, ==, 1);
	g_assert_true(delivery_answered(sent.desk.db, ids, "kim@customer.example", 8000, &error));
	g_assert_cmpint(TOLD, ==, 1);
	desk_teardown(&sent.desk);
}

static void
finds_the_mail(void)
{
	static const struct {
		const char *id;
		gint64 thread;
		const char *address;
		int found;
	} cases[] = {{"belfry.1.2.x@shop.example", 0, "", 1}, {"Belfry.1.2.X@SHOP.example", 0, "", 1}, {"belfry.1.2.y@shop.example", 0, "kim@customer.example", 0},
		{"", 1, "kim@customer.example", 1}, {"", 1, "eve@evil.example", 0}, {"", 1, "", 1}, {"", 2, "kim@customer.example", 0}};
	struct sent sent;
	setup(&sent, "sent");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) ids = g_ptr_array_new();
		g_ptr_array_add(ids, (char *)cases[i].id);
		struct delivery_word word = {cases[i].address, "", "failed", ""};
		gint64 outbox = 0, thread = 0;
		g_assert_cmpint(delivery_find(sent.desk.db, ids, cases[i].thread, &word, 1, &outbox, &thread, &error), ==, cases[i].found);
		g_assert_cmpint(thread, ==, cases[i].found ? sent.thread : 0);
	}
	desk_teardown(&sent.desk);
}

/* A thread was joined with an older one: what waits to leave, is being written, or was told of it goes along. */
static void
joined_threads_take_all_along(void)
{
	struct sent sent;
	g_autoptr(GError) error = NULL;
	desk_setup(&sent.desk);
	gint64 older = desk_file(&sent.desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Hello"}).thread;
	sent.thread = desk_file(&sent.desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Again"}).thread;
	sent.outbox = add_mail(&sent, "belfry.2.2.x@shop.example", (const char *const[]){"kim@customer.example", NULL});
	put(&sent, "UPDATE outbox SET state = 'sent', message_id = 2; UPDATE outbox_recipient SET state = 'sent';"
		"INSERT INTO upload (mail_id, employee_id, thread_id, name, type, size, created) VALUES (90, 1, 2, 'f', 'a/b', 1, 1);"
		"INSERT INTO draft (employee_id, thread_id, content, updated) VALUES (1, 2, '{}', 1)");
	report(&sent, sent.outbox, (struct delivery_word){.action = "failed", .answer = "550 no"});
	g_assert_cmpint(NOTICES, ==, 1);
	g_assert_true(filing_merge(sent.desk.db, older, sent.thread, 6000, &error));
	g_assert_no_error(error);
	g_assert_cmpint(NUMBER("SELECT (SELECT thread_id FROM outbox) = 1 AND (SELECT thread_id FROM upload) = 1 AND (SELECT thread_id FROM draft) = 1"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM notice WHERE kind = 'undelivered' AND thread_id = 1"), ==, 1);
	report(&sent, sent.outbox, (struct delivery_word){.action = "delivered"});
	g_assert_cmpint(NOTICES, ==, 0);
	g_assert_cmpint(NUMBER("SELECT thread_id FROM event WHERE kind = 'delivery' ORDER BY id DESC LIMIT 1"), ==, older);
	desk_teardown(&sent.desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/delivery/words", each_word_changes_its_recipient);
	g_test_add_func("/delivery/failure", failure_rings_for_its_sender_until_it_is_delivered);
	g_test_add_func("/delivery/recipients", of_several_recipients_the_named_one);
	g_test_add_func("/delivery/doubt/report", doubt_ends_by_a_report);
	g_test_add_func("/delivery/doubt/early-report", report_before_doubt);
	g_test_add_func("/delivery/doubt/answer", doubt_ends_by_an_answer);
	g_test_add_func("/delivery/find", finds_the_mail);
	g_test_add_func("/delivery/joined", joined_threads_take_all_along);
	return g_test_run();
}
