/* A discussion handed on: to an employee, to somebody else; texts, rights, refusals (SPEC 6). */
#include "store/forward.h"

#include "tests/unit/answer.h"

#define TEXT(sql) text_of(&place, sql)
#define NUMBER(sql) desk_number(&place.desk, sql)

static gint64
add_employee(struct place *place, const char *email, const char *role, const char *language)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	struct employee_new person = {.email = email, .firstname = "Ben", .lastname = "Baker", .role = role, .language = language, .password_hash = "", .created = 1};
	employee_add(place->desk.db, &person, &id, &error);
	g_assert_no_error(error);
	return id;
}

static enum forward_result
forward(struct place *place, struct forward_new new, gint64 *note)
{
	g_autoptr(GError) error = NULL;
	new.thread = new.thread ? new.thread : place->thread;
	new.comment = new.comment ? new.comment : "";
	new.desk = "https://desk.example";
	db_begin(place->desk.db, &error);
	enum forward_result result = forward_thread(place->desk.db, place->desk.admin, &place->signer, &new, 50000, note, &error);
	g_assert_no_error(error);
	db_commit(place->desk.db, &error);
	g_assert_no_error(error);
	return result;
}

static char *
text_of(struct place *place, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(query) row = db_query(place->desk.db, sql, &error);
	g_assert_no_error(error);
	g_assert_cmpint(query_next(row, &error), ==, 1);
	return g_strdup(query_text(row, 0));
}

static void
to_an_employee(void)
{
	struct place place;
	gint64 note;
	place_setup(&place);
	gint64 ben = add_employee(&place, "ben@shop.example", "agent", "en");
	g_assert_cmpint(forward(&place, (struct forward_new){.employee = ben, .comment = "Yours, I think."}, &note), ==, FORWARD_DONE);
	g_autofree char *text = TEXT("SELECT text FROM message WHERE kind = 'note'");
	g_assert_cmpstr(text, ==, "Message forwarded to Ben Baker\nComment: Yours, I think.");
	g_assert_cmpint(NUMBER("SELECT is_private AND employee_id = 1 FROM message WHERE kind = 'note'"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT status = 'open' AND is_private AND waiting_message = 1 FROM thread"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT employee_id FROM thread"), ==, ben);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM notice WHERE employee_id = 2"), ==, 1); /* one bell entry, not two */
	g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE kind = 'forwarded' AND target_id = 2 AND data ->> 'comment' = 'Yours, I think.'"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT kind = 'forward' AND sender = 'support@shop.example' AND head ->> '$.from.address' = 'support@shop.example'"
		" AND head ->> '$.reply_to.address' = 'ada@shop.example' AND head ->> 'subject' = 'Fwd: Customer message' FROM outbox"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_recipient WHERE address = 'ben@shop.example'"), ==, 1);
	g_autofree char *mail = TEXT("SELECT text FROM outbox");
	g_assert_true(g_str_has_prefix(mail, "Hi Ben Baker,\n\nAda Lovelace wanted to forward this discussion to you.\n\nAda Lovelace added:\n\nYours, I think.\n\n"
		"Open it in the desk: https://desk.example/threads/1\n\nDiscussion history:\n\nkim@customer.example, 1970-01-01 00:00\n\nIt broke."));
	place_teardown(&place);
}

static void
to_somebody_else(void)
{
	struct place place;
	gint64 note;
	place_setup(&place);
	place_answer(&place, (struct reply_new){.employee = REPLY_AUTHOR});
	place_answer(&place, (struct reply_new){.is_private = true, .employee = REPLY_AUTHOR});
	place_run(&place, "UPDATE message SET text = 'a secret' WHERE kind = 'note';"
		"INSERT INTO part (message_id, position, name, type, charset, content_id, is_inline, start, length, encoding, size)"
		" VALUES (1, 1, 'a.png', 'image/png', '', '', 0, 0, 5, 0, 5), (3, 1, 'secret.png', 'image/png', '', '', 0, 0, 5, 0, 5);"
		"DELETE FROM outbox; UPDATE thread SET status = 'pending1'");
	g_assert_cmpint(forward(&place, (struct forward_new){.email = "Expert@Elsewhere.example"}, &note), ==, FORWARD_DONE);
	g_autofree char *sql = g_strdup_printf("SELECT text FROM message WHERE id = %" G_GINT64_FORMAT, note), *text = text_of(&place, sql);
	g_assert_cmpstr(text, ==, "Message forwarded to expert@elsewhere.example");
	g_assert_cmpint(NUMBER("SELECT status = 'pending1' AND employee_id = 1 FROM thread"), ==, 1);
	g_autofree char *mail = TEXT("SELECT text FROM outbox ORDER BY id DESC");
	g_assert_nonnull(strstr(mail, "It broke."));
	g_assert_nonnull(strstr(mail, "A new one is on its way."));
	g_assert_null(strstr(mail, "a secret"));
	g_assert_null(strstr(mail, "desk.example/threads"));
	g_assert_null(strstr(mail, "Hi "));
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_part WHERE outbox_id = (SELECT max(id) FROM outbox)"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM outbox_part WHERE message_id = 1"), >=, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM thread_person WHERE address = 'expert@elsewhere.example'"), ==, 0);
	place_teardown(&place);
}

/* A message that is too long goes along as far as it may; it does not take away the discussion. */
static void
long_messages_are_cut(void)
{
	struct place place;
	gint64 note;
	place_setup(&place);
	place_run(&place, "UPDATE message SET text = 'It begins. ' || hex(zeroblob(3000000))");
	g_assert_cmpint(forward(&place, (struct forward_new){.email = "expert@elsewhere.example"}, &note), ==, FORWARD_DONE);
	g_assert_cmpint(NUMBER("SELECT text LIKE '%It begins. 0000%[…]%' AND length(text) < 200000 FROM outbox"), ==, 1);
	place_teardown(&place);
}

/* The note speaks the author's language, the mail that of who gets it. */
static void
languages(void)
{
	struct place place;
	gint64 note;
	place_setup(&place);
	gint64 ben = add_employee(&place, "ben@shop.example", "agent", "fr");
	g_free(place.desk.admin->language);
	place.desk.admin->language = g_strdup("nl");
	g_assert_cmpint(forward(&place, (struct forward_new){.employee = ben, .comment = "Kijk"}, &note), ==, FORWARD_DONE);
	g_autofree char *text = TEXT("SELECT text FROM message WHERE kind = 'note'");
	g_assert_cmpstr(text, ==, "Bericht doorgestuurd aan Ben Baker\nOpmerking: Kijk");
	g_assert_cmpint(NUMBER("SELECT head ->> 'subject' = 'TR: Message d''un client' AND instr(text, 'Bonjour Ben Baker,') = 1 FROM outbox"), ==, 1);
	place_teardown(&place);
}

static void
refused_leaves_nothing(void)
{
	struct place place;
	gint64 note;
	static const char *const bad[] = {"", "nobody", "a@b@c.example", "a b@c.example", "a@c.example\r\nBcc: x@y.example", "a@", "@c.example",
		"support@shop.example", "Support@SHOP.example", "support+t1@shop.example"};
	place_setup(&place);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_test_message("%s", bad[i]);
		g_assert_cmpint(forward(&place, (struct forward_new){.email = bad[i]}, &note), ==, FORWARD_BAD_ADDRESS);
	}
	gint64 vic = add_employee(&place, "vic@shop.example", "viewer", "en"), blind = add_employee(&place, "otto@shop.example", "agent", "en"),
		gone = add_employee(&place, "gone@shop.example", "agent", "en");
	place_run(&place, "UPDATE employee SET has_all = 0 WHERE email = 'otto@shop.example'; UPDATE employee SET is_active = 0 WHERE email = 'gone@shop.example'");
	const gint64 none[] = {vic, blind, gone, 99};
	for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
		g_assert_cmpint(forward(&place, (struct forward_new){.employee = none[i]}, &note), ==, FORWARD_NOT_ASSIGNABLE);
	g_assert_cmpint(forward(&place, (struct forward_new){.thread = 77, .email = "a@b.example"}, &note), ==, FORWARD_NOT_THERE);
	place_run(&place, "UPDATE contact SET address = ''");
	g_assert_cmpint(forward(&place, (struct forward_new){.email = "a@b.example"}, &note), ==, FORWARD_NO_SENDER);
	g_assert_cmpint(NUMBER("SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM notice)"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT is_private FROM thread"), ==, 0);
	place_teardown(&place);
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	g_test_add_func("/forward/employee", to_an_employee);
	g_test_add_func("/forward/else", to_somebody_else);
	g_test_add_func("/forward/long", long_messages_are_cut);
	g_test_add_func("/forward/languages", languages);
	g_test_add_func("/forward/refused", refused_leaves_nothing);
	return g_test_run();
}
