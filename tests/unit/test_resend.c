/* What staff do about mail that has not arrived: once more, to another address, or an end to the doubt. */
#include "store/resend.h"

#include "tests/unit/answer.h"

#define NUMBER(sql) desk_number(&place.desk, sql)

static enum resend_result
resend(struct place *place, gint64 message, const char *address)
{
	const struct resend_to to = {address, '+'};
	g_autoptr(GError) error = NULL;
	db_begin(place->desk.db, &error);
	enum resend_result result = resend_message(place->desk.db, place->desk.admin, message, address ? &to : NULL, 90000, &error);
	g_assert_no_error(error);
	db_commit(place->desk.db, &error);
	return result;
}

static enum resend_result
settle(struct place *place, gint64 message, bool has_arrived)
{
	g_autoptr(GError) error = NULL;
	db_begin(place->desk.db, &error);
	enum resend_result result = resend_settle(place->desk.db, place->desk.admin, message, has_arrived, 90000, &error);
	g_assert_no_error(error);
	db_commit(place->desk.db, &error);
	return result;
}

static void
fail(struct place *place)
{
	place_run(place, "UPDATE outbox SET state = 'failed', tries = 1, answer = '550 no', mail_id = 77, undo = '';"
		"UPDATE outbox_recipient SET state = 'failed', answer = '550 no'; UPDATE message SET mail_id = 77 WHERE kind = 'employee'");
}

static void
what_failed_goes_again(void)
{
	struct place place;
	place_setup(&place);
	gint64 message = place_answer(&place, (struct reply_new){.employee = REPLY_AUTHOR});
	g_assert_cmpint(resend(&place, message, NULL), ==, RESEND_NOT_WAITING); /* it is on its way */
	fail(&place);
	g_assert_cmpint(resend(&place, message, NULL), ==, RESEND_DONE);
	g_assert_cmpint(NUMBER("SELECT state = 'queued' AND tries = 0 AND due = 90000 AND mail_id = 77 FROM outbox"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_recipient WHERE state = 'waiting' AND answer = ''"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE kind = 'delivery' AND data ->> 'state' = 'queued'"), ==, 1);
	g_assert_cmpint(resend(&place, 1, NULL), ==, RESEND_NOT_THERE); /* the customer's own */
	g_assert_cmpint(resend(&place, 99, NULL), ==, RESEND_NOT_THERE);
	place_teardown(&place);
}

/* Those who have got it do not get it twice. */
static void
only_to_whom_it_failed(void)
{
	struct place place;
	place_setup(&place);
	gint64 message = place_answer(&place, (struct reply_new){.employee = REPLY_AUTHOR});
	place_run(&place, "UPDATE outbox SET state = 'sent'; UPDATE outbox_recipient SET state = 'delivered'");
	g_assert_cmpint(resend(&place, message, NULL), ==, RESEND_NOT_WAITING);
	place_run(&place, "INSERT INTO outbox_recipient (outbox_id, position, field, address, state) SELECT id, 2, 'cc', 'lee@x.example', 'failed' FROM outbox");
	g_assert_cmpint(resend(&place, message, NULL), ==, RESEND_DONE);
	g_assert_cmpint(NUMBER("SELECT group_concat(state, ' ') = 'delivered waiting' FROM outbox_recipient"), ==, 1);
	place_teardown(&place);
}

static void
another_address_takes_part(void)
{
	struct place place;
	place_setup(&place);
	gint64 message = place_answer(&place, (struct reply_new){.employee = REPLY_AUTHOR});
	fail(&place);
	static const char *const bad[] = {"", "nobody", "a b@x.example", "support@shop.example", "Support@SHOP.example", "support+ct1-abc@shop.example"};
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_cmpint(resend(&place, message, bad[i]), ==, RESEND_BAD_ADDRESS);
	g_assert_cmpint(NUMBER("SELECT state = 'failed' FROM outbox"), ==, 1);
	g_assert_cmpint(resend(&place, message, "Kim@Home.example"), ==, RESEND_DONE);
	g_assert_cmpint(NUMBER("SELECT state = 'queued' AND mail_id IS NULL AND domain = 'home.example' FROM outbox"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT people ->> '$.to[0].address' = 'kim@home.example' AND mail_id IS NULL FROM message WHERE kind = 'employee'"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM thread_person WHERE address = 'kim@home.example'"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM erasing WHERE mail_id = 77"), ==, 1);
	place_teardown(&place);
}

static void
one_address_is_not_for_several(void)
{
	struct place place;
	place_setup(&place);
	gint64 message = place_answer(&place, (struct reply_new){.employee = REPLY_AUTHOR});
	place_run(&place, "INSERT INTO outbox_recipient (outbox_id, position, field, address) SELECT id, 2, 'cc', 'lee@x.example' FROM outbox");
	fail(&place);
	g_assert_cmpint(resend(&place, message, "kim@home.example"), ==, RESEND_SEVERAL);
	place_run(&place, "UPDATE outbox SET state = 'sent'; UPDATE outbox_recipient SET state = 'sent' WHERE position = 2");
	g_assert_cmpint(resend(&place, message, "lee@x.example"), ==, RESEND_BAD_ADDRESS); /* has got it */
	place_teardown(&place);
}

static void
doubt_ends(void)
{
	struct place place;
	place_setup(&place);
	gint64 message = place_answer(&place, (struct reply_new){.employee = REPLY_AUTHOR});
	g_assert_cmpint(settle(&place, message, true), ==, RESEND_NOT_WAITING);
	place_run(&place, "UPDATE outbox SET state = 'doubtful', tries = 1, handed = 60000, undo = ''");
	g_assert_cmpint(resend(&place, message, NULL), ==, RESEND_NOT_WAITING); /* never without an answer to the doubt */
	g_assert_cmpint(settle(&place, message, false), ==, RESEND_DONE);
	g_assert_cmpint(NUMBER("SELECT state = 'queued' AND handed IS NULL FROM outbox"), ==, 1);
	place_run(&place, "UPDATE outbox SET state = 'doubtful'");
	g_assert_cmpint(settle(&place, message, true), ==, RESEND_DONE);
	g_assert_cmpint(NUMBER("SELECT o.state = 'sent' AND o.answered = 90000 AND r.state = 'sent' FROM outbox o JOIN outbox_recipient r"), ==, 1);
	g_assert_cmpint(settle(&place, message, true), ==, RESEND_NOT_WAITING);
	place_teardown(&place);
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	g_test_add_func("/resend/failed", what_failed_goes_again);
	g_test_add_func("/resend/partly", only_to_whom_it_failed);
	g_test_add_func("/resend/address", another_address_takes_part);
	g_test_add_func("/resend/several", one_address_is_not_for_several);
	g_test_add_func("/resend/doubt", doubt_ends);
	return g_test_run();
}
