/* From raw mail to thread: who writes, for whom, repeats, threads by signature and by reference (SPEC 2.4 to 2.6). */
#include "milter/read/mime.h"
#include "milter/sorting.h"
#include "store/reply.h"
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

/* Sorts TEXT, sent to RECIPIENTS (blank-separated) by who has logged in as LOGIN; LF becomes CRLF. What was logged; owner: caller. */
static char *
sort_mail_by(struct sorted *sorted, const char *login, const char *recipients, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1), list = g_strsplit(recipients, " ", -1);
	char *octets = g_strjoinv("\r\n", lines);
	g_autoptr(GBytes) raw = g_bytes_new_take(octets, strlen(octets));
	g_autoptr(mime_message) message = mime_read(raw, &(struct mime_options){NULL});
	mail_info mail = {.id = ++sorted->desk.mails, .captured = 1000 * sorted->desk.mails, .size = (gint64)strlen(octets),
		.door = (char *)"milter", .sender = (char *)"envelope@customer.example", .client = (char *)"", .helo = (char *)"", .tls = (char *)"",
		.auth = (char *)login, .queue_id = (char *)"", .recipients = list};
	struct sorting sorting = {.desk = sorted->desk.db, .conf = sorted->conf, .keys = sorted->keys, .book = sorted->book};
	GString *log = g_string_new(NULL);
	db_begin(sorted->desk.db, &error);
	sorting_file(&sorting, &mail, message, log, &error);
	g_assert_no_error(error);
	db_commit(sorted->desk.db, &error);
	g_assert_no_error(error);
	return g_string_free(log, FALSE);
}

static char *
sort_mail(struct sorted *sorted, const char *recipients, const char *text)
{
	return sort_mail_by(sorted, "", recipients, text);
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

/* A thread of kim's, answered: the answer's Message-ID and the thread's plus-address. */
struct answered {
	struct sorted s;
	char *id, *plus;
};

static void
put(struct sorted *sorted, const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_run(sorted->desk.db, sql, &error);
	g_assert_no_error(error);
}

static void
setup_answered(struct answered *a)
{
	g_autoptr(GError) error = NULL;
	setup(&a->s);
	g_free(sort_mail(&a->s, "support@shop.example", KIM "Subject: Lamp\nMessage-ID: <kim1@x>\n\nBroke\n"));
	struct signer signer = {a->s.keys, '+'};
	struct reply_done done;
	g_assert_true(db_begin(a->s.desk.db, &error));
	struct reply_new reply = {.thread = 1, .text = "A new one is on its way.", .employee = REPLY_AUTHOR};
	g_assert_cmpint(reply_send(a->s.desk.db, a->s.desk.admin, &signer, &reply, 1500, &done, &error), ==, REPLY_DONE);
	g_assert_true(db_commit(a->s.desk.db, &error));
	put(&a->s, "UPDATE outbox SET state = 'sent', answer = '250 ok'; UPDATE outbox_recipient SET state = 'sent'");
	a->id = token_message_id(a->s.keys, 1, done.message, "shop.example");
	a->plus = token_plus_address(a->s.keys, 1, "support@shop.example", '+');
}

static void
teardown_answered(struct answered *a)
{
	g_free(a->id);
	g_free(a->plus);
	teardown(&a->s);
}

#define NUMBER(sql) desk_number(&a.s.desk, sql)
#define CLOSED_AND_STILL NUMBER("SELECT status = 'closed' AND bell_event IS NULL AND excerpt = 'Broke' AND last_message_id = 1 FROM thread WHERE id = 1")

#define REPORT_BEGIN "From: MAILER-DAEMON@mx.example\nSubject: %s\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\n\n" \
	"--r\n\nSee below.\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n"

/* A report of ACTION that names the reply by its ENVID, by the returned header, or by nothing but the address it comes to. */
static char *
make_report(const struct answered *a, const char *action, int way)
{
	GString *mail = g_string_new(NULL);
	g_string_printf(mail, REPORT_BEGIN, action);
	if (way == 0) /* "+40" is what some make of "@" */
		g_string_append_printf(mail, "Original-Envelope-Id: %.*s+40%s\n", (int)(strchr(a->id, '@') - a->id), a->id, strchr(a->id, '@') + 1);
	g_string_append_printf(mail, "\nFinal-Recipient: rfc822; kim@customer.example\nAction: %s\nStatus: %s\nDiagnostic-Code: smtp; %s\n", action,
		strcmp(action, "failed") ? strcmp(action, "delayed") ? "2.0.0" : "4.2.2" : "5.1.1", strcmp(action, "failed") ? "said so" : "550 no such user");
	if (way == 1)
		g_string_append_printf(mail, "--r\nContent-Type: text/rfc822-headers\n\nMessage-ID: <%s>\nSubject: Re: Lamp\n", a->id);
	g_string_append(mail, "--r--\n");
	return g_string_free(mail, FALSE);
}

static void
reports_reach_their_reply(void)
{
	static const struct {
		const char *action, *state, *answer;
	} cases[] = {{"failed", "failed", "5.1.1 550 no such user"}, {"delayed", "delayed", "4.2.2 said so"}, {"delivered", "delivered", "2.0.0 said so"},
		{"relayed", "sent", "2.0.0 said so"}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (int way = 0; way < 3; way++)
			for (int setting = 0; setting < 2; setting++) {
				struct answered a;
				setup_answered(&a);
				if (setting)
					put(&a.s, "INSERT INTO setting (name, value) VALUES ('new_sender_new_thread', '1')");
				g_autofree char *report = make_report(&a, cases[i].action, way), *expected = g_strdup_printf(" thread=1 delivery=1 %s", cases[i].action);
				assert_sorted(&a.s, way == 2 ? a.plus : "support@shop.example", report, expected);
				g_autofree char *sql = g_strdup_printf("SELECT state = '%s' AND answer = '%s' FROM outbox_recipient", cases[i].state, cases[i].answer);
				g_assert_cmpint(NUMBER(sql), ==, 1);
				g_assert_cmpint(CLOSED_AND_STILL, ==, 1);
				g_autofree char *tie = g_strdup_printf("SELECT in_reply_to = '%s' FROM message WHERE bounce <> ''", way == 2 ? "" : a.id);
				g_assert_cmpint(NUMBER(tie), ==, 1);
				g_assert_cmpint(NUMBER("SELECT count(*) FROM notice WHERE kind = 'undelivered'"), ==, !strcmp(cases[i].action, "failed"));
				g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE kind = 'message' AND is_ringing AND id > 1"), ==, 0);
				g_assert_cmpint(NUMBER("SELECT count(*) FROM message WHERE bounce <> '' AND is_automatic AND NOT is_new_sender AND thread_id = 1"), ==, 1);
				teardown_answered(&a);
			}
}

/* Whoever says "this is spam" at a large provider makes it send us such a mail. */
static void
complaint_joins_and_rings(void)
{
	struct answered a;
	setup_answered(&a);
	g_autofree char *mail = g_strdup_printf("From: complaints@isp.example\nSubject: FW: Re: Lamp\nContent-Type: multipart/report; report-type=feedback-report;"
		" boundary=r\n\n--r\n\nA complaint.\n--r\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--r\nContent-Type: message/rfc822\n\n"
		"From: support@shop.example\nMessage-ID: <%s>\nSubject: Re: Lamp\n\nA new one\n--r--\n", a.id);
	assert_sorted(&a.s, "support@shop.example", mail, " thread=1 delivery=1 complaint");
	g_assert_cmpint(NUMBER("SELECT status = 'open' AND bell_event IS NOT NULL FROM thread"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT is_automatic AND bounce ->> 'reason' = 'abuse' FROM message WHERE from_address = 'complaints@isp.example'"), ==, 1);
	teardown_answered(&a);
}

/* Somebody's mail program tells that the answer was shown to them, or thrown away unread: so it has arrived, even when in doubt. */
static void
receipts_are_quiet(void)
{
	static const char *const cases[][2] = {{"displayed", "read"}, {"deleted", "delivered"}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct answered a;
		setup_answered(&a);
		if (i)
			put(&a.s, "UPDATE outbox SET state = 'doubtful'; UPDATE outbox_recipient SET state = 'waiting'");
		g_autofree char *mail = g_strdup_printf(KIM "Subject: Read: Re: Lamp\nContent-Type: multipart/report; report-type=disposition-notification; boundary=r\n\n"
			"--r\n\nYour message was read.\n--r\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;kim@customer.example\n"
			"Original-Message-ID: <%s>\nDisposition: manual-action/MDN-sent-manually; %s\n--r--\n", a.id, cases[i][0]);
		g_autofree char *expected = g_strdup_printf(" thread=1 delivery=1 %s", cases[i][1]);
		assert_sorted(&a.s, "support@shop.example", mail, expected);
		g_assert_cmpint(CLOSED_AND_STILL, ==, 1);
		g_assert_cmpint(NUMBER("SELECT o.state = 'sent' AND r.state = 'delivered' FROM outbox o JOIN outbox_recipient r ON r.outbox_id = o.id"), ==, 1);
		g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE kind = 'message' AND is_ringing AND id > 1"), ==, 0);
		g_assert_cmpint(NUMBER("SELECT bounce ->> 'action' IN ('read', 'delivered') AND is_automatic FROM message WHERE thread_id = 1 AND bounce <> ''"), ==, 1);
		teardown_answered(&a);
	}
}

static void
report_of_nothing_of_ours(void)
{
	struct answered a;
	setup_answered(&a);
	assert_sorted(&a.s, "support@shop.example", "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\n\n<eve@evil.example>: user unknown\n", " thread=2");
	g_assert_cmpint(NUMBER("SELECT status = 'closed' AND is_automatic FROM thread WHERE id = 2"), ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE kind = 'delivery'"), ==, 0);
	teardown_answered(&a);
}

static void
doubt_is_settled(void)
{
	static const char *const mails[] = {"report", "answer"};
	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
		struct answered a;
		setup_answered(&a);
		put(&a.s, "UPDATE outbox SET state = 'doubtful'; UPDATE outbox_recipient SET state = 'waiting'");
		g_autofree char *report = make_report(&a, "relayed", 0), *answer = g_strdup_printf(KIM "In-Reply-To: <%s>\n\nThanks\n", a.id);
		g_free(sort_mail(&a.s, "support@shop.example", i ? answer : report));
		g_assert_cmpint(NUMBER("SELECT state = 'sent' FROM outbox"), ==, 1);
		g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE kind = 'delivery'"), ==, 1);
		g_assert_cmpint(NUMBER("SELECT status = 'open' FROM thread"), ==, (int)i);
		teardown_answered(&a);
	}
}

/* Our own mail comes back: unchanged, it is the answer once more; by a list that calls itself its sender, it lies there and is still. */
static void
copies_of_our_own_mail(void)
{
	struct answered a;
	setup_answered(&a);
	g_autofree char *copy = g_strdup_printf("From: Support <support@shop.example>\nReply-To: <%s>\nTo: kim@customer.example\nSubject: Re: Lamp\n"
		"Message-ID: <%s>\n\nA new one is on its way.\n", a.plus, a.id);
	g_autofree char *listed = g_strdup_printf("From: Shop by list <list@lists.example>\nTo: list@lists.example\nList-Id: <list.lists.example>\n"
		"Subject: [list] Re: Lamp\nMessage-ID: <%s>\n\nA new one is on its way.\n-- \nlist\n", a.id);
	assert_sorted(&a.s, "support@shop.example", copy, " repeat of message=2");
	assert_sorted(&a.s, a.plus, copy, " repeat of message=2");
	assert_sorted(&a.s, "web@shop.example", listed, " thread=1");
	/* Exchange gives it an id of its own. */
	g_autofree char *rewritten = g_strdup_printf("From: Support <support@shop.example>\nReply-To: <%s>\nTo: kim@customer.example\nSubject: Re: Lamp\n"
		"Message-ID: <17@exchange.example>\n\nA new one is on its way.\n", a.plus);
	assert_sorted(&a.s, "support@shop.example", rewritten, " thread=1");
	g_assert_cmpint(CLOSED_AND_STILL, ==, 1);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM message"), ==, 4);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM thread_person WHERE address LIKE '%shop.example'"), ==, 0);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM thread_person WHERE address = 'list@lists.example'"), ==, 0);
	g_assert_cmpint(NUMBER("SELECT count(*) FROM event WHERE is_ringing"), ==, 1);
	teardown_answered(&a);
}

static void
the_absent_do_not_ring(void)
{
	struct answered a;
	setup_answered(&a);
	g_autofree char *absent = g_strdup_printf("From: kim@customer.example\nAuto-Submitted: auto-replied\nIn-Reply-To: <%s>\n\nI am away.\n", a.id);
	assert_sorted(&a.s, a.plus, absent, " thread=1");
	g_assert_cmpint(CLOSED_AND_STILL, ==, 1);
	teardown_answered(&a);
}

/* What is cut, changed, or signed by somebody else lets nobody in, whichever way it comes. */
static void
tampered_signatures(void)
{
	struct answered a;
	setup_answered(&a);
	g_autofree char *other_path = g_build_filename(a.s.desk.directory, "other-keys", NULL);
	g_assert_true(keyring_create(other_path, NULL));
	g_autoptr(keyring) others = keyring_open(other_path, NULL);
	g_autofree char *good_marker = token_marker(a.s.keys, 1);
	char *wrong_key[] = {token_plus_address(others, 1, "support@shop.example", '+'), token_message_id(others, 1, 2, "shop.example"), token_marker(others, 1)};
	const char *good[] = {a.plus, a.id, good_marker};
	for (int which = 0; which < 3; which++)
		for (int how = 0; how < 5; how++) {
			GString *bad = g_string_new(how == 4 ? wrong_key[which] : good[which]);
			gsize end = which == 2 ? bad->len : (gsize)(strchr(bad->str, '@') - bad->str);
			if (how == 0)
				g_string_erase(bad, (gssize)end - 1, 1);               /* truncated */
			else if (how == 1)
				bad->str[end - 1] = bad->str[end - 1] == 'a' ? 'b' : 'a'; /* changed */
			else if (how == 2)
				g_string_insert_c(bad, (gssize)end, 'a');              /* longer */
			else if (how == 3)
				*strchr(bad->str + (which == 0), '1') = '2';           /* another thread's number */
			GString *mail = g_string_new("From: eve@evil.example\n");
			if (which == 1)
				g_string_append_printf(mail, "In-Reply-To: <%s>\n", bad->str);
			g_string_append_printf(mail, "Subject: Re: %s\n\nLet me in %d.%d\n", which == 2 ? bad->str : "Lamp", which, how);
			g_autofree char *log = sort_mail(&a.s, which == 0 ? bad->str : "support@shop.example", mail->str);
			g_test_message("%d.%d: %s", which, how, bad->str);
			g_assert_cmpstr(log, !=, " thread=1");
			g_string_free(bad, TRUE);
			g_string_free(mail, TRUE);
		}
	g_assert_cmpint(NUMBER("SELECT count(*) FROM message WHERE thread_id = 1"), ==, 2);
	for (int which = 0; which < 3; which++)
		g_free(wrong_key[which]);
	teardown_answered(&a);
}

/* The right token from another address: joins with a mark; the setting makes it a thread of its own, linked. */
static void
replayed_token(void)
{
	for (int setting = 0; setting < 2; setting++)
		for (int which = 0; which < 3; which++) {
			struct answered a;
			setup_answered(&a);
			if (setting)
				put(&a.s, "INSERT INTO setting (name, value) VALUES ('new_sender_new_thread', '1')");
			g_autofree char *marker = token_marker(a.s.keys, 1);
			g_autofree char *mail = g_strdup_printf("From: eve@evil.example\nIn-Reply-To: <%s>\nSubject: Re: %s\n\nIt is me\n",
				which == 1 ? a.id : "kim1@y", which == 2 ? marker : "Lamp");
			assert_sorted(&a.s, which ? "support@shop.example" : a.plus, mail, setting ? " thread=2" : " thread=1");
			g_assert_cmpint(NUMBER("SELECT is_new_sender FROM message WHERE from_address = 'eve@evil.example'"), ==, !setting);
			g_assert_cmpint(NUMBER("SELECT count(*) FROM thread_link"), ==, setting);
			teardown_answered(&a);
		}
}

#define ANSWER_BY_ADA "From: Ada <ada@shop.example>\nTo: kim@customer.example\nSubject: Re: Lamp\nMessage-ID: <ada%d@shop.example>\nIn-Reply-To: <%s>\n\nTurn it on.\n"

static void
employees_own_programs(void)
{
	static const struct {
		const char *login, *recipients, *parent, *log;
		bool is_on;
	} cases[] = {
		{"ada@shop.example", "kim@customer.example", "kim1@x", " thread=1 employee=1", true},
		{"ADA@shop.example", "kim@customer.example", "kim1@x", " thread=1 employee=1", true},
		{"ada@shop.example", "kim@customer.example web@shop.example", "kim1@x", " thread=1 employee=1", true},
		{"ada@shop.example", "support@shop.example", "nothing@x", " thread=2", true},
		{"ada@shop.example", "lee@elsewhere.example", "nothing@x", " forgotten", true},
		{"bob@shop.example", "support@shop.example", "kim1@x", " thread=2", true},   /* no employee */
		{"", "support@shop.example", "kim1@x", " thread=2", true},                   /* not logged in: anybody can write that */
		{"ada@shop.example", "support@shop.example", "kim1@x", " thread=2", false},  /* the setting is off */
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sorted s;
		setup(&s);
		if (cases[i].is_on)
			put(&s, "INSERT INTO setting (name, value) VALUES ('employee_clients', '1')");
		assert_sorted(&s, "support@shop.example", KIM "Subject: Lamp\nMessage-ID: <kim1@x>\n\nBroke\n", " thread=1");
		g_autofree char *mail = g_strdup_printf(ANSWER_BY_ADA, 1, cases[i].parent), *log = sort_mail_by(&s, cases[i].login, cases[i].recipients, mail);
		g_assert_cmpstr(log, ==, cases[i].log);
		bool is_answer = strstr(log, "employee");
		g_assert_cmpint(desk_number(&s.desk, "SELECT status = 'closed' AND employee_id IS 1 AND waiting_message IS NULL AND bell_event IS NULL"
			" AND last_message_id = 1 FROM thread WHERE id = 1"), ==, is_answer);
		g_assert_cmpint(desk_number(&s.desk, "SELECT count(*) FROM message WHERE kind = 'employee' AND employee_id = 1 AND NOT is_private"), ==, is_answer);
		g_assert_cmpint(desk_number(&s.desk, "SELECT count(*) FROM outbox"), ==, 0);
		g_assert_cmpint(desk_number(&s.desk, "SELECT count(*) FROM erasing"), ==, strstr(log, "forgotten") != NULL);
		if (is_answer) {
			assert_sorted(&s, "support@shop.example", "From: kim@customer.example\nIn-Reply-To: <ada1@shop.example>\n\nIt is on.\n", " thread=1");
			g_autofree char *again = sort_mail_by(&s, cases[i].login, cases[i].recipients, mail);
			g_assert_cmpstr(again, ==, cases[i].log);
			g_assert_cmpint(desk_number(&s.desk, "SELECT count(*) FROM message"), ==, 3);
		}
		teardown(&s);
	}
}

/* A mail login of their own stands for the email; whoever may not answer, or sees other contacts only, is nobody. */
static void
which_log_ins_count(void)
{
	static const struct {
		const char *sql, *login;
		bool counts;
	} cases[] = {
		{"UPDATE employee SET mail_login = 'Ada'", "ada", true}, {"UPDATE employee SET mail_login = 'ada'", "ada@shop.example", false},
		{"UPDATE employee SET is_active = 0", "ada@shop.example", false}, {"UPDATE employee SET role = 'viewer'", "ada@shop.example", false},
		{"UPDATE employee SET has_all = 0", "ada@shop.example", false},
		{"UPDATE employee SET role = 'agent', has_all = 0; INSERT INTO employee_contact VALUES (1, 2)", "ada@shop.example", true},
		{"INSERT INTO employee (email, firstname, lastname, password, role, created, mail_login) VALUES ('b@x', 'B', 'B', '', 'agent', 1, 'ada@shop.example')",
			"ada@shop.example", false}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sorted s;
		setup(&s);
		put(&s, "INSERT INTO setting (name, value) VALUES ('employee_clients', '1')");
		put(&s, cases[i].sql);
		assert_sorted(&s, "support@shop.example", KIM "Subject: Lamp\nMessage-ID: <kim1@x>\n\nBroke\n", " thread=1");
		g_autofree char *mail = g_strdup_printf(ANSWER_BY_ADA, 1, "kim1@x"), *log = sort_mail_by(&s, cases[i].login, "kim@customer.example", mail);
		g_test_message("%s", cases[i].sql);
		g_assert_cmpint(desk_number(&s.desk, "SELECT count(*) FROM message WHERE kind = 'employee'"), ==, cases[i].counts);
		teardown(&s);
	}
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
	g_test_add_func("/sorting/reports", reports_reach_their_reply);
	g_test_add_func("/sorting/reports/strange", report_of_nothing_of_ours);
	g_test_add_func("/sorting/reports/complaint", complaint_joins_and_rings);
	g_test_add_func("/sorting/reports/receipts", receipts_are_quiet);
	g_test_add_func("/sorting/doubt", doubt_is_settled);
	g_test_add_func("/sorting/copies", copies_of_our_own_mail);
	g_test_add_func("/sorting/absent", the_absent_do_not_ring);
	g_test_add_func("/sorting/tampered", tampered_signatures);
	g_test_add_func("/sorting/replayed", replayed_token);
	g_test_add_func("/sorting/own-programs", employees_own_programs);
	g_test_add_func("/sorting/log-ins", which_log_ins_count);
	return g_test_run();
}
