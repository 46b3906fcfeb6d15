/* The courier's side of the outbox: taken once, put off and growing, refused, in doubt, given back. */
#include "store/outbox_courier.h"

#include <string.h>

#include "store/outbox.h"
#include "tests/unit/desk.h"

#define NUMBER(sql) desk_number(&desk, sql)
#define MINUTE 60000

static gint64
add(struct desk *desk, const char *const *addresses)
{
	g_autoptr(GError) error = NULL;
	static int number;
	struct filing_result thread = desk_file(desk, &(struct desk_mail){.from = "kim@customer.example", .text = "?"});
	struct outbox_recipient recipients[8];
	size_t count = 0;
	for (; addresses[count]; count++)
		recipients[count] = (struct outbox_recipient){count ? "cc" : "to", "", addresses[count]};
	g_autofree char *ref = g_strdup_printf("%d@shop.example", ++number);
	const struct outbox_new mail = {.kind = "reply", .shop_id = 1, .thread_id = thread.thread, .message_id = thread.message, .employee_id = 1,
		.created = 1000, .due = 1000, .message_ref = ref, .sender = "support@shop.example",
		.head = "{\"from\":{\"name\":\"S\",\"address\":\"support@shop.example\"},\"reply_to\":null,\"subject\":\"Re\",\"in_reply_to\":\"\",\"references\":[\"a@x\",\"b@x\"],"
			"\"language\":\"fr\",\"automatic\":true}", .text = "t", .html = NULL, .undo = "{}", .recipients = recipients, .recipient_count = count};
	gint64 id;
	db_begin(desk->db, &error);
	outbox_add(desk->db, &mail, &id, &error);
	g_assert_no_error(error);
	db_commit(desk->db, &error);
	return id;
}

#define TO(...) ((const char *const[]){__VA_ARGS__, NULL})

static GPtrArray *
take(struct desk *desk, gint64 now, const char *busy)
{
	g_autoptr(GError) error = NULL;
	db_begin(desk->db, &error);
	GPtrArray *mails = outbox_take(desk->db, now, busy, 10, &error);
	g_assert_no_error(error);
	db_commit(desk->db, &error);
	return mails;
}

/* Takes, expects one, and enters what came of it. */
static void
try(struct desk *desk, gint64 now, bool is_handed, struct outbox_outcome outcome, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) mails = take(desk, now, "[]");
	const char *state;
	g_assert_cmpuint(mails->len, ==, 1);
	outcome.id = ((outbox_mail *)mails->pdata[0])->id;
	outcome.now = now;
	outcome.queue_id = outcome.queue_id ? outcome.queue_id : "";
	db_begin(desk->db, &error);
	if (is_handed)
		outbox_hand(desk->db, outcome.id, 7, now, &error);
	g_assert_no_error(error);
	outbox_settle(desk->db, &outcome, &state, &error);
	g_assert_no_error(error);
	db_commit(desk->db, &error);
	g_assert_cmpstr(state, ==, expected);
}

static void
sent_is_sent(void)
{
	struct desk desk;
	desk_setup(&desk);
	add(&desk, TO("kim@customer.example"));
	g_autoptr(GPtrArray) early = take(&desk, 999, "[]");
	g_assert_cmpuint(early->len, ==, 0);
	const struct outbox_said said = {1, 250, "250 queued as X"};
	try(&desk, 1000, true, (struct outbox_outcome){.what = OUTBOX_ANSWERED, .said = &said, .said_count = 1, .queue_id = "X"}, "sent");
	g_assert_cmpint(NUMBER("SELECT state = 'sent' AND tries = 1 AND queue_id = 'X' AND answered = 1000 AND handed = 1000 AND mail_id = 7 FROM outbox"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT state = 'sent' AND answer = '250 queued as X' FROM outbox_recipient"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT mail_id = 7 FROM message"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE kind = 'delivery' AND data ->> 'state' = 'sent'"), ==, 1);
	g_autoptr(GPtrArray) again = take(&desk, G_MAXINT32, "[]");
	g_assert_cmpuint(again->len, ==, 0);
	desk_teardown(&desk);
}

static void
put_off_longer_and_longer(void)
{
	struct desk desk;
	desk_setup(&desk);
	add(&desk, TO("kim@customer.example"));
	const struct outbox_said said = {1, 451, "451 later"};
	gint64 now = 1000, waited = 0;
	for (int i = 0; i < 12; i++) {
		try(&desk, now, false, (struct outbox_outcome){.what = i % 2 ? OUTBOX_ANSWERED : OUTBOX_NOT_HANDED, .reason = "refused", .said = &said,
			.said_count = i % 2}, "delayed");
		gint64 due = NUMBER("SELECT due FROM outbox WHERE state = 'delayed' AND handed IS NULL");
		g_assert_cmpint(due - now, ==, MIN(MINUTE << i, 240 * MINUTE));
		waited = due - now;
		now = due;
	}
	g_assert_cmpint(waited, ==, 240 * MINUTE);
	gint64 last = NUMBER("SELECT expires FROM outbox") - 1;
	try(&desk, last, false, (struct outbox_outcome){.what = OUTBOX_NOT_HANDED, .reason = "refused"}, "failed");
	g_assert_cmpint(NUMBER("SELECT count(*) FROM notice WHERE kind = 'undelivered' AND employee_id = 1"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_recipient WHERE state = 'failed' AND answer <> ''"), ==, 1);
	desk_teardown(&desk);
}

static void
each_recipient_for_itself(void)
{
	struct desk desk;
	desk_setup(&desk);
	add(&desk, TO("a@x.example", "b@y.example", "c@z.example"));
	const struct outbox_said said[] = {{1, 250, "250 ok"}, {2, 550, "550 no such user"}, {3, 451, "451 later"}};
	try(&desk, 1000, true, (struct outbox_outcome){.what = OUTBOX_ANSWERED, .said = said, .said_count = 3}, "delayed");
	g_assert_cmpint(NUMBER("SELECT group_concat(state) = 'sent,failed,waiting' FROM outbox_recipient"), ==, 1);
	g_autoptr(GPtrArray) mails = take(&desk, 1000 + MINUTE, "[]");
	const outbox_mail *mail = mails->pdata[0];
	int waiting = 0;
	for (guint i = 0; i < mail->targets->len; i++)
		waiting += ((const struct outbox_target *)mail->targets->pdata[i])->is_waiting;
	g_assert_cmpint(waiting, ==, 1);
	g_assert_cmpint(mail->mail_id, ==, 7);
	desk_teardown(&desk);
}

static void
refused_is_failed(void)
{
	struct desk desk;
	desk_setup(&desk);
	gint64 id = add(&desk, TO("kim@customer.example"));
	g_autoptr(GError) error = NULL;
	const struct outbox_said said = {1, 550, "550 5.1.1 unknown"};
	try(&desk, 1000, false, (struct outbox_outcome){.what = OUTBOX_ANSWERED, .said = &said, .said_count = 1}, "failed");
	g_assert_cmpint(NUMBER("SELECT answer = '550 5.1.1 unknown' FROM outbox WHERE state = 'failed'"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM notice WHERE kind = 'undelivered'"), ==, 1);
	db_begin(desk.db, &error);
	g_assert_cmpint(outbox_retry(desk.db, id, 5000, &error), ==, 1);
	db_commit(desk.db, &error);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM notice"), ==, 0);
	const struct outbox_said good = {1, 250, "250 ok"};
	try(&desk, 5000, true, (struct outbox_outcome){.what = OUTBOX_ANSWERED, .said = &good, .said_count = 1}, "sent");
	g_assert_cmpint(outbox_retry(desk.db, id, 5000, &error), ==, 0);
	desk_teardown(&desk);
}

static void
crash_leaves_in_doubt(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	int doubtful;
	desk_setup(&desk);
	gint64 first = add(&desk, TO("kim@customer.example"));
	add(&desk, TO("lee@customer.example"));
	g_autoptr(GPtrArray) mails = take(&desk, 1000, "[]");
	g_assert_cmpuint(mails->len, ==, 2);
	g_autoptr(GPtrArray) other = take(&desk, 1000, "[]"); /* another courier */
	g_assert_cmpuint(other->len, ==, 0);
	db_begin(desk.db, &error);
	outbox_hand(desk.db, first, 7, 1000, &error);
	outbox_recover(desk.db, 2000, &doubtful, &error);
	g_assert_no_error(error);
	db_commit(desk.db, &error);
	g_assert_cmpint(doubtful, ==, 1);
	g_assert_cmpint(NUMBER("SELECT group_concat(state) = 'doubtful,queued' FROM (SELECT state FROM outbox ORDER BY id)"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM notice WHERE kind = 'undelivered'"), ==, 1);
	g_autoptr(GPtrArray) again = take(&desk, 3000, "[]");
	g_assert_cmpuint(again->len, ==, 1);
	g_assert_cmpint(((outbox_mail *)again->pdata[0])->tries, ==, 1);
	struct outbox_figures figures;
	outbox_figures_read(desk.db, 3000, &figures, &error);
	g_assert_cmpint(figures.doubtful, ==, 1);
	g_assert_cmpint(figures.handing, ==, 1);
	g_assert_cmpint(outbox_give_up(desk.db, first, 3000, &error), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox WHERE state = 'failed'"), ==, 1);
	desk_teardown(&desk);
}

static void
busy_domains_wait(void)
{
	struct desk desk;
	desk_setup(&desk);
	add(&desk, TO("kim@SLOW.example"));
	add(&desk, TO("lee@quick.example"));
	g_autoptr(GPtrArray) mails = take(&desk, 1000, "[\"slow.example\"]");
	g_assert_cmpuint(mails->len, ==, 1);
	g_assert_cmpstr(((outbox_mail *)mails->pdata[0])->domain, ==, "quick.example");
	desk_teardown(&desk);
}

static void
letter_is_read(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	g_autoptr(outbox_letter) letter = outbox_letter_load(desk.db, add(&desk, TO("kim@customer.example")), &error);
	g_assert_no_error(error);
	g_assert_cmpstr(letter->from_name, ==, "S");
	g_assert_cmpstr(letter->reply_address, ==, "");
	g_assert_true(letter->is_automatic);
	g_assert_null(letter->html);
	g_assert_cmpuint(letter->references->len, ==, 2);
	g_assert_cmpstr(letter->references->pdata[1], ==, "b@x");
	desk_teardown(&desk);
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	g_test_add_func("/outbox/sent", sent_is_sent);
	g_test_add_func("/outbox/put-off", put_off_longer_and_longer);
	g_test_add_func("/outbox/recipients", each_recipient_for_itself);
	g_test_add_func("/outbox/refused", refused_is_failed);
	g_test_add_func("/outbox/doubt", crash_leaves_in_doubt);
	g_test_add_func("/outbox/busy", busy_domains_wait);
	g_test_add_func("/outbox/letter", letter_is_read);
	return g_test_run();
}
