/* Answers, notes and taking them back (SPEC 6). */
#include <string.h>

#include "store/outbox.h"
#include "tests/unit/answer.h"

static enum reply_result
send(struct place *place, struct reply_new reply, struct reply_done *done)
{
	g_autoptr(GError) error = NULL;
	reply.thread = reply.thread ? reply.thread : place->thread;
	reply.text = reply.text ? reply.text : "A new one is on its way.";
	db_begin(place->desk.db, &error);
	enum reply_result result = reply_send(place->desk.db, place->desk.admin, &place->signer, &reply, 50000, done, &error);
	g_assert_no_error(error);
	db_commit(place->desk.db, &error);
	g_assert_no_error(error);
	return result;
}

static enum reply_result
undo(struct place *place, gint64 message)
{
	g_autoptr(GError) error = NULL;
	gint64 thread;
	db_begin(place->desk.db, &error);
	enum reply_result result = reply_undo(place->desk.db, place->desk.admin, message, 55000, &thread, &error);
	g_assert_no_error(error);
	db_commit(place->desk.db, &error);
	return result;
}

#define NUMBER(sql) desk_number(&place.desk, sql)

static void
answer_closes_takes_charge_and_leaves(void)
{
	struct place place;
	struct reply_done done;
	place_setup(&place);
	place_run(&place, "UPDATE thread SET subject = 'AW: Re: Lamp'");
	g_assert_cmpint(send(&place, (struct reply_new){.employee = REPLY_AUTHOR, .undo_ms = 10000}, &done), ==, REPLY_DONE);
	g_assert_cmpint(NUMBER("SELECT status = 'closed' AND employee_id = 1 AND waiting_message IS NULL AND bell_event IS NULL FROM thread"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox WHERE state = 'queued' AND due = 60000 AND sender LIKE 'support+t%@shop.example'"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_recipient WHERE address = 'kim@customer.example' AND field = 'to'"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT head ->> 'subject' = 'Re: Lamp' AND head ->> 'in_reply_to' = '1@customer.example' FROM outbox"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT instr(text, '> It broke.') > 0 AND instr(html, '<p>A new one is on its way.</p>') > 0 FROM outbox"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM message WHERE kind = 'employee' AND message_ref LIKE 'belfry.%@shop.example'"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE kind IN ('reply', 'status', 'assigned')"), ==, 3);
	place_teardown(&place);
}

static void
undo_restores(void)
{
	struct place place;
	struct reply_done done;
	place_setup(&place);
	send(&place, (struct reply_new){.employee = REPLY_AUTHOR, .undo_ms = 10000, .draft = "{\"text\":\"A new one\"}"}, &done);
	g_assert_cmpint(undo(&place, done.message), ==, REPLY_DONE);
	g_assert_cmpint(NUMBER("SELECT status = 'open' AND employee_id IS NULL AND waiting_message = 1 AND bell_event IS NOT NULL FROM thread"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox"), ==, 0);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM message"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM draft WHERE content ->> 'text' = 'A new one'"), ==, 1);
	g_assert_cmpint(undo(&place, done.message), ==, REPLY_NOT_THERE);
	place_teardown(&place);
}

/* What came after Send stays: a customer who writes again, a colleague who sets another status. */
static void
undo_leaves_what_came_since(void)
{
	struct place place;
	struct reply_done done;
	place_setup(&place);
	send(&place, (struct reply_new){.employee = REPLY_AUTHOR, .undo_ms = 10000}, &done);
	desk_file(&place.desk, &(struct desk_mail){.from = "kim@customer.example", .text = "And?", .thread = place.thread, .contact = 3});
	g_assert_cmpint(undo(&place, done.message), ==, REPLY_DONE);
	g_assert_cmpint(NUMBER("SELECT status = 'open' AND waiting_message = 1 AND last_message_id = 3 FROM thread"), ==, 1);
	place_teardown(&place);
}

static void
too_late_to_undo(void)
{
	struct place place;
	struct reply_done done;
	place_setup(&place);
	send(&place, (struct reply_new){.employee = REPLY_AUTHOR, .undo_ms = 10000}, &done);
	db_run(place.desk.db, "UPDATE outbox SET state = 'handing', tries = 1", NULL);
	g_assert_cmpint(undo(&place, done.message), ==, REPLY_LEFT);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM message WHERE kind = 'employee'"), ==, 1);
	send(&place, (struct reply_new){.employee = REPLY_AUTHOR}, &done); /* sent at once */
	g_assert_cmpint(undo(&place, done.message), ==, REPLY_LEFT);
	place_teardown(&place);
}

static void
note_changes_nothing_else(void)
{
	struct place place;
	struct reply_done done;
	place_setup(&place);
	g_assert_cmpint(send(&place, (struct reply_new){.is_private = true, .employee = REPLY_AUTHOR}, &done), ==, REPLY_DONE);
	g_assert_cmpint(NUMBER("SELECT status = 'open' AND employee_id IS NULL AND waiting_message = 1 AND bell_event IS NOT NULL AND is_private FROM thread"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox"), ==, 0);
	place_teardown(&place);
}

static void
sends_once(void)
{
	struct place place;
	struct reply_done done, again;
	place_setup(&place);
	g_autoptr(GBytes) digest = g_bytes_new("a", 1), other = g_bytes_new("b", 1);
	struct reply_new reply = {.employee = REPLY_AUTHOR, .key = "k1", .digest = digest};
	g_assert_cmpint(send(&place, reply, &done), ==, REPLY_DONE);
	g_assert_cmpint(send(&place, reply, &again), ==, REPLY_BEFORE);
	g_assert_cmpint(again.message, ==, done.message);
	reply.digest = other;
	g_assert_cmpint(send(&place, reply, &again), ==, REPLY_OTHER_KEY);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox"), ==, 1);
	place_teardown(&place);
}

static void
refused_leaves_nothing(void)
{
	struct place place;
	struct reply_done done;
	place_setup(&place);
	g_autoptr(GPtrArray) stranger = g_ptr_array_new();
	g_ptr_array_add(stranger, (char *)"evil@x.example");
	g_autoptr(GArray) file = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_array_append_val(file, (gint64){99});
	g_assert_cmpint(send(&place, (struct reply_new){.cc = stranger}, &done), ==, REPLY_NOT_AMONG);
	g_assert_cmpstr(done.culprit, ==, "evil@x.example");
	g_free(done.culprit);
	g_assert_cmpint(send(&place, (struct reply_new){.uploads = file}, &done), ==, REPLY_NO_UPLOAD);
	g_assert_cmpint(send(&place, (struct reply_new){.employee = 99}, &done), ==, REPLY_NOT_ASSIGNABLE);
	g_assert_cmpint(send(&place, (struct reply_new){.thread = 77}, &done), ==, REPLY_NOT_THERE);
	desk_file(&place.desk, &(struct desk_mail){.from = "kim@customer.example", .text = "And?", .thread = place.thread, .contact = 3});
	g_assert_cmpint(send(&place, (struct reply_new){.seen = 1}, &done), ==, REPLY_MOVED);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM message WHERE kind <> 'customer'"), ==, 0);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox"), ==, 0);
	g_assert_cmpint(NUMBER("SELECT status = 'open' FROM thread"), ==, 1);
	place_teardown(&place);
}

/* The report that the first answer arrived: nothing to stop the second for, and nothing to answer to. */
static void
reports_are_no_part_of_the_talk(void)
{
	struct place place;
	struct reply_done done;
	place_setup(&place);
	send(&place, (struct reply_new){.employee = REPLY_AUTHOR}, &done);
	desk_file(&place.desk, &(struct desk_mail){.from = "mailer-daemon@mx.example", .id = "report@mx.example", .thread = place.thread, .contact = 3,
		.is_quiet = TRUE, .is_automatic = TRUE});
	db_run(place.desk.db, "UPDATE message SET bounce = '{\"action\":\"delivered\"}' WHERE message_ref = 'report@mx.example'", NULL);
	g_assert_cmpint(send(&place, (struct reply_new){.employee = REPLY_AUTHOR, .seen = done.message}, &done), ==, REPLY_DONE);
	g_assert_cmpint(NUMBER("SELECT head ->> 'in_reply_to' = '1@customer.example' AND instr(head, 'report@') = 0 FROM outbox ORDER BY id DESC LIMIT 1"), ==, 1);
	db_run(place.desk.db, "UPDATE message SET bounce = '{\"action\":\"failed\"}' WHERE message_ref = 'report@mx.example'", NULL);
	g_assert_cmpint(send(&place, (struct reply_new){.employee = REPLY_AUTHOR, .seen = 2}, &done), ==, REPLY_MOVED);
	place_teardown(&place);
}

/* A Reply-To that names a contact of ours would make a loop. */
static void
reply_to_is_followed_but_not_to_ourselves(void)
{
	struct place place;
	struct reply_done done;
	place_setup(&place);
	db_run(place.desk.db, "UPDATE message SET people = '{\"reply_to\":[{\"name\":\"Kim\",\"address\":\"kim@home.example\"}]}'", NULL);
	send(&place, (struct reply_new){.employee = REPLY_AUTHOR}, &done);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_recipient WHERE address = 'kim@home.example'"), ==, 1);
	db_run(place.desk.db, "UPDATE message SET people = '{\"reply_to\":[{\"name\":\"\",\"address\":\"Support@shop.example\"}]}' WHERE kind = 'customer'", NULL);
	send(&place, (struct reply_new){.employee = REPLY_AUTHOR}, &done);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_recipient WHERE address = 'kim@customer.example'"), ==, 1);
	db_run(place.desk.db, "UPDATE message SET people = '{\"reply_to\":[{\"name\":\"\",\"address\":\"Support+x@shop.example\"}]}' WHERE kind = 'customer'", NULL);
	send(&place, (struct reply_new){.employee = REPLY_AUTHOR}, &done);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_recipient WHERE address = 'kim@customer.example'"), ==, 2);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_recipient"), ==, 3);
	place_teardown(&place);
}

/* One mail of a stranger does not make us write to a thousand. */
static void
reply_to_is_followed_so_far(void)
{
	struct place place;
	struct reply_done done;
	place_setup(&place);
	db_run(place.desk.db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) UPDATE message SET people = (SELECT"
		" json_object('reply_to', json_group_array(json_object('name', '', 'address', 'p' || i || '@many.example'))) FROM n)", NULL);
	send(&place, (struct reply_new){.employee = REPLY_AUTHOR}, &done);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_recipient"), ==, CORRESPONDENCE_DEFAULT_MAX);
	place_teardown(&place);
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	g_test_add_func("/reply/answer", answer_closes_takes_charge_and_leaves);
	g_test_add_func("/reply/undo", undo_restores);
	g_test_add_func("/reply/undo/since", undo_leaves_what_came_since);
	g_test_add_func("/reply/undo/late", too_late_to_undo);
	g_test_add_func("/reply/note", note_changes_nothing_else);
	g_test_add_func("/reply/once", sends_once);
	g_test_add_func("/reply/refused", refused_leaves_nothing);
	g_test_add_func("/reply/reports", reports_are_no_part_of_the_talk);
	g_test_add_func("/reply/reply-to", reply_to_is_followed_but_not_to_ourselves);
	g_test_add_func("/reply/reply-to/many", reply_to_is_followed_so_far);
	return g_test_run();
}
