/* erase: what is due, what stays of it, and what of it must stay. */
#include <unistd.h>

#include "milter/erasing.h"
#include "store/erase.h"
#include "store/event.h"
#include "store/mail.h"
#include "store/status.h"
#include "store/still.h"
#include "tests/unit/desk.h"

#define DAY (G_GINT64_CONSTANT(24) * 3600 * 1000)
#define NOW (100 * DAY)

static struct desk desk;

static void
run(const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_run(desk.db, sql, &error);
	g_assert_no_error(error);
}

/* The thread erased at WHEN; 0: none. */
static gint64
erase(gint64 when)
{
	g_autoptr(GError) error = NULL;
	gint64 thread = 0;
	g_assert_true(db_begin(desk.db, &error));
	int got = erase_thread(desk.db, when, &thread, &error);
	g_assert_no_error(error);
	g_assert_cmpint(got, ==, thread != 0);
	g_assert_true(db_commit(desk.db, &error));
	return thread;
}

static gint64
file(const char *subject, gint64 thread)
{
	return desk_file(&desk, &(struct desk_mail){.from = "jane@customer.example", .subject = subject, .text = subject, .thread = thread}).thread;
}

static void
bin(gint64 thread, gint64 when)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(db_begin(desk.db, &error) && status_bin(desk.db, desk.admin, thread, when, &error) == 1 && db_commit(desk.db, &error));
}

static guint
mails_to_go(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) mails = erase_mails(desk.db, 100, &error);
	g_assert_no_error(error);
	return mails->len;
}

static void
test_due(void)
{
	gint64 stays = file("stays", 0), old = file("apple", 0), spam = file("cherry", 0);
	file("banana", old);
	bin(old, NOW);
	run("UPDATE thread SET folder = 'spam', binned = 8640000000 WHERE subject = 'cherry'"); /* NOW */
	g_assert_cmpint(erase(NOW + 30 * DAY), ==, 0);
	run("INSERT INTO setting (name, value) VALUES ('spam_days', '60')");
	g_assert_cmpint(erase(NOW + 30 * DAY + 1), ==, old);
	g_assert_cmpint(erase(NOW + 60 * DAY), ==, 0);
	g_assert_cmpint(erase(NOW + 60 * DAY + 1), ==, spam);
	g_assert_cmpint(erase(NOW + 1000 * DAY), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT id FROM thread"), ==, stays);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM message"), ==, 1);
}

static void
test_remains(void)
{
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM erased"), ==, 3);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM message_text WHERE message_text MATCH 'apple OR banana OR cherry'"), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM event WHERE thread_id NOT IN (SELECT id FROM thread) AND kind <> 'erased'"), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM event WHERE kind = 'erased'"), ==, 2);
	g_assert_cmpint(desk_number(&desk, "SELECT coalesce(sum(value), 0) FROM counter WHERE name IN ('bin', 'spam')"), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT sum(value) FROM counter WHERE name IN ('open', 'customer')"), ==, 2);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM pragma_foreign_key_check"), ==, 0);
	g_assert_cmpint(mails_to_go(), ==, 3);
}

/* A digest of an erased message is a repeat of nothing. */
static void
test_again(void)
{
	g_autoptr(GError) error = NULL;
	const guint8 digest[8] = {2};
	g_autoptr(GBytes) bytes = g_bytes_new(digest, sizeof digest);
	gint64 message = -1;
	g_assert_cmpint(filing_find_repeat(desk.db, 1, bytes, &message, &error), ==, 1);
	g_assert_cmpint(message, ==, 0);
}

/* A mail that a thread of another shop still has is let off; the others are forgotten when they are gone. */
static void
test_mails(void)
{
	g_autoptr(GError) error = NULL;
	run("INSERT INTO erasing (mail_id) SELECT mail_id FROM message");
	g_assert_cmpint(mails_to_go(), ==, 3);
	g_autoptr(GArray) mails = erase_mails(desk.db, 2, &error);
	g_assert_cmpint(mails->len, ==, 2);
	g_assert_true(erase_done(desk.db, mails, &error));
	g_assert_cmpint(mails_to_go(), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM erasing"), ==, 1);
}

/* Threads that were joined with it go with it; links to it too. */
static void
test_joined(void)
{
	gint64 older = file("older", 0), younger = file("younger", 0), youngest = file("youngest", 0);
	g_autofree char *join = g_strdup_printf("UPDATE message SET thread_id = %d WHERE thread_id IN (%d, %d);"
		"UPDATE thread SET folder = 'merged', merged_into = %d WHERE id = %d; UPDATE thread SET folder = 'merged', merged_into = %d WHERE id = %d;"
		"INSERT INTO thread_link SELECT 1, %d", (int)older, (int)younger, (int)youngest, (int)older, (int)younger, (int)younger, (int)youngest, (int)older);
	run(join);
	bin(older, NOW);
	g_assert_cmpint(erase(NOW + 31 * DAY), ==, older);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread"), ==, 1);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM thread_link"), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM erased"), ==, 6);
}

/* What left goes with its thread: the mail as it left, the files in it, files that wait; and what nobody sent, after a week. */
static void
test_outgoing(void)
{
	g_autoptr(GError) error = NULL;
	gint64 gone = file("gone", 0), stays = file("stays", 0);
	run("DELETE FROM erasing");
	g_autofree char *rows = g_strdup_printf("INSERT INTO outbox (id, kind, shop_id, thread_id, created, due, expires, message_ref, sender, head, text, mail_id)"
		" VALUES (1, 'reply', 1, %d, 1, 1, 1, 'a', '', '{}', '', 901), (2, 'notice', 1, NULL, 1, 1, 1, 'b', '', '{}', '', 902);"
		"UPDATE outbox SET state = 'sent';"
		"INSERT INTO part (message_id, position, name, type, start, length, encoding, size, mail_id)"
		" SELECT id, 1, 'f', 'a/b', 0, 1, 0, 1, 903 FROM message WHERE thread_id = %d;"
		"INSERT INTO upload (mail_id, employee_id, thread_id, name, type, size, created) VALUES (904, 1, %d, 'f', 'a/b', 1, %" G_GINT64_FORMAT "),"
		" (905, 1, %d, 'f', 'a/b', 1, 1), (906, 1, %d, 'f', 'a/b', 1, %" G_GINT64_FORMAT ")", (int)gone, (int)gone, (int)gone, NOW + 30 * DAY, (int)stays,
		(int)stays, NOW + 30 * DAY);
	run(rows);
	g_assert_cmpint(erase_leftovers(desk.db, NOW + 31 * DAY, &error), ==, 2);
	g_assert_no_error(error);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM erasing WHERE mail_id IN (902, 905)"), ==, 2);
	bin(gone, NOW);
	g_assert_cmpint(erase(NOW + 31 * DAY), ==, gone);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM erasing WHERE mail_id IN (901, 903, 904)"), ==, 3);
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM erasing WHERE mail_id = 906"), ==, 0);
	g_assert_cmpint(desk_number(&desk, "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM upload)"), ==, 1);
}

/* A link is kept as long as it takes to send it, and no longer than it is good. */
static void
test_notices(void)
{
	g_autoptr(GError) error = NULL;
	run("DELETE FROM erasing; DELETE FROM outbox; INSERT INTO outbox (id, kind, shop_id, created, due, expires, message_ref, sender, head, text, mail_id, state)"
		" VALUES (1, 'notice', 1, 1, 1, 1000, 'a', '', '{}', 'link', 911, 'sent'), (2, 'notice', 1, 1, 1, 1000, 'b', '', '{}', 'link', 912, 'failed'),"
		" (3, 'notice', 1, 1, 1, 1000, 'c', '', '{}', 'link', 913, 'doubtful'), (4, 'notice', 1, 1, 1, 1000, 'd', '', '{}', 'link', 914, 'delayed'),"
		" (5, 'notice', 1, 1, 1, 2000, 'e', '', '{}', 'link', NULL, 'queued'), (6, 'reply', 1, 1, 1, 1, 'f', '', '{}', 'text', 916, 'sent')");
	g_assert_cmpint(erase_is_pressing(desk.db, 999, &error), ==, 1);
	g_assert_cmpint(erase_leftovers(desk.db, 999, &error), ==, 3);
	g_assert_cmpint(erase_is_pressing(desk.db, 999, &error), ==, 0); /* the others still wait to leave */
	g_assert_cmpint(mails_to_go(), ==, 3);
	g_assert_cmpint(erase_is_pressing(desk.db, 1000, &error), ==, 1);
	g_assert_cmpint(erase_leftovers(desk.db, 1000, &error), ==, 1);
	g_assert_cmpint(mails_to_go(), ==, 4);
	g_assert_cmpint(erase_leftovers(desk.db, 2000, &error), ==, 1);
	g_assert_no_error(error);
	g_assert_cmpint(desk_number(&desk, "SELECT group_concat(id) = '6' FROM outbox"), ==, 1);
}

/* Puts a mail into raw.db, through DOOR, at WHEN; its number. */
static gint64
keep(db *raw, const char *door, gint64 when)
{
	g_autoptr(GError) error = NULL;
	static const char *const nobody[] = {NULL};
	const struct envelope envelope = {.door = door, .sender = "", .recipients = nobody, .client = "", .helo = "", .tls = "", .auth = "", .queue_id = "",
		.captured = when};
	g_autoptr(gather) octets = gather_new(desk.directory, 1000);
	gint64 id = 0;
	g_assert_true(gather_add(octets, "x", 1, &error) && gather_end(octets, &error) && db_begin(raw, &error));
	g_assert_true(mail_insert(raw, &envelope, octets, &id, &error) && db_commit(raw, &error));
	return id;
}

/* How many are noted of the next LIMIT. */
static int
note_strays(db *raw, int limit, gint64 *upto)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) inner = erase_find_inner(raw, desk.db, NOW + 7 * DAY, limit, upto, &error);
	g_assert_no_error(error);
	int count = *upto ? erase_note_strays(desk.db, inner, *upto, &error) : 0;
	g_assert_no_error(error);
	return count;
}

/* What a crash left between raw.db's commit and its row goes after a week; what a row names stays, and what came from outside. */
static void
test_strays(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(desk.directory, "raw.db", NULL);
	g_autoptr(db) raw = db_open(path, DB_WRITE, &error);
	g_assert_no_error(error);
	run("DELETE FROM erasing; DELETE FROM outbox; DELETE FROM upload; DELETE FROM part; UPDATE message SET mail_id = NULL; DELETE FROM message_repeat");
	gint64 outside = keep(raw, "milter", 1), left = keep(raw, "upload", 2), made = keep(raw, "courier", 3), named = keep(raw, "courier", 4),
		sent = keep(raw, "upload", 5), young = keep(raw, "upload", NOW);
	g_autofree char *rows = g_strdup_printf("INSERT INTO outbox (kind, shop_id, created, due, expires, message_ref, sender, head, text, mail_id)"
		" VALUES ('reply', 1, 1, 1, 1, 'a', '', '{}', '', %d); INSERT INTO part (message_id, position, name, type, start, length, encoding, size, mail_id)"
		" SELECT min(id), 1, 'f', 'a/b', 0, 1, 0, 1, %d FROM message", (int)named, (int)sent);
	run(rows);
	gint64 upto;
	g_assert_cmpint(note_strays(raw, 2, &upto), ==, 1);
	g_assert_cmpint(upto, ==, left);
	g_assert_cmpint(note_strays(raw, 100, &upto), ==, 1);
	g_assert_cmpint(upto, ==, sent);
	g_assert_cmpint(note_strays(raw, 100, &upto), ==, 0);
	g_assert_cmpint(upto, ==, 0);
	g_autofree char *sql = g_strdup_printf("SELECT group_concat(mail_id) = '%d,%d' FROM erasing", (int)left, (int)made);
	g_assert_cmpint(desk_number(&desk, sql), ==, 1);
	g_assert_cmpint(mails_to_go(), ==, 2);
	g_assert_cmpint(outside, <, left);
	g_assert_cmpint(young, >, sent);
}

static void
erase_all(void)
{
	erasing *work = erasing_new(desk.directory, desk.db);
	while (erasing_step(work))
		;
	erasing_free(work);
}

/* What a backup's copy of desk.db names must be in its copy of raw.db. */
static void
test_backup(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(desk.directory, "raw.db", NULL);
	g_autoptr(db) raw = db_open(path, DB_WRITE, &error);
	gint64 mail = keep(raw, "milter", 1);
	g_assert_true(db_begin(desk.db, &error) && erase_note_mail(desk.db, mail, &error) && db_commit(desk.db, &error));
	guint before = mails_to_go();
	int still = still_keep(desk.directory, &error);
	g_assert_cmpint(still, >=, 0);
	erase_all();
	g_assert_cmpint(mails_to_go(), ==, before);
	g_assert_true(mail_last_id(raw, &error) >= mail);
	close(still);
	erase_all();
	g_assert_cmpint(mails_to_go(), ==, 0);
	g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	desk_setup(&desk);
	g_test_add_func("/erase/due", test_due);
	g_test_add_func("/erase/remains", test_remains);
	g_test_add_func("/erase/again", test_again);
	g_test_add_func("/erase/mails", test_mails);
	g_test_add_func("/erase/joined", test_joined);
	g_test_add_func("/erase/outgoing", test_outgoing);
	g_test_add_func("/erase/notices", test_notices);
	g_test_add_func("/erase/strays", test_strays);
	g_test_add_func("/erase/backup", test_backup);
	int failed = g_test_run();
	desk_teardown(&desk);
	return failed;
}
